import { Failure } from './errors';

/** One HTTP request, whatever platform event it came in. */
export interface HttpRequest {
  method: string;
  /** Without slashes at its end; `/` when it is longer than 256 characters. */
  path: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  query: Record<string, string>;
  body: string;
  /** The peer's address as the platform saw it, without port; '' when it said nothing. */
  clientAddress: string;
}

/** Largest body a function reads, in bytes. Every real request is below 8 KB. */
export const maxBodyBytes = 64 * 1024;

const maxDepth = 64;

/**
 * Reads a Function URL event, an API Gateway event or a local gateway's event (documents 583/96099 and 583/12513).
 * @returns undefined when the event is no HTTP request (a timer, a bare invocation)
 * @throws Failure tooLarge for a body above {@link maxBodyBytes}
 */
export function readRequest(event: unknown): HttpRequest | undefined {
  if (!isRecord(event) || typeof event['httpMethod'] !== 'string') return undefined;
  const headers = lowerCaseNames(event['headers']);
  const context = isRecord(event['requestContext']) ? event['requestContext'] : {};
  return {
    method: event['httpMethod'].toUpperCase(),
    path: pathOf(event),
    headers,
    // The gateway lists in queryStringParameters only what was declared; queryString has everything.
    query: { ...textValues(event['queryStringParameters']), ...textValues(event['queryString']) },
    body: readBody(event),
    clientAddress: withoutPort(textOr(context['sourceIp'], headers['x-scf-remote-addr'] ?? '')),
  };
}

/** No path of ours is longer; what is may not cost time. */
const longestPath = 256;

/** The path of an HTTP event without slashes at its end; `/` for one that is too long to be ours. */
export function pathOf(event: unknown): string {
  const path = isRecord(event) && typeof event['path'] === 'string' ? event['path'] : '/';
  if (path.length > longestPath) return '/';
  let end = path.length;
  while (end > 1 && path[end - 1] === '/') end -= 1;
  return path.slice(0, end);
}

/**
 * The body as a JSON object, whatever its Content-Type (protocol.md 2.1: apps send JSON as text/plain and as a form).
 * @throws Failure invalidJson when it is not JSON, not an object, or nested deeper than 64 levels
 */
export function readJsonObject(body: string): Record<string, unknown> {
  if (deeperThan(body, maxDepth))
    throw new Failure('invalidJson', `json format error: nested deeper than ${maxDepth} levels`);
  let value: unknown;
  try {
    value = JSON.parse(body.replace(/^\uFEFF/, ''));
  } catch {
    throw new Failure('invalidJson', 'json format error');
  }
  if (!isRecord(value)) throw new Failure('invalidJson', 'json format error: expected an object');
  return value;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readBody(event: Record<string, unknown>): string {
  const body = event['body'];
  if (typeof body !== 'string') return '';
  const encoded = event['isBase64Encoded'] === true;
  if (body.length > (encoded ? maxBodyBytes * 2 : maxBodyBytes)) throw tooLarge();
  const text = encoded ? Buffer.from(body, 'base64').toString('utf8') : body;
  if (Buffer.byteLength(text) > maxBodyBytes) throw tooLarge();
  return text;
}

function tooLarge(): Failure {
  return new Failure('tooLarge', `the body is larger than ${maxBodyBytes} bytes`);
}

function deeperThan(json: string, limit: number): boolean {
  let depth = 0;
  let inText = false;
  for (let index = 0; index < json.length; index += 1) {
    const character = json[index];
    if (character === '"') inText = !inText;
    else if (inText) {
      if (character === '\\') index += 1;
    } else if (character === '{' || character === '[') {
      depth += 1;
      if (depth > limit) return true;
    } else if (character === '}' || character === ']') depth -= 1;
  }
  return false;
}

function lowerCaseNames(headers: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(textValues(headers)).map(([name, value]) => [name.toLowerCase(), value]),
  );
}

function textValues(record: unknown): Record<string, string> {
  if (!isRecord(record)) return {};
  return Object.fromEntries(
    Object.entries(record).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

function textOr(value: unknown, fallback: string): string {
  return typeof value === 'string' && value !== '' ? value : fallback;
}

/** `203.0.113.7:51234` and `[2001:db8::1]:51234` lose their port; a bare IPv6 address keeps its colons. */
function withoutPort(address: string): string {
  const bracketed = /^\[([^\]]+)\](:\d+)?$/.exec(address)?.[1];
  if (bracketed !== undefined) return bracketed;
  return /^[^:]+:\d+$/.test(address) ? address.slice(0, address.indexOf(':')) : address;
}
