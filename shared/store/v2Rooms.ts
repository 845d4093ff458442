import { int, text, type Queryable } from './database';

/** What a v2 host last said about its room (upload_room). */
export interface V2Room {
  title: string;
  frontCover: string;
  location: string;
  /** Epoch milliseconds. */
  updatedAt: number;
}

export async function setV2Room(db: Queryable, userId: string, room: V2Room): Promise<void> {
  await db.run(
    `INSERT INTO v2_rooms (user_id, title, front_cover, location, updated_at) VALUES (?, ?, ?, ?, ?)
     ON DUPLICATE KEY UPDATE title = VALUES(title), front_cover = VALUES(front_cover), location = VALUES(location),
       updated_at = VALUES(updated_at)`,
    [userId, room.title, room.frontCover, room.location, room.updatedAt],
  );
}

export async function findV2Room(db: Queryable, userId: string): Promise<V2Room | undefined> {
  const [row] = await db.rows(
    'SELECT title, front_cover, location, updated_at FROM v2_rooms WHERE user_id = ?',
    [userId],
  );
  return (
    row && {
      title: text(row, 'title'),
      frontCover: text(row, 'front_cover'),
      location: text(row, 'location'),
      updatedAt: int(row, 'updated_at'),
    }
  );
}

export async function dropV2Room(db: Queryable, userId: string): Promise<void> {
  await db.run('DELETE FROM v2_rooms WHERE user_id = ?', [userId]);
}
