import { int, text, type Queryable } from './database';

/** What a v3 app and IM know of an account. */
export interface V3User {
  userId: string;
  /** The user id in v3 apps and in IM, in digits. */
  number: string;
  /** Tokens issued before are void; epoch seconds. */
  validFrom: number;
  /** The stream id of the live that the user's app watches, '' for none. */
  watching: string;
}

/** The form of a number: nine digits. Android reads it as an int, so it stays below 2^31. */
const numberForm = /^[1-9]\d{8}$/;

export async function findV3User(db: Queryable, userId: string): Promise<V3User | undefined> {
  const [row] = await db.rows('SELECT number, valid_from, watching FROM v3_users WHERE user_id = ?', [
    userId,
  ]);
  return (
    row && {
      userId,
      number: String(int(row, 'number')),
      validFrom: int(row, 'valid_from'),
      watching: text(row, 'watching'),
    }
  );
}

/**
 * Gives an account its number, or finds the one it has.
 * @param random gives random bytes: a number says nothing about when and after whom the user came
 */
export async function makeV3User(
  tx: Queryable,
  userId: string,
  random: (bytes: number) => Uint8Array,
): Promise<V3User> {
  for (;;) {
    const known = await findV3User(tx, userId);
    if (known !== undefined) return known;
    const number = numberForm.test(userId)
      ? userId
      : String(100_000_000 + (Buffer.from(random(4)).readUInt32BE() % 900_000_000));
    // IM knows users of other apps by their user id, which must not be somebody else's number.
    const [taken] = await tx.rows('SELECT user_id FROM accounts WHERE user_id = ?', [number]);
    if (taken !== undefined && number !== userId) continue;
    const { affectedRows } = await tx.run(
      'INSERT IGNORE INTO v3_users (user_id, number, valid_from) VALUES (?, ?, 0)',
      [userId, Number(number)],
    );
    if (affectedRows === 1) return { userId, number, validFrom: 0, watching: '' };
    // Another login of the same account may have been first: then the next look finds its row.
    if (number === userId && (await findV3User(tx, userId)) === undefined)
      throw new Error('the number of this user id belongs to another account');
  }
}

/** Voids the tokens that were issued before `validFrom` (epoch seconds), or takes that back down to it. */
export async function setValidFrom(db: Queryable, userId: string, validFrom: number): Promise<void> {
  await db.run('UPDATE v3_users SET valid_from = ? WHERE user_id = ?', [validFrom, userId]);
}

/** Lets tokens be good again that are issued from `now` (epoch seconds) on: a login in the second of a logout. */
export async function allowFrom(db: Queryable, userId: string, now: number): Promise<void> {
  await db.run('UPDATE v3_users SET valid_from = ? WHERE user_id = ? AND valid_from > ?', [now, userId, now]);
}

/** Notes which live the user's app watches, so that its beats keep the user there. */
export async function setWatching(tx: Queryable, userId: string, streamId: string): Promise<void> {
  await tx.run('UPDATE v3_users SET watching = ? WHERE user_id = ?', [streamId, userId]);
}

/** The account that a number belongs to. */
export async function userOfNumber(db: Queryable, number: string): Promise<string | undefined> {
  return (await usersOfNumbers(db, [number])).get(number);
}

/** The accounts that these numbers belong to, by number; what is no number, or nobody's, is left out. */
export async function usersOfNumbers(db: Queryable, given: readonly string[]): Promise<Map<string, string>> {
  const numbers = given.filter((one) => numberForm.test(one)).map(Number);
  if (numbers.length === 0) return new Map();
  const rows = await db.rows(
    `SELECT user_id, number FROM v3_users WHERE number IN (${numbers.map(() => '?').join(', ')})`,
    numbers,
  );
  return new Map(rows.map((row) => [String(int(row, 'number')), text(row, 'user_id')]));
}

/** The numbers of these accounts, by user id. */
export async function numbersOfUsers(
  db: Queryable,
  userIds: readonly string[],
): Promise<Map<string, string>> {
  if (userIds.length === 0) return new Map();
  const rows = await db.rows(
    `SELECT user_id, number FROM v3_users WHERE user_id IN (${userIds.map(() => '?').join(', ')})`,
    userIds,
  );
  return new Map(rows.map((row) => [text(row, 'user_id'), String(int(row, 'number'))]));
}

/** Whether a user id looks like a number of a v3 app: nobody else may register such a one. */
export function isV3Number(userId: string): boolean {
  return numberForm.test(userId);
}
