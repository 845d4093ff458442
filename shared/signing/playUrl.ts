import { requireText } from './argument';
import { STREAM_NAME, streamNameInUrl } from './streamName';
import { txSecret, txTime } from './txSecret';

export interface PlayUrls {
  rtmp?: string;
  flv?: string;
  hls?: string;
  webrtc?: string;
}

/**
 * Play URLs of one stream, signed when there is a play key.
 *
 * origins: scheme and host (and port) for each protocol that is offered, such as 'https://play.example.com';
 * flv and hls share `http`. Only what has an origin is in the result.
 * startsAt: Unix seconds from which the URLs count; they end after the validity that is set with the key in the
 * console. The hashed stream name has no .flv or .m3u8.
 * Throws TypeError naming the argument that is not usable. Source: document "Playback Authentication".
 */
export function playUrls({
  origins,
  appName,
  streamName,
  key,
  startsAt,
}: {
  origins: { rtmp?: string | undefined; http?: string | undefined; webrtc?: string | undefined };
  appName: string;
  streamName: string;
  key?: string | undefined;
  startsAt: number;
}): PlayUrls {
  requireText('appName', appName, STREAM_NAME);
  requireText('streamName', streamName, STREAM_NAME);
  const { rtmp, http, webrtc } = origins;
  const query = key === undefined ? '' : `?${signature(key, streamName, txTime(startsAt))}`;
  const url = (origin: string, scheme: RegExp, suffix: string) => {
    requireText('origins', origin, scheme);
    return `${origin}/${appName}/${streamName}${suffix}${query}`;
  };
  return {
    ...(rtmp !== undefined && { rtmp: url(rtmp, /^rtmps?:\/\/[A-Za-z0-9.:[\]-]+$/, '') }),
    ...(http !== undefined && { flv: url(http, HTTP_ORIGIN, '.flv'), hls: url(http, HTTP_ORIGIN, '.m3u8') }),
    ...(webrtc !== undefined && { webrtc: url(webrtc, /^webrtc:\/\/[A-Za-z0-9.:[\]-]+$/, '') }),
  };
}

const HTTP_ORIGIN = /^https?:\/\/[A-Za-z0-9.:[\]-]+$/;

/**
 * The unsigned play URLs the 2017 app got, with a host made from the bizid.
 * Throws TypeError naming the argument that is not usable. Source: the original PHP.
 */
export function legacyPlayUrls({ bizId, streamName }: { bizId: string; streamName: string }): {
  rtmp: string;
  flv: string;
  hls: string;
} {
  requireText('bizId', bizId, /^[0-9]+$/);
  requireText('streamName', streamName, STREAM_NAME);
  const path = `${bizId}.liveplay.myqcloud.com/live/${streamName}`;
  return { rtmp: `rtmp://${path}`, flv: `http://${path}.flv`, hls: `http://${path}.m3u8` };
}

/**
 * A play URL with the signature that link-mic partners need for low-latency playback, made with the PUSH key.
 *
 * originUrl: the partner's play URL; the signed name is its last path segment up to the first dot. Parameters it
 * already has stay, except an older signature, which is replaced. txTime: hex text of the moment of expiry.
 * Throws TypeError when originUrl holds no stream name: a caller that has it from a client asks streamNameInUrl first.
 * Source: the original PHP, RequestPlayUrlWithSignForLinkMic (which always appended with `?`).
 */
export function linkMicPlayUrl({
  originUrl,
  key,
  txTime,
  bizId,
}: {
  originUrl: string;
  key: string;
  txTime: string;
  bizId?: string | undefined;
}): string {
  if (bizId !== undefined) requireText('bizId', bizId, /^[0-9]+$/);
  const streamName = streamNameInUrl(originUrl);
  requireText('originUrl', streamName, STREAM_NAME);
  const [path = '', query = ''] = originUrl.split(/\?(.*)/s);
  const kept = query.split('&').filter((pair) => pair !== '' && !/^(txSecret|txTime|bizid)(=|$)/.test(pair));
  const biz = bizId === undefined ? [] : [`bizid=${bizId}`];
  return `${path}?${[...kept, signature(key, streamName, txTime), ...biz].join('&')}`;
}

function signature(key: string, streamName: string, txTime: string): string {
  return `txSecret=${txSecret({ key, streamName, txTime })}&txTime=${txTime}`;
}
