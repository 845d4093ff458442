import type * as v from 'valibot';
import { seconds } from '../../shared/clock';
import { defineCommand } from '../../shared/command';
import { readCursor, writeCursor } from '../../shared/cursor';
import { listPage } from '../../shared/input';
import type { Database } from '../../shared/store/database';
import { countReports, listReports as reportsPage } from '../../shared/store/reports';

/**
 * What users reported, newest first; paged as getLiveList.
 * Out: `total`, `items` (`reported`, `reporter`, `streamId`, `title`, `reportedAt` in epoch seconds), `nextCursor`.
 */
export const listReports = defineCommand({
  name: 'moderation/listReports',
  input: listPage,
  access: 'operator',
  async run(
    { page, pageSize, cursor }: v.InferOutput<typeof listPage>,
    _call,
    { database }: { database: Database },
  ) {
    const place =
      cursor === undefined ? { offset: (page - 1) * pageSize } : { after: readCursor(cursor, /^\d{1,15}$/) };
    const reports = await reportsPage(database, { size: pageSize, ...place });
    const last = reports.length === pageSize ? reports.at(-1) : undefined;
    return {
      total: await countReports(database),
      items: reports.map(({ reportId: _reportId, ...report }) => ({
        ...report,
        reportedAt: seconds(report.reportedAt),
      })),
      ...(last === undefined
        ? {}
        : { nextCursor: writeCursor({ at: last.reportedAt, id: String(last.reportId) }) }),
    };
  },
});
