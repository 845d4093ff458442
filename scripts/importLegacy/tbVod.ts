import type { Row } from '../../shared/store/database';
import { legacyRow, storedText } from './legacyRow';
import { lookUpBeside, type CopyContext, type LegacyTable } from './legacyTable';
import { planRecordings, readRecording } from './recordings';

/** `tb_vod` of the second generation: the recordings. Who the host is stands in `tb_account` alone. */
export const tbVod: LegacyTable = {
  name: 'tb_vod',
  listed: true,
  select: {
    columns: {
      userId: 'userid',
      fileId: 'file_id',
      title: 'title',
      frontCover: 'frontcover',
      location: 'location',
      playUrl: 'play_url',
      hlsPlayUrl: 'hls_play_url',
      likes: 'like_count',
      viewers: 'viewer_count',
      startedAt: 'start_time',
      endedAt: 'create_time',
    },
    key: ['userid', 'file_id'],
    size: 200,
  },
  async plan(rows, context) {
    const authors = await authorsOf(rows, context);
    const entries = rows.map((source) => {
      const author = authors.get(storedText(source['userId'])) ?? { nickname: '', headPic: '' };
      const rest = { ...author, description: '', streamId: '' };
      return readRecording(legacyRow(source, context.offsetMinutes), source, rest, 'mp4');
    });
    return planRecordings(entries, context);
  },
};

/** Names and pictures of the accounts that these rows are of, by their user id as it is stored. */
export async function authorsOf(
  rows: readonly Row[],
  context: CopyContext,
): Promise<Map<string, { nickname: string; headPic: string }>> {
  const userIds = [...new Set(rows.map((row) => storedText(row['userId'])))];
  const columns = { userId: 'userid', nickname: 'nickname', headPic: 'avatar' };
  const select = { columns, key: ['userid'], size: userIds.length };
  const found = await lookUpBeside(context, 'tb_account', select, userIds);
  return new Map(
    found.map((source) => {
      const row = legacyRow(source, context.offsetMinutes);
      const author = { nickname: row.text('nickname', 128), headPic: row.picture('headPic') };
      return [storedText(source['userId']), author];
    }),
  );
}
