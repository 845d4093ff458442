import type { Queryable } from './database';

/** Drops all that is kept about rooms: members, allowances, counts. In the order in which who enters or likes locks it. */
export async function dropRooms(tx: Queryable, roomIds: readonly string[]): Promise<void> {
  if (roomIds.length === 0) return;
  const some = roomIds.map(() => '?').join(', ');
  for (const table of ['room_members', 'like_budgets', 'counters'])
    await tx.run(`DELETE FROM ${table} WHERE room_id IN (${some})`, roomIds);
}
