import type { Database, SqlValue } from '../../shared/store/database';

export const host = (number: number): string => `host${number}`;
export const liveOf = (number: number): string => `8888_host${number}_0123456789abcdef`;

const rowsAtOnce = 500;
const counterShards = 4;

/**
 * Fills an empty database with lives that are on the air, each with eight counter rows, and with replays.
 * Every live has a push of its own time, so that the order of a list is certain.
 */
export async function fill(database: Database, wanted: { lives: number; replays: number }): Promise<void> {
  const now = Date.now();
  const lives = Array.from({ length: wanted.lives }, (_, number) => number);
  const at = (number: number): number => now - 3_600_000 + number * 10;
  await insert(database, 'users', lives, (number) => ({
    user_id: host(number),
    ...profile,
    created_at: at(number),
    updated_at: at(number),
  }));
  await insert(database, 'broadcasts', lives, (number) => ({
    stream_id: liveOf(number),
    user_id: host(number),
    group_id: `@TGS#${number}`,
    title: `直播 ${number}`,
    ...profile,
    description: '',
    online: 1,
    created_at: at(number),
    online_at: at(number),
  }));
  await insert(database, 'pushes', lives, (number) => ({
    stream_id: liveOf(number),
    sequence: String(number),
    started_at: at(number),
  }));
  for (const kind of ['viewers', 'likes']) {
    const shards = lives.flatMap((number) =>
      Array.from({ length: counterShards }, (_, shard) => ({ number, shard })),
    );
    await insert(database, 'counters', shards, ({ number, shard }) => ({
      room_id: liveOf(number),
      kind,
      shard,
      value: (number % 7) + shard,
    }));
  }
  const replays = Array.from({ length: wanted.replays }, (_, number) => number);
  await insert(database, 'replays', replays, (number) => ({
    file_id: String(7_000_000_000 + number),
    stream_id: `8888_past${number}_0123456789abcdef`,
    user_id: host(number),
    group_id: '',
    title: `回放 ${number}`,
    ...profile,
    description: '',
    play_url: `https://vod.example.com/${number}/f0.flv`,
    hls_play_url: `https://vod.example.com/${number}/playlist.m3u8`,
    started_at: at(number) - 60_000,
    ended_at: at(number),
  }));
}

const profile = {
  nickname: '主播',
  head_pic: 'https://p.example.com/head.jpg',
  front_cover: 'https://p.example.com/cover.jpg',
  location: '深圳',
};

async function insert<T>(
  database: Database,
  table: string,
  items: readonly T[],
  row: (item: T) => Record<string, SqlValue>,
): Promise<void> {
  for (let from = 0; from < items.length; from += rowsAtOnce) {
    const rows = items.slice(from, from + rowsAtOnce).map(row);
    const columns = Object.keys(rows[0] ?? {});
    const marks = rows.map(() => `(${columns.map(() => '?').join(', ')})`).join(', ');
    await database.run(
      `INSERT INTO ${table} (${columns.join(', ')}) VALUES ${marks}`,
      rows.flatMap((values) => Object.values(values)),
    );
  }
}
