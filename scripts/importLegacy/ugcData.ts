import { legacyRow } from './legacyRow';
import type { LegacyTable } from './legacyTable';
import { planVideos, readVideo } from './videos';

/** `UGC_data` of the first generation: short videos that apps uploaded. */
export const ugcData: LegacyTable = {
  name: 'UGC_data',
  listed: true,
  select: {
    columns: {
      userId: 'userid',
      fileId: 'file_id',
      title: 'title',
      nickname: 'nickname',
      headPic: 'headpic',
      frontCover: 'frontcover',
      location: 'location',
      playUrl: 'play_url',
      createdAt: 'create_time',
    },
    key: ['userid', 'file_id'],
    size: 200,
  },
  async plan(rows, context) {
    const entries = rows.map((source) => {
      const row = legacyRow(source, context.offsetMinutes);
      const author = { nickname: row.text('nickname', 128), headPic: row.picture('headPic') };
      return readVideo(row, source, author);
    });
    return planVideos(entries, context);
  },
};
