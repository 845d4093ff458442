import { text, type Queryable } from './database';

/** The stream of a link-mic guest. Times are epoch milliseconds. */
export interface GuestStream {
  streamId: string;
  userId: string;
  createdAt: number;
  expiresAt: number;
}

export async function addGuestStream(db: Queryable, guest: GuestStream): Promise<void> {
  await db.run('INSERT INTO guest_streams (stream_id, user_id, created_at, expires_at) VALUES (?, ?, ?, ?)', [
    guest.streamId,
    guest.userId,
    guest.createdAt,
    guest.expiresAt,
  ]);
}

/** Which of these streams are a guest's and have not expired. */
export async function knownGuestStreams(
  db: Queryable,
  streamIds: readonly string[],
  now: number,
): Promise<Set<string>> {
  if (streamIds.length === 0) return new Set();
  const rows = await db.rows(
    `SELECT stream_id FROM guest_streams WHERE stream_id IN (${streamIds.map(() => '?').join(', ')}) AND expires_at > ?`,
    [...streamIds, now],
  );
  return new Set(rows.map((row) => text(row, 'stream_id')));
}

/** A user's guest streams that have not expired, newest first. */
export async function guestStreamsOf(
  db: Queryable,
  userId: string,
  now: number,
  limit: number,
): Promise<string[]> {
  const rows = await db.rows(
    `SELECT stream_id FROM guest_streams WHERE user_id = ? AND expires_at > ?
     ORDER BY expires_at DESC, stream_id LIMIT ?`,
    [userId, now, limit],
  );
  return rows.map((row) => text(row, 'stream_id'));
}

/** @returns how many were dropped, at most `limit` */
export async function dropExpiredGuestStreams(db: Queryable, now: number, limit: number): Promise<number> {
  const { affectedRows } = await db.run(
    'DELETE FROM guest_streams WHERE expires_at <= ? ORDER BY expires_at LIMIT ?',
    [now, limit],
  );
  return affectedRows;
}
