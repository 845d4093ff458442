import { seconds } from './clock';
import type { Config } from './config';
import { legacyPlayUrls, playUrls, type PlayUrls } from './signing/playUrl';
import { legacyPushUrl, pushUrls } from './signing/pushUrl';

export type PushConfig = Pick<
  Config,
  'LIVE_BIZID' | 'LIVE_PUSH_DOMAIN' | 'LIVE_PUSH_KEY' | 'LIVE_APP_NAME' | 'LIVE_URL_TTL' | 'LIVE_RECORD'
>;
export type PlayConfig = Pick<Config, 'LIVE_BIZID' | 'LIVE_PLAY_DOMAIN' | 'LIVE_PLAY_KEY' | 'LIVE_APP_NAME'>;

/** Seconds of one recording file. 5400 is the largest that every edition of the recording document allows. */
const recordInterval = 5_400;

/**
 * Where to push a stream: RTMP always, WebRTC and SRT with a push domain of one's own.
 * @param now epoch milliseconds
 * @returns the URLs and the moment (epoch seconds) until which a push may start; a running push is not cut then
 */
export function pushUrlsOf(
  config: PushConfig,
  streamId: string,
  now: number,
): { rtmp: string; webrtc?: string; srt?: string; expiresAt: number } {
  const expiresAt = seconds(now) + config.LIVE_URL_TTL;
  const signed = { streamName: streamId, key: config.LIVE_PUSH_KEY.reveal(), expiresAt };
  const record = config.LIVE_RECORD === '' ? undefined : config.LIVE_RECORD;
  if (config.LIVE_PUSH_DOMAIN === undefined) {
    return {
      rtmp: legacyPushUrl({
        ...signed,
        bizId: config.LIVE_BIZID,
        record,
        recordInterval: record === undefined ? undefined : recordInterval,
      }),
      expiresAt,
    };
  }
  const params = {
    bizid: config.LIVE_BIZID,
    ...(record === undefined ? {} : { record_interval: String(recordInterval), record }),
  };
  const { rtmp, webrtc, srt } = pushUrls({
    ...signed,
    domain: config.LIVE_PUSH_DOMAIN,
    appName: config.LIVE_APP_NAME,
    params,
  });
  return { rtmp, webrtc, srt, expiresAt };
}

/**
 * Where to watch a stream, signed from now on when there is a play key.
 * @param now epoch milliseconds
 */
export function playUrlsOf(config: PlayConfig, streamId: string, now: number): PlayUrls {
  if (config.LIVE_PLAY_DOMAIN === undefined)
    return legacyPlayUrls({ bizId: config.LIVE_BIZID, streamName: streamId });
  return playUrls({
    origins: config.LIVE_PLAY_DOMAIN,
    appName: config.LIVE_APP_NAME,
    streamName: streamId,
    key: config.LIVE_PLAY_KEY?.reveal(),
    startsAt: seconds(now),
  });
}
