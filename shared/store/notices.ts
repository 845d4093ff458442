import type { Queryable } from './database';

/** A notice of the cloud as it is kept: `key` is equal for repeats of the same notice and only for those. */
export interface Notice {
  key: string;
  eventType: number;
  streamId: string;
  /** JSON text without the signature and without the push secret. */
  body: string;
}

/** @returns whether it was heard for the first time */
export async function keepNotice(tx: Queryable, notice: Notice, now: number): Promise<boolean> {
  const { affectedRows } = await tx.run(
    `INSERT IGNORE INTO notices (notice_key, event_type, stream_id, body, outcome, received_at) VALUES (?, ?, ?, ?, '', ?)`,
    [notice.key, notice.eventType, notice.streamId, notice.body, now],
  );
  return affectedRows === 1;
}

export async function noteOutcome(tx: Queryable, key: string, outcome: string): Promise<void> {
  await tx.run('UPDATE notices SET outcome = ? WHERE notice_key = ?', [outcome, key]);
}

/** Drops notices heard before `before`. @returns how many, at most `limit` */
export async function dropOldNotices(db: Queryable, before: number, limit: number): Promise<number> {
  const { affectedRows } = await db.run(
    'DELETE FROM notices WHERE received_at < ? ORDER BY received_at LIMIT ?',
    [before, limit],
  );
  return affectedRows;
}
