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
  return given;
}

/** Text for people, '' when absent; as the original did, it is cut to the length that is stored. */
export function v1Text(body: V1Body, name: string, most: number): string {
  const given = printable(asText(body[name]) ?? '');
  return given.length <= most ? given : [...given].slice(0, most).join('');
}

/** A whole number from 0, as a JSON number or as its digits. */
export function v1Int(body: V1Body, name: string): number {
  const given = asText(body[name]);
  if (given === undefined || given === '') throw v1Fault(`${name} is null or empty!`);
  if (!/^-?\d{1,15}$/.test(given)) throw v1Fault(`${name}:${given.slice(0, 32)} is not int!`);
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
  const given = asText(body[name]);
  if (given === undefined || given === '') throw v1Fault(`${name} is null or empty!`);
  if (!/^-?\d{1,15}$/.test(given)) throw v1Fault(`${name}:${given.slice(0, 32)} is not int!`);
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
  return asText(body[name]);
}

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
    headPic: v1Text(info, 'headpic', 512),
    frontCover: v1Text(info, 'frontcover', 512),
    location: v1Text(info, 'location', 128),
    description: v1Text(info, 'desc', 255),
  };
}

function asText(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? value.trim() : undefined;
}
