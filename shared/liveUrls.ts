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
  // A port of its own (`npm start`) is that of RTMP; nothing else listens there.
  return config.LIVE_PUSH_DOMAIN.includes(':') ? { rtmp, expiresAt } : { rtmp, webrtc, srt, expiresAt };
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

/** The RTMP play URL of a stream without a signature. */
export function plainPlayUrl(config: PlayConfig, streamId: string): string {
  const { rtmp, appName } = playPlace(config);
  return `${rtmp}/${appName}/${streamId}`;
}

/**
 * The stream a play URL of ours is about.
 * @param url from outside: any text
 * @returns undefined for a URL of another host, another path or another form
 */
export function streamOfPlayUrl(config: PlayConfig, url: string): string | undefined {
  const [, host, appName, streamId] =
    /^(?:rtmp|https?|webrtc):\/\/([^/?#\s]+)\/([\w-]+)\/([a-z0-9_]{1,64})(?:\.flv|\.m3u8)?(?:\?[\w.~%=&|:;-]*)?$/.exec(
      url,
    ) ?? [];
  const place = playPlace(config);
  return host !== undefined && place.hosts.includes(host) && appName === place.appName ? streamId : undefined;
}

/** Where play URLs lead: the hosts (with port) and path, and the origin of RTMP, which every play domain speaks. */
function playPlace(config: PlayConfig): { hosts: string[]; rtmp: string; appName: string } {
  if (config.LIVE_PLAY_DOMAIN === undefined) {
    const host = `${config.LIVE_BIZID}.liveplay.myqcloud.com`;
    return { hosts: [host], rtmp: `rtmp://${host}`, appName: 'live' };
  }
  const { rtmp, http, webrtc } = config.LIVE_PLAY_DOMAIN;
  const hosts = [rtmp, http, webrtc].flatMap((origin) => (origin === undefined ? [] : [hostOf(origin)]));
  // A port is that of its own protocol.
  const [first = ''] = hosts;
  const rtmpHost = rtmp === undefined ? first.replace(/:\d+$/, '') : hostOf(rtmp);
  return { hosts: [...hosts, rtmpHost], rtmp: `rtmp://${rtmpHost}`, appName: config.LIVE_APP_NAME };
}

function hostOf(origin: string): string {
  return origin.slice(origin.indexOf('://') + 3);
}
