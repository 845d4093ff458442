import { Failure } from '../../shared/http/errors';
import { isRecord } from '../../shared/http/request';
import { isUserId, printable } from '../../shared/input';

/** The members of a v1 request body, read with the original server's rules and texts (protocol.md 2.4). */
export type V1Body = Record<string, unknown>;

/** A v1 parameter fault: the original's base message and what is wrong with which member. */
export function v1Fault(detail: string): Failure {
  return new Failure('invalidInput', `invalid param in json from client! | ${detail}`);
}

/** A user id; apps send it as text or as a number. */
export function v1UserId(body: V1Body, name = 'userid'): string {
  const given = v1Required(body, name);
  if (!isUserId(given)) throw v1Fault(`${name} is not a user id of 1 to 64 characters!`);
  return given;
}

/** Text that must be there and not be empty. */
export function v1Required(body: V1Body, name: string): string {
  const given = asText(body[name]);
  if (given === undefined || given === '') throw v1Fault(`${name} is null or empty!`);
  return requireId(given, name);
}

/** Text for people, '' when absent; as the original did, it is cut to the length that is stored. */
export function v1Text(body: V1Body, name: string, most: number): string {
  const given = printable(asText(body[name]) ?? '');
  return given.length <= most ? given : [...given].slice(0, most).join('');
}

/** The URL of a picture, wherever it is: these apps show WeChat's avatars. What is no web address is left out. */
export function v1Picture(body: V1Body, name: string): string {
  const given = v1Text(body, name, 512);
  return /^https?:\/\/[^\s"'<>]+$/.test(given) ? given : '';
}

/** A whole number from 0, as a JSON number or as its digits. */
export function v1Int(body: V1Body, name: string): number {
  const given = wholeText(body, name);
  const value = Number(given);
  if (value < 0) throw v1Fault(`${given} is not in range [0,+)`);
  return value;
}

/** One of a few numbers; anything else is the original's "request para error". */
export function v1Choice<Choice extends number>(
  body: V1Body,
  name: string,
  choices: readonly Choice[],
): Choice {
  const given = wholeText(body, name);
  const choice = choices.find((one) => one === Number(given));
  if (choice === undefined)
    throw new Failure(
      'invalidParameter',
      `request para error | ${name}:${given} is not one of ${choices.join(', ')}`,
    );
  return choice;
}

/** Text that may be missing. */
export function v1Optional(body: V1Body, name: string): string | undefined {
  const given = asText(body[name]);
  return given === undefined ? undefined : requireId(given, name);
}

/** Ids and addresses are compared and stored as they are: a control character in one is a fault, not text to mend. */
function requireId(given: string, name: string): string {
  if (/\p{Cc}/u.test(given)) throw v1Fault(`${name} has a control character!`);
  return given;
}

/** How much of a list is asked for, by the original's rules: pages from 1, of 10 to 100 rows, else of 10. */
export function v1Page(body: V1Body): { size: number; offset: number } {
  const asked = v1Int(body, 'pagesize');
  const size = asked >= 10 && asked <= 100 ? asked : 10;
  const page = Math.min(Math.max(v1Int(body, 'pageno'), 1), furthestPage);
  return { size, offset: (page - 1) * size };
}

/** No list is so long; further on the offset would leave the whole numbers. */
const furthestPage = 1_000_000_000;

/** The nested `userinfo`; an app that knows nothing about its user sends `{}` or leaves it out. */
export function v1UserInfo(body: V1Body): {
  nickname: string;
  headPic: string;
  frontCover: string;
  location: string;
  description: string;
} {
  const info = isRecord(body['userinfo']) ? body['userinfo'] : {};
  return {
    nickname: v1Text(info, 'nickname', 128),
    headPic: v1Picture(info, 'headpic'),
    frontCover: v1Picture(info, 'frontcover'),
    location: v1Text(info, 'location', 128),
    description: v1Text(info, 'desc', 255),
  };
}

/** The text of a member that must be there and be a whole number. */
function wholeText(body: V1Body, name: string): string {
  const given = asText(body[name]);
  if (given === undefined || given === '') throw v1Fault(`${name} is null or empty!`);
  if (!/^-?\d{1,15}$/.test(given)) throw v1Fault(`${name}:${given.slice(0, 32)} is not int!`);
  return given;
}

function asText(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? value.trim() : undefined;
}
