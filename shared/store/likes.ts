import { fullBudget, spendLikes, type LikeRate } from '../likeBudget';
import { moveCounter } from './counters';
import { int, text, type Queryable } from './database';

/**
 * Counts likes of one liker for one room as far as its allowance goes. Only the liker's own row and one shard of the
 * room's count are locked, so that likers do not wait for each other.
 * @param like `id` marks a request: the same id again, straight after, counts nothing; '' when the app has none
 * @returns how many were counted
 */
export async function giveLikes(
  tx: Queryable,
  like: { roomId: string; liker: string; wanted: number; id: string },
  rate: LikeRate,
  now: number,
): Promise<number> {
  const { roomId, liker, wanted, id } = like;
  const full = fullBudget(rate, now);
  // An upsert that changes nothing: it locks the row at once, where INSERT IGNORE would share it first and deadlock.
  await tx.run(
    `INSERT INTO like_budgets (room_id, liker, remaining, counted_at, last_id) VALUES (?, ?, ?, ?, '')
     ON DUPLICATE KEY UPDATE counted_at = counted_at`,
    [roomId, liker, full.remaining, full.countedAt],
  );
  const [row] = await tx.rows(
    'SELECT remaining, counted_at, last_id FROM like_budgets WHERE room_id = ? AND liker = ? FOR UPDATE',
    [roomId, liker],
  );
  if (row === undefined || (id !== '' && text(row, 'last_id') === id)) return 0;
  const { accepted, left } = spendLikes(
    { remaining: int(row, 'remaining'), countedAt: int(row, 'counted_at') },
    wanted,
    rate,
    now,
  );
  await tx.run(
    'UPDATE like_budgets SET remaining = ?, counted_at = ?, last_id = ? WHERE room_id = ? AND liker = ?',
    [left.remaining, left.countedAt, id, roomId, liker],
  );
  if (accepted > 0) await moveCounter(tx, roomId, 'likes', liker, accepted);
  return accepted;
}

/** Drops allowances not used since `before`. @returns how many, at most `limit` */
export async function dropOldBudgets(db: Queryable, before: number, limit: number): Promise<number> {
  const { affectedRows } = await db.run(
    'DELETE FROM like_budgets WHERE counted_at < ? ORDER BY counted_at LIMIT ?',
    [before, limit],
  );
  return affectedRows;
}
