import { legacyRow, storedText } from './legacyRow';
import type { LegacyTable } from './legacyTable';
import { authorsOf } from './tbVod';
import { planVideos, readVideo } from './videos';

/** `tb_ugc` of the second generation, which only its first version had: short videos that apps uploaded. */
export const tbUgc: LegacyTable = {
  name: 'tb_ugc',
  listed: true,
  select: {
    columns: {
      userId: 'userid',
      fileId: 'file_id',
      title: 'title',
      frontCover: 'frontcover',
      location: 'location',
      playUrl: 'play_url',
      createdAt: 'create_time',
    },
    key: ['userid', 'file_id'],
    size: 200,
  },
  async plan(rows, context) {
    const authors = await authorsOf(rows, context);
    const entries = rows.map((source) => {
      const author = authors.get(storedText(source['userId'])) ?? { nickname: '', headPic: '' };
      return readVideo(legacyRow(source, context.offsetMinutes), source, author);
    });
    return planVideos(entries, context);
  },
};
