import * as v from 'valibot';
import { clock } from '../clock';
import type { Config } from '../config';
import { callApi, CloudError, credentialsOf } from './tencentApi';

export type LiveCloudConfig = Pick<
  Config,
  | 'LIVE_BIZID'
  | 'LIVE_PUSH_DOMAIN'
  | 'LIVE_APP_NAME'
  | 'TENCENT_SECRET_ID'
  | 'TENCENT_SECRET_KEY'
  | 'TENCENT_REGION'
  | 'TENCENT_LIVE_ENDPOINT'
>;

/** The settings that {@link liveCloud} reads, for readConfig. */
export const liveCloudSettings = [
  'LIVE_BIZID',
  'LIVE_PUSH_DOMAIN',
  'LIVE_APP_NAME',
  'TENCENT_SECRET_ID',
  'TENCENT_SECRET_KEY',
  'TENCENT_REGION',
  'TENCENT_LIVE_ENDPOINT',
] as const;

/** A stream that is being pushed. Times are epoch milliseconds. */
export interface OnlineStream {
  streamName: string;
  /** When its push began, undefined when the cloud does not say. */
  publishedAt: number | undefined;
}

/** One picture of a mix: lengths and places in pixels (up to 2000), or as a part of the background (0.01 to 0.99). */
export interface MixInput {
  streamName: string;
  /** 1 is the background. */
  imageLayer: number;
  imageWidth?: number | undefined;
  imageHeight?: number | undefined;
  locationX?: number | undefined;
  locationY?: number | undefined;
}

/**
 * Calls of the live service (live.tencentcloudapi.com, 2018-08-01). Each is one try within `limitMs` (2.5 s unless
 * given) and throws CloudError.
 */
export interface LiveCloud {
  /** Whether there are credentials to call with. */
  configured(): boolean;
  /**
   * Every stream that is up. `complete` is false when there were more than could be asked for: then that a stream is
   * missing means nothing. The service wants to be asked once a minute at most.
   */
  onlineStreams(limitMs?: number): Promise<{ streams: OnlineStream[]; complete: boolean }>;
  /** Cuts a stream and keeps it from being pushed until `until` (epoch milliseconds, at most 90 days ahead). */
  forbidStream(streamName: string, until: number, reason: string, limitMs?: number): Promise<void>;
  /** Lifts {@link LiveCloud.forbidStream}. */
  resumeStream(streamName: string, limitMs?: number): Promise<void>;
  /** Cuts a stream once; it may be pushed again. A stream that is not up is a success. */
  dropStream(streamName: string, limitMs?: number): Promise<void>;
  /** Begins or changes a mix, which takes the place of the stream `output`, one of the inputs. */
  mixStreams(sessionId: string, output: string, inputs: readonly MixInput[], limitMs?: number): Promise<void>;
  /** Ends a mix. One that does not exist is a success. */
  cancelMix(sessionId: string, limitMs?: number): Promise<void>;
}

const defaultLimitMs = 2_500;

/** As many as a run can look at; the service gives up to 300,000. */
const pageSize = 10_000;
const mostPages = 5;

/**
 * @param environment where the platform puts the execution role's temporary keys
 * @throws Error when only one of TENCENT_SECRET_ID and TENCENT_SECRET_KEY is set
 */
export function liveCloud(
  config: LiveCloudConfig,
  environment: Record<string, string | undefined> = process.env,
): LiveCloud {
  if ((config.TENCENT_SECRET_ID === undefined) !== (config.TENCENT_SECRET_KEY === undefined)) {
    throw new Error(
      'cannot start: TENCENT_SECRET_ID and TENCENT_SECRET_KEY belong together, set both or none',
    );
  }
  const place = pushPlace(config);
  const call = (action: string, parameters: Record<string, unknown>, limitMs = defaultLimitMs) =>
    callApi({
      endpoint: config.TENCENT_LIVE_ENDPOINT,
      service: 'live',
      version: '2018-08-01',
      action,
      region: config.TENCENT_REGION,
      parameters,
      credentials: credentialsOf(config, environment),
      now: clock(),
      limitMs,
    });
  return {
    configured: () => credentialsOf(config, environment) !== undefined,
    onlineStreams: (limitMs = defaultLimitMs) =>
      everyPage(limitMs, (PageNum, restMs) =>
        call('DescribeLiveStreamOnlineList', { ...place, PageNum, PageSize: pageSize }, restMs),
      ),
    async forbidStream(StreamName, until, Reason, limitMs) {
      const ResumeTime = new Date(until).toISOString().replace(/\.\d+Z$/, 'Z');
      await call('ForbidLiveStream', { ...place, StreamName, ResumeTime, Reason }, limitMs);
    },
    async resumeStream(StreamName, limitMs) {
      await call('ResumeLiveStream', { ...place, StreamName }, limitMs);
    },
    async dropStream(StreamName, limitMs) {
      await call('DropLiveStream', { ...place, StreamName }, limitMs);
    },
    async mixStreams(MixStreamSessionId, output, inputs, limitMs) {
      const mix = {
        MixStreamSessionId,
        InputStreamList: inputs.map(inputParameters),
        OutputParams: { OutputStreamName: output, OutputStreamType: 0 },
      };
      await call('CreateCommonMixStream', mix, limitMs);
    },
    async cancelMix(MixStreamSessionId, limitMs) {
      await call('CancelCommonMixStream', { MixStreamSessionId }, limitMs).catch((error: unknown) => {
        if (!(error instanceof CloudError) || !noSuchMix.test(error.refusal)) throw error;
      });
    },
  };
}

/** The words of API 3.0 for a mix that is not there (document 267/35998), and the codes of the older interface. */
const noSuchMix = /\.CancelSessionNotExist\b|\[(-30300|-31001|-31002)\]$/;

/** The domain and path streams are pushed to, as the service knows them. */
function pushPlace(config: LiveCloudConfig): { DomainName: string; AppName: string } {
  if (config.LIVE_PUSH_DOMAIN === undefined)
    return { DomainName: `${config.LIVE_BIZID}.livepush.myqcloud.com`, AppName: 'live' };
  return { DomainName: config.LIVE_PUSH_DOMAIN.replace(/:\d+$/, ''), AppName: config.LIVE_APP_NAME };
}

function inputParameters(input: MixInput) {
  const { streamName, imageLayer, imageWidth, imageHeight, locationX, locationY } = input;
  return {
    InputStreamName: streamName,
    // JSON leaves out what is undefined.
    LayoutParams: {
      ImageLayer: imageLayer,
      ImageWidth: imageWidth,
      ImageHeight: imageHeight,
      LocationX: locationX,
      LocationY: locationY,
    },
  };
}

const onlinePage = v.object({
  TotalPage: v.number(),
  OnlineInfo: v.array(
    v.object({
      StreamName: v.string(),
      PublishTimeList: v.optional(v.array(v.object({ PublishTime: v.optional(v.string()) }))),
    }),
  ),
});

async function everyPage(
  limitMs: number,
  askPage: (page: number, restMs: number) => Promise<Record<string, unknown>>,
): Promise<{ streams: OnlineStream[]; complete: boolean }> {
  const endsAt = performance.now() + limitMs;
  const streams: OnlineStream[] = [];
  for (let page = 1; page <= mostPages; page += 1) {
    const read = v.safeParse(onlinePage, await askPage(page, endsAt - performance.now()));
    if (!read.success) {
      throw new CloudError('unavailable', 'DescribeLiveStreamOnlineList: the answer is not readable');
    }
    const { TotalPage, OnlineInfo } = read.output;
    for (const { StreamName, PublishTimeList } of OnlineInfo) {
      streams.push({ streamName: StreamName, publishedAt: latest(PublishTimeList ?? []) });
    }
    if (page >= TotalPage) return { streams, complete: true };
  }
  return { streams, complete: false };
}

/** A stream pushed over several connections has several times. */
function latest(times: readonly { PublishTime?: string | undefined }[]): number | undefined {
  const known = times.map(({ PublishTime = '' }) => Date.parse(PublishTime)).filter(Number.isFinite);
  return known.length === 0 ? undefined : Math.max(...known);
}
