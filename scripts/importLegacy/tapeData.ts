import type { Row } from '../../shared/store/database';
import { legacyRow, storedText } from './legacyRow';
import { lookUpBeside, type CopyContext, type LegacyTable } from './legacyTable';
import { planRecordings, readRecording } from './recordings';

/** `tape_data` of the first generation: the recordings. `create_time` is when one ended. */
export const tapeData: LegacyTable = {
  name: 'tape_data',
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
      description: 'desc',
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
    const streams = await streamsOf(rows, context);
    const entries = rows.map((source) => {
      const row = legacyRow(source, context.offsetMinutes);
      const rest = {
        nickname: row.text('nickname', 128),
        headPic: row.picture('headPic'),
        description: row.text('description', 255),
        streamId: streams.get(storedText(source['userId'])) ?? '',
      };
      return readRecording(row, source, rest, 'flv');
    });
    return planRecordings(entries, context);
  },
};

/**
 * The stream of each host, which was the same for all its broadcasts: a notice about the second file of a recording that
 * comes only here then finds the first.
 */
async function streamsOf(rows: readonly Row[], context: CopyContext): Promise<Map<string, string>> {
  const userIds = [...new Set(rows.map((row) => storedText(row['userId'])))];
  const select = {
    columns: { userId: 'userid', streamId: 'stream_id' },
    key: ['userid'],
    size: userIds.length,
  };
  const found = await lookUpBeside(context, 'live_data', select, userIds);
  return new Map(
    found.flatMap((row) => {
      const streamId = storedText(row['streamId']);
      return /^\w{1,64}$/.test(streamId) ? [[storedText(row['userId']), streamId]] : [];
    }),
  );
}
