import { isUserId, printable } from '../../shared/input';
import type { Row, SqlValue } from '../../shared/store/database';
import { undoDoubleEncoding } from './legacyText';
import { readLegacyTime } from './legacyTime';

/** One row of the old server, read with the limits of our schema. What had to be altered is noted. */
export interface LegacyRow {
  /** Text for people of at most `most` characters, '' for NULL. */
  text(member: string, most: number): string;
  /** The address of a picture, '' when it is none. */
  picture(member: string): string;
  /** An address where a recording can be played, '' when it is none. */
  url(member: string): string;
  /** An id, as it is; '' for NULL. */
  id(member: string): string;
  /** A user id, undefined when it could not be one here. */
  userId(): string | undefined;
  /** Epoch milliseconds, undefined when the row does not say. */
  time(member: string): number | undefined;
  /** A whole number from 0; what is none or less counts as 0. */
  count(member: string): number;
  /** A whole number, undefined for what is none. */
  int(member: string): number | undefined;
  /** What was altered so far, in words. */
  alterations: readonly string[];
}

const mostCount = 2_147_483_647;

/** @param offsetMinutes on which clock the old server wrote its times */
export function legacyRow(row: Row, offsetMinutes: number): LegacyRow {
  const alterations: string[] = [];
  const note = (alteration: string) => {
    if (!alterations.includes(alteration)) alterations.push(alteration);
  };
  const plain = (member: string) => {
    const stored = storedText(row[member]);
    const repaired = undoDoubleEncoding(stored);
    if (repaired !== stored) note('double-encoded text was repaired');
    return repaired;
  };
  const int = (member: string) => {
    const value = Number(storedText(row[member]) || NaN);
    return Number.isSafeInteger(value) ? value : undefined;
  };
  const webAddress = (member: string, most: number) => {
    const given = plain(member).trim();
    const good = given.length <= most && /^https?:\/\/[^\s"'<>\p{Cc}\p{Surrogate}]+$/u.test(given);
    if (given !== '' && !good) note(`${member}: no web address of at most ${most} characters, left out`);
    return good ? given : '';
  };
  return {
    alterations,
    int,
    text(member, most) {
      const given = [...printable(plain(member))];
      if (given.length > most) note(`${member}: cut to ${most} characters`);
      return given.slice(0, most).join('').trim();
    },
    picture: (member) => webAddress(member, 512),
    url: (member) => webAddress(member, 1024),
    id: (member) => plain(member).trim(),
    userId() {
      const given = plain('userId').trim();
      return isUserId(given) ? given : undefined;
    },
    time: (member) => readLegacyTime(row[member], offsetMinutes),
    count: (member) => Math.min(Math.max(int(member) ?? 0, 0), mostCount),
  };
}

/** The text of a value, also of a column of bytes. */
export function storedText(value: SqlValue | undefined): string {
  const stored: unknown = value;
  if (Buffer.isBuffer(stored)) return stored.toString('utf8');
  return value === null || value === undefined ? '' : String(value);
}
