import { int, text, type Queryable } from './database';

/** A login of a v2 app, of which its token is made (functions/app/v2Token.ts). Times are epoch milliseconds. */
export interface V2Session {
  userId: string;
  nonce: string;
  keyId: string;
  seenAt: number;
}

/** The newest sessions of a user that were used after `since`; none of one whose account is no more. */
export async function v2SessionsOf(
  db: Queryable,
  userId: string,
  since: number,
  most: number,
): Promise<V2Session[]> {
  const rows = await db.rows(
    `SELECT s.nonce, s.key_id, s.seen_at FROM v2_sessions s JOIN accounts a ON a.user_id = s.user_id
     WHERE s.user_id = ? AND s.seen_at > ? AND a.deleted_at IS NULL
     ORDER BY s.created_at DESC, s.nonce DESC LIMIT ?`,
    [userId, since, most],
  );
  return rows.map((row) => ({
    userId,
    nonce: text(row, 'nonce'),
    keyId: text(row, 'key_id'),
    seenAt: int(row, 'seen_at'),
  }));
}

/** Adds a session and drops those of the user that are older than the `most` newest. */
export async function addV2Session(tx: Queryable, session: V2Session, most: number): Promise<void> {
  const { userId, nonce, keyId, seenAt } = session;
  await tx.run(
    'INSERT INTO v2_sessions (user_id, nonce, key_id, created_at, seen_at) VALUES (?, ?, ?, ?, ?)',
    [userId, nonce, keyId, seenAt, seenAt],
  );
  const rows = await tx.rows(
    'SELECT nonce FROM v2_sessions WHERE user_id = ? ORDER BY created_at DESC, nonce DESC LIMIT 100 OFFSET ?',
    [userId, most],
  );
  for (const row of rows) await dropV2Session(tx, userId, text(row, 'nonce'));
}

/** Notes that a session is in use. */
export async function touchV2Session(
  db: Queryable,
  { userId, nonce }: V2Session,
  now: number,
): Promise<void> {
  await db.run('UPDATE v2_sessions SET seen_at = ? WHERE user_id = ? AND nonce = ?', [now, userId, nonce]);
}

/** @returns whether it was there */
export async function dropV2Session(db: Queryable, userId: string, nonce: string): Promise<boolean> {
  const { affectedRows } = await db.run('DELETE FROM v2_sessions WHERE user_id = ? AND nonce = ?', [
    userId,
    nonce,
  ]);
  return affectedRows === 1;
}

export async function dropV2SessionsOf(db: Queryable, userId: string): Promise<void> {
  await db.run('DELETE FROM v2_sessions WHERE user_id = ?', [userId]);
}

/** Drops sessions not used since `before`. @returns how many, at most `limit` */
export async function dropOldV2Sessions(db: Queryable, before: number, limit: number): Promise<number> {
  const { affectedRows } = await db.run(
    'DELETE FROM v2_sessions WHERE seen_at < ? ORDER BY seen_at LIMIT ?',
    [before, limit],
  );
  return affectedRows;
}
