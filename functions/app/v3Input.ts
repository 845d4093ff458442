import { readJsonObject, type HttpRequest } from '../../shared/http/request';
import { isUserId, printable } from '../../shared/input';
import { V3Fault, type V3Code } from './v3Fault';

/** The parameters of a v3 request, all as text; one that is absent or empty is ''. */
export interface V3Params {
  /** Printable, so that nothing that cannot be stored reaches the database. */
  get(name: string): string;
  /** As sent, but for the white space around it. */
  exact(name: string): string;
}

/**
 * Reads the parameters of a v3 request: Android sends a query or a form, iOS JSON or a form (protocol.md 12). What is in
 * the body wins over the query.
 * @throws Failure invalidJson
 */
export function readV3Params({ query, body }: HttpRequest): V3Params {
  const given = new Map(Object.entries(query));
  const text = body.replace(/^\uFEFF/, '').trim();
  if (text.startsWith('{')) {
    for (const [name, value] of Object.entries(readJsonObject(text))) {
      if (typeof value === 'string') given.set(name, value);
      else if (typeof value === 'number' || typeof value === 'boolean') given.set(name, String(value));
      else if (Array.isArray(value)) given.set(name, value.filter(isWord).join(','));
    }
  } else {
    for (const [name, value] of new URLSearchParams(text)) given.set(name, value);
  }
  const exact = (name: string) => given.get(name)?.trim() ?? '';
  return { get: (name) => printable(exact(name)), exact };
}

function isWord(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}

/** Text for people, cut to the length that is stored. */
export function v3Text(params: V3Params, name: string, most: number): string {
  return [...params.get(name)].slice(0, most).join('');
}

/** @throws V3Fault with the given code */
export function v3UserName(params: V3Params, name: string, fault: V3Code): string {
  const given = params.exact(name);
  if (!isUserId(given)) throw new V3Fault(fault, `${name} required, 1 to 64 characters`);
  return given;
}

/** A whole number within bounds; what is none, or out of bounds, is the nearest that is allowed, absent the fallback. */
export function v3Int(params: V3Params, name: string, least: number, most: number, fallback: number): number {
  const given = params.get(name);
  if (!/^-?\d{1,15}$/.test(given)) return fallback;
  return Math.min(Math.max(Number(given), least), most);
}

/** A time as v3 writes it: `2021-09-07 02:43:53`, UTC. @param at epoch milliseconds */
export function v3Time(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}
