import { requireInteger, requireSeconds, requireText } from './argument';
import { isMissing, isPlainText } from './given';
import { isSealedBy, sealText, textInSeal } from './sealedText';
import { sameText } from './sameText';

const NINETY_DAYS = 7_776_000;

/**
 * The COS v4 signature the 2017 app uploads with; use only for that app.
 *
 * now, expiresAt: Unix seconds; expiresAt 0 makes a signature for one operation, which then needs a path.
 * random: 0 to 2^32-1. path: the object, with leading slash, not encoded; without it the signature is good for the
 * whole bucket. bucket: without the appid.
 * Throws TypeError naming the argument that is not usable. Source: document 436/6054 and the original PHP, whose
 * order of fields this is.
 */
export function cosV4Sign({
  appId,
  bucket,
  secretId,
  secretKey,
  now,
  expiresAt,
  random,
  path,
}: {
  appId: string;
  bucket: string;
  secretId: string;
  secretKey: string;
  now: number;
  expiresAt: number;
  random: number;
  path?: string | undefined;
}): string {
  requireText('appId', appId, /^[0-9]+$/);
  requireText('bucket', bucket, /^[A-Za-z0-9-]+$/);
  requireText('secretId', secretId, /^[^&]+$/);
  requireSeconds('now', now);
  if (expiresAt === 0) requireText('path', path);
  else requireInteger('expiresAt', expiresAt, now + 1, now + NINETY_DAYS);
  requireInteger('random', random, 0, 0xffffffff);
  const file =
    path === undefined ? '' : `/${appId}/${bucket}${path.split('/').map(encodeURIComponent).join('/')}`;
  const fields = { a: appId, b: bucket, k: secretId, e: expiresAt, t: now, r: random, f: file };
  const original = Object.entries(fields).map(([name, value]) => `${name}=${value}`);
  return cosV4SignOriginal({ secretKey, original: original.join('&') });
}

/** The COS v4 signature of a text of fields in any order. */
export function cosV4SignOriginal({ secretKey, original }: { secretKey: string; original: string }): string {
  return sealText({ secretKey, text: original });
}

export type CosV4Check =
  'ok' | 'okOnce' | 'missing' | 'malformed' | 'unknownId' | 'wrong' | 'notYet' | 'expired' | 'otherPath';

/**
 * Judges a COS v4 signature for an operation on one object; never throws on what a client sent.
 *
 * path: the object, with leading slash, not encoded. now: Unix seconds.
 * 'okOnce': genuine, but made for a single operation and without an end: the caller has to remember its use.
 * Order: missing, malformed, wrong, unknownId (another id, application or bucket), otherPath, notYet, expired
 * (which a life of more than 90 days also is).
 */
export function verifyCosV4Sign({
  sign,
  appId,
  bucket,
  secretId,
  secretKey,
  path,
  now,
}: {
  sign: unknown;
  appId: string;
  bucket: string;
  secretId: string;
  secretKey: string;
  path: unknown;
  now: number;
}): CosV4Check {
  if (isMissing(sign)) return 'missing';
  const original = textInSeal(sign);
  const fields = original === undefined ? undefined : readOriginal(original);
  if (original === undefined || fields === undefined || !isPlainText(path, 4096)) return 'malformed';
  if (!isSealedBy({ secretKey, text: original, sealed: sign })) return 'wrong';
  if (!sameText(fields.k, secretId) || fields.a !== appId || fields.b !== bucket) return 'unknownId';
  if (fields.f !== '' && decoded(fields.f) !== `/${appId}/${bucket}${path}`) return 'otherPath';
  const [start, end] = [Number(fields.t), Number(fields.e)];
  if (now < start) return 'notYet';
  if (end === 0) return fields.f === '' ? 'otherPath' : 'okOnce';
  return now > end || end - start > NINETY_DAYS ? 'expired' : 'ok';
}

interface Original {
  a: string;
  b: string;
  k: string;
  e: string;
  t: string;
  r: string;
  f: string;
}

/** The seven fields, in any order, each exactly once. */
function readOriginal(original: string): Original | undefined {
  const fields = new Map(
    original.split('&').map((pair) => {
      const [name = '', value = ''] = pair.split(/=(.*)/s);
      return [name, value];
    }),
  );
  const [a, b, k, e, t, r, f] = ['a', 'b', 'k', 'e', 't', 'r', 'f'].map((name) => fields.get(name));
  if (original.split('&').length !== 7 || a === undefined || b === undefined || k === undefined)
    return undefined;
  if (e === undefined || t === undefined || r === undefined || f === undefined) return undefined;
  return [e, t, r].every((digits) => /^[0-9]{1,10}$/.test(digits)) ? { a, b, k, e, t, r, f } : undefined;
}

/** Undefined when the text is not percent-encoded UTF-8. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
