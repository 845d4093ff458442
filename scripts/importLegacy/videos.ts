import { text, type Row } from '../../shared/store/database';
import type { Video } from '../../shared/store/videos';
import type { LegacyRow } from './legacyRow';
import {
  accountDeleted,
  ageFault,
  insertRows,
  noUserId,
  rowsIn,
  skipped,
  timeFault,
  type CopyContext,
  type Plan,
} from './legacyTable';
import type { Outcome } from './tally';
import { knownAccounts } from './users';

type LegacyVideo = Omit<Video, 'videoId'>;

/** A row as a short video, or the reason why it is none. */
export type ReadVideo = { key: string; alterations: readonly string[] } & (
  { video: LegacyVideo } | { fault: string }
);

/**
 * Reads what `UGC_data` and `tb_ugc` have in common.
 * @param author what the row or its account says of who made it
 */
export function readVideo(
  row: LegacyRow,
  source: Row,
  author: Pick<Video, 'nickname' | 'headPic'>,
): ReadVideo {
  const key = `${JSON.stringify(source['userId'])} ${JSON.stringify(source['fileId'])}`;
  const { alterations } = row;
  const userId = row.userId();
  const fileId = row.id('fileId');
  const playUrl = row.url('playUrl');
  const createdAt = row.time('createdAt');
  if (userId === undefined) return { key, alterations, fault: noUserId };
  if (fileId === '' || fileId.length > 64 || /[\p{Cc}\p{Surrogate}]/u.test(fileId)) {
    const fault = 'file_id: expected 1 to 64 characters, none of them a control character';
    return { key, alterations, fault };
  }
  if (playUrl === '') return { key, alterations, fault: 'play_url: is no address' };
  if (createdAt === undefined) return { key, alterations, fault: 'create_time: is no time' };
  const video = {
    ...author,
    userId,
    fileId,
    title: row.text('title', 128),
    frontCover: row.picture('frontCover'),
    location: row.text('location', 128),
    playUrl,
    createdAt,
  };
  return { key, alterations, video };
}

/** What is to be done about short videos: those that are here stay as they are. */
export async function planVideos(entries: readonly ReadVideo[], context: CopyContext): Promise<Plan> {
  const { target } = context;
  const videos = entries.flatMap((entry) => ('video' in entry ? [entry.video] : []));
  const accounts = await knownAccounts(target, [...new Set(videos.map(({ userId }) => userId))]);
  const rows = await rowsIn(
    target,
    'SELECT file_id, user_id FROM videos WHERE file_id IN',
    videos.map(({ fileId }) => fileId),
  );
  const idOf = (fileId: string, userId: string) => JSON.stringify([fileId, userId]);
  const known = new Set(rows.map((row) => idOf(text(row, 'file_id'), text(row, 'user_id'))));
  const added = new Map<string, LegacyVideo>();

  const outcomes = entries.map((entry): Outcome => {
    if ('fault' in entry) return skipped(entry.key, entry.fault);
    const { key, video, alterations } = entry;
    if (accounts.get(video.userId)?.deleted === true) return skipped(key, accountDeleted);
    const fault = timeFault(video.createdAt, context) ?? ageFault(video.createdAt, context);
    if (fault !== undefined) return skipped(key, fault);
    const id = idOf(video.fileId, video.userId);
    if (added.has(id)) return skipped(key, 'another row has the same userid and file_id');
    if (!known.has(id)) added.set(id, video);
    return { key, kind: known.has(id) ? 'there' : 'new', altered: alterations, at: video.createdAt };
  });
  return {
    outcomes,
    write: () =>
      target.transaction((tx) =>
        insertRows(
          tx,
          `INSERT INTO videos (user_id, file_id, title, nickname, head_pic, front_cover, location, play_url, created_at)`,
          [...added.values()].map((video) => [
            video.userId,
            video.fileId,
            video.title,
            video.nickname,
            video.headPic,
            video.frontCover,
            video.location,
            video.playUrl,
            video.createdAt,
          ]),
        ),
      ),
  };
}
