import type { IncomingMessage, ServerResponse } from 'node:http';
import { verifyCosAuthorization } from '../../../shared/signing/cosRequest';
import type { HttpService } from './startEmulator';

/** A bucket of COS as its owner set it up. */
export interface Bucket {
  /** With the APPID. */
  name: string;
  region: string;
  secretId: string;
  secretKey: string;
  /** Whether that key may list it. */
  keyLists: boolean;
  /** Whether everyone may read objects, and list them. */
  everyoneReads: boolean;
  everyoneLists: boolean;
  /** The origins of its CORS rule, which allows PUT and POST; none without a rule. */
  corsOrigins: string[];
}

/** The buckets of one region, as far as they are looked at: list, an object that is not there, preflight. */
export function cosService(bucket: Bucket): HttpService {
  const suffix = `.cos.${bucket.region}.myqcloud.com`;
  return {
    hosts: [`*${suffix}`],
    takes: (host) => host.endsWith(suffix),
    serve: async (host, req, res) => {
      if (host !== bucket.name + suffix) return refuse(res, 404, 'NoSuchBucket');
      if (req.method === 'OPTIONS') return preflight(bucket, req, res);
      const { pathname, searchParams } = new URL(req.url ?? '/', `https://${host}`);
      const signer = signerOf(bucket, req, pathname, Object.fromEntries(searchParams));
      if (signer !== 'owner' && signer !== 'nobody') return refuse(res, 403, signer);
      if (pathname === '/') {
        const mayList = bucket.everyoneLists || (signer === 'owner' && bucket.keyLists);
        return mayList
          ? void res.writeHead(200).end('<ListBucketResult/>')
          : refuse(res, 403, 'AccessDenied');
      }
      return bucket.everyoneReads ? refuse(res, 404, 'NoSuchKey') : refuse(res, 403, 'AccessDenied');
    },
  };
}

function signerOf(
  { secretId, secretKey }: Bucket,
  req: IncomingMessage,
  pathname: string,
  query: Record<string, string>,
): 'owner' | 'nobody' | 'InvalidAccessKeyId' | 'SignatureDoesNotMatch' | 'RequestIsExpired' {
  const check = verifyCosAuthorization({
    authorization: req.headers.authorization,
    secretId,
    secretKey,
    method: req.method ?? '',
    pathname,
    query,
    headers: req.headers,
    now: Math.floor(Date.now() / 1000),
  });
  switch (check) {
    case 'ok':
      return 'owner';
    case 'missing':
      return 'nobody';
    case 'unknownId':
      return 'InvalidAccessKeyId';
    case 'notYet':
    case 'expired':
      return 'RequestIsExpired';
    default:
      return 'SignatureDoesNotMatch';
  }
}

function preflight({ corsOrigins }: Bucket, req: IncomingMessage, res: ServerResponse): void {
  const origin = req.headers.origin ?? '';
  if (!corsOrigins.includes('*') && !corsOrigins.includes(origin)) return refuse(res, 403, 'AccessForbidden');
  res.writeHead(200, {
    'Access-Control-Allow-Origin': corsOrigins.includes('*') ? '*' : origin,
    'Access-Control-Allow-Methods': 'PUT,POST',
  });
  res.end();
}

function refuse(res: ServerResponse, status: number, code: string): void {
  res.writeHead(status, { 'Content-Type': 'application/xml' });
  res.end(`<?xml version='1.0' encoding='utf-8' ?>\n<Error><Code>${code}</Code></Error>`);
}
