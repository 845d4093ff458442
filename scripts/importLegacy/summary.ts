import { showTime } from './legacyTime';
import type { TableTally, Tally } from './tally';

/** What became of every table, for people. @param windowDays REPLAY_WINDOW_DAYS */
export function summaryOf(
  { tables, problems }: Tally,
  settings: { dryRun: boolean; offsetMinutes: number; windowDays: number },
): string {
  const lines = tables.flatMap((table) => tableLines(table, settings));
  const all = tables.reduce(
    (sum, { reasons }) => sum + [...reasons.skipped.values(), ...reasons.altered.values()].reduce(add, 0),
    0,
  );
  if (problems.length > 0) {
    lines.push('', `the first ${problems.length} of ${all} rows that were skipped or altered:`);
    for (const { table, key, kind, reason } of problems) lines.push(`  ${table} ${key} ${kind}: ${reason}`);
    if (all > problems.length) lines.push('  the others: --problems FILE');
  }
  if (settings.dryRun) lines.push('', 'dry run: nothing was written');
  return lines.join('\n');
}

const add = (sum: number, value: number) => sum + value;

function tableLines(
  tally: TableTally,
  { offsetMinutes, windowDays }: { offsetMinutes: number; windowDays: number },
): string[] {
  const { table, oldest, newest } = tally;
  const counts = `read ${tally.read}, new ${tally.new}, changed ${tally.changed}, already there ${tally.there}, skipped ${tally.skipped}`;
  const times =
    oldest === undefined || newest === undefined
      ? ''
      : `; from ${showTime(oldest, offsetMinutes)} to ${showTime(newest, offsetMinutes)}`;
  const reasons = (['skipped', 'altered'] as const).flatMap((kind) =>
    [...tally.reasons[kind]].map(([reason, count]) => `  ${kind} ${count}: ${reason}`),
  );
  const unlisted = `  in no list ${tally.unlisted}: older than REPLAY_WINDOW_DAYS=${windowDays}`;
  return [`${table}: ${counts}${times}`, ...(tally.unlisted > 0 ? [unlisted] : []), ...reasons];
}
