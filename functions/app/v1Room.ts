import { Failure } from '../../shared/http/errors';
import { addressLikes, userLikes } from '../../shared/likeBudget';
import { playUrlsOf } from '../../shared/liveUrls';
import { isPasserBy } from '../../shared/reservedUserId';
import { broadcastInGroup, newestBroadcastOf } from '../../shared/store/broadcasts';
import { readCounter } from '../../shared/store/counters';
import type { Queryable } from '../../shared/store/database';
import { giveLikes } from '../../shared/store/likes';
import { enterRoom, listMembers, quitRoom } from '../../shared/store/roomMembers';
import { publishVideo } from '../../shared/store/videos';
import { networkOf } from '../account/loginLimits';
import { liveRoom, roomOfFile, takesLikes, type Room } from '../room/room';
import type { V1Call, V1Needs } from './v1';
import {
  v1Choice,
  v1Fault,
  v1Int,
  v1Optional,
  v1Page,
  v1Picture,
  v1Required,
  v1Text,
  v1UserId,
  v1UserInfo,
  type V1Body,
} from './v1Input';
import { liveItem, replayItem, videoItem } from './v1List';

/** v1 has no heartbeat: a viewer whose app died is removed after this time. */
const memberLife = 4 * 3_600_000;

const done = { result: 0 };

/** EnterGroup (protocol.md 4.4). A room that does not exist is no failure: a non-zero answer would close the player. */
export async function enterGroup(body: V1Body, { request }: V1Call, { database }: V1Needs) {
  const userId = v1UserId(body);
  const room = await roomOf(database, body);
  if (room === undefined) return done;
  const member = { userId, nickname: v1Text(body, 'nickname', 128), headPic: v1Picture(body, 'headpic') };
  await database.transaction((tx) =>
    enterRoom(tx, room.roomId, member, request.now, request.now + memberLife),
  );
  return done;
}

/** QuitGroup (protocol.md 4.5). */
export async function quitGroup(body: V1Body, _call: V1Call, { database }: V1Needs) {
  const userId = v1UserId(body);
  const room = await roomOf(database, body);
  if (room !== undefined) await database.transaction((tx) => quitRoom(tx, room.roomId, userId));
  return done;
}

/** FetchGroupMemberList (protocol.md 4.6): `totalcount` is the number of all members, whatever the page. */
export async function fetchGroupMemberList(body: V1Body, _call: V1Call, { database }: V1Needs) {
  const [owner, groupId] = [v1UserId(body, 'liveuserid'), v1Required(body, 'groupid')];
  const { size, offset } = v1Page(body);
  const live = await broadcastInGroup(database, owner, groupId);
  const room =
    live?.groupId === groupId
      ? liveRoom(live)
      : ((await roomOfFile(database, groupId, owner)) ?? (live && liveRoom(live)));
  if (room === undefined) return { totalcount: 0, memberlist: [] };
  const members = await listMembers(database, room.roomId, { size, offset });
  return {
    totalcount: await readCounter(database, room.roomId, 'viewers'),
    memberlist: members.map(({ userId, nickname, headPic }) => ({
      userid: userId,
      nickname,
      headpic: headPic,
    })),
  };
}

/**
 * ChangeCount (protocol.md 4.7). Apps use it to like a live; a like names the host but not who likes, so the allowance is
 * that of the sender's address unless a UserSig says more. Viewers are counted by who is in the room and nobody can take
 * a like away, so the other combinations are accepted and change nothing.
 */
export async function changeCount(body: V1Body, { request, proven }: V1Call, { database }: V1Needs) {
  const owner = v1UserId(body);
  const type = v1Choice(body, 'type', [0, 1]);
  const operation = v1Choice(body, 'optype', [0, 1]);
  const flag = v1Choice(body, 'flag', [0, 1]);
  const fileId = v1Optional(body, 'fileid');
  if (flag === 1 && fileId === undefined)
    throw new Failure('invalidParameter', 'request para error | fileid is null!');
  if (type === 0 || operation === 1) return done;
  const live = flag === 0 ? await newestBroadcastOf(database, owner) : undefined;
  const room = flag === 0 ? live && liveRoom(live) : await roomOfFile(database, fileId ?? '', owner);
  if (room === undefined || !takesLikes(room)) return done;
  // Whoever has no account is as many guests as they like.
  const known = proven !== undefined && !isPasserBy(proven);
  const allowance = known
    ? { liker: `u:${proven}`, rate: userLikes }
    : { liker: `a:${networkOf(request.clientAddress)}`, rate: addressLikes };
  await database.transaction((tx) =>
    giveLikes(tx, { roomId: room.roomId, ...allowance, wanted: 1, id: '' }, request.now),
  );
  return done;
}

/** GetUserInfo (protocol.md 4.8): one item as FetchList has it, with the state of a live. */
export async function getUserInfo(body: V1Body, { request }: V1Call, { config, database }: V1Needs) {
  const userId = v1UserId(body);
  const type = v1Choice(body, 'type', [0, 1, 2]);
  const live = type === 0 ? await newestBroadcastOf(database, userId) : undefined;
  const room =
    type === 0
      ? live && liveRoom(live)
      : await roomOfFile(database, v1Optional(body, 'fileid') ?? '', userId);
  if (room === undefined || ownerOf(room) !== userId || room.kind !== kinds[type]) {
    throw new Failure('notFound', 'db operator error | no such live, replay or video');
  }
  const item = await itemOf(room, database, (streamName) => playUrlsOf(config, streamName, request.now));
  return { ...item, userinfo: { ...item.userinfo, desc: item.desc } };
}

const kinds = ['live', 'replay', 'video'] as const;

/** UploadUGCVideo (protocol.md 4.12); its member names have underscores. */
export async function uploadUgcVideo(body: V1Body, { request }: V1Call, needs: V1Needs) {
  const caller = v1UserId(body);
  const { nickname, headPic, frontCover, location } = v1UserInfo(body);
  const fileId = v1Required(body, 'file_id');
  if (fileId.length > 64) throw v1Fault('file_id is longer than 64 characters!');
  v1Required(body, 'title');
  const playUrl = v1Required(body, 'play_url');
  if (playUrl.length > 1024 || !/^https?:\/\/[^\s"'<>]+$/.test(playUrl))
    throw v1Fault('play_url is not a URL!');
  const video = {
    fileId,
    title: v1Text(body, 'title', 128),
    playUrl,
    nickname,
    headPic,
    frontCover,
    location,
  };
  await publishVideo(needs.database, { ...video, userId: caller }, request.now);
  return [];
}

/** The room that EnterGroup and QuitGroup mean: by host and IM group for a live, by file for the rest. */
async function roomOf(db: Queryable, body: V1Body): Promise<Room | undefined> {
  const owner = v1UserId(body, 'liveuserid');
  const flag = v1Int(body, 'flag');
  // iOS has no group for a short video and sends "".
  const groupId = flag === 2 ? (v1Optional(body, 'groupid') ?? '') : v1Required(body, 'groupid');
  if (flag !== 0) return roomOfFile(db, groupId, owner);
  const live = await broadcastInGroup(db, owner, groupId);
  return live && liveRoom(live);
}

function ownerOf(room: Room): string {
  return room.kind === 'live'
    ? room.live.userId
    : room.kind === 'replay'
      ? room.replay.userId
      : room.video.userId;
}

async function itemOf(
  room: Room,
  db: Queryable,
  urlsOf: (streamName: string) => { flv?: string; hls?: string },
) {
  switch (room.kind) {
    case 'live': {
      const viewers = await readCounter(db, room.roomId, 'viewers');
      const likes = await readCounter(db, room.roomId, 'likes');
      return liveItem({ ...room.live, viewers, likes }, urlsOf(room.live.streamName));
    }
    case 'replay':
      return replayItem(room.replay);
    case 'video':
      return videoItem(room.video);
  }
}
