import { lockBroadcast, newestBroadcastOf, type LockedBroadcast } from './broadcasts';
import type { Queryable } from './database';
import type { Profile } from './users';
import type { V2Room } from './v2Rooms';
import { v2UserOfStream } from '../v2UserId';

/** A stream of the v2 apps' room service: one per user, so its row serves one broadcast after the other. */
export interface RoomStream {
  streamId: string;
  userId: string;
  room: V2Room;
  profile: Profile;
}

/**
 * Begins a broadcast of such a stream, or the next one, and takes the user's other broadcasts off the air.
 * @param at epoch milliseconds of the push that began it
 * @param hidden it is not to be listed, whatever its push says
 */
export async function beginRoomStream(
  tx: Queryable,
  stream: RoomStream,
  at: number,
  hidden: boolean,
): Promise<LockedBroadcast | undefined> {
  await tx.run(
    `UPDATE broadcasts SET superseded = 1, online = 0, offline_at = COALESCE(offline_at, ?)
     WHERE user_id = ? AND superseded = 0 AND stream_id <> ? AND created_at <= ?`,
    [at, stream.userId, stream.streamId, at],
  );
  const isNewest = !hidden && !(await hasOtherCurrent(tx, stream));
  await putRoomStream(tx, stream, at, isNewest);
  return lockBroadcast(tx, stream.streamId);
}

/** Makes the row of a stream of which something other than its beginning is heard first. */
export async function adoptRoomStream(
  tx: Queryable,
  stream: RoomStream,
  at: number,
): Promise<LockedBroadcast | undefined> {
  await putRoomStream(tx, stream, at, !(await hasOtherCurrent(tx, stream)));
  return lockBroadcast(tx, stream.streamId);
}

/** Names the stream's row as its room is called now. */
export async function nameRoomStream(tx: Queryable, streamId: string, room: V2Room): Promise<void> {
  await tx.run('UPDATE broadcasts SET title = ?, front_cover = ?, location = ? WHERE stream_id = ?', [
    room.title,
    room.frontCover,
    room.location,
    streamId,
  ]);
}

/** The same for the user's stream that is on the air, if one is. */
export async function nameLiveRoomStream(
  tx: Queryable,
  userId: string,
  room: V2Room,
  bizId: string,
): Promise<void> {
  const newest = await newestBroadcastOf(tx, userId);
  if (newest?.online === true && v2UserOfStream(newest.streamId, bizId) === userId)
    await nameRoomStream(tx, newest.streamId, room);
}

async function hasOtherCurrent(tx: Queryable, { userId, streamId }: RoomStream): Promise<boolean> {
  const rows = await tx.rows(
    'SELECT stream_id FROM broadcasts WHERE user_id = ? AND superseded = 0 AND stream_id <> ? LIMIT 1',
    [userId, streamId],
  );
  return rows.length > 0;
}

async function putRoomStream(
  tx: Queryable,
  { streamId, userId, room, profile }: RoomStream,
  at: number,
  isNewest: boolean,
): Promise<void> {
  await tx.run(
    `INSERT INTO broadcasts (stream_id, user_id, group_id, title, nickname, head_pic, front_cover, location, description,
       superseded, created_at) VALUES (?, ?, '', ?, ?, ?, ?, ?, '', ?, ?)
     ON DUPLICATE KEY UPDATE title = VALUES(title), nickname = VALUES(nickname), head_pic = VALUES(head_pic),
       front_cover = VALUES(front_cover), location = VALUES(location), superseded = VALUES(superseded),
       created_at = GREATEST(created_at, VALUES(created_at))`,
    [
      streamId,
      userId,
      room.title,
      profile.nickname,
      profile.headPic,
      room.frontCover,
      room.location,
      isNewest ? 0 : 1,
      at,
    ],
  );
}
