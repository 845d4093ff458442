import type { Position } from '../cursor';
import { int, text, textOrNull, type Queryable } from './database';

/** A live as the sweep goes through them, oldest first. */
export interface SweptLive {
  streamId: string;
  /** What it is called in the cloud's list. */
  streamName: string;
  createdAt: number;
  /** How often in a row the sweep has not found its stream up. */
  misses: number;
}

/**
 * The lives behind `after` in the order of their beginning. One whose app names its stream itself and that was never
 * pushed to the live service is left out: it is not in the cloud's list, and lives while its host's app is heard of.
 */
export async function livesToSweep(
  db: Queryable,
  after: Position | undefined,
  limit: number,
): Promise<SweptLive[]> {
  const rows = await db.rows(
    `SELECT stream_id, stream_name, created_at, misses FROM broadcasts
     WHERE online = 1
       AND (stream_name = '' OR EXISTS (SELECT 1 FROM pushes WHERE pushes.stream_id = broadcasts.stream_id))
       ${after === undefined ? '' : 'AND (created_at > ? OR (created_at = ? AND stream_id > ?))'}
     ORDER BY created_at, stream_id LIMIT ?`,
    [...(after === undefined ? [] : [after.at, after.at, after.id]), limit],
  );
  return rows.map((row) => ({
    streamId: text(row, 'stream_id'),
    streamName: text(row, 'stream_name') || text(row, 'stream_id'),
    createdAt: int(row, 'created_at'),
    misses: int(row, 'misses'),
  }));
}

/** Which of these streams are broadcasts that are off the air and could be on it. */
export async function offlineAmong(db: Queryable, streamIds: readonly string[]): Promise<string[]> {
  if (streamIds.length === 0) return [];
  const rows = await db.rows(
    `SELECT stream_id FROM broadcasts
     WHERE stream_id IN (${streamIds.map(() => '?').join(', ')}) AND online = 0 AND superseded = 0`,
    [...streamIds],
  );
  return rows.map((row) => text(row, 'stream_id'));
}

/** Ends the row of misses of streams that were found up. */
export async function forgetMisses(db: Queryable, streamIds: readonly string[]): Promise<void> {
  if (streamIds.length === 0) return;
  await db.run(
    `UPDATE broadcasts SET misses = 0 WHERE stream_id IN (${streamIds.map(() => '?').join(', ')}) AND misses > 0`,
    [...streamIds],
  );
}

/** Notes one more miss of a broadcast whose row the transaction holds. @returns how many there are now in a row */
export async function noteMiss(tx: Queryable, streamId: string): Promise<number> {
  await tx.run('UPDATE broadcasts SET misses = misses + 1 WHERE stream_id = ?', [streamId]);
  const [row] = await tx.rows('SELECT misses FROM broadcasts WHERE stream_id = ?', [streamId]);
  return row === undefined ? 0 : int(row, 'misses');
}

/** Who made the last claim about a broadcast: `host`, `operator`, `sweep`, or nobody. */
export async function claimantOf(db: Queryable, streamId: string): Promise<string | null> {
  const [row] = await db.rows('SELECT claim_by FROM broadcasts WHERE stream_id = ?', [streamId]);
  return row === undefined ? null : textOrNull(row, 'claim_by');
}

/** Broadcasts begun before `begunBefore` of which nothing was ever heard again. */
export async function neverPushed(db: Queryable, begunBefore: number, limit: number): Promise<string[]> {
  const rows = await db.rows(
    `SELECT stream_id FROM broadcasts
     WHERE online_at IS NULL AND created_at < ? AND online = 0
       AND NOT EXISTS (SELECT 1 FROM pushes WHERE pushes.stream_id = broadcasts.stream_id)
       AND NOT EXISTS (SELECT 1 FROM replays WHERE replays.stream_id = broadcasts.stream_id)
     ORDER BY created_at, stream_id LIMIT ?`,
    [begunBefore, limit],
  );
  return rows.map((row) => text(row, 'stream_id'));
}

/** Drops a broadcast with its room, unless it has come to life meanwhile. @returns whether it was dropped */
export async function dropNeverPushed(tx: Queryable, streamId: string): Promise<boolean> {
  const { affectedRows } = await tx.run(
    'DELETE FROM broadcasts WHERE stream_id = ? AND online = 0 AND online_at IS NULL',
    [streamId],
  );
  if (affectedRows === 0) return false;
  await tx.run('DELETE FROM room_members WHERE room_id = ?', [streamId]);
  await tx.run('DELETE FROM counters WHERE room_id = ?', [streamId]);
  return true;
}
