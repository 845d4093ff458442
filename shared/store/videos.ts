import { int, text, type Queryable, type Row } from './database';
import type { Profile } from './users';

/** A short video that an app uploaded. `createdAt` is epoch milliseconds. */
export interface Video extends Profile {
  videoId: number;
  userId: string;
  fileId: string;
  title: string;
  playUrl: string;
  createdAt: number;
}

const columns =
  'video_id, user_id, file_id, title, nickname, head_pic, front_cover, location, play_url, created_at';

/** Publishes a video, or replaces what was published of the same file. */
export async function publishVideo(
  db: Queryable,
  video: Omit<Video, 'videoId' | 'createdAt'>,
  now: number,
): Promise<void> {
  await db.run(
    `INSERT INTO videos (user_id, file_id, title, nickname, head_pic, front_cover, location, play_url, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON DUPLICATE KEY UPDATE title = VALUES(title), nickname = VALUES(nickname), head_pic = VALUES(head_pic),
       front_cover = VALUES(front_cover), location = VALUES(location), play_url = VALUES(play_url)`,
    [
      video.userId,
      video.fileId,
      video.title,
      video.nickname,
      video.headPic,
      video.frontCover,
      video.location,
      video.playUrl,
      now,
    ],
  );
}

/** A video by its file; of several users who published the same file, the one named or the first. */
export async function findVideo(db: Queryable, fileId: string, userId: string): Promise<Video | undefined> {
  const [row] = await db.rows(
    `SELECT ${columns} FROM videos WHERE file_id = ? ORDER BY CASE WHEN user_id = ? THEN 0 ELSE 1 END, video_id LIMIT 1`,
    [fileId, userId],
  );
  return row && video(row);
}

/** One page of the videos made after `since` (epoch milliseconds), newest first. */
export async function listVideos(
  db: Queryable,
  since: number,
  page: { size: number; offset: number },
): Promise<Video[]> {
  const rows = await db.rows(
    `SELECT ${columns} FROM videos WHERE created_at > ? ORDER BY created_at DESC, video_id DESC LIMIT ? OFFSET ?`,
    [since, page.size, page.offset],
  );
  return rows.map(video);
}

export async function countVideos(db: Queryable, since: number): Promise<number> {
  const [row] = await db.rows('SELECT COUNT(*) AS total FROM videos WHERE created_at > ?', [since]);
  return row === undefined ? 0 : int(row, 'total');
}

/** Removes every video of a user from the lists. */
export async function dropVideosOf(db: Queryable, userId: string): Promise<void> {
  await db.run('DELETE FROM videos WHERE user_id = ?', [userId]);
}

function video(row: Row): Video {
  return {
    videoId: int(row, 'video_id'),
    userId: text(row, 'user_id'),
    fileId: text(row, 'file_id'),
    title: text(row, 'title'),
    nickname: text(row, 'nickname'),
    headPic: text(row, 'head_pic'),
    frontCover: text(row, 'front_cover'),
    location: text(row, 'location'),
    playUrl: text(row, 'play_url'),
    createdAt: int(row, 'created_at'),
  };
}
