import * as v from 'valibot';
import { seconds } from '../../shared/clock';
import { defineCommand } from '../../shared/command';
import type { Config } from '../../shared/config';
import { wholeNumber } from '../../shared/input';
import { moment, pageOf, userInfo } from '../../shared/output';
import type { Database } from '../../shared/store/database';
import { countVideos, listVideos } from '../../shared/store/videos';
import { replaysSince } from '../getVodList/getVodList';

const input = v.object({
  page: v.optional(wholeNumber(1, 100_000), 1),
  pageSize: v.optional(wholeNumber(1, 100), 20),
});

const output = pageOf(
  v.object({
    userId: v.string(),
    fileId: v.string(),
    title: v.string(),
    playUrl: v.string(),
    createdAt: moment,
    userInfo,
  }),
);

/** The short videos of the last REPLAY_WINDOW_DAYS days, newest first. `createdAt` in epoch seconds. */
export const list = defineCommand({
  name: 'video/list',
  input,
  output,
  access: 'public',
  async run(
    { page, pageSize }: v.InferOutput<typeof input>,
    { now },
    { config, database }: { config: Pick<Config, 'REPLAY_WINDOW_DAYS'>; database: Database },
  ) {
    const since = replaysSince(config, now);
    const videos = await listVideos(database, since, { size: pageSize, offset: (page - 1) * pageSize });
    return {
      total: await countVideos(database, since),
      items: videos.map(
        ({ userId, fileId, title, playUrl, createdAt, nickname, headPic, frontCover, location }) => ({
          userId,
          fileId,
          title,
          playUrl,
          createdAt: seconds(createdAt),
          userInfo: { nickname, headPic, frontCover, location },
        }),
      ),
    };
  },
});
