import type { Position } from '../cursor';
import { int, text, type Queryable } from './database';

/** What one user reported about another. `reportedAt` is epoch milliseconds. */
export interface Report {
  reportId: number;
  reported: string;
  reporter: string;
  /** The broadcast it was about, '' when the reported user had none. */
  streamId: string;
  /** Title of that broadcast. */
  title: string;
  reportedAt: number;
}

/** Records a report; the same reporter's next one about the same broadcast changes nothing. */
export async function addReport(db: Queryable, report: Omit<Report, 'reportId'>): Promise<void> {
  await db.run(
    `INSERT IGNORE INTO reports (reported, reporter, stream_id, title, reported_at) VALUES (?, ?, ?, ?, ?)`,
    [report.reported, report.reporter, report.streamId, report.title, report.reportedAt],
  );
}

/** One page of the reports, newest first. `after` continues behind a report, `offset` skips some: give one of them. */
export async function listReports(
  db: Queryable,
  page: { size: number; offset?: number; after?: Position },
): Promise<Report[]> {
  const { after } = page;
  const rows = await db.rows(
    `SELECT report_id, reported, reporter, stream_id, title, reported_at FROM reports
     ${after === undefined ? '' : 'WHERE reported_at < ? OR (reported_at = ? AND report_id < ?)'}
     ORDER BY reported_at DESC, report_id DESC LIMIT ? OFFSET ?`,
    [...(after === undefined ? [] : [after.at, after.at, Number(after.id)]), page.size, page.offset ?? 0],
  );
  return rows.map((row) => ({
    reportId: int(row, 'report_id'),
    reported: text(row, 'reported'),
    reporter: text(row, 'reporter'),
    streamId: text(row, 'stream_id'),
    title: text(row, 'title'),
    reportedAt: int(row, 'reported_at'),
  }));
}

export async function countReports(db: Queryable): Promise<number> {
  const [row] = await db.rows('SELECT COUNT(*) AS total FROM reports');
  return row === undefined ? 0 : int(row, 'total');
}

/** Drops what was reported before `before` (epoch milliseconds). @returns how many, at most `limit` */
export async function dropOldReports(db: Queryable, before: number, limit: number): Promise<number> {
  const { affectedRows } = await db.run(
    'DELETE FROM reports WHERE reported_at < ? ORDER BY reported_at LIMIT ?',
    [before, limit],
  );
  return affectedRows;
}
