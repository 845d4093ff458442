import { int, text, type Queryable } from './database';
import type { Profile } from './users';

/** A short video that an app uploaded. `createdAt` is epoch milliseconds. */
export interface Video extends Profile {
  userId: string;
  fileId: string;
  title: string;
  playUrl: string;
  createdAt: number;
}

/** One page of the videos made after `since` (epoch milliseconds), newest first. */
export async function listVideos(
  db: Queryable,
  since: number,
  page: { size: number; offset: number },
): Promise<Video[]> {
  const rows = await db.rows(
    `SELECT user_id, file_id, title, nickname, head_pic, front_cover, location, play_url, created_at FROM videos
     WHERE created_at > ? ORDER BY created_at DESC, video_id DESC LIMIT ? OFFSET ?`,
    [since, page.size, page.offset],
  );
  return rows.map((row) => ({
    userId: text(row, 'user_id'),
    fileId: text(row, 'file_id'),
    title: text(row, 'title'),
    nickname: text(row, 'nickname'),
    headPic: text(row, 'head_pic'),
    frontCover: text(row, 'front_cover'),
    location: text(row, 'location'),
    playUrl: text(row, 'play_url'),
    createdAt: int(row, 'created_at'),
  }));
}

export async function countVideos(db: Queryable, since: number): Promise<number> {
  const [row] = await db.rows('SELECT COUNT(*) AS total FROM videos WHERE created_at > ?', [since]);
  return row === undefined ? 0 : int(row, 'total');
}
