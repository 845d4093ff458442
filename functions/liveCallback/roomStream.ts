import { lockBroadcast, type LockedBroadcast } from '../../shared/store/broadcasts';
import type { Queryable } from '../../shared/store/database';
import { pushesOf } from '../../shared/store/pushes';
import {
  adoptRoomStream,
  beginRoomStream,
  nameRoomStream,
  type RoomStream,
} from '../../shared/store/roomStreams';
import { findProfile, lockUser } from '../../shared/store/users';
import { findV2Room } from '../../shared/store/v2Rooms';
import { v2UserOfStream } from '../../shared/v2UserId';
import type { Event } from './notice';

const unknown = { nickname: '', headPic: '', frontCover: '', location: '' };

/**
 * The broadcast that a notice is about, locked, of a stream that the v2 apps' room service made. Such a stream is first
 * heard of here: it belongs to the user in its name, if that user has ever said what its room is called (upload_room).
 * So a v2 host's live and replay are in the same lists as everybody's.
 * @returns undefined for any other stream
 */
export async function lockRoomStream(
  tx: Queryable,
  event: Exclude<Event, { kind: 'other' }>,
  now: number,
  bizId: string,
): Promise<LockedBroadcast | undefined> {
  const { streamId } = event;
  const userId = v2UserOfStream(streamId, bizId);
  const room = userId === undefined ? undefined : await findV2Room(tx, userId);
  if (userId === undefined || room === undefined) return undefined;
  const { forbidden } = await lockUser(tx, userId, now);
  const stream = { streamId, userId, room, profile: (await findProfile(tx, userId)) ?? unknown };
  const broadcast = await lockBroadcast(tx, streamId);
  if (event.kind === 'start') {
    const isNext = broadcast === undefined || (await isNewestPush(tx, event));
    return isNext ? beginRoomStream(tx, stream, event.at, forbidden) : broadcast;
  }
  if (broadcast === undefined) return adoptRoomStream(tx, stream, beginOf(event));
  return event.kind === 'recording' ? renamed(tx, broadcast, stream, event.endedAt) : broadcast;
}

/** The room was named during this recording, so the name is its own; a later one is that of the next broadcast. */
async function renamed(
  tx: Queryable,
  broadcast: LockedBroadcast,
  { streamId, room }: RoomStream,
  endedAt: number,
): Promise<LockedBroadcast> {
  if (room.updatedAt > endedAt) return broadcast;
  const { title, frontCover, location } = room;
  await nameRoomStream(tx, streamId, room);
  return { ...broadcast, title, frontCover, location };
}

async function isNewestPush(tx: Queryable, { streamId, at }: Event & { kind: 'start' }): Promise<boolean> {
  const pushes = await pushesOf(tx, streamId);
  return pushes.every(({ startedAt, cutAt }) => at > (startedAt ?? cutAt ?? 0));
}

function beginOf(event: Exclude<Event, { kind: 'other' | 'start' }>): number {
  return event.kind === 'recording' ? event.startedAt : (event.startedAt ?? event.at);
}
