import { randomUUID } from 'node:crypto';
import { clock } from '../clock';
import type { Access, Call, Command, InputSchema } from '../command';
import type { Config } from '../config';
import { withDeadline } from '../deadline';
import { isUserId, parseInput } from '../input';
import { describeError, type Log } from '../log';
import { isGuestId } from '../reservedUserId';
import { sameText } from '../signing/sameText';
import { DatabaseError } from '../store/databaseError';
import { readToken } from '../token';
import { Failure } from './errors';
import { isRecord, readJsonObject, readRequest, type HttpRequest } from './request';
import { failed, preflight, success, type HttpResponse } from './response';

/** No answer takes longer than this, whatever hangs: apps give up at 5 s and send again at 10 s (protocol.md 14). */
const appPatience = 2_800;

/**
 * So long before its answer a function begins nothing more in its database and ends what is open: the platform may freeze
 * the instance with the answer, and a transaction would keep its locks; milliseconds.
 */
const clearingTime = 300;

export interface ServedRequest extends HttpRequest {
  requestId: string;
  now: number;
}

export type MainHandler = (event: unknown, context?: unknown) => Promise<HttpResponse>;

/**
 * Makes an SCF `main_handler` of a function from request to response: reads the platform's event, answers preflights,
 * turns whatever is thrown into a {@link Failure}, all within 2.8 s, and logs one line, another when that time was too
 * short. It never throws itself.
 * @param onFailure how this wire says a failure; the native envelope by default
 * @param patience milliseconds after which whoever asks no longer waits
 */
export function serve(
  log: Log,
  answer: Route,
  onFailure: (failure: Failure, requestId: string) => HttpResponse = failed,
  patience = appPatience,
): MainHandler {
  return async (event, context) => {
    const startedAt = clock();
    const requestId = requestIdOf(context);
    let response: HttpResponse;
    let code: string | undefined;
    try {
      const request = readRequest(event);
      if (request === undefined) throw new Failure('invalidInput', 'expected an HTTP event');
      response =
        request.method === 'OPTIONS'
          ? preflight()
          : await inTime(answer, { ...request, requestId, now: startedAt }, patience, log);
    } catch (error) {
      const failure = asFailure(error, log, requestId);
      code = failure.code;
      response = onFailure(failure, requestId);
    }
    log('info', 'answered', {
      requestId,
      status: response.statusCode,
      milliseconds: clock() - startedAt,
      ...(code === undefined ? {} : { code }),
    });
    return response;
  };
}

/** One way from a request to its response; {@link serve} makes a function of it. */
export type Route = (request: ServedRequest) => Promise<HttpResponse>;

/** A command that anyone may call, as POST and as GET with its input in the query. */
export function publicRoute<Schema extends InputSchema, Needs>(
  command: Command<Schema, 'public', Needs>,
  needs: Needs,
): Route {
  return async (request) => {
    const input = request.method === 'GET' ? request.query : readPost(request);
    return run(command, input, request, undefined, needs);
  };
}

/** What {@link userRoute} and {@link viewerRoute} read access tokens with. */
export interface TokenNeeds {
  config: Pick<Config, 'TOKEN_SECRET'>;
}

/** What {@link operatorRoute} knows an operator by. */
export interface OperatorNeeds {
  config: Pick<Config, 'ADMIN_TOKEN'>;
}

/** Only as POST: for input that must not stand in a URL, which ends up in logs and histories. */
export function postOnly(route: Route): Route {
  return async (request) => {
    requirePost(request);
    return route(request);
  };
}

/** A command for the holder of an access token, as POST: the caller is the token's subject, who is no guest. */
export function userRoute<Schema extends InputSchema, Needs>(
  command: Command<Schema, 'user', Needs>,
  config: Pick<Config, 'TOKEN_SECRET'>,
  needs: Needs,
): Route {
  return async (request) => {
    const { input, caller } = await readCall(request, config.TOKEN_SECRET);
    if (isGuestId(caller))
      throw new Failure('forbidden', 'Authorization: a guest of the share page may not call this');
    return run(command, input, request, caller, needs);
  };
}

/** A command for the holder of any access token, also a guest's, as POST. */
export function viewerRoute<Schema extends InputSchema, Needs>(
  command: Command<Schema, 'viewer', Needs>,
  config: Pick<Config, 'TOKEN_SECRET'>,
  needs: Needs,
): Route {
  return async (request) => {
    const { input, caller } = await readCall(request, config.TOKEN_SECRET);
    return run(command, input, request, caller, needs);
  };
}

/** A command for the holder of ADMIN_TOKEN, as POST. */
export function operatorRoute<Schema extends InputSchema, Needs>(
  command: Command<Schema, 'operator', Needs>,
  config: Pick<Config, 'ADMIN_TOKEN'>,
  needs: Needs,
): Route {
  return async (request) => {
    const input = readPost(request);
    if (!isOperator(request, config.ADMIN_TOKEN)) {
      throw new Failure('unauthorized', 'Authorization: expected "Bearer <ADMIN_TOKEN>"');
    }
    return run(command, input, request, undefined, needs);
  };
}

/** Whether the request carries ADMIN_TOKEN as its bearer. */
export function isOperator(request: HttpRequest, adminToken: Config['ADMIN_TOKEN']): boolean {
  return sameText(bearerOf(request) ?? '', adminToken.reveal());
}

/**
 * Several commands in one function, told apart by the end of the path: what comes before it differs between a
 * function URL, a custom domain and a gateway.
 */
export function byPath(routes: Record<string, Route>): Route {
  return async (request) => {
    const path = Object.keys(routes).find((end) => request.path.endsWith(end));
    const route = path === undefined ? undefined : routes[path];
    if (route === undefined)
      throw new Failure('notFound', `path: expected one of ${Object.keys(routes).join(', ')}`);
    return route(request);
  };
}

async function run<Schema extends InputSchema, A extends Access, Needs>(
  command: Command<Schema, A, Needs>,
  input: Record<string, unknown>,
  { now, requestId, clientAddress }: ServedRequest,
  caller: Call<A>['caller'],
  needs: Needs,
): Promise<HttpResponse> {
  const output = await command.run(
    parseInput(command.input, input),
    { caller, now, requestId, clientAddress },
    needs,
  );
  return success(output, requestId);
}

function requirePost({ method }: HttpRequest): void {
  if (method !== 'POST')
    throw new Failure('invalidInput', `method: expected POST, not ${method.slice(0, 10)}`);
}

function readPost(request: HttpRequest): Record<string, unknown> {
  requirePost(request);
  return request.body.trim() === '' ? {} : readJsonObject(request.body);
}

/** @throws Failure forbidden for a request that names another user than its token */
async function readCall(
  request: ServedRequest,
  secret: Config['TOKEN_SECRET'],
): Promise<{ input: Record<string, unknown>; caller: string }> {
  const input = readPost(request);
  const caller = await callerOf(request, secret);
  if (input['userId'] !== undefined && input['userId'] !== caller) {
    throw new Failure('forbidden', 'userId: differs from the user the access token belongs to');
  }
  return { input, caller };
}

async function callerOf(request: ServedRequest, secret: Config['TOKEN_SECRET']): Promise<string> {
  const token = bearerOf(request);
  const caller = token === undefined ? undefined : await readToken(token, secret, request.now);
  if (caller === undefined || !isUserId(caller)) {
    throw new Failure(
      'unauthorized',
      'Authorization: expected "Bearer <access token>" with a token that is valid now',
    );
  }
  return caller;
}

function bearerOf(request: HttpRequest): string | undefined {
  return /^Bearer +(\S+)$/i.exec(request.headers['authorization'] ?? '')?.[1];
}

function asFailure(error: unknown, log: Log, requestId: string): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof DatabaseError) {
    log('error', 'database failure', { requestId, code: error.code, ...describeError(error) });
    if (error.code === 'unavailable' || error.code === 'timeout' || error.code === 'locked') {
      return new Failure('unavailable', 'the service is busy or its database cannot be reached, try again');
    }
    return new Failure('internal', 'unexpected failure, the request id leads to its log line');
  }
  log('error', 'unexpected failure', { requestId, ...describeError(error) });
  return new Failure('internal', 'unexpected failure, the request id leads to its log line');
}

/** The route's response, or a Failure when it has none in time. What becomes of the route then is only logged. */
async function inTime(
  route: Route,
  request: ServedRequest,
  patience: number,
  log: Log,
): Promise<HttpResponse> {
  const work = withDeadline(patience - clearingTime, () => route(request));
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const place = { requestId: request.requestId, path: request.path.replace(/\?.*$/s, '').slice(0, 200) };
      log('warn', 'no answer in time', place);
      work.catch((error: unknown) =>
        log('warn', 'failed after its answer', { ...place, ...describeError(error) }),
      );
      reject(new Failure('unavailable', 'no answer in time, try again'));
    }, patience);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function requestIdOf(context: unknown): string {
  if (!isRecord(context)) return randomUUID();
  // An idle database connection must not hold the invocation open.
  context['callbackWaitsForEmptyEventLoop'] = false;
  return typeof context['request_id'] === 'string' ? context['request_id'] : randomUUID();
}
