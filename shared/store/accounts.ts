import { int, textOrNull, type Queryable } from './database';

/** Who may log in as a user. `createdAt` is epoch milliseconds. */
export interface Account {
  userId: string;
  /** See shared/password.ts; null for who registered with a v3 app only. */
  passwordHash: string | null;
  /** Sealed, see shared/seal.ts; null for who registered with a v2 app only. */
  v3Salt: string | null;
  /** 0 male, 1 female, -1 unknown. */
  sex: number;
  createdAt: number;
}

/** What a password can be checked with; undefined leaves what is there. */
export interface Verifiers {
  passwordHash?: string | undefined;
  v3Salt?: string | undefined;
}

/** @returns undefined for a user without account, also for one who has deleted it */
export async function findAccount(db: Queryable, userId: string): Promise<Account | undefined> {
  const [row] = await db.rows(
    'SELECT password_hash, v3_salt, sex, created_at FROM accounts WHERE user_id = ? AND deleted_at IS NULL',
    [userId],
  );
  return (
    row && {
      userId,
      passwordHash: textOrNull(row, 'password_hash'),
      v3Salt: textOrNull(row, 'v3_salt'),
      sex: int(row, 'sex'),
      createdAt: int(row, 'created_at'),
    }
  );
}

/**
 * Holds a living account until the transaction ends, so that no deletion can run between what is read of it and what is
 * given for it. A transaction that also holds the user's row or a session takes them in the order users, accounts,
 * sessions, as the deletion does.
 * @returns false when there is none, or it has been deleted
 */
export async function lockAccount(tx: Queryable, userId: string): Promise<boolean> {
  const rows = await tx.rows(
    'SELECT user_id FROM accounts WHERE user_id = ? AND deleted_at IS NULL FOR UPDATE',
    [userId],
  );
  return rows.length === 1;
}

/** Whether the user had an account and has deleted it; false for one who never had any. */
export async function isAccountDeleted(db: Queryable, userId: string): Promise<boolean> {
  const rows = await db.rows('SELECT user_id FROM accounts WHERE user_id = ? AND deleted_at IS NOT NULL', [
    userId,
  ]);
  return rows.length === 1;
}

/** @returns false when the user id is taken, also by an account that has been deleted */
export async function addAccount(
  db: Queryable,
  userId: string,
  { passwordHash, v3Salt }: Verifiers,
  now: number,
): Promise<boolean> {
  const { affectedRows } = await db.run(
    'INSERT IGNORE INTO accounts (user_id, password_hash, v3_salt, created_at) VALUES (?, ?, ?, ?)',
    [userId, passwordHash ?? null, v3Salt ?? null, now],
  );
  return affectedRows === 1;
}

export async function setVerifiers(
  db: Queryable,
  userId: string,
  { passwordHash, v3Salt }: Verifiers,
): Promise<void> {
  await db.run(
    `UPDATE accounts SET password_hash = COALESCE(?, password_hash), v3_salt = COALESCE(?, v3_salt)
     WHERE user_id = ? AND deleted_at IS NULL`,
    [passwordHash ?? null, v3Salt ?? null, userId],
  );
}

export async function setSex(db: Queryable, userId: string, sex: number): Promise<void> {
  await db.run('UPDATE accounts SET sex = ? WHERE user_id = ? AND deleted_at IS NULL', [sex, userId]);
}

/** Ends an account for good; its id stays taken. @returns false when there is none */
export async function closeAccount(db: Queryable, userId: string, now: number): Promise<boolean> {
  const { affectedRows } = await db.run(
    `UPDATE accounts SET password_hash = NULL, v3_salt = NULL, sex = -1, deleted_at = ?
     WHERE user_id = ? AND deleted_at IS NULL`,
    [now, userId],
  );
  return affectedRows === 1;
}
