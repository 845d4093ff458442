import { int, text, type Queryable } from './database';

/** A running mix of a host's stream with its guests. Times are epoch milliseconds. */
export interface Mix {
  sessionId: string;
  /** The host's stream, which the mix takes the place of. */
  streamId: string;
  startedAt: number;
}

/** Notes a mix, so that it is ended when its host goes offline. Once more for one that is known: no change. */
export async function noteMix(db: Queryable, mix: Mix): Promise<void> {
  await db.run('INSERT IGNORE INTO mixes (session_id, stream_id, started_at) VALUES (?, ?, ?)', [
    mix.sessionId,
    mix.streamId,
    mix.startedAt,
  ]);
}

export async function dropMix(db: Queryable, sessionId: string): Promise<void> {
  await db.run('DELETE FROM mixes WHERE session_id = ?', [sessionId]);
}

/**
 * Mixes whose host has gone: its broadcast was replaced by another, no longer exists, or is offline since before
 * `offlineBefore`.
 */
export async function mixesWithoutHost(db: Queryable, offlineBefore: number, limit: number): Promise<Mix[]> {
  const rows = await db.rows(
    `SELECT mixes.session_id AS session_id, mixes.stream_id AS stream_id, mixes.started_at AS started_at
     FROM mixes LEFT JOIN broadcasts ON broadcasts.stream_id = mixes.stream_id
     WHERE broadcasts.stream_id IS NULL OR broadcasts.superseded = 1
       OR (broadcasts.online = 0 AND COALESCE(broadcasts.offline_at, mixes.started_at) < ?)
     ORDER BY mixes.started_at, mixes.session_id LIMIT ?`,
    [offlineBefore, limit],
  );
  return rows.map((row) => ({
    sessionId: text(row, 'session_id'),
    streamId: text(row, 'stream_id'),
    startedAt: int(row, 'started_at'),
  }));
}
