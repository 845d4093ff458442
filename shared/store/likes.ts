import { fullBudget, spendLikes, type LikeBudget, type LikeRate } from '../likeBudget';
import { moveCounter } from './counters';
import { int, text, type Queryable } from './database';

/** Whose likes are counted together, and how fast they may come. */
export interface Allowance {
  liker: string;
  rate: LikeRate;
}

/**
 * Counts likes of one liker for one room as far as its allowance goes. Only the rows of its allowances and one shard of
 * the room's count are locked, so that likers do not wait for each other.
 * @param like `id` marks a request: the same id again, straight after, counts nothing; '' when the app has none
 * @param shared a second allowance that has to hold the likes too, which several likers share
 * @returns how many were counted
 */
export async function giveLikes(
  tx: Queryable,
  like: { roomId: string; wanted: number; id: string } & Allowance,
  now: number,
  shared?: Allowance,
): Promise<number> {
  const { roomId, liker, wanted, id, rate } = like;
  const own = await lockBudget(tx, roomId, like, now);
  if (id !== '' && own.lastId === id) return 0;
  const common = shared && { ...shared, ...(await lockBudget(tx, roomId, shared, now)) };
  const most = spendLikes(own, wanted, rate, now).accepted;
  const accepted = common === undefined ? most : spendLikes(common, most, common.rate, now).accepted;
  await keepBudget(tx, roomId, liker, spendLikes(own, accepted, rate, now).left, id);
  if (common !== undefined)
    await keepBudget(tx, roomId, common.liker, spendLikes(common, accepted, common.rate, now).left, '');
  if (accepted > 0) await moveCounter(tx, roomId, 'likes', liker, accepted);
  return accepted;
}

async function lockBudget(
  tx: Queryable,
  roomId: string,
  { liker, rate }: Allowance,
  now: number,
): Promise<LikeBudget & { lastId: string }> {
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
  if (row === undefined) return { remaining: 0, countedAt: now, lastId: '' };
  return {
    remaining: int(row, 'remaining'),
    countedAt: int(row, 'counted_at'),
    lastId: text(row, 'last_id'),
  };
}

async function keepBudget(
  tx: Queryable,
  roomId: string,
  liker: string,
  left: LikeBudget,
  lastId: string,
): Promise<void> {
  await tx.run(
    'UPDATE like_budgets SET remaining = ?, counted_at = ?, last_id = ? WHERE room_id = ? AND liker = ?',
    [left.remaining, left.countedAt, lastId, roomId, liker],
  );
}

/** Drops allowances not used since `before`. @returns how many, at most `limit` */
export async function dropOldBudgets(db: Queryable, before: number, limit: number): Promise<number> {
  const { affectedRows } = await db.run(
    'DELETE FROM like_budgets WHERE counted_at < ? ORDER BY counted_at LIMIT ?',
    [before, limit],
  );
  return affectedRows;
}
