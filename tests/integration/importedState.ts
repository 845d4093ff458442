import type { Database } from '../../shared/store/database';

/** Every row of the tables that are written to, without what differs from run to run. */
export async function stateOf(database: Database): Promise<unknown> {
  const tables = {
    users: 'user_id',
    accounts: 'user_id',
    broadcasts: 'stream_id',
    replays: 'file_id',
    replay_files: 'file_id',
    videos: 'file_id, user_id',
    v2_rooms: 'user_id',
  };
  const entries = Object.entries(tables).map(async ([table, order]) => {
    const rows = await database.rows(`SELECT * FROM ${table} ORDER BY ${order}`);
    return [
      table,
      rows.map(({ replay_id: _replay, video_id: _video, password_hash, ...row }) => ({
        ...row,
        hashed: typeof password_hash,
      })),
    ];
  });
  const counts = await database.rows(
    `SELECT r.file_id, c.kind, c.value FROM counters c JOIN replays r ON c.room_id = CONCAT('r', r.replay_id)
     ORDER BY r.file_id, c.kind`,
  );
  const liveCounts = await database.rows(
    "SELECT room_id, kind, value FROM counters WHERE room_id NOT LIKE 'r%' ORDER BY room_id, kind",
  );
  return [...(await Promise.all(entries)), counts, liveCounts];
}
