import { int, text, type Queryable } from '../../shared/store/database';
import { insertRows, rowsIn } from './legacyTable';

/** Where what an old server had counted is kept: a shard that no command writes (shared/store/counters.ts has 0 to 15). */
const legacyShard = 1_000;

export interface LegacyCounts {
  roomId: string;
  viewers: number;
  likes: number;
}

/** What came over of the counts of these rooms, by room id. */
export async function knownCounts(
  db: Queryable,
  roomIds: readonly string[],
): Promise<Map<string, LegacyCounts>> {
  const rows = await rowsIn(
    db,
    `SELECT room_id, kind, value FROM counters WHERE shard = ${legacyShard} AND room_id IN`,
    roomIds,
  );
  const counts = new Map(roomIds.map((roomId) => [roomId, { roomId, viewers: 0, likes: 0 }]));
  for (const row of rows) {
    const of = counts.get(text(row, 'room_id'));
    if (of === undefined) continue;
    if (text(row, 'kind') === 'likes') of.likes = int(row, 'value');
    else of.viewers = int(row, 'value');
  }
  return counts;
}

/** Puts the counts of the old server in place of what came over before; what was counted here stays beside them. */
export async function writeCounts(tx: Queryable, counts: readonly LegacyCounts[]): Promise<void> {
  await insertRows(
    tx,
    'INSERT INTO counters (room_id, kind, shard, value)',
    counts.flatMap(({ roomId, viewers, likes }) => [
      [roomId, 'viewers', legacyShard, viewers],
      [roomId, 'likes', legacyShard, likes],
    ]),
    'ON DUPLICATE KEY UPDATE value = VALUES(value)',
  );
}
