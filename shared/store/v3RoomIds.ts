import { text, type Queryable } from './database';

/** The room id that was generated for this user last. */
export async function generatedRoomIdOf(db: Queryable, userId: string): Promise<string | undefined> {
  const [row] = await db.rows('SELECT room_id FROM v3_room_ids WHERE user_id = ?', [userId]);
  return row && text(row, 'room_id');
}

/**
 * Gives a room id to a user, in place of the one before.
 * @returns false when somebody has it, or has ever had a room of this name
 */
export async function takeRoomId(tx: Queryable, userId: string, roomId: string): Promise<boolean> {
  const used = await tx.rows('SELECT stream_id FROM v3_rooms WHERE room_id = ? LIMIT 1', [roomId]);
  if (used.length > 0) return false;
  await dropRoomIdOf(tx, userId);
  const { affectedRows } = await tx.run('INSERT IGNORE INTO v3_room_ids (user_id, room_id) VALUES (?, ?)', [
    userId,
    roomId,
  ]);
  return affectedRows === 1;
}

export async function dropRoomIdOf(tx: Queryable, userId: string): Promise<void> {
  await tx.run('DELETE FROM v3_room_ids WHERE user_id = ?', [userId]);
}
