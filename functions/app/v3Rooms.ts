import { deliverNow, tellIm } from '../../shared/imJobs';
import { isMediaUrl } from '../../shared/mediaUrl';
import { limitRequests } from '../../shared/requestLimit';
import {
  addBroadcast,
  lockBroadcast,
  nameBroadcast,
  settleBroadcast,
  type Broadcast,
} from '../../shared/store/broadcasts';
import type { Queryable } from '../../shared/store/database';
import { emptyRoom, enterRoom as enterAsMember, quitRoom } from '../../shared/store/roomMembers';
import { claimantOf } from '../../shared/store/sweptBroadcasts';
import { findProfile, lockUser } from '../../shared/store/users';
import { addV3Room, closeV3Room, noteBeat, openV3RoomOf } from '../../shared/store/v3Rooms';
import { generatedRoomIdOf, takeRoomId } from '../../shared/store/v3RoomIds';
import { setWatching, type V3User } from '../../shared/store/v3Users';
import { makeStreamId } from '../../shared/streamId';
import type { V3Call, V3Needs } from './v3';
import { viewerLife } from './v3Account';
import { V3Fault, v3Codes } from './v3Fault';
import { v3Text } from './v3Input';
import { findRoom, showLive } from './v3List';

/** Rooms that a host may open in ten seconds: each is an IM group. */
const mostOpened = 6;

const unknown = { nickname: '', headPic: '', frontCover: '', location: '' };

/**
 * rooms/generate_roomid: a number that Android can read and that is no user's, whose own number names its room. The
 * caller alone may open a room of that name, until it asks for another.
 */
export async function generateRoomId({ caller, request }: V3Call, { database, random }: V3Needs) {
  for (;;) {
    const roomId = String(1_000_000_000 + (Buffer.from(random(4)).readUInt32BE() % 1_000_000_000));
    const taken = await database.transaction(async (tx) => {
      await lockUser(tx, caller.userId, request.now);
      return takeRoomId(tx, caller.userId, roomId);
    });
    if (taken) return { roomId };
  }
}

/** rooms/enter_room: a host opens its room, everybody else enters one. */
export async function enterRoom(call: V3Call, needs: V3Needs) {
  const role = call.params.get('role');
  return role === 'anchor' ? openRoom(call, needs) : watchRoom(call, needs, role || 'audience');
}

/**
 * A room of a host is a broadcast like any other. The same room again, while it is not ended, is the same broadcast.
 * IM is told before the answer, because viewers join the group straight after it; the apps make the group themselves
 * too, so that an IM that fails keeps nobody from hosting.
 */
async function openRoom(call: V3Call, needs: V3Needs) {
  const { caller, params, request } = call;
  const roomId = params.get('roomId');
  await limitRequests(needs.database, 'v3:openRoom', caller.userId, mostOpened, request.now);
  const kept = await needs.database.transaction(async (tx) => {
    const { forbidden } = await lockUser(tx, caller.userId, request.now);
    if (forbidden)
      throw new V3Fault(v3Codes.roomCreate, 'this user has been forbidden to broadcast by an operator');
    await requireOwn(tx, roomId, caller);
    const profile = (await findProfile(tx, caller.userId)) ?? unknown;
    const name = v3Text(params, 'title', 128) || profile.nickname || caller.number;
    if (!(await reopen(tx, roomId, caller.userId, request.now)))
      await beginRoom(tx, call, needs, { roomId, title: name, profile });
    const group = { kind: 'createGroup' as const, groupId: roomId, name, ownerId: caller.number };
    return tellIm(tx, needs.im, group, request.now, needs.random);
  });
  await deliverNow(needs.database, needs.im, kept, request.now);
  return { roomId, role: 'anchor' };
}

/**
 * A room's name is that of an IM group and of a stream too, so a host may not choose it: it is the host's number, or was
 * generated for this host.
 */
async function requireOwn(tx: Queryable, roomId: string, { userId, number }: V3User): Promise<void> {
  if (roomId === number || roomId === (await openV3RoomOf(tx, userId))?.roomId) return;
  if (roomId === '' || roomId !== (await generatedRoomIdOf(tx, userId)))
    throw new V3Fault(v3Codes.roomTaken, 'roomId: expected your user id, or what generate_roomid gave you');
}

/** @returns false when the host has no such room, or it has been ended: then it is a new broadcast */
async function reopen(tx: Queryable, roomId: string, userId: string, now: number): Promise<boolean> {
  const room = await openV3RoomOf(tx, userId);
  const live = room?.roomId === roomId ? await lockBroadcast(tx, room.streamId) : undefined;
  if (live === undefined || live.superseded) return false;
  if (live.claim?.up === false && (await claimantOf(tx, live.streamId)) !== 'sweep') return false;
  await noteBeat(tx, live.streamId, now);
  await settleBroadcast(tx, live, { up: true, at: now, by: 'host' });
  return true;
}

async function beginRoom(
  tx: Queryable,
  { caller, params, request }: V3Call,
  { config, random }: V3Needs,
  room: { roomId: string; title: string; profile: typeof unknown },
): Promise<void> {
  const { now } = request;
  const { roomId, title, profile } = room;
  const streamId = makeStreamId(config.LIVE_BIZID, caller.userId, random(8));
  const category = v3Text(params, 'category', 32) || showLive;
  const begun = {
    streamId,
    streamName: roomId,
    userId: caller.userId,
    groupId: roomId,
    title,
    description: '',
  };
  await addBroadcast(tx, { ...profile, ...begun }, now);
  await addV3Room(tx, { streamId, roomId, userId: caller.userId, category, beatAt: now }, now);
  const live = await lockBroadcast(tx, streamId);
  if (live !== undefined) await settleBroadcast(tx, live, { up: true, at: now, by: 'host' });
}

async function watchRoom({ caller, params, request }: V3Call, { database }: V3Needs, role: string) {
  const roomId = params.get('roomId');
  const live = await findRoom(database, roomId);
  if (live === undefined) throw new V3Fault(v3Codes.noSuchRoom, 'no such room');
  // A host who looks at its own room does not watch.
  if (live.userId === caller.userId) return { roomId, role };
  await database.transaction(async (tx) => {
    const { nickname, headPic } = (await findProfile(tx, caller.userId)) ?? unknown;
    const member = { userId: caller.userId, nickname, headPic };
    await enterAsMember(tx, live.streamId, member, request.now, request.now + viewerLife);
    await setWatching(tx, caller.userId, live.streamId);
  });
  return { roomId, role: role.slice(0, 32) };
}

/** rooms/leave_room. To leave a room that one is not in, or that is no more, changes nothing. */
export async function leaveRoom({ caller, params }: V3Call, { database }: V3Needs) {
  const live = await findRoom(database, params.get('roomId'));
  if (live !== undefined) await database.transaction((tx) => quitRoom(tx, live.streamId, caller.userId));
  return null;
}

/** rooms/update_room: title and cover, by the host. A picture from elsewhere is left out, as the answer decides whether the app goes on air. */
export async function updateRoom({ caller, params }: V3Call, { config, database }: V3Needs) {
  const live = await ownRoom(database, params.get('roomId'), caller.userId, v3Codes.roomCreate);
  if (live === undefined) throw new V3Fault(v3Codes.noSuchRoom, 'no such room');
  const title = v3Text(params, 'title', 128);
  const cover = params.get('cover');
  await nameBroadcast(database, live.streamId, {
    title: title === '' ? undefined : title,
    frontCover: cover !== '' && isMediaUrl(config, cover) ? cover : undefined,
    description: v3Text(params, 'description', 255) || undefined,
  });
  return null;
}

/**
 * rooms/destroy_room, by the host: the broadcast is over and its members leave. IM is told before the answer if it is
 * quick; the sweep tells it otherwise. Apps send it twice, so a room that is no more is a success.
 */
export async function destroyRoom({ caller, params, request }: V3Call, needs: V3Needs) {
  const roomId = params.get('roomId');
  const live = await ownRoom(needs.database, roomId, caller.userId, v3Codes.roomDestroy);
  if (live === undefined) return null;
  const kept = await needs.database.transaction(async (tx) => {
    const locked = await lockBroadcast(tx, live.streamId);
    if (locked === undefined) return undefined;
    await settleBroadcast(tx, locked, { up: false, at: request.now, by: 'host' });
    await emptyRoom(tx, live.streamId);
    // The IM group of another generation's live is that app's own.
    if (!(await closeV3Room(tx, live.streamId))) return undefined;
    return tellIm(tx, needs.im, { kind: 'destroyGroup', groupId: live.groupId }, request.now, needs.random);
  });
  await deliverNow(needs.database, needs.im, kept, request.now);
  return null;
}

/** @throws V3Fault when the room is another host's */
async function ownRoom(
  database: Queryable,
  roomId: string,
  userId: string,
  fault: typeof v3Codes.roomCreate | typeof v3Codes.roomDestroy,
): Promise<Broadcast | undefined> {
  const live = await findRoom(database, roomId);
  if (live === undefined || live.userId === userId) return live;
  throw new V3Fault(fault, 'this room belongs to another user');
}
