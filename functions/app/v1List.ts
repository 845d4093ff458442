import { seconds } from '../../shared/clock';
import { Failure } from '../../shared/http/errors';
import { playUrlsOf } from '../../shared/liveUrls';
import { countBroadcasts, listBroadcasts, type ListedBroadcast } from '../../shared/store/broadcasts';
import { countReplays, listReplays, type ListedReplay } from '../../shared/store/replays';
import { forbiddenUsers, type Profile } from '../../shared/store/users';
import { countVideos, listVideos, type Video } from '../../shared/store/videos';
import { replaysSince } from '../getVodList/getVodList';
import type { V1Call, V1Needs } from './v1';
import { v1Int, v1Page, type V1Body } from './v1Input';

interface Part {
  total: number;
  items: unknown[];
}

/**
 * FetchList (protocol.md 4.3). Old apps page until they hold `totalcount` items, so it is always the number that paging
 * delivers. Every member that a client reads is filled: a fraction, a null `userinfo` or a time in milliseconds would
 * make Android drop the whole list.
 */
export async function fetchList(body: V1Body, { request, operator }: V1Call, needs: V1Needs) {
  const flag = v1Int(body, 'flag');
  if (flag === 4 && !operator) {
    throw new Failure(
      'unauthorized',
      'Authorization: expected "Bearer <ADMIN_TOKEN>", flag 4 is for operators',
    );
  }
  const { size, offset } = v1Page(body);
  const { total, items } = await list(flag, offset, size, request.now, needs);
  return { totalcount: total, pusherlist: items };
}

async function list(flag: number, offset: number, size: number, now: number, needs: V1Needs): Promise<Part> {
  switch (flag) {
    case 1:
      return lives(offset, size, now, needs);
    case 2:
      return replays(offset, size, now, needs);
    case 3: {
      const first = await lives(offset, size, now, needs);
      const rest = await replays(Math.max(offset - first.total, 0), size - first.items.length, now, needs);
      return { total: first.total + rest.total, items: [...first.items, ...rest.items] };
    }
    case 4:
      return everyUser(offset, size, now, needs);
    case 5:
      return videos(offset, size, now, needs);
    default:
      return { total: 0, items: [] };
  }
}

async function lives(
  offset: number,
  size: number,
  now: number,
  { config, database }: V1Needs,
): Promise<Part> {
  const total = await countBroadcasts(database, 'online');
  const rows = offset < total ? await listBroadcasts(database, 'online', { size, offset }) : [];
  return { total, items: rows.map((row) => liveItem(row, playUrlsOf(config, row.streamName, now))) };
}

/** Flag 4: the newest broadcast of every user, whatever its state. */
async function everyUser(
  offset: number,
  size: number,
  now: number,
  { config, database }: V1Needs,
): Promise<Part> {
  const rows = await listBroadcasts(database, 'newest', { size, offset });
  const forbidden = await forbiddenUsers(
    database,
    rows.map((row) => row.userId),
  );
  const items = rows.map((row) => ({
    ...liveItem(row, playUrlsOf(config, row.streamName, now)),
    forbid_status: forbidden.has(row.userId) ? 1 : 0,
  }));
  return { total: await countBroadcasts(database, 'newest'), items };
}

async function replays(
  offset: number,
  size: number,
  now: number,
  { config, database }: V1Needs,
): Promise<Part> {
  const since = replaysSince(config, now);
  const total = await countReplays(database, since);
  const rows = offset < total && size > 0 ? await listReplays(database, since, { size, offset }) : [];
  return { total, items: rows.map(replayItem) };
}

async function videos(
  offset: number,
  size: number,
  now: number,
  { config, database }: V1Needs,
): Promise<Part> {
  const since = replaysSince(config, now);
  const total = await countVideos(database, since);
  const rows = offset < total ? await listVideos(database, since, { size, offset }) : [];
  return { total, items: rows.map(videoItem) };
}

export function liveItem(live: ListedBroadcast, urls: { flv?: string; hls?: string }) {
  return {
    userid: live.userId,
    groupid: live.groupId,
    timestamp: seconds(live.createdAt),
    type: 0,
    viewercount: live.viewers,
    likecount: live.likes,
    title: live.title,
    playurl: urls.flv ?? '',
    hls_play_url: urls.hls ?? '',
    fileid: '',
    desc: live.description,
    forbid_status: 0,
    status: live.online ? '1' : '0',
    userinfo: userInfo(live),
  };
}

export function replayItem(replay: ListedReplay) {
  return {
    userid: replay.userId,
    groupid: '',
    timestamp: seconds(replay.endedAt),
    type: 1,
    viewercount: replay.viewers,
    likecount: replay.likes,
    title: replay.title,
    playurl: replay.playUrl,
    hls_play_url: replay.hlsPlayUrl,
    fileid: replay.fileId,
    desc: replay.description,
    forbid_status: 0,
    status: null,
    userinfo: userInfo(replay),
  };
}

export function videoItem(video: Video) {
  return {
    userid: video.userId,
    groupid: '',
    timestamp: seconds(video.createdAt),
    type: 2,
    viewercount: 0,
    likecount: 0,
    title: video.title,
    playurl: video.playUrl,
    hls_play_url: video.playUrl,
    fileid: video.fileId,
    desc: '',
    forbid_status: 0,
    status: null,
    userinfo: userInfo(video),
  };
}

function userInfo({ nickname, headPic, frontCover, location }: Profile) {
  return { nickname, headpic: headPic, frontcover: frontCover, location };
}
