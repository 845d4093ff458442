import { broadcast, columns, type Broadcast } from './broadcasts';
import { int, text, type Queryable } from './database';

/** What a broadcast has besides when its host uses a v3 app. Times are epoch milliseconds. */
export interface V3Room {
  streamId: string;
  /** The room's name in the app, its IM group and its stream, all the same. */
  roomId: string;
  userId: string;
  category: string;
  beatAt: number;
  closed: boolean;
}

const roomColumns = 'stream_id, room_id, user_id, category, beat_at, closed';

export async function addV3Room(tx: Queryable, room: Omit<V3Room, 'closed'>, now: number): Promise<void> {
  await tx.run(
    'INSERT INTO v3_rooms (stream_id, room_id, user_id, category, beat_at, begun_at) VALUES (?, ?, ?, ?, ?, ?)',
    [room.streamId, room.roomId, room.userId, room.category, room.beatAt, now],
  );
}

/** The room that a host has open. */
export async function openV3RoomOf(db: Queryable, userId: string): Promise<V3Room | undefined> {
  const [row] = await db.rows(
    `SELECT ${roomColumns} FROM v3_rooms WHERE user_id = ? AND closed = 0 ORDER BY begun_at DESC, stream_id DESC LIMIT 1`,
    [userId],
  );
  return row && v3Room(row);
}

/** Broadcasts in the room of this name that are not superseded: of all hosts who ever opened it, the newest first. */
export async function broadcastsInV3Room(db: Queryable, roomId: string): Promise<Broadcast[]> {
  const rows = await db.rows(
    `SELECT ${columns} FROM broadcasts
     WHERE superseded = 0 AND stream_id IN (SELECT stream_id FROM v3_rooms WHERE room_id = ?)
     ORDER BY online DESC, created_at DESC, stream_id DESC LIMIT 10`,
    [roomId],
  );
  return rows.map(broadcast);
}

/** What these broadcasts are in v3 apps, by stream id; those of other apps are left out. */
export async function v3RoomsOf(db: Queryable, streamIds: readonly string[]): Promise<Map<string, V3Room>> {
  if (streamIds.length === 0) return new Map();
  const rows = await db.rows(
    `SELECT ${roomColumns} FROM v3_rooms WHERE stream_id IN (${streamIds.map(() => '?').join(', ')})`,
    streamIds,
  );
  return new Map(rows.map((row) => [text(row, 'stream_id'), v3Room(row)]));
}

/** Notes that a host's app was heard of. */
export async function noteBeat(db: Queryable, streamId: string, now: number): Promise<void> {
  await db.run('UPDATE v3_rooms SET beat_at = GREATEST(beat_at, ?) WHERE stream_id = ?', [now, streamId]);
}

/** Rooms on the air whose host was last heard of before `before`, the longest silent first. */
export async function silentV3Rooms(db: Queryable, before: number, limit: number): Promise<V3Room[]> {
  const rows = await db.rows(
    `SELECT ${roomColumns} FROM v3_rooms
     WHERE closed = 0 AND beat_at < ? AND stream_id IN (SELECT stream_id FROM broadcasts WHERE online = 1)
     ORDER BY beat_at, stream_id LIMIT ?`,
    [before, limit],
  );
  return rows.map(v3Room);
}

/**
 * Rooms off the air that are to be closed: the host was last heard of before `before`, an operator has ended the
 * broadcast, or the host has begun another.
 */
export async function endedV3Rooms(db: Queryable, before: number, limit: number): Promise<V3Room[]> {
  const rows = await db.rows(
    `SELECT ${roomColumns} FROM v3_rooms
     WHERE closed = 0 AND stream_id NOT IN (SELECT stream_id FROM broadcasts WHERE online = 1)
       AND (beat_at < ? OR stream_id IN (
         SELECT stream_id FROM broadcasts WHERE superseded = 1 OR (claim_by = 'operator' AND claim_up = 0)))
     ORDER BY beat_at, stream_id LIMIT ?`,
    [before, limit],
  );
  return rows.map(v3Room);
}

export async function isV3RoomOpen(db: Queryable, roomId: string): Promise<boolean> {
  const rows = await db.rows('SELECT stream_id FROM v3_rooms WHERE room_id = ? AND closed = 0 LIMIT 1', [
    roomId,
  ]);
  return rows.length > 0;
}

/** Closes a room for good. @returns whether it was open */
export async function closeV3Room(tx: Queryable, streamId: string): Promise<boolean> {
  const { affectedRows } = await tx.run('UPDATE v3_rooms SET closed = 1 WHERE stream_id = ? AND closed = 0', [
    streamId,
  ]);
  return affectedRows === 1;
}

/** Forgets a room whose broadcast is no more. */
export async function dropV3Room(tx: Queryable, streamId: string): Promise<void> {
  await tx.run('DELETE FROM v3_rooms WHERE stream_id = ?', [streamId]);
}

/** Forgets the rooms of a user; those that are open count as silent for ever, so that the sweep closes them and tells IM. */
export async function dropV3RoomsOf(tx: Queryable, userId: string): Promise<void> {
  await tx.run('DELETE FROM v3_rooms WHERE user_id = ? AND closed = 1', [userId]);
  await tx.run('UPDATE v3_rooms SET beat_at = 0 WHERE user_id = ?', [userId]);
}

/**
 * The broadcast that the live service means by a stream's name: the one that the push with this `sequence` belongs to,
 * else the one that had begun at `at`. Undefined for a name that no v3 app gave to a stream.
 */
export async function streamIdOfName(
  tx: Queryable,
  streamName: string,
  sequence: string | undefined,
  at: number,
): Promise<string | undefined> {
  const [known] =
    sequence === undefined
      ? []
      : await tx.rows(
          `SELECT stream_id FROM pushes
           WHERE sequence = ? AND stream_id IN (SELECT stream_id FROM v3_rooms WHERE room_id = ?) LIMIT 1`,
          [sequence, streamName],
        );
  const [row] =
    known === undefined
      ? await tx.rows(
          'SELECT stream_id FROM v3_rooms WHERE room_id = ? AND begun_at <= ? ORDER BY begun_at DESC LIMIT 1',
          [streamName, at],
        )
      : [known];
  return row && text(row, 'stream_id');
}

function v3Room(row: Parameters<typeof broadcast>[0]): V3Room {
  return {
    streamId: text(row, 'stream_id'),
    roomId: text(row, 'room_id'),
    userId: text(row, 'user_id'),
    category: text(row, 'category'),
    beatAt: int(row, 'beat_at'),
    closed: int(row, 'closed') === 1,
  };
}
