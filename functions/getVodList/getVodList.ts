import * as v from 'valibot';
import { seconds } from '../../shared/clock';
import { defineCommand } from '../../shared/command';
import type { Config } from '../../shared/config';
import { nextPage, placeOf } from '../../shared/cursor';
import { listPage } from '../../shared/input';
import { count, listOf, moment, userInfo } from '../../shared/output';
import type { Database } from '../../shared/store/database';
import { countReplays, listReplays, type ListedReplay } from '../../shared/store/replays';

export interface VodListNeeds {
  config: Pick<Config, 'REPLAY_WINDOW_DAYS'>;
  database: Database;
}

const millisecondsPerDay = 86_400_000;

const output = listOf(
  v.object({
    fileId: v.string(),
    streamId: v.string(),
    userId: v.string(),
    title: v.string(),
    description: v.string(),
    userInfo,
    viewerCount: count,
    likeCount: count,
    playUrl: v.string(),
    hlsPlayUrl: v.string(),
    startedAt: moment,
    endedAt: moment,
  }),
);

/**
 * The replays of the last REPLAY_WINDOW_DAYS days, newest first; all formats of one recording are one item.
 *
 * In: as getLiveList. Out: `total`, `items` (`playUrl` is FLV or MP4, `hlsPlayUrl` is HLS, each filled with another
 * format where that one was not recorded), `nextCursor` while there may be more. Times in epoch seconds.
 */
export const getVodList = defineCommand({
  name: 'getVodList',
  input: listPage,
  output,
  access: 'public',
  async run(request: v.InferOutput<typeof listPage>, { now }, { config, database }: VodListNeeds) {
    const since = replaysSince(config, now);
    const replays = await listReplays(database, since, placeOf(request, /^\d{1,15}$/));
    return {
      total: await countReplays(database, since),
      items: replays.map(replayItem),
      ...nextPage(replays, request.pageSize, (row) => ({ at: row.endedAt, id: String(row.replayId) })),
    };
  },
});

/** The moment (epoch milliseconds) after which a recording must have ended to be listed. */
export function replaysSince(config: Pick<Config, 'REPLAY_WINDOW_DAYS'>, now: number): number {
  return now - config.REPLAY_WINDOW_DAYS * millisecondsPerDay;
}

function replayItem(replay: ListedReplay) {
  const {
    fileId,
    streamId,
    userId,
    title,
    description,
    nickname,
    headPic,
    frontCover,
    location,
    playUrl,
    hlsPlayUrl,
  } = replay;
  return {
    fileId,
    streamId,
    userId,
    title,
    description,
    userInfo: { nickname, headPic, frontCover, location },
    viewerCount: replay.viewers,
    likeCount: replay.likes,
    playUrl,
    hlsPlayUrl,
    startedAt: seconds(replay.startedAt),
    endedAt: seconds(replay.endedAt),
  };
}
