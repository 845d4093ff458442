import type { ImCloud } from '../../shared/cloud/im';
import { tellIm } from '../../shared/imJobs';
import { liveness } from '../../shared/liveness';
import { lockBroadcast, settleBroadcast } from '../../shared/store/broadcasts';
import type { Database, Queryable } from '../../shared/store/database';
import { pushesOf } from '../../shared/store/pushes';
import { claimantOf } from '../../shared/store/sweptBroadcasts';
import {
  closeV3Room,
  dropV3Room,
  endedV3Rooms,
  isV3RoomOpen,
  noteBeat,
  openV3RoomOf,
  silentV3Rooms,
  v3RoomsOf,
} from '../../shared/store/v3Rooms';

/** v3 apps beat every 10 s; a host that missed four beats is taken for gone. Milliseconds. */
const silence = 45_000;

/** A host who is back within this time finds the room and its IM group as they were; milliseconds. */
const mayReturn = 600_000;

export interface SilentHostsNeeds {
  database: Database;
  im: ImCloud;
  random: (bytes: number) => Uint8Array;
}

/**
 * Takes the rooms of v3 hosts off the list that are no longer heard of, unless the live service says that their stream
 * is up.
 * @param most rooms looked at
 * @returns the stream ids of those taken off
 */
export async function takeSilentHostsOff(
  needs: SilentHostsNeeds,
  now: number,
  most: number,
): Promise<string[]> {
  const off: string[] = [];
  for (const { streamId } of await silentV3Rooms(needs.database, now - silence, most)) {
    if (await needs.database.transaction((tx) => takeOff(tx, streamId, now, needs))) off.push(streamId);
  }
  return off;
}

/**
 * Closes the rooms that stayed silent or that an operator ended, and their IM groups with them: an application may have
 * only so many, and the app of a host stops pushing when its group is gone.
 */
export async function closeEndedRooms(needs: SilentHostsNeeds, now: number, most: number): Promise<number> {
  const ended = await endedV3Rooms(needs.database, now - mayReturn, most);
  for (const { streamId, roomId } of ended) {
    await needs.database.transaction(async (tx) => {
      const live = await lockBroadcast(tx, streamId);
      if (live?.online === true || !(await closeV3Room(tx, streamId))) return;
      // Its host has deleted the account.
      if (live === undefined) await dropV3Room(tx, streamId);
      // The host may have opened the same room again meanwhile.
      if (!(await isV3RoomOpen(tx, roomId)))
        await tellIm(tx, needs.im, { kind: 'destroyGroup', groupId: roomId }, now, needs.random);
    });
  }
  return ended.length;
}

async function takeOff(
  tx: Queryable,
  streamId: string,
  now: number,
  needs: SilentHostsNeeds,
): Promise<boolean> {
  const live = await lockBroadcast(tx, streamId);
  const room = (await v3RoomsOf(tx, [streamId])).get(streamId);
  // Heard of since it was found silent.
  if (live?.online !== true || room === undefined || room.beatAt >= now - silence) return false;
  if (liveness(await pushesOf(tx, streamId), undefined).online) return false;
  await settleBroadcast(tx, live, { up: false, at: now, by: 'sweep' });
  const content = JSON.stringify({ event: 'hostGone', roomId: room.roomId });
  await tellIm(tx, needs.im, { kind: 'notify', groupId: room.roomId, content }, now, needs.random);
  return true;
}

/**
 * Notes that the app of a user was heard of. A host whose room was taken off because it was silent comes back; one that
 * the host, an operator or the live service ended does not.
 */
export async function hostBeat(database: Database, userId: string, now: number): Promise<void> {
  const room = await openV3RoomOf(database, userId);
  if (room === undefined) return;
  await noteBeat(database, room.streamId, now);
  if (room.beatAt >= now - silence) return;
  await database.transaction(async (tx) => {
    const live = await lockBroadcast(tx, room.streamId);
    if (live === undefined || live.online || live.superseded || live.claim?.up !== false) return;
    if ((await claimantOf(tx, room.streamId)) !== 'sweep') return;
    await settleBroadcast(tx, live, { up: true, at: now, by: 'host' });
  });
}
