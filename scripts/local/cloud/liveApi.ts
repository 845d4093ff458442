/**
 * The API of the live service (live.tencentcloudapi.com, 2018-08-01) as far as this product calls it: JSON by POST at
 * `/`, signed TC3-HMAC-SHA256, refusals as `Response.Error` inside HTTP 200.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { verifyTc3, type Tc3Check } from '../../../shared/signing/tc3';
import { ApiError, liveActions, type LiveActionOptions, type LocalMix } from './liveActions';

export interface LiveApiOptions extends LiveActionOptions {
  readonly secretId: string;
  readonly secretKey: string;
}

export interface LiveApi {
  /** Whether a request is a call of a cloud API: those have a header of their own. */
  readonly takes: (req: IncomingMessage) => boolean;
  readonly serve: (req: IncomingMessage, res: ServerResponse) => Promise<void>;
  /** The mixes that run, by session id. */
  readonly mixes: ReadonlyMap<string, LocalMix>;
}

const MAX_BODY_BYTES = 10 * 1024 * 1024;

/** The common error codes of API 3.0. */
const authFailures: Record<Exclude<Tc3Check, 'ok'>, string> = {
  missing: 'AuthFailure.InvalidAuthorization',
  malformed: 'AuthFailure.InvalidAuthorization',
  unknownId: 'AuthFailure.SecretIdNotFound',
  wrong: 'AuthFailure.SignatureFailure',
  expired: 'AuthFailure.SignatureExpire',
  tooFarAhead: 'AuthFailure.SignatureExpire',
};

export function openLiveApi(options: LiveApiOptions): LiveApi {
  const { actions, mixes } = liveActions(options);
  return {
    takes: (req) => req.headers['x-tc-action'] !== undefined && /^\/?(\?|$)/.test(req.url ?? ''),
    mixes,
    async serve(req, res) {
      const body = await readBody(req);
      if (body === undefined) return;
      answer(res, perform(options, actions, req, body));
    },
  };
}

function perform(
  options: LiveApiOptions,
  actions: ReturnType<typeof liveActions>['actions'],
  req: IncomingMessage,
  body: Buffer,
): Record<string, unknown> {
  try {
    checkSignature(options, req, body);
    const action = actions.get(String(req.headers['x-tc-action']));
    if (action === undefined) throw new ApiError('InvalidAction', 'the local cloud has no such action');
    if (req.headers['x-tc-version'] !== '2018-08-01')
      throw new ApiError('NoSuchVersion', 'expected 2018-08-01');
    return action(parametersOf(body));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { Error: { Code: error.code, Message: error.message } };
  }
}

function checkSignature(options: LiveApiOptions, req: IncomingMessage, body: Buffer): void {
  if (req.method !== 'POST') throw new ApiError('UnsupportedProtocol', 'only POST is supported here');
  if (body.length > MAX_BODY_BYTES) throw new ApiError('RequestSizeLimitExceeded', 'the body exceeds 10 MB');
  const check = verifyTc3({
    authorization: req.headers.authorization,
    timestamp: req.headers['x-tc-timestamp'],
    headers: req.headers,
    now: Math.floor(options.now() / 1000),
    secretId: options.secretId,
    secretKey: options.secretKey,
    service: 'live',
    method: 'POST',
    payload: body,
  });
  if (check !== 'ok') throw new ApiError(authFailures[check], `the signature is not accepted: ${check}`);
}

function parametersOf(body: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // Falls through to the refusal.
  }
  throw new ApiError('InvalidRequest', 'the body is not a JSON object');
}

/** Out: the body, cut off behind the limit; undefined when the client has gone. */
function readBody(req: IncomingMessage): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    let size = 0;
    req.on('data', (part: Buffer) => {
      if (size <= MAX_BODY_BYTES) parts.push(part);
      size += part.length;
    });
    req.on('end', () => resolve(Buffer.concat(parts)));
    req.on('close', () => resolve(undefined));
  });
}

function answer(res: ServerResponse, response: Record<string, unknown>): void {
  res.writeHead(200, { 'Content-Type': 'application/json' });
  res.end(JSON.stringify({ Response: { ...response, RequestId: randomUUID() } }));
}
