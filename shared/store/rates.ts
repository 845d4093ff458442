import { int, type Queryable } from './database';

/**
 * Counts one request of a source and says how many it has made in the current window of time.
 * @param source what is counted, e.g. an action and an address, at most 120 characters
 * @param windowMilliseconds length of a window
 */
export async function countRequest(
  db: Queryable,
  source: string,
  windowMilliseconds: number,
  now: number,
): Promise<number> {
  const windowAt = Math.floor(now / windowMilliseconds) * windowMilliseconds;
  await db.run(
    `INSERT INTO rate_windows (source, window_at, hits) VALUES (?, ?, 1) ON DUPLICATE KEY UPDATE hits = hits + 1`,
    [source, windowAt],
  );
  const [row] = await db.rows('SELECT hits FROM rate_windows WHERE source = ? AND window_at = ?', [
    source,
    windowAt,
  ]);
  return row === undefined ? 1 : int(row, 'hits');
}

/** Drops the counts of windows before `before`. @returns how many, at most `limit` */
export async function dropOldWindows(db: Queryable, before: number, limit: number): Promise<number> {
  const { affectedRows } = await db.run(
    'DELETE FROM rate_windows WHERE window_at < ? ORDER BY window_at LIMIT ?',
    [before, limit],
  );
  return affectedRows;
}
