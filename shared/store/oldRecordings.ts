import { int, type Database } from './database';
import { dropRooms } from './rooms';

/**
 * Drops replays that ended before `before` (epoch milliseconds) with their files and rooms. The recorded files stay where
 * the cloud has them.
 * @returns how many, at most `limit`
 */
export async function dropOldReplays(database: Database, before: number, limit: number): Promise<number> {
  const rows = await database.rows(
    'SELECT replay_id FROM replays WHERE ended_at < ? ORDER BY ended_at, replay_id LIMIT ?',
    [before, limit],
  );
  const ids = rows.map((row) => int(row, 'replay_id'));
  if (ids.length === 0) return 0;
  const some = ids.map(() => '?').join(', ');
  await database.transaction(async (tx) => {
    await tx.run(`DELETE FROM replays WHERE replay_id IN (${some})`, ids);
    await tx.run(`DELETE FROM replay_files WHERE replay_id IN (${some})`, ids);
    await dropRooms(
      tx,
      ids.map((id) => `r${id}`),
    );
  });
  return ids.length;
}

/** Drops short videos made before `before` (epoch milliseconds) with their rooms. @returns how many, at most `limit` */
export async function dropOldVideos(database: Database, before: number, limit: number): Promise<number> {
  const rows = await database.rows(
    'SELECT video_id FROM videos WHERE created_at < ? ORDER BY created_at, video_id LIMIT ?',
    [before, limit],
  );
  const ids = rows.map((row) => int(row, 'video_id'));
  if (ids.length === 0) return 0;
  await database.transaction(async (tx) => {
    await tx.run(`DELETE FROM videos WHERE video_id IN (${ids.map(() => '?').join(', ')})`, ids);
    await dropRooms(
      tx,
      ids.map((id) => `v${id}`),
    );
  });
  return ids.length;
}
