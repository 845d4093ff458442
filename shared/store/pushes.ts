import type { Push } from '../liveness';
import { intOrNull, type Queryable } from './database';

/**
 * Notes the start or the cut of one push activity (epoch milliseconds). A cut may say when its push began; a start
 * notice knows better, whichever comes first.
 */
export async function notePush(
  tx: Queryable,
  streamId: string,
  sequence: string,
  said: { startedAt: number; cutAt?: undefined } | { startedAt: number | undefined; cutAt: number },
): Promise<void> {
  const startedAt =
    said.cutAt === undefined ? 'VALUES(started_at)' : 'COALESCE(started_at, VALUES(started_at))';
  await tx.run(
    `INSERT INTO pushes (stream_id, sequence, started_at, cut_at) VALUES (?, ?, ?, ?)
     ON DUPLICATE KEY UPDATE started_at = ${startedAt}, cut_at = COALESCE(cut_at, VALUES(cut_at))`,
    [streamId, sequence, said.startedAt ?? null, said.cutAt ?? null],
  );
}

/** Every push activity heard of for one stream. */
export async function pushesOf(db: Queryable, streamId: string): Promise<Push[]> {
  const rows = await db.rows('SELECT started_at, cut_at FROM pushes WHERE stream_id = ? ORDER BY sequence', [
    streamId,
  ]);
  return rows.map((row) => ({ startedAt: intOrNull(row, 'started_at'), cutAt: intOrNull(row, 'cut_at') }));
}
