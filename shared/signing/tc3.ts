import { requireInteger, requireText } from './argument';
import { digest, hmac } from './digest';
import { isMissing, isPlainText, isRecord } from './given';
import { sameText } from './sameText';

interface Tc3Request {
  secretId: string;
  secretKey: string;
  /** The product, such as 'live': the first part of the host name. */
  service: string;
  /** Unix seconds, as in the header X-TC-Timestamp. */
  timestamp: number;
  method: 'GET' | 'POST';
  /** Query text without `?`, encoded as sent. */
  query?: string | undefined;
  /** The headers to sign, by name; content-type and host always have to be among them. */
  headers: Readonly<Record<string, string>>;
  /** The body exactly as sent. */
  payload: string | Uint8Array;
}

/**
 * The Authorization of a call to a Tencent Cloud API (version 3, TC3-HMAC-SHA256).
 * Throws TypeError naming the argument that is not usable. Source: document 213/30654.
 */
export function tc3Authorization(request: Tc3Request): string {
  const { secretId, secretKey, service, timestamp } = request;
  requireText('secretId', secretId);
  requireText('secretKey', secretKey);
  requireText('service', service, /^[a-z0-9]+$/);
  requireInteger('timestamp', timestamp, 0, 0xffffffff);
  const date = new Date(timestamp * 1000).toISOString().slice(0, 10);
  const scope = `${date}/${service}/tc3_request`;
  const { canonicalRequest, signedHeaders } = canonical(request);
  const stringToSign = ['TC3-HMAC-SHA256', timestamp, scope, digest('sha256', canonicalRequest)].join('\n');
  const signingKey = hmac(
    'sha256',
    hmac('sha256', hmac('sha256', `TC3${secretKey}`, date), service),
    'tc3_request',
  );
  const signature = hmac('sha256', signingKey, stringToSign).toString('hex');
  return `TC3-HMAC-SHA256 Credential=${secretId}/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`;
}

export type Tc3Check = 'ok' | 'missing' | 'malformed' | 'unknownId' | 'wrong' | 'expired' | 'tooFarAhead';

const AUTHORIZATION =
  /^TC3-HMAC-SHA256 Credential=([^/, ]+)\/\d{4}-\d\d-\d\d\/([a-z0-9]+)\/tc3_request, SignedHeaders=([a-z0-9;-]+), Signature=[0-9a-f]{64}$/;
const CLOCK_DIFFERENCE_SECONDS = 300;

/**
 * Judges the Authorization of a call that arrived; never throws on what a client sent.
 *
 * headers: those of the call, names in lower case; the ones that the authorization lists count, and content-type and
 * host must be listed. timestamp: the value of X-TC-Timestamp, Unix seconds. now: Unix seconds; the two may differ by 5 minutes.
 * Order: missing, malformed, unknownId, wrong (also for another service), expired, tooFarAhead.
 */
export function verifyTc3({
  authorization,
  timestamp,
  headers,
  now,
  ...request
}: Omit<Tc3Request, 'timestamp' | 'headers'> & {
  authorization: unknown;
  timestamp: unknown;
  headers: unknown;
  now: number;
}): Tc3Check {
  if (isMissing(authorization) || isMissing(timestamp)) return 'missing';
  if (!isPlainText(authorization, 2048)) return 'malformed';
  const [, id = '', , list] = AUTHORIZATION.exec(authorization) ?? [];
  const digits = typeof timestamp === 'number' || typeof timestamp === 'string' ? String(timestamp) : '';
  if (list === undefined || !/^[0-9]{1,10}$/.test(digits) || Number(digits) > 0xffffffff) return 'malformed';
  const listed = list.split(';');
  if (!listed.includes('content-type') || !listed.includes('host')) return 'malformed';
  if (!sameText(id, request.secretId)) return 'unknownId';
  const signed = { ...request, timestamp: Number(digits), headers: pick(headers, listed) };
  if (!sameText(tc3Authorization(signed), authorization)) return 'wrong';
  if (now > signed.timestamp + CLOCK_DIFFERENCE_SECONDS) return 'expired';
  return signed.timestamp > now + CLOCK_DIFFERENCE_SECONDS ? 'tooFarAhead' : 'ok';
}

/**
 * The signature of the older API version 1: base64 HMAC of a request text.
 * Source: unit test of the official Node SDK.
 */
export function tcV1Signature({
  secretKey,
  text,
  algorithm = 'sha1',
}: {
  secretKey: string;
  text: string;
  algorithm?: 'sha1' | 'sha256' | undefined;
}): string {
  requireText('secretKey', secretKey);
  return hmac(algorithm, secretKey, text).toString('base64');
}

/** The request in the one spelling both sides hash, and the names of its signed headers in order. */
function canonical({ method, query = '', headers, payload }: Tc3Request) {
  const lines = Object.entries(headers)
    .map(([name, value]) => [name.trim().toLowerCase(), value.trim().toLowerCase()] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const signedHeaders = lines.map(([name]) => name).join(';');
  const headerLines = lines.map(([name, value]) => `${name}:${value}\n`).join('');
  const parts = [method, '/', query, headerLines, signedHeaders, digest('sha256', payload)];
  return { canonicalRequest: parts.join('\n'), signedHeaders };
}

function pick(headers: unknown, names: readonly string[]): Record<string, string> {
  const picked: [string, string][] = [];
  for (const [name, value] of isRecord(headers) ? Object.entries(headers) : []) {
    if (names.includes(name) && isPlainText(value, 16_384)) picked.push([name, value]);
  }
  return Object.fromEntries(picked);
}
