import { createHash } from 'node:crypto';
import { int, intOrNull, text, type Queryable } from '../../shared/store/database';
import { writeCounts } from './counts';
import { insertRows, rowsIn } from './legacyTable';
import type { LegacyUser } from './users';

/** The last broadcast of a host on an old server. */
export interface LegacyLive extends LegacyUser {
  streamId: string;
  groupId: string;
  title: string;
  description: string;
  likes: number;
}

export interface LiveChange {
  kind: 'new' | 'changed' | 'there';
  live: LegacyLive;
  /** Under which it is kept here. */
  streamId: string;
  /** The user has begun another broadcast here. */
  superseded: boolean;
}

/** What our broadcasts say about these streams and users. */
interface Places {
  streams: Map<string, { userId: string; createdAt: number; asCopied: boolean }>;
  /** The stream of each user's current broadcast. */
  current: Map<string, string>;
}

export async function placesOf(db: Queryable, lives: readonly LegacyLive[]): Promise<Places> {
  const streamIds = lives.flatMap((live) => [...streamsOf(live)]);
  const streams = await rowsIn(
    db,
    `SELECT stream_id, user_id, created_at, claim_at, online,
       (SELECT COUNT(*) FROM pushes WHERE pushes.stream_id = broadcasts.stream_id) AS pushes
     FROM broadcasts WHERE stream_id IN`,
    streamIds,
  );
  const current = await rowsIn(
    db,
    'SELECT user_id, stream_id FROM broadcasts WHERE superseded = 0 AND user_id IN',
    lives.map(({ userId }) => userId),
  );
  return {
    streams: new Map(
      streams.map((row) => [
        text(row, 'stream_id'),
        {
          userId: text(row, 'user_id'),
          createdAt: int(row, 'created_at'),
          asCopied:
            int(row, 'online') === 0 && intOrNull(row, 'claim_at') === null && int(row, 'pushes') === 0,
        },
      ]),
    ),
    current: new Map(current.map((row) => [text(row, 'user_id'), text(row, 'stream_id')])),
  };
}

/**
 * What is to be done about a broadcast, noted in `places` for the next. The old servers gave a host one stream for all
 * its broadcasts, so a newer one of the same stream takes the place of one of which nothing was heard here since.
 */
export function liveChange(live: LegacyLive, places: Places): LiveChange {
  const [own, derived] = streamsOf(live);
  const isOthers = places.streams.has(own) && places.streams.get(own)?.userId !== live.userId;
  const streamId = isOthers ? derived : own;
  const known = places.streams.get(streamId);
  const current = places.current.get(live.userId);
  const superseded = current !== undefined && current !== streamId;
  if (known !== undefined && !(known.asCopied && live.createdAt > known.createdAt))
    return { kind: 'there', live, streamId, superseded };
  places.streams.set(streamId, { userId: live.userId, createdAt: live.createdAt, asCopied: true });
  return { kind: known === undefined ? 'new' : 'changed', live, streamId, superseded };
}

/**
 * The id of a stream as the cloud's notices name it, and one for the case that this one cannot be kept: old stream ids are
 * made of the user id with `@`, `#` and `-` as `_`, so that two users may have the same.
 */
function streamsOf({ streamId, userId }: LegacyLive): [own: string, derived: string] {
  const safe = streamId
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .slice(0, 40);
  const unique = createHash('sha256').update(`live_data ${userId}`).digest('hex').slice(0, 16);
  const derived = `${safe}_${unique}`;
  return [/^\w{1,64}$/.test(streamId) ? streamId : derived, derived];
}

export async function writeLives(tx: Queryable, changes: readonly LiveChange[]): Promise<void> {
  const values = ({ live }: LiveChange) => [
    live.groupId,
    live.title,
    live.nickname,
    live.headPic,
    live.frontCover,
    live.location,
    live.description,
    live.createdAt,
    // Apps ask for a push URL when they are about to push; nothing else is known of when it went on the air.
    live.createdAt,
  ];
  const added = changes.filter(({ kind }) => kind === 'new');
  const changed = changes.filter(({ kind }) => kind === 'changed');
  await insertRows(
    tx,
    `INSERT INTO broadcasts (stream_id, user_id, superseded, group_id, title, nickname, head_pic, front_cover, location,
       description, created_at, online_at)`,
    added.map((change) => [
      change.streamId,
      change.live.userId,
      change.superseded ? 1 : 0,
      ...values(change),
    ]),
  );
  for (const change of changed) {
    await tx.run(
      `UPDATE broadcasts SET group_id = ?, title = ?, nickname = ?, head_pic = ?, front_cover = ?, location = ?,
         description = ?, created_at = ?, online_at = ?
       WHERE stream_id = ? AND user_id = ? AND online = 0 AND claim_at IS NULL`,
      [...values(change), change.streamId, change.live.userId],
    );
  }
  await writeCounts(
    tx,
    // Who was in the room then never leaves it here: viewers are left behind.
    [...added.filter(({ live }) => live.likes > 0), ...changed].map(({ streamId, live }) => ({
      roomId: streamId,
      viewers: 0,
      likes: live.likes,
    })),
  );
}
