import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord } from '../../shared/http/request';

/** One member of an answer that a client reads, and with which accessor (protocol.md, Annex A). */
export interface Read {
  path: string;
  as: string;
  type: 'integer' | 'string' | 'object' | 'array';
  required: boolean;
  rule?: string;
}

/** One request of a real client and what it reads of the answer: an entry of client-conformance.json. */
export interface ClientCase {
  id: string;
  client: 'android' | 'ios' | 'h5';
  action: string;
  transport: { method: string; path: string; contentType: string; headers?: Record<string, string> };
  request: Record<string, unknown>;
  /** The bytes as they were observed, where the client was run. */
  requestRaw?: string;
  reads: Read[];
  ok: string;
}

/** A request as it goes over the wire. */
export interface WireRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
}

const file = join(__dirname, '..', 'data', 'client-conformance.json');

export const clientCases: readonly ClientCase[] = readCases();

/** The cases of the protocol with a single address. v2 and v3 have a path per method. */
export const v1Cases = clientCases.filter(({ transport }) => transport.path === '/interface.php');

export function caseOf(id: string): ClientCase {
  const found = clientCases.find((clientCase) => clientCase.id === id);
  if (found === undefined) throw new Error(`client-conformance.json has no case ${id}`);
  return found;
}

/**
 * What the client of a case puts on the wire for a body with these members.
 * @param raw the exact bytes in place of the members
 */
export function wireRequest(
  { client, transport }: Pick<ClientCase, 'client' | 'transport'>,
  members: Record<string, unknown>,
  raw: string = writeBody(client, members),
): WireRequest {
  return {
    method: transport.method,
    path: transport.path,
    headers: { 'content-type': transport.contentType, ...lowerCaseNames(transport.headers ?? {}) },
    body: raw,
  };
}

/** JSON as the platform's writer makes it: Android leaves null members out, both apps escape `/`; a browser does neither. */
export function writeBody(client: ClientCase['client'], members: Record<string, unknown>): string {
  const json = JSON.stringify(members, (_name, value: unknown) =>
    client === 'android' && value === null ? undefined : value,
  );
  return client === 'h5' ? json : json.replaceAll('/', '\\/');
}

export function lowerCaseNames(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function readCases(): ClientCase[] {
  const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (!Array.isArray(parsed)) throw new Error('client-conformance.json is not a list');
  return parsed.map((entry: unknown, index) => {
    if (!isClientCase(entry)) throw new Error(`client-conformance.json[${index}] is not a case`);
    return entry;
  });
}

function isClientCase(entry: unknown): entry is ClientCase {
  return (
    isRecord(entry) &&
    typeof entry['id'] === 'string' &&
    ['android', 'ios', 'h5'].includes(String(entry['client'])) &&
    typeof entry['action'] === 'string' &&
    isRecord(entry['transport']) &&
    typeof entry['transport']['method'] === 'string' &&
    typeof entry['transport']['path'] === 'string' &&
    isRecord(entry['request']) &&
    ['string', 'undefined'].includes(typeof entry['requestRaw']) &&
    Array.isArray(entry['reads']) &&
    entry['reads'].every(isRead) &&
    typeof entry['ok'] === 'string'
  );
}

function isRead(entry: unknown): entry is Read {
  return (
    isRecord(entry) &&
    typeof entry['path'] === 'string' &&
    typeof entry['as'] === 'string' &&
    ['integer', 'string', 'object', 'array'].includes(String(entry['type'])) &&
    typeof entry['required'] === 'boolean' &&
    ['string', 'undefined'].includes(typeof entry['rule'])
  );
}
