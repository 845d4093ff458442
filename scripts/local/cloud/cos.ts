/**
 * Cloud Object Storage on this machine: one bucket at `/cos/<bucket>-<appid>/<key>`, publicly readable.
 * Takes PUT with a signature in header or query, and POST of a form with a policy, and judges every signature it
 * is given. Answers with COS's XML errors (document 436/7730).
 */
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { verifyCosPostPolicy, type CosPolicyCheck } from '../../../shared/signing/cosPostPolicy';
import {
  cosAuthorizationFromQuery,
  verifyCosAuthorization,
  type CosCheck,
} from '../../../shared/signing/cosRequest';
import type { CosObjects } from './cosObjects';
import { cors, sendFile } from './reply';
import { MAX_UPLOAD_BYTES, readBody, readForm } from './upload';

export interface CosAccount {
  readonly appId: string;
  /** Without the appid. */
  readonly bucket: string;
  readonly secretId: string;
  readonly secretKey: string;
}

export interface CosOptions extends CosAccount {
  readonly objects: CosObjects;
  /** Milliseconds. */
  readonly now: () => number;
  readonly newId: () => string;
  readonly log: (line: string) => void;
}

interface Exchange {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly bucket: string;
  /** Decoded, without leading slash; empty for the bucket itself. */
  readonly key: string;
  readonly query: URLSearchParams;
}

type CosError =
  | 'AccessDenied'
  | 'BadDigest'
  | 'EntityTooLarge'
  | 'EntityTooSmall'
  | 'InvalidAccessKeyId'
  | 'InvalidURI'
  | 'MalformedPOSTRequest'
  | 'MethodNotAllowed'
  | 'NoSuchBucket'
  | 'NoSuchKey'
  | 'RequestTimeTooSkewed'
  | 'SignatureDoesNotMatch';

const statuses: Record<CosError, number> = {
  AccessDenied: 403,
  BadDigest: 400,
  EntityTooLarge: 400,
  EntityTooSmall: 400,
  InvalidAccessKeyId: 403,
  InvalidURI: 400,
  MalformedPOSTRequest: 400,
  MethodNotAllowed: 405,
  NoSuchBucket: 404,
  NoSuchKey: 404,
  RequestTimeTooSkewed: 403,
  SignatureDoesNotMatch: 403,
};

/** In: the path as sent, with `/cos/` at its head and without the query. */
export async function serveCos(
  req: IncomingMessage,
  res: ServerResponse,
  rawPath: string,
  query: URLSearchParams,
  options: CosOptions,
): Promise<void> {
  if (req.method === 'OPTIONS') {
    res.writeHead(200, cors);
    res.end();
    return;
  }
  const [, bucket = '', rawKey = ''] = /^\/cos\/([^/]*)\/?(.*)$/s.exec(rawPath) ?? [];
  const key = decodeKey(rawKey);
  const exchange: Exchange = { req, res, bucket, key: key ?? '', query };
  if (bucket !== fullBucket(options)) {
    return refuse(exchange, options, 'NoSuchBucket', 'The specified bucket does not exist.');
  }
  if (key === undefined) return refuse(exchange, options, 'InvalidURI', 'The object key is not acceptable.');
  if (req.method === 'POST' && key === '') return postObject(exchange, options);
  if (key === '') return refuse(exchange, options, 'AccessDenied', 'The bucket cannot be listed.');
  if (req.method === 'PUT') return putObject(exchange, options);
  if (req.method === 'GET' || req.method === 'HEAD') return getObject(exchange, options);
  return refuse(exchange, options, 'MethodNotAllowed', 'Only GET, HEAD, PUT, POST of a form and OPTIONS.');
}

/** `name-appid`, whether or not the configured name has the appid already. */
export function fullBucket({ bucket, appId }: Pick<CosAccount, 'bucket' | 'appId'>): string {
  return bucket.endsWith(`-${appId}`) ? bucket : `${bucket}-${appId}`;
}

/** Out: the object key of a path; undefined when it is not UTF-8, too long (850 bytes) or tries to climb. */
export function decodeKey(rawKey: string): string | undefined {
  try {
    const key = decodeURIComponent(rawKey);
    return isKey(key) ? key : undefined;
  } catch {
    return undefined;
  }
}

function isKey(key: string): boolean {
  const climbs = key.split(/[/\\]/).some((part) => part === '..' || part === '.');
  const hasControls = [...key].some((sign) => sign < ' ' || sign === '\x7f');
  return !climbs && !hasControls && !key.startsWith('/') && Buffer.byteLength(key) <= 850;
}

async function getObject(exchange: Exchange, options: CosOptions): Promise<void> {
  const { req, res, key } = exchange;
  // Reading is public, but a signature that is given must be right.
  const verdict = checkRequest(exchange, options);
  if (verdict !== 'ok' && verdict !== 'missing') return refuseSignature(exchange, options, verdict);
  const object = await options.objects.find(key);
  const sent =
    object !== undefined &&
    (await sendFile(req, res, object.path, {
      'Content-Type': object.contentType,
      ETag: object.etag,
      'x-cos-request-id': options.newId(),
      // Uploaded by anyone, served beside the product's own pages: nothing in it may run.
      'Content-Security-Policy': "default-src 'none'; sandbox",
    }));
  if (!sent) refuse(exchange, options, 'NoSuchKey', 'The specified key does not exist.');
}

async function putObject(exchange: Exchange, options: CosOptions): Promise<void> {
  const { req, res, key } = exchange;
  const verdict = checkRequest(exchange, options);
  if (verdict !== 'ok') return refuseSignature(exchange, options, verdict);
  const body = await readBody(req);
  if (body === 'tooLarge') return refuseSize(exchange, options);
  const claimed = req.headers['content-md5'];
  if (claimed !== undefined && claimed !== createHash('md5').update(body).digest('base64')) {
    return refuse(exchange, options, 'BadDigest', 'The Content-MD5 does not fit the body.');
  }
  const etag = await options.objects.put(key, body, contentTypeOf(req.headers['content-type']));
  options.log(`cos: stored ${key} (${body.length} bytes)`);
  res.writeHead(200, { ...cors, ETag: etag, 'x-cos-request-id': options.newId(), 'Content-Length': 0 });
  res.end();
}

async function postObject(exchange: Exchange, options: CosOptions): Promise<void> {
  const { req, res, bucket } = exchange;
  const form = await readForm(req, 'file');
  if (form === 'tooLarge') return refuseSize(exchange, options);
  if (form === 'malformed') {
    return refuse(exchange, options, 'MalformedPOSTRequest', 'The body is not a form with one field "file".');
  }
  const key = form.fields['key'] ?? '';
  if (key === '' || !isKey(key)) {
    return refuse(exchange, options, 'InvalidURI', 'The form field "key" is not acceptable.');
  }
  const contentType = contentTypeOf(form.fields['Content-Type'] ?? form.file.contentType);
  const verdict = verifyCosPostPolicy({
    fields: form.fields,
    fileSize: form.file.content.length,
    contentType,
    bucket,
    secretId: options.secretId,
    secretKey: options.secretKey,
    now: Math.floor(options.now() / 1000),
  });
  if (verdict !== 'ok') return refusePolicy(exchange, options, verdict);
  const etag = await options.objects.put(key, form.file.content, contentType);
  options.log(`cos: stored ${key} (${form.file.content.length} bytes)`);
  const wanted = Number(form.fields['success_action_status']);
  const status = wanted === 200 || wanted === 201 ? wanted : 204;
  res.writeHead(status, { ...cors, ETag: etag, 'x-cos-request-id': options.newId() });
  res.end();
}

function contentTypeOf(given: string | undefined): string {
  return given !== undefined && /^[\w.+-]+\/[\w.+-]+(;[\x20-\x7e]*)?$/.test(given)
    ? given
    : 'application/octet-stream';
}

/** The signature stands in the header or in the query. */
function checkRequest({ req, bucket, key, query }: Exchange, options: CosOptions): CosCheck {
  const parameters = Object.fromEntries(query);
  const request = {
    authorization: req.headers.authorization ?? cosAuthorizationFromQuery(parameters),
    secretId: options.secretId,
    secretKey: options.secretKey,
    method: req.method ?? '',
    query: parameters,
    headers: req.headers,
    now: Math.floor(options.now() / 1000),
  };
  // COS has the bucket in the host name and signs `/key`; a client that only sees this address signs all of it.
  const pathnames = [`/${key}`, `/cos/${bucket}/${key}`];
  const verdicts = pathnames.map((pathname) => verifyCosAuthorization({ ...request, pathname }));
  return verdicts.find((verdict) => verdict !== 'wrong') ?? 'wrong';
}

function refuseSignature(exchange: Exchange, options: CosOptions, verdict: Exclude<CosCheck, 'ok'>): void {
  const texts: Record<Exclude<CosCheck, 'ok'>, [CosError, string]> = {
    missing: ['AccessDenied', 'The request has no signature.'],
    malformed: ['AccessDenied', 'The signature is malformed.'],
    unknownId: ['InvalidAccessKeyId', 'The secret id is not known.'],
    wrong: ['SignatureDoesNotMatch', 'The signature does not fit the request.'],
    notYet: ['RequestTimeTooSkewed', 'The signature is not valid yet.'],
    expired: ['AccessDenied', 'The signature has expired.'],
  };
  refuse(exchange, options, ...texts[verdict]);
}

function refusePolicy(exchange: Exchange, options: CosOptions, verdict: Exclude<CosPolicyCheck, 'ok'>): void {
  switch (verdict) {
    case 'tooLarge':
      return refuse(exchange, options, 'EntityTooLarge', 'The file is larger than the policy allows.');
    case 'tooSmall':
      return refuse(exchange, options, 'EntityTooSmall', 'The file is smaller than the policy allows.');
    case 'unknownCondition':
      return refuse(exchange, options, 'AccessDenied', 'The policy has a condition that is not known.');
    case 'conditionFailed':
      return refuse(exchange, options, 'AccessDenied', 'A condition of the policy is not met.');
    default:
      return refuseSignature(exchange, options, verdict);
  }
}

function refuseSize(exchange: Exchange, options: CosOptions): void {
  refuse(exchange, options, 'EntityTooLarge', `An object may have ${MAX_UPLOAD_BYTES} bytes here.`);
}

function refuse(
  { req, res, bucket, key }: Exchange,
  options: CosOptions,
  code: CosError,
  message: string,
): void {
  const id = options.newId();
  options.log(`cos: ${req.method} refused: ${code}: ${message}`);
  const xml = [
    "<?xml version='1.0' encoding='utf-8' ?>",
    `<Error><Code>${code}</Code><Message>${message}</Message>`,
    `<Resource>${escapeXml(`/${bucket}/${key}`)}</Resource><RequestId>${id}</RequestId></Error>`,
  ].join('\n');
  res.writeHead(statuses[code], {
    ...cors,
    'Content-Type': 'application/xml',
    'Content-Length': Buffer.byteLength(xml),
    'x-cos-request-id': id,
  });
  if (req.complete || req.method === 'HEAD') res.end(req.method === 'HEAD' ? undefined : xml);
  else endAfterUpload(req, res, xml);
}

/**
 * Answers a client that is still sending, and reads on for a little while: closing at once would reset the
 * connection, and the answer would be lost with it.
 */
function endAfterUpload(req: IncomingMessage, res: ServerResponse, text: string): void {
  res.write(text);
  const timer = setTimeout(() => req.destroy(), 2000).unref();
  req.removeAllListeners('data');
  req.on('error', () => undefined);
  req.on('end', () => {
    clearTimeout(timer);
    res.end();
  });
  req.resume();
}

function escapeXml(text: string): string {
  return text.replace(/[<>&'"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
