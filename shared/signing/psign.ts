import { requireInteger, requireSeconds, requireText } from './argument';
import { hmac } from './digest';

type Settings = Readonly<Record<string, string | number>>;

/** What a player signature fixes; times are Unix seconds, appId and template ids have to be numbers. */
export interface PsignPayload {
  appId: number;
  fileId: string;
  currentTimeStamp: number;
  expireTimeStamp?: number | undefined;
  contentInfo?: Settings | undefined;
  /** t (hex text), us, exper, rlimit, domain, scheme: limits of the media URLs the player gets. */
  urlAccessInfo?: Settings | undefined;
  drmLicenseInfo?: Settings | undefined;
}

/**
 * The player signature of a VOD file: a JWT, HS256 with the playback key. Claims stand in the order of the payload.
 * Throws TypeError naming the claim that is not usable. Source: document "Player Signature".
 */
export function psign({ key, payload }: { key: string; payload: Readonly<PsignPayload> }): string {
  requireText('key', key);
  requireInteger('appId', payload.appId, 1, 0xffffffff);
  requireText('fileId', payload.fileId);
  requireSeconds('currentTimeStamp', payload.currentTimeStamp);
  const signed = [{ alg: 'HS256', typ: 'JWT' }, payload].map(encodedJson).join('.');
  return `${signed}.${hmac('sha256', key, signed).toString('base64url')}`;
}

function encodedJson(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
