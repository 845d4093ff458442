import { text, type Queryable } from './database';
import { guestStreamsOf } from './guestStreams';

/**
 * The names of the streams that a user may still be able to push: of the current broadcast, of those begun after
 * `begunAfter` (epoch milliseconds), and as a link-mic guest. Each kind newest first.
 * @param most of either kind
 * @returns `more` when there were more of a kind than that
 */
export async function pushableStreams(
  db: Queryable,
  userId: string,
  { begunAfter, now, most }: { begunAfter: number; now: number; most: number },
): Promise<{ streamNames: string[]; more: boolean }> {
  const rows = await db.rows(
    `SELECT stream_id, stream_name FROM broadcasts WHERE user_id = ? AND (superseded = 0 OR created_at > ?)
     ORDER BY superseded, created_at DESC, stream_id LIMIT ?`,
    [userId, begunAfter, most + 1],
  );
  const asHost = rows.map((row) => text(row, 'stream_name') || text(row, 'stream_id'));
  const asGuest = await guestStreamsOf(db, userId, now, most + 1);
  return {
    // Broadcasts may share a stream: a v3 app names all of a user's alike.
    streamNames: [...new Set([...asHost.slice(0, most), ...asGuest.slice(0, most)])],
    more: asHost.length > most || asGuest.length > most,
  };
}
