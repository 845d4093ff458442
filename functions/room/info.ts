import * as v from 'valibot';
import { seconds } from '../../shared/clock';
import { defineCommand } from '../../shared/command';
import { playUrlsOf, type PlayConfig } from '../../shared/liveUrls';
import { count, moment, playUrls, userInfo } from '../../shared/output';
import { readCounter } from '../../shared/store/counters';
import type { Database } from '../../shared/store/database';
import { longestReplayOf } from '../../shared/store/replays';
import { requireRoom, roomName, type Room } from './room';

const input = v.object(roomName);

const common = { userId: v.string(), title: v.string(), userInfo, viewerCount: count, likeCount: count };

const output = v.variant('kind', [
  v.object({
    kind: v.literal('live'),
    ...common,
    streamId: v.string(),
    groupId: v.string(),
    online: v.boolean(),
    createdAt: moment,
    playUrls,
    replayFileId: v.optional(v.string()),
  }),
  v.object({
    kind: v.literal('replay'),
    ...common,
    fileId: v.string(),
    streamId: v.string(),
    playUrl: v.string(),
    hlsPlayUrl: v.string(),
    startedAt: moment,
    endedAt: moment,
  }),
  v.object({
    kind: v.literal('video'),
    ...common,
    fileId: v.string(),
    playUrl: v.string(),
    createdAt: moment,
  }),
]);

/**
 * What a page or an app shows of one live, replay or short video. `online` is false for a live that is over, which has a
 * `replayFileId` when it was recorded.
 */
export const info = defineCommand({
  name: 'room/info',
  input,
  output,
  access: 'public',
  async run(
    request: v.InferOutput<typeof input>,
    { now },
    { config, database }: { config: PlayConfig; database: Database },
  ) {
    const room = await requireRoom(database, request);
    return {
      viewerCount: await readCounter(database, room.roomId, 'viewers'),
      likeCount: await readCounter(database, room.roomId, 'likes'),
      ...shown(room, config, now),
      ...(await recorded(database, room)),
    };
  },
});

/** The replay of a live that is over. */
async function recorded(database: Database, room: Room): Promise<{ replayFileId?: string }> {
  if (room.kind !== 'live' || room.live.online) return {};
  const replay = await longestReplayOf(database, room.live);
  return replay === undefined ? {} : { replayFileId: replay.fileId };
}

function shown(room: Room, config: PlayConfig, now: number) {
  const { userId, title, nickname, headPic, frontCover, location } =
    room.kind === 'live' ? room.live : room.kind === 'replay' ? room.replay : room.video;
  const about = { userId, title, userInfo: { nickname, headPic, frontCover, location } };
  switch (room.kind) {
    case 'live': {
      const { streamId, streamName, groupId, online, createdAt } = room.live;
      return {
        kind: room.kind,
        ...about,
        streamId,
        groupId,
        online,
        createdAt: seconds(createdAt),
        playUrls: playUrlsOf(config, streamName, now),
      };
    }
    case 'replay': {
      const { fileId, streamId, playUrl, hlsPlayUrl, startedAt, endedAt } = room.replay;
      return {
        kind: room.kind,
        ...about,
        fileId,
        streamId,
        playUrl,
        hlsPlayUrl,
        startedAt: seconds(startedAt),
        endedAt: seconds(endedAt),
      };
    }
    case 'video':
      return {
        kind: room.kind,
        ...about,
        fileId: room.video.fileId,
        playUrl: room.video.playUrl,
        createdAt: seconds(room.video.createdAt),
      };
  }
}
