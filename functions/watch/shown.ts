import { playUrlsOf, type PlayConfig } from '../../shared/liveUrls';
import { isMediaUrl, type MediaConfig } from '../../shared/mediaUrl';
import { findBroadcast, newestBroadcastOf, type Broadcast } from '../../shared/store/broadcasts';
import { readCounter } from '../../shared/store/counters';
import type { Queryable } from '../../shared/store/database';
import { longestReplayOf, replayFormats, type ListedReplay } from '../../shared/store/replays';
import type { Video } from '../../shared/store/videos';
import { roomOfFile } from '../room/room';
import { fileLink, type Link } from './link';
import { shownText } from './markup';
import type { PageData, ShownState, Sources } from './page/pageData';

export type ShownConfig = PlayConfig & MediaConfig;

/** What the page shows. Texts are ready to be shown, pictures are ours or ''. Times are epoch milliseconds. */
export interface Shown {
  state: ShownState;
  room: PageData['room'];
  /** The page itself, relative to the site. */
  link: string;
  /** The IM group of a live. */
  groupId: string;
  title: string;
  description: string;
  host: string;
  location: string;
  headPic: string;
  cover: string;
  viewers: number;
  likes: number;
  sources: Sources;
  startedAt: number;
  /** Where the replay of an ended live is. */
  replay?: string;
}

/** @returns undefined when there is nothing at the link */
export async function findShown(
  db: Queryable,
  link: Link,
  config: ShownConfig,
  now: number,
): Promise<Shown | undefined> {
  switch (link.kind) {
    case 'stream':
      return shownLive(db, await findBroadcast(db, link.streamId), config, now);
    case 'live':
      return shownLive(db, await newestBroadcastOf(db, link.userId), config, now);
    case 'file': {
      const room = await roomOfFile(db, link.fileId, link.userId);
      if (room?.kind !== link.what) return undefined;
      if (room.kind === 'video') return shownVideo(db, room.roomId, room.video, link.userId, config);
      return room.kind === 'replay' && room.replay.userId === link.userId
        ? shownReplay(db, room.replay, config)
        : undefined;
    }
  }
}

async function shownLive(
  db: Queryable,
  live: Broadcast | undefined,
  config: ShownConfig,
  now: number,
): Promise<Shown | undefined> {
  if (live === undefined) return undefined;
  const { streamId, streamName, online, superseded, onlineAt, createdAt } = live;
  const state = online ? 'live' : onlineAt === null && !superseded ? 'waiting' : 'ended';
  const replay = state === 'ended' ? await longestReplayOf(db, live) : undefined;
  return {
    ...described(live, config),
    state,
    room: { streamId },
    link: `/watch/${streamId}`,
    groupId: live.groupId,
    viewers: await readCounter(db, streamId, 'viewers'),
    likes: await readCounter(db, streamId, 'likes'),
    sources: browserSources(playUrlsOf(config, streamName, now)),
    startedAt: onlineAt ?? createdAt,
    ...(replay === undefined ? {} : { replay: fileLink(replay.userId, replay.fileId, 'replay') }),
  };
}

async function shownReplay(db: Queryable, replay: ListedReplay, config: ShownConfig): Promise<Shown> {
  const { fileId, userId, viewers, likes, startedAt } = replay;
  const { flv, hls, mp4 } = await replayFormats(db, replay.replayId);
  return {
    ...described(replay, config),
    state: 'replay',
    room: { fileId, ownerId: userId },
    link: fileLink(userId, fileId, 'replay'),
    groupId: '',
    viewers,
    likes,
    sources: {
      ...(flv === undefined ? {} : { flv }),
      ...(hls === undefined ? {} : { hls }),
      ...(mp4 === undefined ? {} : { mp4 }),
    },
    startedAt,
  };
}

async function shownVideo(
  db: Queryable,
  roomId: string,
  video: Video,
  userId: string,
  config: ShownConfig,
): Promise<Shown | undefined> {
  if (video.userId !== userId) return undefined;
  const { fileId, playUrl, createdAt } = video;
  return {
    ...described({ ...video, description: '' }, config),
    state: 'video',
    room: { fileId, ownerId: userId },
    link: fileLink(userId, fileId, 'video'),
    groupId: '',
    viewers: await readCounter(db, roomId, 'viewers'),
    likes: await readCounter(db, roomId, 'likes'),
    // The app said where its video is, not the cloud.
    sources: isMediaUrl(config, playUrl) ? { mp4: playUrl } : {},
    startedAt: createdAt,
  };
}

function described(
  {
    title,
    description,
    nickname,
    userId,
    location,
    headPic,
    frontCover,
  }: Pick<Broadcast, 'title' | 'description' | 'nickname' | 'userId' | 'location' | 'headPic' | 'frontCover'>,
  config: MediaConfig,
) {
  const picture = (url: string) => (isMediaUrl(config, url) ? url : '');
  return {
    title: shownText(title),
    description: shownText(description),
    host: shownText(nickname) || shownText(userId),
    location: shownText(location),
    headPic: picture(headPic),
    cover: picture(frontCover),
  };
}

function browserSources({ flv, hls }: ReturnType<typeof playUrlsOf>): Sources {
  return { ...(flv === undefined ? {} : { flv }), ...(hls === undefined ? {} : { hls }) };
}
