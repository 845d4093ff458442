import * as v from 'valibot';
import { seconds } from '../../shared/clock';
import { defineCommand } from '../../shared/command';
import { nextPage, placeOf } from '../../shared/cursor';
import { listPage } from '../../shared/input';
import { listOf, moment } from '../../shared/output';
import type { Database } from '../../shared/store/database';
import { countReports, listReports as reportsPage } from '../../shared/store/reports';

const output = listOf(
  v.object({
    reported: v.string(),
    reporter: v.string(),
    streamId: v.string(),
    title: v.string(),
    reportedAt: moment,
  }),
);

/**
 * What users reported, newest first; paged as getLiveList.
 * Out: `total`, `items` (`reported`, `reporter`, `streamId`, `title`, `reportedAt` in epoch seconds), `nextCursor`.
 */
export const listReports = defineCommand({
  name: 'moderation/listReports',
  input: listPage,
  output,
  access: 'operator',
  async run(request: v.InferOutput<typeof listPage>, _call, { database }: { database: Database }) {
    const reports = await reportsPage(database, placeOf(request, /^\d{1,15}$/));
    return {
      total: await countReports(database),
      items: reports.map(({ reportId: _reportId, ...report }) => ({
        ...report,
        reportedAt: seconds(report.reportedAt),
      })),
      ...nextPage(reports, request.pageSize, (row) => ({ at: row.reportedAt, id: String(row.reportId) })),
    };
  },
});
