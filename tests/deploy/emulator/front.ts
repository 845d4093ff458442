import type { IncomingMessage, ServerResponse } from 'node:http';
import * as v from 'valibot';
import type { Instances } from './instances';
import { findFunction, versionOf, type ScfFunction, type ScfState, type Version } from './scfState';
import { isPublic } from './scfTriggers';

export interface Front {
  /** Whether a host is a function URL or a custom domain of the account. */
  takes(host: string): boolean;
  serve(host: string, req: IncomingMessage, res: ServerResponse, body: Buffer): Promise<void>;
}

const maxBytes = 6 * 1024 * 1024;

/** Everything that a function behind a URL has to return; the documents let it leave out more. */
export const wholeAnswer = v.strictObject({
  statusCode: v.pipe(v.number(), v.integer(), v.minValue(200), v.maxValue(599)),
  headers: v.record(v.pipe(v.string(), v.regex(/^[\w-]+$/)), v.pipe(v.string(), v.regex(/^[\t\x20-\x7e]*$/))),
  body: v.string(),
  isBase64Encoded: v.optional(v.literal(false)),
});

/**
 * Function URLs and custom domains: an HTTP request becomes the event that document 583/96099 shows (and nothing more),
 * the stored zip answers it in a process of its own.
 * @param unexpected takes what a function returned that is not an answer in full
 */
export function openFront(state: ScfState, instances: Instances, unexpected: (what: string) => void): Front {
  return {
    takes: (host) => state.domains.has(host) || host.endsWith('.tencentscf.com'),
    async serve(host, req, res, body) {
      const path = (req.url ?? '/').replace(/[?#].*$/s, '');
      const target = state.domains.has(host) ? byPath(state, host, path) : byHost(state, host);
      if (target === undefined) return refuse(res, 404, 'Not Found');
      if (body.length > maxBytes) return refuse(res, 406, 'RequestTooLarge');
      const invocation = await instances.invoke(target.fn, target.version, eventOf(req, path, body));
      const { fault, returned, requestId } = invocation;
      if (fault !== undefined)
        return refuse(res, fault.statusCode, fault.errorMessage.split('\n')[0] ?? '', requestId);
      if (Buffer.byteLength(returned ?? '') > maxBytes)
        return refuse(res, 407, 'The response exceeds 6 MB', requestId);
      const value: unknown = JSON.parse(returned ?? 'null');
      const { success, output, issues } = v.safeParse(wholeAnswer, value);
      if (!success) {
        unexpected(
          `${target.fn.name} returned no full answer: ${issues.map(({ message }) => message).join(', ')}`,
        );
        return refuse(res, 502, 'Invalid response', requestId);
      }
      res.writeHead(output.statusCode, { ...output.headers, 'X-Scf-Request-Id': requestId });
      res.end(req.method === 'HEAD' ? undefined : output.body);
    },
  };
}

interface Target {
  fn: ScfFunction;
  version: Version;
}

function byHost(state: ScfState, host: string): Target | undefined {
  for (const fn of state.functions.values()) {
    const trigger = fn.triggers.find((one) => one.type === 'http' && one.host === host);
    if (trigger !== undefined && isPublic(trigger)) return { fn, version: versionOf(fn, trigger.qualifier) };
  }
  return undefined;
}

/** The endpoint of a custom domain whose path fits best: the path itself, or else the longest one that ends in `/*`. */
function byPath(state: ScfState, host: string, path: string): Target | undefined {
  const endpoints = state.domains.get(host)?.EndpointsConfig ?? [];
  const wild = endpoints
    .filter(({ PathMatch }) => PathMatch.endsWith('/*') && path.startsWith(PathMatch.slice(0, -1)))
    .sort((a, b) => b.PathMatch.length - a.PathMatch.length);
  const endpoint = endpoints.find(({ PathMatch }) => PathMatch === path) ?? wild[0];
  if (endpoint === undefined) return undefined;
  const fn = findFunction(state, endpoint);
  return { fn, version: versionOf(fn, endpoint.Qualifier) };
}

function eventOf(req: IncomingMessage, path: string, body: Buffer): object {
  const passed = Object.entries(req.headers).flatMap(([name, value]): [string, string][] =>
    value === undefined || name.startsWith('x-scf-') ? [] : [[name, String(value)]],
  );
  const query = new URL(req.url ?? '/', 'https://unused.example.com').searchParams;
  return {
    body: body.toString('utf8'),
    headers: { ...Object.fromEntries(passed), 'x-scf-remote-addr': '203.0.113.7' },
    httpMethod: req.method,
    path,
    queryString: Object.fromEntries(query),
  };
}

/** The platform's own answer, when a function gave none. */
function refuse(res: ServerResponse, statusCode: number, errorMessage: string, requestId = ''): void {
  res.writeHead(statusCode, { 'Content-Type': 'application/json' });
  res.end(JSON.stringify({ errorCode: -1, errorMessage, requestId, statusCode }));
}
