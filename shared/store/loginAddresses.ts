import type { Queryable } from './database';

/** Notes that a user has logged in from an address. */
export async function noteLoginAddress(
  db: Queryable,
  userId: string,
  address: string,
  now: number,
): Promise<void> {
  await db.run(
    `INSERT INTO login_addresses (user_id, address, seen_at) VALUES (?, ?, ?)
     ON DUPLICATE KEY UPDATE seen_at = VALUES(seen_at)`,
    [userId, address, now],
  );
}

/** Whether the user has logged in from this address before. */
export async function isLoginAddress(db: Queryable, userId: string, address: string): Promise<boolean> {
  const rows = await db.rows('SELECT seen_at FROM login_addresses WHERE user_id = ? AND address = ?', [
    userId,
    address,
  ]);
  return rows.length > 0;
}

export async function dropLoginAddressesOf(db: Queryable, userId: string): Promise<void> {
  await db.run('DELETE FROM login_addresses WHERE user_id = ?', [userId]);
}

/** Drops addresses not used since `before`. @returns how many, at most `limit` */
export async function dropOldLoginAddresses(db: Queryable, before: number, limit: number): Promise<number> {
  const { affectedRows } = await db.run(
    'DELETE FROM login_addresses WHERE seen_at < ? ORDER BY seen_at LIMIT ?',
    [before, limit],
  );
  return affectedRows;
}
