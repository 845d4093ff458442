import type { Position } from '../cursor';
import { liveness, type Claim } from '../liveness';
import { int, intOrNull, text, type Queryable, type Row } from './database';
import { pushesOf } from './pushes';
import { isForbidden, type Profile } from './users';

/** One broadcast. Times are epoch milliseconds. */
export interface Broadcast extends Profile {
  streamId: string;
  /** What its stream is called in the live service: the stream id, unless the app names streams itself. */
  streamName: string;
  userId: string;
  groupId: string;
  title: string;
  description: string;
  online: boolean;
  /** The user has begun another broadcast since: this one can never be online again. */
  superseded: boolean;
  createdAt: number;
  onlineAt: number | null;
  offlineAt: number | null;
}

/** A broadcast as lists show it. */
export interface ListedBroadcast extends Broadcast {
  viewers: number;
  likes: number;
}

/** The columns of {@link broadcast} and of the last claim. */
export const columns = `stream_id, user_id, group_id, title, nickname, head_pic, front_cover, location, description,
  online, superseded, claim_up, claim_at, created_at, online_at, offline_at, stream_name`;

/** The newest broadcast of a user, whatever its state: the one that no later one superseded. */
export async function newestBroadcastOf(db: Queryable, userId: string): Promise<Broadcast | undefined> {
  const [row] = await db.rows(
    `SELECT ${columns} FROM broadcasts WHERE user_id = ? AND superseded = 0 LIMIT 1`,
    [userId],
  );
  return row && broadcast(row);
}

/** The user's newest broadcast in this IM group, else the newest of all: old apps name a live by its host and group. */
export async function broadcastInGroup(
  db: Queryable,
  userId: string,
  groupId: string,
): Promise<Broadcast | undefined> {
  const [row] = await db.rows(
    `SELECT ${columns} FROM broadcasts WHERE group_id = ? AND user_id = ? ORDER BY superseded, created_at DESC LIMIT 1`,
    [groupId, userId],
  );
  return row === undefined ? newestBroadcastOf(db, userId) : broadcast(row);
}

/** The broadcast on the air that an IM group is about. */
export async function broadcastInGroupOnAir(db: Queryable, groupId: string): Promise<Broadcast | undefined> {
  const live = await broadcastOfGroup(db, groupId);
  return live?.online === true ? live : undefined;
}

/** Changes what is given of how a broadcast is called. */
export async function nameBroadcast(
  db: Queryable,
  streamId: string,
  {
    title,
    frontCover,
    description,
  }: { [Name in 'title' | 'frontCover' | 'description']: string | undefined },
): Promise<void> {
  await db.run(
    `UPDATE broadcasts SET title = COALESCE(?, title), front_cover = COALESCE(?, front_cover),
       description = COALESCE(?, description) WHERE stream_id = ?`,
    [title ?? null, frontCover ?? null, description ?? null, streamId],
  );
}

/**
 * The broadcast that an IM group is about: the open room of a v3 app that is called so; else of those on the air the one
 * that has had the group longest, so that nobody takes another's viewers by naming the same group; else the newest.
 */
export async function broadcastOfGroup(db: Queryable, groupId: string): Promise<Broadcast | undefined> {
  const [row] = await db.rows(
    `SELECT ${columns}, (superseded = 0 AND stream_id IN (
         SELECT stream_id FROM v3_rooms WHERE room_id = ? AND closed = 0)) AS is_room
     FROM broadcasts WHERE group_id = ?
     ORDER BY is_room DESC, online DESC, CASE WHEN online = 1 THEN created_at ELSE -created_at END, stream_id DESC
     LIMIT 1`,
    [groupId, groupId],
  );
  return row && broadcast(row);
}

export async function findBroadcast(db: Queryable, streamId: string): Promise<Broadcast | undefined> {
  const [row] = await db.rows(`SELECT ${columns} FROM broadcasts WHERE stream_id = ?`, [streamId]);
  return row && broadcast(row);
}

/** Adds a broadcast and takes the user's earlier ones off the air: a user has one at a time. */
export async function addBroadcast(
  tx: Queryable,
  added: Profile &
    Pick<Broadcast, 'streamId' | 'userId' | 'groupId' | 'title' | 'description'> &
    Partial<Pick<Broadcast, 'streamName'>>,
  now: number,
): Promise<void> {
  await tx.run(
    `UPDATE broadcasts SET superseded = 1, online = 0, offline_at = COALESCE(offline_at, ?)
     WHERE user_id = ? AND superseded = 0`,
    [now, added.userId],
  );
  await tx.run(
    `INSERT INTO broadcasts (stream_id, user_id, group_id, title, nickname, head_pic, front_cover, location, description, created_at, stream_name)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      added.streamId,
      added.userId,
      added.groupId,
      added.title,
      added.nickname,
      added.headPic,
      added.frontCover,
      added.location,
      added.description,
      now,
      added.streamName ?? '',
    ],
  );
}

/** Removes every broadcast of a user, with what was heard of its pushes and counted in its room. */
export async function dropBroadcastsOf(tx: Queryable, userId: string): Promise<void> {
  const rows = await tx.rows('SELECT stream_id FROM broadcasts WHERE user_id = ? FOR UPDATE', [userId]);
  for (const row of rows) {
    const streamId = text(row, 'stream_id');
    await tx.run('DELETE FROM pushes WHERE stream_id = ?', [streamId]);
    await tx.run('DELETE FROM room_members WHERE room_id = ?', [streamId]);
    await tx.run('DELETE FROM counters WHERE room_id = ?', [streamId]);
  }
  await tx.run('DELETE FROM broadcasts WHERE user_id = ?', [userId]);
}

/** A broadcast whose row this transaction holds, with its last claim. */
export interface LockedBroadcast extends Broadcast {
  claim: Claim | undefined;
}

/** Locks a broadcast until the transaction ends, so that two changes of one broadcast follow each other. */
export async function lockBroadcast(tx: Queryable, streamId: string): Promise<LockedBroadcast | undefined> {
  const [row] = await tx.rows(`SELECT ${columns} FROM broadcasts WHERE stream_id = ? FOR UPDATE`, [streamId]);
  return row && { ...broadcast(row), claim: claimOf(row) };
}

/**
 * Works out anew whether a locked broadcast is online, after its pushes changed or a claim was made in this transaction.
 * @param claim a new last word of the host, an operator or the sweep; none keeps the one on record
 */
export async function settleBroadcast(
  tx: Queryable,
  locked: LockedBroadcast,
  claim?: Claim & { by: 'host' | 'operator' | 'sweep' | 'cloud' },
): Promise<{ online: boolean }> {
  const news =
    claim !== undefined && (locked.claim === undefined || claim.at >= locked.claim.at) ? claim : undefined;
  const pushes = await pushesOf(tx, locked.streamId);
  const state = liveness(pushes, news ?? locked.claim);
  // Asked after the row is locked: what an operator forbade meanwhile is known then.
  const online = state.online && !locked.superseded && !(await isForbidden(tx, locked.userId));
  const ups = [locked.onlineAt, ...pushes.map((push) => push.startedAt), news?.up === true ? news.at : null];
  const starts = ups.filter((at): at is number => at !== null);
  await tx.run(
    // Whatever is said anew about a broadcast ends the sweep's row of misses.
    `UPDATE broadcasts SET online = ?, online_at = ?, offline_at = ?, misses = 0,
       claim_up = COALESCE(?, claim_up), claim_at = COALESCE(?, claim_at), claim_by = COALESCE(?, claim_by)
     WHERE stream_id = ?`,
    [
      online ? 1 : 0,
      starts.length === 0 ? null : Math.min(...starts),
      online ? null : locked.superseded ? locked.offlineAt : (state.since ?? null),
      news === undefined ? null : news.up ? 1 : 0,
      news?.at ?? null,
      news?.by ?? null,
      locked.streamId,
    ],
  );
  return { online };
}

/** Which broadcasts: those on the air, the newest of every user, or all there ever were. */
export type Which = 'online' | 'newest' | 'all';

const conditions = { online: 'online = 1', newest: 'superseded = 0', all: '1 = 1' } satisfies Record<
  Which,
  string
>;

/** One page of broadcasts, newest first. `after` continues behind a row, `offset` skips rows: give one of them. */
export async function listBroadcasts(
  db: Queryable,
  which: Which,
  page: { size: number; offset?: number; after?: Position },
): Promise<ListedBroadcast[]> {
  const { after } = page;
  const rows = await db.rows(
    `SELECT ${columns},
       (SELECT COALESCE(SUM(value), 0) FROM counters WHERE room_id = stream_id AND kind = 'viewers') AS viewers,
       (SELECT COALESCE(SUM(value), 0) FROM counters WHERE room_id = stream_id AND kind = 'likes') AS likes
     FROM (
       SELECT ${columns} FROM broadcasts
       WHERE ${conditions[which]} ${after === undefined ? '' : 'AND (created_at < ? OR (created_at = ? AND stream_id < ?))'}
       ORDER BY created_at DESC, stream_id DESC LIMIT ? OFFSET ?
     ) AS page
     ORDER BY created_at DESC, stream_id DESC`,
    [...(after === undefined ? [] : [after.at, after.at, after.id]), page.size, page.offset ?? 0],
  );
  return rows.map((row) => ({ ...broadcast(row), viewers: int(row, 'viewers'), likes: int(row, 'likes') }));
}

export async function countBroadcasts(db: Queryable, which: Which): Promise<number> {
  const [row] = await db.rows(`SELECT COUNT(*) AS total FROM broadcasts WHERE ${conditions[which]}`);
  return row === undefined ? 0 : int(row, 'total');
}

function claimOf(row: Row): Claim | undefined {
  const up = intOrNull(row, 'claim_up');
  const at = intOrNull(row, 'claim_at');
  return up === null || at === null ? undefined : { up: up === 1, at };
}

export function broadcast(row: Row): Broadcast {
  return {
    streamId: text(row, 'stream_id'),
    streamName: text(row, 'stream_name') || text(row, 'stream_id'),
    userId: text(row, 'user_id'),
    groupId: text(row, 'group_id'),
    title: text(row, 'title'),
    nickname: text(row, 'nickname'),
    headPic: text(row, 'head_pic'),
    frontCover: text(row, 'front_cover'),
    location: text(row, 'location'),
    description: text(row, 'description'),
    online: int(row, 'online') === 1,
    superseded: int(row, 'superseded') === 1,
    createdAt: int(row, 'created_at'),
    onlineAt: intOrNull(row, 'online_at'),
    offlineAt: intOrNull(row, 'offline_at'),
  };
}
