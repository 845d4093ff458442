import { int, intOrNull, text, type Queryable } from './database';

/** A refresh token as it is kept. Times are epoch milliseconds. */
export interface RefreshToken {
  /** SHA-256 of the token, in hex: the token itself is not stored. */
  hash: string;
  family: string;
  userId: string;
  expiresAt: number;
}

export async function addRefreshToken(db: Queryable, token: RefreshToken): Promise<void> {
  await db.run('INSERT INTO refresh_tokens (token_hash, family, user_id, expires_at) VALUES (?, ?, ?, ?)', [
    token.hash,
    token.family,
    token.userId,
    token.expiresAt,
  ]);
}

/** Whose token it is and of which login, which never changes. */
export async function findRefreshToken(
  db: Queryable,
  hash: string,
): Promise<Pick<RefreshToken, 'family' | 'userId'> | undefined> {
  const [row] = await db.rows('SELECT family, user_id FROM refresh_tokens WHERE token_hash = ?', [hash]);
  return row && { family: text(row, 'family'), userId: text(row, 'user_id') };
}

/** Finds a token and holds its row until the transaction ends. `usedAt` is null for one that was not exchanged yet. */
export async function lockRefreshToken(
  tx: Queryable,
  hash: string,
): Promise<(RefreshToken & { usedAt: number | null }) | undefined> {
  const [row] = await tx.rows(
    'SELECT family, user_id, used_at, expires_at FROM refresh_tokens WHERE token_hash = ? FOR UPDATE',
    [hash],
  );
  return (
    row && {
      hash,
      family: text(row, 'family'),
      userId: text(row, 'user_id'),
      expiresAt: int(row, 'expires_at'),
      usedAt: intOrNull(row, 'used_at'),
    }
  );
}

/** How many other tokens of a family end at `expiresAt` or later: those given since a time, as all live equally long. */
export async function countNewerTokens(
  db: Queryable,
  { hash, family }: Pick<RefreshToken, 'hash' | 'family'>,
  expiresAt: number,
): Promise<number> {
  const [row] = await db.rows(
    'SELECT COUNT(*) AS newer FROM refresh_tokens WHERE family = ? AND token_hash <> ? AND expires_at >= ?',
    [family, hash, expiresAt],
  );
  return row === undefined ? 0 : int(row, 'newer');
}

/** Notes the first time that a token was exchanged. */
export async function noteUse(tx: Queryable, hash: string, now: number): Promise<void> {
  await tx.run('UPDATE refresh_tokens SET used_at = COALESCE(used_at, ?) WHERE token_hash = ?', [now, hash]);
}

export async function endFamily(db: Queryable, family: string): Promise<void> {
  await db.run('DELETE FROM refresh_tokens WHERE family = ?', [family]);
}

/** Ends every family of a user. */
export async function endFamiliesOf(db: Queryable, userId: string): Promise<void> {
  await db.run('DELETE FROM refresh_tokens WHERE user_id = ?', [userId]);
}

/** Drops tokens whose time was over before `before`. @returns how many, at most `limit` */
export async function dropExpiredTokens(db: Queryable, before: number, limit: number): Promise<number> {
  const { affectedRows } = await db.run(
    'DELETE FROM refresh_tokens WHERE expires_at < ? ORDER BY expires_at LIMIT ?',
    [before, limit],
  );
  return affectedRows;
}
