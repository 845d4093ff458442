import { int, type Queryable } from './database';

/**
 * Notes that IM spoke of a user in a room.
 * @param saidAt epoch milliseconds, by IM's clock
 * @returns false when a later word is known already: this one then says nothing
 */
export async function notePresence(
  tx: Queryable,
  roomId: string,
  userId: string,
  saidAt: number,
): Promise<boolean> {
  // The upsert takes the row's lock at once, where a look at a row that is not there would lock a gap and deadlock.
  await tx.run(
    `INSERT INTO im_presence (room_id, user_id, said_at) VALUES (?, ?, ?)
     ON DUPLICATE KEY UPDATE said_at = GREATEST(said_at, VALUES(said_at))`,
    [roomId, userId, saidAt],
  );
  const [row] = await tx.rows('SELECT said_at FROM im_presence WHERE room_id = ? AND user_id = ?', [
    roomId,
    userId,
  ]);
  return row === undefined || int(row, 'said_at') === saidAt;
}

/** Forgets words said before `before`. @returns how many, at most `limit` */
export async function dropOldPresence(db: Queryable, before: number, limit: number): Promise<number> {
  const { affectedRows } = await db.run(
    'DELETE FROM im_presence WHERE said_at < ? ORDER BY said_at LIMIT ?',
    [before, limit],
  );
  return affectedRows;
}
