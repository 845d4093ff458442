import type { Position } from '../cursor';
import { int, text, textOrNull, type Queryable } from './database';
import { dropRooms } from './rooms';

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

/** On the air, and since then no push began or was cut, nobody claimed anything, no app of a host was heard of. */
const silent = `online = 1 AND created_at < ? AND COALESCE(claim_at, 0) < ?
  AND NOT EXISTS (SELECT 1 FROM pushes
    WHERE pushes.stream_id = broadcasts.stream_id AND (started_at >= ? OR cut_at >= ?))
  AND NOT EXISTS (SELECT 1 FROM v3_rooms WHERE v3_rooms.stream_id = broadcasts.stream_id AND beat_at >= ?)`;

const silentSince = (before: number) => [before, before, before, before, before];

/** Lives of which nothing was heard since `before`, the longest on the air first. */
export async function silentLives(db: Queryable, before: number, limit: number): Promise<string[]> {
  const rows = await db.rows(
    `SELECT stream_id FROM broadcasts WHERE ${silent} ORDER BY created_at, stream_id LIMIT ?`,
    [...silentSince(before), limit],
  );
  return rows.map((row) => text(row, 'stream_id'));
}

export async function isSilentLive(db: Queryable, streamId: string, before: number): Promise<boolean> {
  const rows = await db.rows(`SELECT stream_id FROM broadcasts WHERE stream_id = ? AND ${silent}`, [
    streamId,
    ...silentSince(before),
  ]);
  return rows.length > 0;
}

/** `neverPushed`: begun, and nothing was ever heard of it again. `over`: off the air, whatever was before. */
type Unused = 'neverPushed' | 'over';

/** Of these nothing is left to be shown: no replay, and no room that IM still has to close. */
const unused = `online = 0 AND created_at < ? AND COALESCE(offline_at, 0) < ?
  AND NOT EXISTS (SELECT 1 FROM replays WHERE replays.stream_id = broadcasts.stream_id)
  AND NOT EXISTS (SELECT 1 FROM v3_rooms WHERE v3_rooms.stream_id = broadcasts.stream_id AND closed = 0)`;

const conditions = {
  neverPushed: `${unused} AND online_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM pushes WHERE pushes.stream_id = broadcasts.stream_id)`,
  over: unused,
} satisfies Record<Unused, string>;

/** Broadcasts that began, and ended if they did, before `before`, and are of no more use. The oldest first. */
export async function unusedBroadcasts(
  db: Queryable,
  which: Unused,
  before: number,
  limit: number,
): Promise<string[]> {
  const rows = await db.rows(
    `SELECT stream_id FROM broadcasts WHERE ${conditions[which]} ORDER BY created_at, stream_id LIMIT ?`,
    [before, before, limit],
  );
  return rows.map((row) => text(row, 'stream_id'));
}

/** Drops such a broadcast with its pushes and its room, unless it is of use again. @returns whether it was dropped */
export async function dropUnusedBroadcast(
  tx: Queryable,
  which: Unused,
  before: number,
  streamId: string,
): Promise<boolean> {
  const { affectedRows } = await tx.run(
    `DELETE FROM broadcasts WHERE stream_id = ? AND ${conditions[which]}`,
    [streamId, before, before],
  );
  if (affectedRows === 0) return false;
  await tx.run('DELETE FROM pushes WHERE stream_id = ?', [streamId]);
  await tx.run('DELETE FROM v3_rooms WHERE stream_id = ?', [streamId]);
  await dropRooms(tx, [streamId]);
  return true;
}
