import * as v from 'valibot';
import { seconds } from '../../shared/clock';
import { defineCommand } from '../../shared/command';
import { playUrlsOf, type PlayConfig } from '../../shared/liveUrls';
import { readCounter } from '../../shared/store/counters';
import type { Database } from '../../shared/store/database';
import { requireRoom, roomName, type Room } from './room';

const input = v.object(roomName);

/** What a page or an app shows of one live, replay or short video. `online` is false for a live that is over. */
export const info = defineCommand({
  name: 'room/info',
  input,
  access: 'public',
  async run(
    request: v.InferOutput<typeof input>,
    { now },
    { config, database }: { config: PlayConfig; database: Database },
  ) {
    const room = await requireRoom(database, request);
    return {
      kind: room.kind,
      viewerCount: await readCounter(database, room.roomId, 'viewers'),
      likeCount: await readCounter(database, room.roomId, 'likes'),
      ...about(room, config, now),
    };
  },
});

function about(room: Room, config: PlayConfig, now: number) {
  const { userId, title, nickname, headPic, frontCover, location } =
    room.kind === 'live' ? room.live : room.kind === 'replay' ? room.replay : room.video;
  const common = { userId, title, userInfo: { nickname, headPic, frontCover, location } };
  switch (room.kind) {
    case 'live': {
      const { streamId, streamName, groupId, online, createdAt } = room.live;
      return {
        ...common,
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
        ...common,
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
        ...common,
        fileId: room.video.fileId,
        playUrl: room.video.playUrl,
        createdAt: seconds(room.video.createdAt),
      };
  }
}
