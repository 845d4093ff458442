import { requireSeconds, requireText } from './argument';
import { digest, hmac } from './digest';
import { isMissing, isPlainText, isRecord } from './given';
import { percentEncode } from './percentEncode';
import { sameText } from './sameText';

/** Query parameters or headers by name, not encoded. */
type Fields = Readonly<Record<string, string | number>>;

interface CosRequest {
  /** HTTP method in any case. */
  method: string;
  /** The path with its leading slash, NOT percent-encoded. */
  pathname: string;
  query: Fields;
  headers: Fields;
}

const KEY_TIME = /^[0-9]{1,10};[0-9]{1,10}$/;

/** The `start;end` text of a signature's validity, both Unix seconds. */
export function cosKeyTime(startsAt: number, expiresAt: number): string {
  requireSeconds('startsAt', startsAt);
  requireSeconds('expiresAt', expiresAt);
  return `${startsAt};${expiresAt}`;
}

/**
 * The key that signs requests during keyTime (`start;end`): hex HMAC-SHA1 of keyTime.
 * Whoever holds it can sign ANY request the secret key is allowed to make until it ends.
 * Throws TypeError on an empty secretKey or another form of keyTime. Source: document 436/7778.
 */
export function cosSignKey({ secretKey, keyTime }: { secretKey: string; keyTime: string }): string {
  requireText('secretKey', secretKey);
  requireText('keyTime', keyTime, KEY_TIME);
  return hmac('sha1', secretKey, keyTime).toString('hex');
}

/** The HttpString of a request: method, path, query and headers on four lines. Source: document 436/7778. */
export function cosHttpString({ method, pathname, query, headers }: CosRequest): string {
  return [method.toLowerCase(), pathname, joined(encoded(query)), joined(encoded(headers)), ''].join('\n');
}

/** The hex signature of an HttpString. Source: document 436/7778. */
export function cosSignature({
  secretKey,
  keyTime,
  httpString,
}: {
  secretKey: string;
  keyTime: string;
  httpString: string;
}): string {
  return signatureWith(cosSignKey({ secretKey, keyTime }), keyTime, httpString);
}

function signatureWith(signKey: string, keyTime: string, httpString: string): string {
  const stringToSign = `sha1\n${keyTime}\n${digest('sha1', httpString)}\n`;
  return hmac('sha1', signKey, stringToSign).toString('hex');
}

/**
 * The Authorization value of a COS (V5) request. Every given header and query parameter is signed;
 * give `host` always, it binds the signature to the bucket.
 * Throws TypeError on an empty secret or another form of keyTime. Source: document 436/7778.
 */
export function cosAuthorization({
  secretKey,
  ...request
}: CosRequest & { secretId: string; secretKey: string; keyTime: string }): string {
  return cosAuthorizationByApp({ ...request, signKey: cosSignKey({ secretKey, keyTime: request.keyTime }) });
}

/**
 * {@link cosAuthorization} of an app, which was given the key of keyTime (v1 GetCOSSignV2, v2 get_cos_sign) and not
 * the secret key.
 */
export function cosAuthorizationByApp({
  secretId,
  signKey,
  keyTime,
  ...request
}: CosRequest & { secretId: string; signKey: string; keyTime: string }): string {
  requireText('secretId', secretId);
  requireText('signKey', signKey);
  const signature = signatureWith(signKey, keyTime, cosHttpString(request));
  return [
    'q-sign-algorithm=sha1',
    `q-ak=${secretId}`,
    `q-sign-time=${keyTime}`,
    `q-key-time=${keyTime}`,
    `q-header-list=${nameList(encoded(request.headers))}`,
    `q-url-param-list=${nameList(encoded(request.query))}`,
    `q-signature=${signature}`,
  ].join('&');
}

/**
 * A URL that carries the authorization for one request on one object; only the host header is signed.
 * key: the object's name without leading slash, not encoded. token: of temporary credentials.
 * The `;` of times and lists stands raw, as the official SDK writes it.
 */
export function presignedUrl({
  secretId,
  secretKey,
  method,
  host,
  key,
  keyTime,
  token,
}: {
  secretId: string;
  secretKey: string;
  method: string;
  host: string;
  key: string;
  keyTime: string;
  token?: string | undefined;
}): string {
  requireText('host', host, /^[A-Za-z0-9.-]+(:[0-9]{1,5})?$/);
  requireText('key', key, /^[^/]/);
  const request = { method, pathname: `/${key}`, query: {}, headers: { host } };
  const authorization = cosAuthorization({ secretId, secretKey, keyTime, ...request });
  const path = key.split('/').map(percentEncode).join('/');
  const session = token === undefined ? '' : `&x-cos-security-token=${percentEncode(token)}`;
  return `https://${host}/${path}?${authorization}${session}`;
}

/** The authorization inside the query of a presigned URL, in the form of the header, to verify it alike. */
export function cosAuthorizationFromQuery(query: Readonly<Record<string, unknown>>): string | undefined {
  const names = [
    'sign-algorithm',
    'ak',
    'sign-time',
    'key-time',
    'header-list',
    'url-param-list',
    'signature',
  ];
  const values = names.map((name) => query[`q-${name}`]);
  if (values.every(isMissing)) return undefined;
  // A part that is not there becomes one no authorization can have, so that the whole is malformed.
  return names.map((name, i) => `q-${name}=${typeof values[i] === 'string' ? values[i] : '&'}`).join('&');
}

export type CosCheck = 'ok' | 'missing' | 'malformed' | 'unknownId' | 'wrong' | 'notYet' | 'expired';

const AUTHORIZATION = new RegExp(
  [
    '^q-sign-algorithm=sha1',
    'q-ak=(?<id>[^&]+)',
    'q-sign-time=(?<start>[0-9]{1,10});(?<end>[0-9]{1,10})',
    'q-key-time=\\k<start>;\\k<end>',
    'q-header-list=(?<headerList>[^&]*)',
    'q-url-param-list=(?<queryList>[^&]*)',
    'q-signature=[0-9a-f]{40}$',
  ].join('&'),
);

/**
 * Judges the Authorization of a request that arrived; never throws on what a client sent.
 *
 * pathname, query and headers are as decoded by the HTTP server; only what the authorization lists is looked at,
 * so a caller that needs some header bound (host) checks that the list names it. now: Unix seconds.
 * The authorization is right when it is the one this library makes of the listed parts.
 * Order: missing, malformed, unknownId, wrong, notYet, expired.
 */
export function verifyCosAuthorization({
  authorization,
  secretId,
  secretKey,
  method,
  pathname,
  query,
  headers,
  now,
}: {
  authorization: unknown;
  secretId: string;
  secretKey: string;
  method: string;
  pathname: unknown;
  query: unknown;
  headers: unknown;
  now: number;
}): CosCheck {
  if (isMissing(authorization)) return 'missing';
  if (!isPlainText(authorization, 4096) || !isPlainText(pathname, 4096)) return 'malformed';
  const parts = AUTHORIZATION.exec(authorization)?.groups;
  if (parts === undefined) return 'malformed';
  const { id = '', start = '', end = '', headerList = '', queryList = '' } = parts;
  if (!sameText(id, secretId)) return 'unknownId';
  const listedParts = { query: listed(query, queryList), headers: listed(headers, headerList) };
  const request = { method, pathname, keyTime: `${start};${end}`, ...listedParts };
  if (!sameText(cosAuthorization({ secretId, secretKey, ...request }), authorization)) return 'wrong';
  if (now < Number(start)) return 'notYet';
  return now > Number(end) ? 'expired' : 'ok';
}

/** The fields whose encoded names are in the list; values no signature can cover are left out. */
function listed(fields: unknown, list: string): Record<string, string | number> {
  const names = new Set(list.split(';'));
  const signed: [string, string | number][] = [];
  for (const [name, value] of isRecord(fields) ? Object.entries(fields) : []) {
    const signable = typeof value === 'number' || isPlainText(value, 16_384);
    if (signable && isPlainText(name, 1024) && names.has(encodedName(name))) signed.push([name, value]);
  }
  return Object.fromEntries(signed);
}

type Pair = readonly [name: string, value: string];

function encoded(fields: Fields): Pair[] {
  return Object.entries(fields)
    .map(([name, value]): Pair => [encodedName(name), percentEncode(String(value))])
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

function encodedName(name: string): string {
  return percentEncode(name).toLowerCase();
}

function nameList(pairs: readonly Pair[]): string {
  return pairs.map(([name]) => name).join(';');
}

function joined(pairs: readonly Pair[]): string {
  return pairs.map(([name, value]) => `${name}=${value}`).join('&');
}
