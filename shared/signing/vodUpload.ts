import { requireInteger, requireSeconds, requireText } from './argument';
import { isMissing } from './given';
import { sameText } from './sameText';
import { isSealedBy, sealText, textInSeal } from './sealedText';

const NINETY_DAYS = 7_776_000;
const MAX_RANDOM = 0xffffffff;

/** The parameters of a client upload; names and limits are those of the document, times are Unix seconds. */
export type VodUploadParams = {
  secretId: string;
  currentTimeStamp: number;
  expireTime: number;
  /** 0 to 2^32-1; with oneTimeValid no two signatures may be equal. */
  random: number;
  classId?: number | undefined;
  procedure?: string | undefined;
  /** -10 to 10, only together with procedure. */
  taskPriority?: number | undefined;
  taskNotifyMode?: 'Finish' | 'Change' | 'None' | undefined;
  /** At most 250 characters; comes back in the notice of the upload. */
  sourceContext?: string | undefined;
  /** At most 1000 characters; comes back in the notices of the procedure. */
  sessionContext?: string | undefined;
  oneTimeValid?: 0 | 1 | undefined;
  vodSubAppId?: number | undefined;
  storageRegion?: string | undefined;
};

/**
 * The signature a client uploads to VOD with. Fields stand in the order in which params has them.
 * The SecretId is readable in the result: its account should be able to do nothing but upload.
 * Throws TypeError naming the parameter that is not usable. Source: document "Client Upload Signature".
 */
export function vodUploadSignature({
  secretKey,
  params,
}: {
  secretKey: string;
  params: Readonly<VodUploadParams>;
}): string {
  requireText('secretId', params.secretId);
  requireLife(params.currentTimeStamp, params.expireTime);
  requireInteger('random', params.random, 0, MAX_RANDOM);
  if (params.taskPriority !== undefined) requireInteger('taskPriority', params.taskPriority, -10, 10);
  if (params.sourceContext !== undefined) requireText('sourceContext', params.sourceContext, /^.{0,250}$/su);
  if (params.sessionContext !== undefined)
    requireText('sessionContext', params.sessionContext, /^.{0,1000}$/su);
  return sealText({ secretKey, text: urlEncoded(Object.entries(params)) });
}

/**
 * The short-key form that the action GetVodSignature of the 2017 app answers.
 * now, expiresAt: Unix seconds. random: 0 to 2^32-1. Source: the original PHP.
 */
export function vodUploadSignatureV1({
  secretId,
  secretKey,
  now,
  expiresAt,
  procedure,
  random,
}: {
  secretId: string;
  secretKey: string;
  now: number;
  expiresAt: number;
  procedure: string;
  random: number;
}): string {
  requireText('secretId', secretId);
  requireLife(now, expiresAt);
  requireInteger('random', random, 0, MAX_RANDOM);
  const fields = { s: secretId, t: now, e: expiresAt, p: procedure, r: random };
  return sealText({ secretKey, text: urlEncoded(Object.entries(fields)) });
}

export type VodUploadCheck =
  | { ok: true; params: Record<string, string> }
  | { ok: false; reason: 'missing' | 'malformed' | 'wrong' | 'unknownId' | 'notYet' | 'expired' };

/**
 * Judges a client upload signature of either form and gives back what it fixes, by the documented names
 * (procedure, sourceContext, ...), all as text; never throws on what a client sent.
 * now: Unix seconds. Single use (oneTimeValid) is for the caller to remember.
 * Order: missing, malformed, wrong, unknownId, notYet, expired.
 */
export function verifyVodUploadSignature({
  signature,
  secretId,
  secretKey,
  now,
}: {
  signature: unknown;
  secretId: string;
  secretKey: string;
  now: number;
}): VodUploadCheck {
  if (isMissing(signature)) return { ok: false, reason: 'missing' };
  const text = textInSeal(signature);
  const params = text === undefined ? undefined : readParams(text);
  if (text === undefined || params === undefined) return { ok: false, reason: 'malformed' };
  if (!isSealedBy({ secretKey, text, sealed: signature })) return { ok: false, reason: 'wrong' };
  const { secretId: id = '', currentTimeStamp = '', expireTime = '' } = params;
  if (!sameText(id, secretId)) return { ok: false, reason: 'unknownId' };
  const [start, end] = [Number(currentTimeStamp), Number(expireTime)];
  if (now < start) return { ok: false, reason: 'notYet' };
  return now <= end && end - start <= NINETY_DAYS ? { ok: true, params } : { ok: false, reason: 'expired' };
}

const SHORT_NAMES = new Map([
  ['s', 'secretId'],
  ['t', 'currentTimeStamp'],
  ['e', 'expireTime'],
  ['p', 'procedure'],
  ['r', 'random'],
]);

function readParams(text: string): Record<string, string> | undefined {
  const params = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(text)) {
    const longName = SHORT_NAMES.get(name) ?? name;
    if (params.has(longName)) return undefined;
    params.set(longName, value);
  }
  const areDigits = ['currentTimeStamp', 'expireTime', 'random'].every((name) =>
    /^[0-9]{1,10}$/.test(params.get(name) ?? ''),
  );
  return params.has('secretId') && areDigits ? Object.fromEntries(params) : undefined;
}

function requireLife(now: number, expiresAt: number): void {
  requireSeconds('currentTimeStamp', now);
  requireInteger('expireTime', expiresAt, now, now + NINETY_DAYS);
}

function urlEncoded(fields: readonly (readonly [string, string | number | undefined])[]): string {
  return fields
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
    .join('&');
}
