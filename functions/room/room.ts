import * as v from 'valibot';
import { Failure } from '../../shared/http/errors';
import { text, userId } from '../../shared/input';
import { findBroadcast, type Broadcast } from '../../shared/store/broadcasts';
import type { Queryable } from '../../shared/store/database';
import { findReplay, type ListedReplay } from '../../shared/store/replays';
import { findVideo, type Video } from '../../shared/store/videos';

/** Which room: `streamId` of a live, or `fileId` of a replay or a short video; of a video also its `ownerId`. */
export const roomName = {
  streamId: v.optional(text(1, 64)),
  fileId: v.optional(text(1, 64)),
  ownerId: v.optional(userId),
};

export interface RoomName {
  streamId?: string | undefined;
  fileId?: string | undefined;
  ownerId?: string | undefined;
}

/** What a room is about, with the id under which its members and counts are kept. */
export type Room =
  | { roomId: string; kind: 'live'; live: Broadcast }
  | { roomId: string; kind: 'replay'; replay: ListedReplay }
  | { roomId: string; kind: 'video'; video: Video };

export const liveRoom = (live: Broadcast): Room => ({ roomId: live.streamId, kind: 'live', live });

/** The room of a file: a replay's by the id of any of its formats, else a short video's. */
export async function roomOfFile(db: Queryable, fileId: string, owner = ''): Promise<Room | undefined> {
  const replay = await findReplay(db, fileId);
  if (replay !== undefined) return { roomId: `r${replay.replayId}`, kind: 'replay', replay };
  const video = await findVideo(db, fileId, owner);
  return video && { roomId: `v${video.videoId}`, kind: 'video', video };
}

/** @throws Failure invalidInput when no room is named, notFound when there is none of that name */
export async function requireRoom(db: Queryable, name: RoomName): Promise<Room> {
  if (name.streamId !== undefined) {
    const live = await findBroadcast(db, name.streamId);
    if (live === undefined) throw new Failure('notFound', 'streamId: no such live');
    return liveRoom(live);
  }
  if (name.fileId === undefined)
    throw new Failure('invalidInput', 'streamId: expected it, or the fileId of a replay or video');
  const room = await roomOfFile(db, name.fileId, name.ownerId);
  if (room === undefined) throw new Failure('notFound', 'fileId: no such replay or video');
  return room;
}

/** Whether likes count here: a live that is over takes none. */
export function takesLikes(room: Room): boolean {
  return room.kind !== 'live' || room.live.online;
}
