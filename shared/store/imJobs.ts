import { int, text, type Queryable } from './database';

/** Something to be told to IM, at least once, until it has accepted it. */
export interface ImJobRow {
  /** What it is about, e.g. `group:1234567`, at most 160 characters. */
  subject: string;
  /** Names this wish; a newer one about the same subject has another. */
  version: string;
  /** JSON text. */
  job: string;
  tries: number;
  /** Epoch milliseconds. */
  createdAt: number;
}

/** Keeps a job until it is done; an older one about the same subject is forgotten. */
export async function keepImJob(
  tx: Queryable,
  { subject, version, job }: Pick<ImJobRow, 'subject' | 'version' | 'job'>,
  now: number,
): Promise<void> {
  await tx.run(
    `INSERT INTO im_jobs (subject, version, job, tries, due_at, created_at) VALUES (?, ?, ?, 0, ?, ?)
     ON DUPLICATE KEY UPDATE version = VALUES(version), job = VALUES(job), tries = 0,
       due_at = VALUES(due_at), created_at = VALUES(created_at)`,
    [subject, version, job, now, now],
  );
}

/** Jobs whose time has come, the longest waiting first. */
export async function dueImJobs(db: Queryable, now: number, limit: number): Promise<ImJobRow[]> {
  const rows = await db.rows(
    'SELECT subject, version, job, tries, created_at FROM im_jobs WHERE due_at <= ? ORDER BY due_at, subject LIMIT ?',
    [now, limit],
  );
  return rows.map((row) => ({
    subject: text(row, 'subject'),
    version: text(row, 'version'),
    job: text(row, 'job'),
    tries: int(row, 'tries'),
    createdAt: int(row, 'created_at'),
  }));
}

/** Forgets a job, unless a newer one has taken its place. */
export async function dropImJob(db: Queryable, subject: string, version: string): Promise<void> {
  await db.run('DELETE FROM im_jobs WHERE subject = ? AND version = ?', [subject, version]);
}

/** Puts a job off until `dueAt` (epoch milliseconds). */
export async function postponeImJob(
  db: Queryable,
  subject: string,
  version: string,
  dueAt: number,
): Promise<void> {
  await db.run('UPDATE im_jobs SET tries = tries + 1, due_at = ? WHERE subject = ? AND version = ?', [
    dueAt,
    subject,
    version,
  ]);
}
