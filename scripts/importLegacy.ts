import { randomBytes } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { unlistedKept } from '../functions/reconcile/cleanUp';
import { clock } from '../shared/clock';
import { readConfig } from '../shared/config';
import { isReservedUserId } from '../shared/reservedUserId';
import { Secret } from '../shared/secret';
import { databaseUrlForms, embeddedEngineKey, openDatabase, type Database } from '../shared/store/database';
import { DatabaseError } from '../shared/store/databaseError';
import { openEmbedded } from '../shared/store/embedded';
import { readMigrations } from '../shared/store/readMigrations';
import { deployEnvironment } from './deploy/dotenv';
import { readCommandLine, usage, type CommandLine } from './importLegacy/commandLine';
import { importLegacy } from './importLegacy/importLegacy';
import { formatOffset } from './importLegacy/legacyTime';
import { summaryOf } from './importLegacy/summary';
import type { Problem } from './importLegacy/tally';

const limits = { connectTimeoutMs: 10_000, statementTimeoutMs: 30_000, transactionTimeoutMs: 120_000 };

/** `npm run import-legacy`: copies the database of an old PHP server; see docs/import-legacy.md. */
async function main(args: readonly string[]): Promise<void> {
  const root = process.cwd();
  const { help, ...line } = readCommandLine(args);
  if (help) return console.log(usage);
  const environment = deployEnvironment(root, process.env);
  const from = line.from ?? environment['LEGACY_DATABASE_URL'];
  if (!from) throw new Error(`--from: is missing\n\n${usage}`);
  const config = readConfig(environment, ['REPLAY_WINDOW_DAYS', 'IM_ADMIN']);
  const target = openTarget(line.to, environment['DATABASE_URL']);
  const problems = openProblems(line.problems);
  try {
    const tally = await importLegacy(
      {
        from: new Secret(from),
        target,
        targetName: line.to === undefined ? 'DATABASE_URL' : '--to',
        migrations: readMigrations(join(root, 'schema')).length,
        dryRun: line.dryRun,
        offsetMinutes: line.offsetMinutes,
        windowDays: config.REPLAY_WINDOW_DAYS,
        keptDays: config.REPLAY_WINDOW_DAYS + unlistedKept,
        isReserved: (userId) => isReservedUserId(config, userId),
        now: clock(),
        random: randomBytes,
      },
      { onBegin: (found) => announce(found, line), onProgress: showProgress(), onProblem: problems.write },
    );
    console.log(summaryOf(tally, { ...line, windowDays: config.REPLAY_WINDOW_DAYS }));
  } finally {
    problems.close();
    await target.close();
  }
}

function openTarget(to: string | undefined, url: string | undefined): Database {
  const given = to ?? url;
  if (!given) throw new Error(`DATABASE_URL is not set (nor --to); it has the form ${databaseUrlForms}`);
  Reflect.set(globalThis, embeddedEngineKey, { open: openEmbedded });
  try {
    return openDatabase(given, limits);
  } catch (error) {
    if (to === undefined || !(error instanceof DatabaseError)) throw error;
    throw new DatabaseError(error.code, error.message.replace('DATABASE_URL', '--to'));
  }
}

function announce(
  found: { tables: readonly string[]; missing: readonly string[]; clockOffset: number },
  { offsetMinutes, dryRun }: CommandLine,
): void {
  const absent = found.missing.length === 0 ? '' : `; not there: ${found.missing.join(', ')}`;
  console.log(`copying ${found.tables.join(', ')}${absent}${dryRun ? '; dry run, nothing is written' : ''}`);
  console.log(
    `times are read as ${formatOffset(offsetMinutes)} (--time-zone); the clock of the old database is at ${formatOffset(found.clockOffset)}`,
  );
}

const progressEvery = 2_000;

/** A line for the first page of each table that has more, and then every two seconds. */
function showProgress() {
  let shown = { table: '', at: 0 };
  return (table: string, read: number, total: number) => {
    const at = performance.now();
    if (read >= total || (shown.table === table && at - shown.at < progressEvery)) return;
    shown = { table, at };
    console.log(`${table}: ${read} of ${total}`);
  };
}

/** Where every problem is written to, when a file is named. */
function openProblems(path: string | undefined): { write: (problem: Problem) => void; close: () => void } {
  if (path === undefined) return { write: () => undefined, close: () => undefined };
  const file = openSync(path, 'w', 0o600);
  return {
    write: (problem) => void writeSync(file, `${JSON.stringify(problem)}\n`),
    close: () => closeSync(file),
  };
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(`import-legacy: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
