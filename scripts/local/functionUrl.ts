import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http';

/** The event of an event function behind a Function URL (Tencent document 583/96099); `isBase64Encoded` only for bytes that are no text. */
export interface FunctionUrlEvent {
  httpMethod: string;
  path: string;
  headers: Record<string, string>;
  queryString: Record<string, string>;
  body: string;
  isBase64Encoded?: true;
}

export interface HttpAnswer {
  status: number;
  headers: Record<string, string | string[]>;
  body: string;
}

/**
 * An HTTP request as the platform hands it to a function.
 * @param request `target` as in the request line; `remoteAddress` of the socket
 */
export function toEvent(request: {
  method: string;
  target: string;
  headers: IncomingHttpHeaders;
  remoteAddress: string;
  body: Buffer;
}): FunctionUrlEvent {
  const { path, query } = splitTarget(request.target);
  const text = isUtf8(request.body);
  return {
    httpMethod: request.method,
    path,
    headers: platformHeaders(request.headers, request.remoteAddress),
    // PHP and the platform keep one value per name: the last.
    queryString: Object.fromEntries(new URLSearchParams(query)),
    body: request.body.toString(text ? 'utf8' : 'base64'),
    ...(text ? {} : { isBase64Encoded: true as const }),
  };
}

/** Splits a request target (`/a?b`, or `http://host/a?b` as a proxy sends it) into path and query. */
export function splitTarget(target: string): { path: string; query: string } {
  const relative = target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?]*/i, '');
  const mark = relative.indexOf('?');
  const path = mark < 0 ? relative : relative.slice(0, mark);
  return { path: path === '' ? '/' : path, query: mark < 0 ? '' : relative.slice(mark + 1) };
}

/** Lower-case names, one string each; `x-scf-*` is the platform's word, so a client's own is dropped. */
function platformHeaders(headers: IncomingHttpHeaders, remoteAddress: string): Record<string, string> {
  const passed = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    value === undefined || name.startsWith('x-scf-')
      ? []
      : [[name, Array.isArray(value) ? value.join(', ') : value]],
  );
  return { ...Object.fromEntries(passed), 'x-scf-remote-addr': remoteAddress.replace(/^::ffff:/, '') };
}

/**
 * The HTTP answer to a function's return value: `{statusCode, headers, body}` is taken as it is, any other value
 * becomes 200 `application/json` (583/96099). A body of base64 is not decoded: for Function URLs no document promises it.
 * @param json the return value as JSON, undefined when there was none
 * @returns undefined when the platform could not make an HTTP answer of it: an impossible status or header
 */
export function toAnswer(json: string | undefined): HttpAnswer | undefined {
  const value: unknown = json === undefined ? null : JSON.parse(json);
  if (!isRecord(value) || value['statusCode'] === undefined) {
    return { status: 200, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(value) };
  }
  const status = value['statusCode'];
  const headers = answerHeaders(value['headers']);
  if (typeof status !== 'number' || !Number.isInteger(status) || status < 200 || status > 599)
    return undefined;
  return headers === undefined ? undefined : { status, headers, body: bodyText(value['body']) };
}

/** Headers that belong to the connection are the gateway's own. */
const connectionHeaders = new Set([
  'connection',
  'content-length',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
]);

function answerHeaders(headers: unknown): Record<string, string | string[]> | undefined {
  if (headers === undefined || headers === null) return {};
  if (!isRecord(headers)) return undefined;
  const kept: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (connectionHeaders.has(name.toLowerCase())) continue;
    const values: unknown[] = Array.isArray(value) ? value : [value];
    const texts = values.flatMap(headerText);
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name) || texts.length < values.length) return undefined;
    kept[name] = Array.isArray(value) ? texts : texts.join();
  }
  return kept;
}

/** A header's value when it can stand on the wire, nothing otherwise. */
function headerText(value: unknown): string[] {
  if (typeof value === 'number' || typeof value === 'boolean') return [String(value)];
  return typeof value === 'string' && /^[\t\x20-\x7e\x80-\xff]*$/.test(value) ? [value] : [];
}

function bodyText(body: unknown): string {
  if (body === undefined || body === null) return '';
  return typeof body === 'string' ? body : JSON.stringify(body);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
