import type { Queryable } from './database';

/**
 * Takes the right to do a job that only one may do at a time.
 * @param holder a name that no other runner has
 * @param lifeMs milliseconds after which another may take it, whatever became of this holder
 * @returns whether it was free
 */
export async function takeLease(
  db: Queryable,
  name: string,
  holder: string,
  now: number,
  lifeMs: number,
): Promise<boolean> {
  const first = await db.run('INSERT IGNORE INTO leases (name, holder, expires_at) VALUES (?, ?, ?)', [
    name,
    holder,
    now + lifeMs,
  ]);
  if (first.affectedRows === 1) return true;
  // One statement: of two runners that find it expired, the second finds it renewed.
  const next = await db.run(
    'UPDATE leases SET holder = ?, expires_at = ? WHERE name = ? AND expires_at <= ?',
    [holder, now + lifeMs, name, now],
  );
  return next.affectedRows === 1;
}

/** Gives a lease back before its time; one that another holds by now stays as it is. */
export async function giveBackLease(db: Queryable, name: string, holder: string): Promise<void> {
  await db.run('DELETE FROM leases WHERE name = ? AND holder = ?', [name, holder]);
}
