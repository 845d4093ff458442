import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { splitTarget, toAnswer, toEvent } from './functionUrl';
import type { Instances } from './instances';
import type { Fault } from './startInstance';
import { findFunction, type FunctionDescription } from './routes';

export interface GatewayOptions {
  host: string;
  /** 0 lets the system choose. */
  port: number;
  functions: readonly FunctionDescription[];
  instances: Pick<Instances, 'invoke'>;
  /** Answers requests of its own (playback, uploads); false leaves a request to the functions. */
  cloud?: { handle(request: IncomingMessage, response: ServerResponse): boolean } | undefined;
  log(line: string): void;
  /** How long a client may take to send the body of a function call; 30 s unless given. */
  bodyMs?: number;
}

export interface Gateway {
  port: number;
  /** Takes no new connection, and ends those that are still open after `graceMs`. */
  close(graceMs: number): Promise<void>;
}

/** The platform's limit of a synchronous event; a body above it never reaches a function. */
const maxBodyBytes = 6 * 1024 * 1024;

/**
 * Listens for HTTP and turns each request into the call of a function, as a custom domain in front of Function URLs does.
 * @throws the system's error (`EADDRINUSE`, ...) when it cannot listen
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const server = createServer({ headersTimeout: 10_000, keepAliveTimeout: 5_000 }, (request, response) => {
    serve(options, request, response).catch((error: unknown) => {
      options.log(`gateway | ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      if (response.headersSent) response.destroy();
      else answerJson(response, 500, { errorMessage: 'InternalError' });
    });
  });
  // Who announces a body that is too large need not send it.
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    if (!announcesTooMuch(request)) response.writeContinue();
    server.emit('request', request, response);
  });
  await listen(server, options.host, options.port);
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : options.port,
    close: (graceMs) => close(server, graceMs),
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function close(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}

async function serve(
  options: GatewayOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { path } = splitTarget(request.url ?? '/');
  if (path === '/healthz' && (request.method === 'GET' || request.method === 'HEAD')) {
    return answerJson(response, 200, { status: 'ok' });
  }
  if (options.cloud?.handle(request, response) === true) return;
  const fn = findFunction(options.functions, path);
  if (fn === undefined) {
    const paths = ['/healthz', ...options.functions.flatMap((described) => described.paths)];
    return answerJson(response, 404, { errorMessage: `no function answers at ${path.slice(0, 200)}`, paths });
  }
  const body = await readBody(request, options.bodyMs ?? 30_000);
  if (body === 'gone') return;
  if (body === 'late') return answerJson(response, 408, { errorMessage: 'the request body came too slowly' });
  if (body === 'large') {
    return answerJson(response, 413, {
      errorMessage: `the request body is larger than ${maxBodyBytes} bytes`,
    });
  }
  await call(options, fn, body, request, response);
}

async function call(
  options: GatewayOptions,
  fn: FunctionDescription,
  body: Buffer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const requestId = randomUUID();
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const event = toEvent({
    method: request.method ?? 'GET',
    target: request.url ?? '/',
    headers: request.headers,
    remoteAddress: request.socket.remoteAddress ?? '',
    body,
  });
  const result = await options.instances.invoke(
    fn.name,
    { requestId, event: JSON.stringify(event) },
    gone.signal,
  );
  if ('fault' in result) return answerFault(response, result.fault, requestId);
  const answer = toAnswer(result.json);
  if (answer === undefined) {
    options.log(`${fn.name} | returned an impossible status or header, request ${requestId}`);
    const errorMessage = 'InternalError: the function returned an impossible status or header';
    return answerFault(response, { statusCode: 500, errorCode: -1, errorMessage }, requestId);
  }
  send(response, answer.status, answer.headers, answer.body);
}

function announcesTooMuch(request: IncomingMessage): boolean {
  return Number(request.headers['content-length'] ?? 0) > maxBodyBytes;
}

/** The whole body, or why there is none. What follows a body that is too large is read and forgotten, so that the client can read the answer. */
function readBody(
  request: IncomingMessage,
  timeLimitMs: number,
): Promise<Buffer | 'large' | 'late' | 'gone'> {
  if (announcesTooMuch(request)) {
    request.resume();
    return Promise.resolve('large');
  }
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const timer = setTimeout(() => finish('late'), timeLimitMs);
    const finish = (outcome: Buffer | 'large' | 'late' | 'gone'): void => {
      clearTimeout(timer);
      request.removeAllListeners('data').resume();
      resolve(outcome);
    };
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      chunks.push(chunk);
      if (size > maxBodyBytes) finish('large');
    });
    request.once('end', () => finish(Buffer.concat(chunks)));
    request.once('close', () => finish('gone'));
  });
}

/** The platform's own answer, in the form seen on SCF: `{"errorCode":-1,"errorMessage":"...","requestId":"...","statusCode":433}`. */
function answerFault(response: ServerResponse, fault: Fault, requestId: string): void {
  // 407 asks an HTTP client for proxy credentials: browsers and fetch report that as a broken network.
  const status = fault.statusCode === 407 ? 502 : fault.statusCode;
  answerJson(response, status, { ...fault, requestId });
}

function answerJson(response: ServerResponse, status: number, value: unknown): void {
  send(response, status, { 'Content-Type': 'application/json' }, JSON.stringify(value));
}

/** Sends exactly these headers, and the length; a client that has left is no error. */
function send(
  response: ServerResponse,
  status: number,
  headers: Record<string, string | string[]>,
  body: string,
): void {
  if (response.destroyed) return;
  const bytes = Buffer.from(body);
  const bodyless = status === 204 || status === 304;
  response.writeHead(status, bodyless ? headers : { ...headers, 'Content-Length': bytes.length });
  response.end(bodyless ? undefined : bytes);
}
