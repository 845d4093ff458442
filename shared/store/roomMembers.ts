import { moveCounter } from './counters';
import { int, text, type Database, type Queryable } from './database';

export interface Member {
  userId: string;
  nickname: string;
  headPic: string;
}

/**
 * Puts a user into a room, or keeps one there who is in it already: a member counts once however often it enters.
 * @param expiresAt epoch milliseconds after which the member is removed unless it enters again
 */
export async function enterRoom(
  tx: Queryable,
  roomId: string,
  member: Member,
  now: number,
  expiresAt: number,
): Promise<void> {
  const { userId, nickname, headPic } = member;
  await tx.run(
    `INSERT INTO room_members (room_id, user_id, nickname, head_pic, entered_at, expires_at, entries)
     VALUES (?, ?, ?, ?, ?, ?, 1)
     ON DUPLICATE KEY UPDATE
       nickname = CASE WHEN VALUES(nickname) = '' THEN nickname ELSE VALUES(nickname) END,
       head_pic = CASE WHEN VALUES(head_pic) = '' THEN head_pic ELSE VALUES(head_pic) END,
       expires_at = GREATEST(expires_at, VALUES(expires_at)),
       entries = entries + 1`,
    [roomId, userId, nickname, headPic, now, expiresAt],
  );
  const [row] = await tx.rows('SELECT entries FROM room_members WHERE room_id = ? AND user_id = ?', [
    roomId,
    userId,
  ]);
  if (row !== undefined && int(row, 'entries') === 1) await moveCounter(tx, roomId, 'viewers', userId, 1);
}

/** Keeps a member in a room until `expiresAt`; nothing happens to one who is not in it. */
export async function extendMember(
  db: Queryable,
  roomId: string,
  userId: string,
  expiresAt: number,
): Promise<void> {
  await db.run(
    'UPDATE room_members SET expires_at = ? WHERE room_id = ? AND user_id = ? AND expires_at < ?',
    [expiresAt, roomId, userId, expiresAt],
  );
}

/** Takes a user out of a room; nothing happens to one who is not in it. */
export async function quitRoom(tx: Queryable, roomId: string, userId: string): Promise<void> {
  const { affectedRows } = await tx.run('DELETE FROM room_members WHERE room_id = ? AND user_id = ?', [
    roomId,
    userId,
  ]);
  if (affectedRows === 1) await moveCounter(tx, roomId, 'viewers', userId, -1);
}

/** Takes everybody out of a room. */
export async function emptyRoom(tx: Queryable, roomId: string): Promise<void> {
  await tx.run('DELETE FROM room_members WHERE room_id = ?', [roomId]);
  await tx.run(`DELETE FROM counters WHERE room_id = ? AND kind = 'viewers'`, [roomId]);
}

export async function isMember(db: Queryable, roomId: string, userId: string): Promise<boolean> {
  const rows = await db.rows('SELECT 1 AS found FROM room_members WHERE room_id = ? AND user_id = ?', [
    roomId,
    userId,
  ]);
  return rows.length > 0;
}

/** One page of a room's members, the latest first. Their number is the room's `viewers` counter. */
export async function listMembers(
  db: Queryable,
  roomId: string,
  page: { size: number; offset: number },
): Promise<Member[]> {
  const rows = await db.rows(
    `SELECT user_id, nickname, head_pic FROM room_members WHERE room_id = ?
     ORDER BY entered_at DESC, user_id DESC LIMIT ? OFFSET ?`,
    [roomId, page.size, page.offset],
  );
  return rows.map((row) => ({
    userId: text(row, 'user_id'),
    nickname: text(row, 'nickname'),
    headPic: text(row, 'head_pic'),
  }));
}

/**
 * Removes up to `most` members whose time is over, each with its count.
 * @returns how many were removed; fewer than `most` when none is left
 */
export async function sweepMembers(database: Database, now: number, most: number): Promise<number> {
  const expired = await database.rows(
    'SELECT room_id, user_id FROM room_members WHERE expires_at < ? ORDER BY expires_at LIMIT ?',
    [now, most],
  );
  let removed = 0;
  for (const row of expired) {
    const [roomId, userId] = [text(row, 'room_id'), text(row, 'user_id')];
    removed += await database.transaction(async (tx) => {
      // The member may have entered again since it was read.
      const { affectedRows } = await tx.run(
        'DELETE FROM room_members WHERE room_id = ? AND user_id = ? AND expires_at < ?',
        [roomId, userId, now],
      );
      if (affectedRows === 1) await moveCounter(tx, roomId, 'viewers', userId, -1);
      return affectedRows;
    });
  }
  return removed;
}
