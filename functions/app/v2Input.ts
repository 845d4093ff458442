import { printable } from '../../shared/input';
import { v2UserIdForm } from '../../shared/v2UserId';
import { V2Fault } from './v2Fault';

/** The members of a v2 request body, read with the original server's rules and texts; a body that is none has no members. */
export type V2Body = Record<string, unknown>;

const passwordForm = /^[a-zA-Z0-9]+$/;
const fileIdForm = /^[a-zA-Z0-9_]{1,64}$/;

/** A user id as the v2 apps allow it: 4 to 24 letters, digits and _, a letter first. */
export function v2UserId(body: V2Body): string {
  return formed(body, 'userid', v2UserIdForm);
}

/** What an app sends for a password: md5(md5(password) + userid) in hex. */
export function v2Password(body: V2Body): string {
  const given = formed(body, 'password', passwordForm);
  if (given.length > 128) throw new V2Fault(602, 'password is longer than 128 characters!');
  return given;
}

export function v2FileId(body: V2Body): string {
  return formed(body, 'file_id', fileIdForm);
}

/** Text that must be there and not be empty. */
export function v2Required(body: V2Body, name: string): string {
  const given = asText(body[name]);
  if (given === undefined || given === '') throw new V2Fault(602, `${name} is null or empty!`);
  return given;
}

/** Text for people, cut to the length that is stored; undefined when absent. */
export function v2Text(body: V2Body, name: string, most: number): string | undefined {
  const given = asText(body[name]);
  return given === undefined ? undefined : cut(printable(given), most);
}

/** {@link v2Text} that must not be empty. */
export function v2RequiredText(body: V2Body, name: string, most: number): string {
  const given = cut(printable(v2Required(body, name)), most);
  if (given === '') throw new V2Fault(602, `${name} is null or empty!`);
  return given;
}

/**
 * The URL of a picture; anything that is none counts as "no picture" ('' ). Refusing it would fail what the app does with
 * nothing its user could change. Which host it is on is not judged, as it is for our own API: an old app uploads to the
 * bucket it was built for, under whichever of the bucket's domains that build knows.
 */
export function v2Picture(body: V2Body, name: string): string | undefined {
  const given = asText(body[name]);
  return given === undefined || isHttpUrl(given, 512) ? given : '';
}

export function v2Url(body: V2Body, name: string): string {
  const given = v2Required(body, name);
  if (!isHttpUrl(given, 1024)) throw new V2Fault(602, `${name} is not a URL!`);
  return given;
}

/** A whole number from 0, as a number or as its digits; Android sends text for some. */
export function v2Count(body: V2Body, name: string): number {
  const value = v2Int(body, name);
  if (value < 0) throw new V2Fault(602, `${value} is not in range [0,+)`);
  return value;
}

export function v2Int(body: V2Body, name: string): number {
  const given = v2Required(body, name);
  if (!/^-?\d{1,15}$/.test(given)) throw new V2Fault(602, `${name}:${given.slice(0, 32)} is not int!`);
  return Number(given);
}

function formed(body: V2Body, name: string, form: RegExp): string {
  const given = v2Required(body, name);
  if (!form.test(given)) throw new V2Fault(602, `${name} preg_match error! The reg rule is:${form.source}`);
  return given;
}

function asText(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? value.trim() : undefined;
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : [...text].slice(0, most).join('');
}

function isHttpUrl(text: string, most: number): boolean {
  return text.length <= most && /^https?:\/\/[^\s"'<>\p{Cc}]+$/u.test(text);
}
