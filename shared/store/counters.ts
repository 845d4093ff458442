import { int, type Queryable } from './database';

export type CounterKind = 'viewers' | 'likes';

/** How many rows one count is spread over. */
const shards = 16;

/**
 * Moves a count by `delta` in the transaction that changed what is counted. The same `member` always moves the same
 * row, so that what it added is what it takes away and no row falls below zero.
 */
export async function moveCounter(
  tx: Queryable,
  roomId: string,
  kind: CounterKind,
  member: string,
  delta: number,
): Promise<void> {
  await tx.run(
    `INSERT INTO counters (room_id, kind, shard, value) VALUES (?, ?, ?, ?)
     ON DUPLICATE KEY UPDATE value = value + VALUES(value)`,
    [roomId, kind, shardOf(member), delta],
  );
}

export async function readCounter(db: Queryable, roomId: string, kind: CounterKind): Promise<number> {
  const [row] = await db.rows(
    'SELECT COALESCE(SUM(value), 0) AS total FROM counters WHERE room_id = ? AND kind = ?',
    [roomId, kind],
  );
  return row === undefined ? 0 : int(row, 'total');
}

function shardOf(member: string): number {
  let sum = 0;
  for (const character of member) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 65_521;
  return sum % shards;
}
