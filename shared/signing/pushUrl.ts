import { requireText } from './argument';
import { STREAM_NAME } from './streamName';
import { txSecret, txTime } from './txSecret';

const HOST = /^[A-Za-z0-9.-]+(:[0-9]{1,5})?$/;
/** Names and values of further push parameters stand raw in the URL, as the original wrote `record=flv|hls`. */
const PARAMETER_NAME = /^(?!txSecret$|txTime$)[A-Za-z_][A-Za-z0-9_]*$/;
const PARAMETER_VALUE = /^[A-Za-z0-9_.|:;-]*$/;

export interface PushUrls {
  rtmp: string;
  webrtc: string;
  srt: string;
  /** The moment of expiry as it stands in the URLs: Unix seconds, lower-case hex. */
  txTime: string;
}

/**
 * Signed push URLs of one stream for the three ingest protocols.
 *
 * domain: push domain, optionally with a port for RTMP and WebRTC (SRT is always at 9000).
 * expiresAt: Unix seconds until which a push may start. params: record and mixing parameters; they come before
 * txSecret and are not covered by it.
 * Throws TypeError naming the argument that is not usable. Source: document 267/32833.
 */
export function pushUrls({
  domain,
  appName,
  streamName,
  key,
  expiresAt,
  params = {},
}: {
  domain: string;
  appName: string;
  streamName: string;
  key: string;
  expiresAt: number;
  params?: Readonly<Record<string, string>> | undefined;
}): PushUrls {
  requireText('domain', domain, HOST);
  requireText('appName', appName, STREAM_NAME);
  requireText('streamName', streamName, STREAM_NAME);
  const time = txTime(expiresAt);
  const query = [
    ...pairs(params),
    `txSecret=${txSecret({ key, streamName, txTime: time })}`,
    `txTime=${time}`,
  ];
  const host = domain.replace(/:.*/, '');
  return {
    rtmp: `rtmp://${domain}/${appName}/${streamName}?${query.join('&')}`,
    webrtc: `webrtc://${domain}/${appName}/${streamName}?${query.join('&')}`,
    srt: `srt://${host}:9000?streamid=#!::${[`h=${host}`, `r=${appName}/${streamName}`, ...query].join(',')}`,
    txTime: time,
  };
}

/**
 * The push URL the 2017 app got: host from the bizid, recording asked for by parameters.
 *
 * record: formats joined with `|`; recordInterval: seconds; expiresAt: Unix seconds.
 * Throws TypeError naming the argument that is not usable. Source: the original PHP, RequestLVBAddr.
 */
export function legacyPushUrl({
  bizId,
  streamName,
  key,
  expiresAt,
  record,
  recordInterval,
}: {
  bizId: string;
  streamName: string;
  key: string;
  expiresAt: number;
  record?: string | undefined;
  recordInterval?: number | undefined;
}): string {
  requireText('bizId', bizId, /^[0-9]+$/);
  const params = {
    bizid: bizId,
    ...(recordInterval !== undefined && { record_interval: String(recordInterval) }),
    ...(record !== undefined && { record }),
  };
  const domain = `${bizId}.livepush.myqcloud.com`;
  return pushUrls({ domain, appName: 'live', streamName, key, expiresAt, params }).rtmp;
}

function pairs(params: Readonly<Record<string, string>>): string[] {
  return Object.entries(params).map(([name, value]) => {
    requireText('params', name, PARAMETER_NAME);
    requireText(`params.${name}`, value, PARAMETER_VALUE);
    return `${name}=${value}`;
  });
}
