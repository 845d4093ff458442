import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { verifyTc3, type Tc3Check } from '../../../shared/signing/tc3';
import { ApiRefusal } from './apiRefusal';
import type { ApiService } from './apiService';
import type { Effect, Faults } from './faults';
import { readSdkModel, type SdkModel } from './sdkModel';

/** One call of a cloud API as it arrived, and what became of it. */
export interface ApiCall {
  readonly service: string;
  readonly action: string;
  readonly region: string | undefined;
  /** As JSON says; {} when the body was none. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly requestId: string;
  /** The code of the refusal; undefined when it was done, or when nothing was answered. */
  readonly refused: string | undefined;
}

export interface Credential {
  readonly secretId: string;
  readonly secretKey: string;
  /** The security token of a temporary key. */
  readonly token?: string | undefined;
  /** Whose it is; a sub-user of the account when left out. */
  readonly identity?: { readonly AccountId: string; readonly UserId: string } | undefined;
  /** What it may do, such as 'live:DescribeLiveDomains'; everything when left out. Nobody needs leave to ask who he is. */
  readonly allowed?: readonly string[] | undefined;
}

interface Options {
  readonly services: readonly ApiService[];
  readonly credentials: readonly Credential[];
  readonly region: string;
  readonly faults: Faults;
  readonly calls: ApiCall[];
  /** Takes what no test foresaw: an action that the emulator does not have, a fault of its own. */
  unexpected(what: string): void;
}

export interface TencentApi {
  /** The service that a host names, e.g. of scf.tencentcloudapi.com. */
  serviceOf(host: string): ApiService | undefined;
  serve(service: ApiService, req: IncomingMessage, res: ServerResponse, body: Buffer): Promise<void>;
}

/** A TC3 request may have so many bytes (document 213/30654). */
const maxBodyBytes = 10 * 1024 * 1024;

const authFailures: Record<Exclude<Tc3Check, 'ok'>, string> = {
  missing: 'AuthFailure.InvalidAuthorization',
  malformed: 'AuthFailure.InvalidAuthorization',
  unknownId: 'AuthFailure.SecretIdNotFound',
  wrong: 'AuthFailure.SignatureFailure',
  expired: 'AuthFailure.SignatureExpire',
  tooFarAhead: 'AuthFailure.SignatureExpire',
};

/** The front of the cloud APIs (version 3): signatures, parameters, refusals as `Response.Error` inside HTTP 200. */
export function openTencentApi(options: Options): TencentApi {
  const models = new Map<string, SdkModel>();
  const modelOf = ({ name, version }: ApiService): SdkModel => {
    const model = models.get(name) ?? readSdkModel(name, version);
    models.set(name, model);
    return model;
  };
  return {
    serviceOf: (host) => options.services.find(({ name }) => host === `${name}.tencentcloudapi.com`),
    async serve(service, req, res, body) {
      const requestId = randomUUID();
      const heard = { action: String(req.headers['x-tc-action'] ?? ''), parameters: {}, effect: undefined };
      const call = { service, req, body, requestId, heard };
      const outcome = await perform(options, modelOf, call);
      options.calls.push({
        service: service.name,
        action: call.heard.action,
        region: regionOf(req),
        parameters: Object.fromEntries(Object.entries(call.heard.parameters)),
        requestId,
        refused: 'Error' in outcome ? outcome.Error.Code : undefined,
      });
      await answer(res, { ...outcome, RequestId: requestId }, call.heard.effect);
    },
  };
}

interface Arrived {
  readonly service: ApiService;
  readonly req: IncomingMessage;
  readonly body: Buffer;
  readonly requestId: string;
  readonly heard: { readonly action: string; parameters: object; effect: Effect | undefined };
}

type Outcome = { Error: { Code: string; Message: string } } | object;

async function perform(
  options: Options,
  modelOf: (service: ApiService) => SdkModel,
  call: Arrived,
): Promise<Outcome & { Error?: { Code: string; Message: string } }> {
  const { service, heard, requestId } = call;
  try {
    const credential = checkRequest(options, call);
    heard.parameters = parametersOf(call.body);
    const effect = options.faults.hit(heard.action, heard.parameters);
    heard.effect = effect;
    if (effect?.kind === 'refuse')
      throw new ApiRefusal(effect.code, effect.message ?? 'Refused by the test.');
    if (effect?.kind === 'drop' || effect?.kind === 'hang') return {};
    if (effect?.kind === 'tell') effect.call();
    const run = service.actions.get(heard.action);
    modelOf(service).checkParameters(heard.action, heard.parameters);
    if (run === undefined) throw new Error(`the emulator has no action ${heard.action}`);
    return await run(heard.parameters, { requestId, secretId: credential.secretId });
  } catch (error) {
    if (error instanceof ApiRefusal) return { Error: { Code: error.code, Message: error.message } };
    options.unexpected(
      `${service.name} ${heard.action}: ${error instanceof Error ? error.message : String(error)}`,
    );
    return { Error: { Code: 'InternalError', Message: 'An internal error has occurred.' } };
  }
}

function checkRequest({ credentials, region }: Options, { service, req, body, heard }: Arrived): Credential {
  if (req.method !== 'POST' || req.url !== '/')
    throw new ApiRefusal('UnsupportedProtocol', 'The emulator takes POST at / only.');
  if (body.length > maxBodyBytes)
    throw new ApiRefusal('RequestSizeLimitExceeded', 'The size of the request exceeds 10 MB.');
  const credential = checkSignature(credentials, service, req, body);
  if (service.name !== 'sts' && credential.allowed?.includes(`${service.name}:${heard.action}`) === false)
    throw new ApiRefusal('UnauthorizedOperation', `You are not authorized to perform ${heard.action}.`);
  if (req.headers['x-tc-version'] !== service.version)
    throw new ApiRefusal('NoSuchVersion', `The version of ${service.name} is ${service.version}.`);
  if (!service.regional) return credential;
  if (regionOf(req) === undefined)
    throw new ApiRefusal('MissingParameter', 'The request is missing a required parameter `Region`.');
  if (regionOf(req) !== region)
    throw new ApiRefusal('UnsupportedRegion', `The region ${regionOf(req)} is not supported.`);
  return credential;
}

function checkSignature(
  credentials: readonly Credential[],
  service: ApiService,
  req: IncomingMessage,
  body: Buffer,
): Credential {
  const id = /Credential=([^/]*)/.exec(req.headers.authorization ?? '')?.[1];
  const credential = credentials.find(({ secretId }) => secretId === id) ?? credentials[0];
  if (credential === undefined) throw new ApiRefusal('AuthFailure.SecretIdNotFound', 'There are no keys.');
  const check = verifyTc3({
    authorization: req.headers.authorization,
    timestamp: req.headers['x-tc-timestamp'],
    headers: req.headers,
    now: Math.floor(Date.now() / 1000),
    secretId: credential.secretId,
    secretKey: credential.secretKey,
    service: service.name,
    method: 'POST',
    payload: body,
  });
  if (check !== 'ok') throw new ApiRefusal(authFailures[check], `The signature is not accepted: ${check}.`);
  if (req.headers['x-tc-token'] !== credential.token)
    throw new ApiRefusal('AuthFailure.TokenFailure', 'The token does not belong to the key.');
  return credential;
}

function regionOf(req: IncomingMessage): string | undefined {
  const region = req.headers['x-tc-region'];
  return typeof region === 'string' ? region : undefined;
}

function parametersOf(body: Buffer): object {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Falls through to the refusal.
  }
  throw new ApiRefusal('InvalidRequest', 'The body is not a JSON object.');
}

async function answer(res: ServerResponse, Response: object, effect: Effect | undefined): Promise<void> {
  if (effect?.kind === 'hang') return;
  if (effect?.kind === 'drop' || effect?.kind === 'dropAnswer') return void res.destroy();
  if (effect?.kind === 'slow') await new Promise((resolve) => setTimeout(resolve, effect.ms));
  res.writeHead(200, { 'Content-Type': 'application/json' });
  res.end(JSON.stringify({ Response }));
}
