import * as v from 'valibot';
import { seconds } from '../../shared/clock';
import { defineCommand } from '../../shared/command';
import { nextPage, placeOf } from '../../shared/cursor';
import { listPage } from '../../shared/input';
import { playUrlsOf, type PlayConfig } from '../../shared/liveUrls';
import { count, listOf, moment, playUrls, userInfo } from '../../shared/output';
import { countBroadcasts, listBroadcasts, type ListedBroadcast } from '../../shared/store/broadcasts';
import type { Database } from '../../shared/store/database';

export interface LiveListNeeds {
  config: PlayConfig;
  database: Database;
}

const output = listOf(
  v.object({
    streamId: v.string(),
    userId: v.string(),
    groupId: v.string(),
    title: v.string(),
    description: v.string(),
    userInfo,
    viewerCount: count,
    likeCount: count,
    createdAt: moment,
    playUrls,
  }),
);

/**
 * The broadcasts that are on the air, newest first.
 *
 * In: `page` (from 1) and `pageSize` (1 to 100), or the `cursor` of an earlier answer, which neither skips nor repeats
 * a broadcast when others begin and end meanwhile. Out: `total`, `items`, and `nextCursor` while there may be more.
 * Times in epoch seconds. No cloud is asked: a list is one look into the database.
 */
export const getLiveList = defineCommand({
  name: 'getLiveList',
  input: listPage,
  output,
  access: 'public',
  async run(request: v.InferOutput<typeof listPage>, { now }, { config, database }: LiveListNeeds) {
    const lives = await listBroadcasts(database, 'online', placeOf(request));
    return {
      total: await countBroadcasts(database, 'online'),
      items: lives.map((live) => liveItem(live, config, now)),
      ...nextPage(lives, request.pageSize, (row) => ({ at: row.createdAt, id: row.streamId })),
    };
  },
});

function liveItem(live: ListedBroadcast, config: PlayConfig, now: number) {
  const {
    streamId,
    userId,
    groupId,
    title,
    description,
    nickname,
    headPic,
    frontCover,
    location,
    viewers,
    likes,
  } = live;
  return {
    streamId,
    userId,
    groupId,
    title,
    description,
    userInfo: { nickname, headPic, frontCover, location },
    viewerCount: viewers,
    likeCount: likes,
    createdAt: seconds(live.createdAt),
    playUrls: playUrlsOf(config, live.streamName, now),
  };
}
