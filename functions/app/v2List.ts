import { listReplays } from '../../shared/store/replays';
import { findProfile, profilesOf } from '../../shared/store/users';
import { listVideos, publishVideo } from '../../shared/store/videos';
import { replaysSince } from '../getVodList/getVodList';
import type { V2Call, V2Needs } from './v2';
import { v2Count, v2FileId, v2Picture, v2RequiredText, v2Text, v2Url, type V2Body } from './v2Input';

/**
 * What the lists need besides the signature: a page from 1, of which apps call the first 0, and how many. Android asks for
 * 200 once and shows no more; iOS asks for one page that grows by 20. (The original gave 10 to whoever asks for more
 * than 100.)
 */
export function readPage(body: V2Body): { size: number; offset: number } {
  const index = v2Count(body, 'index');
  const count = v2Count(body, 'count');
  const size = count === 0 ? 10 : Math.min(count, 200);
  return { size, offset: (Math.min(Math.max(index, 1), 100_000) - 1) * size };
}

/** get_vod_list: the replays of the time that is listed, newest first, each host with its profile of now. */
export async function getVodList(
  page: ReturnType<typeof readPage>,
  { request }: V2Call,
  { config, database }: V2Needs,
) {
  const replays = await listReplays(database, replaysSince(config, request.now), page);
  const profiles = await profilesOf(database, userIdsOf(replays));
  const list = replays.map((replay) => {
    const host = profiles.get(replay.userId) ?? replay;
    return {
      userid: replay.userId,
      nickname: host.nickname,
      avatar: host.headPic,
      file_id: replay.fileId,
      title: replay.title,
      // Android reads the second of each pair for viewers and the first for likes, iOS the first, the document the second.
      likecount: replay.likes,
      like_count: replay.likes,
      viewercount: replay.viewers,
      viewer_count: replay.viewers,
      frontcover: replay.frontCover,
      location: replay.location,
      play_url: replay.playUrl,
      hls_play_url: replay.hlsPlayUrl,
      create_time: chinaTime(replay.endedAt),
      start_time: chinaTime(replay.startedAt),
    };
  });
  return { list };
}

/** get_ugc_list: the short videos, as get_vod_list. */
export async function getUgcList(
  page: ReturnType<typeof readPage>,
  { request }: V2Call,
  { config, database }: V2Needs,
) {
  const videos = await listVideos(database, replaysSince(config, request.now), page);
  const profiles = await profilesOf(database, userIdsOf(videos));
  const list = videos.map((video) => {
    const author = profiles.get(video.userId) ?? video;
    return {
      userid: video.userId,
      nickname: author.nickname,
      avatar: author.headPic,
      file_id: video.fileId,
      title: video.title,
      frontcover: video.frontCover,
      location: video.location,
      play_url: video.playUrl,
      create_time: chinaTime(video.createdAt),
    };
  });
  return { list };
}

/** What upload_ugc needs besides the signature. */
export function readUgc(body: V2Body) {
  return {
    fileId: v2FileId(body),
    title: v2RequiredText(body, 'title', 128),
    frontCover: v2Picture(body, 'frontcover') ?? '',
    location: v2Text(body, 'location', 128) ?? '',
    playUrl: v2Url(body, 'play_url'),
  };
}

/** upload_ugc: lists a short video that the app has uploaded to VOD. */
export async function uploadUgc(
  video: ReturnType<typeof readUgc>,
  { session, request }: V2Call,
  needs: V2Needs,
) {
  const profile = await findProfile(needs.database, session.userId);
  const author = { nickname: profile?.nickname ?? '', headPic: profile?.headPic ?? '' };
  await publishVideo(needs.database, { ...video, ...author, userId: session.userId }, request.now);
  return {};
}

function userIdsOf(items: readonly { userId: string }[]): string[] {
  return [...new Set(items.map(({ userId }) => userId))];
}

/** `2026-11-22 23:26:06`: the apps show this text as it is, and the original wrote it in China's time. */
function chinaTime(milliseconds: number): string {
  return new Date(milliseconds + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
}
