import { createHash } from 'node:crypto';
import type { ServedRequest } from '../../shared/http/serve';
import {
  broadcastInGroupOnAir,
  findBroadcast,
  listBroadcasts,
  type Broadcast,
  type ListedBroadcast,
} from '../../shared/store/broadcasts';
import { readCounter } from '../../shared/store/counters';
import type { Queryable } from '../../shared/store/database';
import { listMembers } from '../../shared/store/roomMembers';
import { broadcastsInV3Room, v3RoomsOf, type V3Room } from '../../shared/store/v3Rooms';
import { numbersOfUsers } from '../../shared/store/v3Users';
import { takeSilentHostsOff } from '../room/silentHosts';
import type { V3Call, V3Needs } from './v3';
import { V3Fault, v3Codes } from './v3Fault';
import { v3Int, v3Time } from './v3Input';

/** What a room is called that was begun with an app of another generation. */
export const showLive = 'mlvb-show-live';

/** Rows of one query, and how many are looked at for one list. */
const batch = 100;
const mostLooked = 500;

/**
 * Neither app pages: it shows what one answer holds. The vendor's backend gives 10 unless asked for more; this one gives
 * as many as it would at most.
 */
const mostListed = 100;

/** Silent hosts that one list takes off; the sweep takes the rest. */
const mostTakenOff = 20;

/**
 * rooms/query_room: the lives on the air, whatever app they were begun with, newest first or by viewers.
 * A host who has stopped beating is off the list at once.
 */
export async function listRooms({ params, request }: V3Call, needs: V3Needs) {
  const { database } = needs;
  await takeSilentHostsOff(needs, request.now, mostTakenOff);
  const byViewers = params.get('orderBy') === 'totalJoined';
  const offset = v3Int(params, 'offset', 0, mostLooked, 0);
  const limit = v3Int(params, 'limit', 1, mostListed, mostListed);
  const category = params.get('category');
  const lives = await livesOf(database, category, byViewers ? mostLooked : offset + limit);
  if (byViewers) lives.sort((one, other) => other.viewers - one.viewers);
  return roomItems(database, lives.slice(offset, offset + limit), request);
}

/** The newest lives of a category, up to `most`; of all categories when it is ''. */
async function livesOf(database: Queryable, category: string, most: number): Promise<ListedBroadcast[]> {
  const lives: ListedBroadcast[] = [];
  for (let offset = 0; offset < mostLooked && lives.length < most; offset += batch) {
    const page = await listBroadcasts(database, 'online', { size: batch, offset });
    const rooms = await v3RoomsOf(
      database,
      page.map(({ streamId }) => streamId),
    );
    const categoryOf = ({ streamId }: Broadcast) => rooms.get(streamId)?.category ?? showLive;
    lives.push(...page.filter((live) => category === '' || categoryOf(live) === category));
    if (page.length < batch) break;
  }
  return lives;
}

/** rooms/room_detail: one live on the air. */
export async function roomDetail({ params, request }: V3Call, { database }: V3Needs) {
  const live = await findRoom(database, params.get('roomId'));
  if (live?.online !== true) throw new V3Fault(v3Codes.noSuchRoom, 'no such room');
  const [viewers, likes] = [
    await readCounter(database, live.streamId, 'viewers'),
    await readCounter(database, live.streamId, 'likes'),
  ];
  const [item] = await roomItems(database, [{ ...live, viewers, likes }], request);
  return item;
}

/** rooms/list_users: the host, then the viewers, the latest first. */
export async function listUsers({ params }: V3Call, { database }: V3Needs) {
  const live = await findRoom(database, params.get('roomId'));
  if (live === undefined) throw new V3Fault(v3Codes.noSuchRoom, 'no such room');
  const limit = v3Int(params, 'limit', 1, 100, 10);
  const members = await listMembers(database, live.streamId, { size: limit, offset: 0 });
  const all = [{ ...live, role: 'anchor' }, ...members.map((member) => ({ ...member, role: 'audience' }))];
  const numbers = await numbersOfUsers(
    database,
    all.map(({ userId }) => userId),
  );
  return all.slice(0, limit).map(({ userId, nickname, headPic, role }) => {
    const shown = numbers.get(userId) ?? userId;
    // iOS drops a user without userSig and token, which are nobody else's business.
    return {
      userId: shown,
      apaasUserId: shown,
      name: nickname,
      avatar: headPic,
      role,
      userSig: '',
      token: '',
    };
  });
}

async function roomItems(database: Queryable, lives: readonly ListedBroadcast[], request: ServedRequest) {
  const rooms = await v3RoomsOf(
    database,
    lives.map(({ streamId }) => streamId),
  );
  const numbers = await numbersOfUsers(
    database,
    lives.map(({ userId }) => userId),
  );
  return lives.map((live) => ({
    roomId: roomIdOf(live, rooms.get(live.streamId), request),
    category: rooms.get(live.streamId)?.category ?? showLive,
    title: live.title,
    ownBy: numbers.get(live.userId) ?? live.userId,
    createUtc: v3Time(live.createdAt),
    updateUtc: v3Time(live.onlineAt ?? live.createdAt),
    cover: live.frontCover || live.headPic,
    subject: '',
    description: live.description,
    nnUsers: live.viewers,
    totalJoined: live.viewers,
    // 1: one host on the air.
    status: 1,
  }));
}

/**
 * The name of a live in v3 apps, which play the stream of that name. A live of another generation has its stream id:
 * iOS plays it. Android reads the name as an int and would crash; it gets a number, under which it finds the room but
 * no stream.
 */
function roomIdOf(live: Broadcast, room: V3Room | undefined, { headers }: ServedRequest): string {
  if (room !== undefined) return room.roomId;
  return /okhttp/i.test(headers['user-agent'] ?? '') ? numberOfStream(live.streamId) : live.streamId;
}

/** From 2000000000 to 2147483646, where no user's and no generated room's number lies. */
function numberOfStream(streamId: string): string {
  const hash = createHash('sha256').update(streamId).digest().readUInt32BE();
  return String(2_000_000_000 + (hash % 147_483_647));
}

/** The live that a v3 app means: by room, by stream id, by the number of another generation's live, by IM group. */
export async function findRoom(db: Queryable, roomId: string): Promise<Broadcast | undefined> {
  if (roomId === '' || roomId.length > 128) return undefined;
  const [own] = await broadcastsInV3Room(db, roomId);
  if (own !== undefined) return own;
  const byStream = await findBroadcast(db, roomId);
  if (byStream !== undefined) return byStream;
  if (/^2\d{9}$/.test(roomId)) {
    const lives = await listBroadcasts(db, 'online', { size: mostLooked });
    const live = lives.find(({ streamId }) => numberOfStream(streamId) === roomId);
    if (live !== undefined) return live;
  }
  return broadcastInGroupOnAir(db, roomId);
}
