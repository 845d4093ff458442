import type { Secret } from '../../shared/secret';
import { int, type Database, type Row } from '../../shared/store/database';
import { DatabaseError } from '../../shared/store/databaseError';
import type { CopyContext, LegacyTable } from './legacyTable';
import { liveData } from './liveData';
import { openSource, type SourceTable } from './source';
import { openTally, type Outcome, type Problem, type Tally } from './tally';
import { tapeData } from './tapeData';
import { tbAccount } from './tbAccount';
import { tbRoom } from './tbRoom';
import { tbUgc } from './tbUgc';
import { tbVod } from './tbVod';
import { ugcData } from './ugcData';

/** The tables that are copied. Accounts come first: what is known of their users counts more than what a row says. */
const legacyTables: readonly LegacyTable[] = [tbAccount, tbRoom, tbVod, tbUgc, liveData, tapeData, ugcData];

export interface ImportOptions {
  /** mysql://user:password@host:3306/database of the old server. */
  from: Secret;
  target: Database;
  /** What names the target: DATABASE_URL or --to. */
  targetName: string;
  /** The migrations that the target must have had. */
  migrations: number;
  dryRun: boolean;
  offsetMinutes: number;
  /** Days for which lists show a recording. */
  windowDays: number;
  /** Days after which it is removed here. */
  keptDays: number;
  isReserved: (userId: string) => boolean;
  /** Epoch milliseconds. */
  now: number;
  random: (bytes: number) => Uint8Array;
}

export interface Listeners {
  /** What is about to be copied, before the first row is. */
  onBegin?: (found: { tables: readonly string[]; missing: readonly string[]; clockOffset: number }) => void;
  /** After each page. */
  onProgress?: (table: string, read: number, total: number) => void;
  onProblem?: (problem: Problem) => void;
}

/** How often a page is tried again when the target has changed under it. */
const tries = 3;

/**
 * Copies what an old server has into the target: only reads there, only adds here what is not there yet. Where it stopped
 * is not kept anywhere: it begins anew and finds what is there.
 *
 * @returns what became of every row
 * @throws Error naming --from or DATABASE_URL and what to do; what was copied until then stays
 */
export async function importLegacy(options: ImportOptions, listeners: Listeners = {}): Promise<Tally> {
  await requireTables(options);
  const source = openSource(options.from.reveal());
  try {
    const tables = await source.tables();
    const present = legacyTables.filter(({ name }) => tables.has(name.toLowerCase()));
    if (present.length === 0) throw new Error(`--from: has none of the tables ${names(legacyTables)}`);
    const missing = legacyTables.filter((table) => !present.includes(table)).map(({ name }) => name);
    const clockOffset = await source.clockOffset();
    listeners.onBegin?.({ tables: present.map(({ name }) => name), missing, clockOffset });
    const daysAgo = (days: number) => options.now - days * 86_400_000;
    const context = { ...options, source, tables, keptSince: daysAgo(options.keptDays) };
    const counting = openTally(listeners.onProblem);
    for (const table of present) {
      const found = tables.get(table.name.toLowerCase());
      if (found === undefined) continue;
      const { counts, add } = counting.table(
        table.name,
        table.listed === true ? daysAgo(options.windowDays) : 0,
      );
      const progress = (total: number) => listeners.onProgress?.(table.name, counts.read, total);
      await copyTable(table, found, context, options, add, progress);
    }
    return counting.tally;
  } finally {
    await source.close();
  }
}

async function copyTable(
  table: LegacyTable,
  found: SourceTable,
  context: CopyContext,
  options: ImportOptions,
  add: (outcome: Outcome) => void,
  progress: (total: number) => void,
): Promise<void> {
  const total = await context.source.count(found);
  for await (const page of context.source.pages(found, table.select)) {
    // Counted when it is written: what a run that dies has told of is there.
    for (const outcome of await copyPage(table, page, context, options)) add(outcome);
    progress(total);
  }
}

async function copyPage(
  table: LegacyTable,
  rows: readonly Row[],
  context: CopyContext,
  { dryRun, targetName }: ImportOptions,
): Promise<Outcome[]> {
  for (let attempt = 1; ; attempt++) {
    try {
      const plan = await table.plan(rows, context);
      const changes = plan.outcomes.some(({ kind }) => kind === 'new' || kind === 'changed');
      if (changes && !dryRun) await plan.write();
      return plan.outcomes;
    } catch (error) {
      // A request or another run wrote the same meanwhile: a new plan finds it there.
      if (!(error instanceof DatabaseError)) throw error;
      if (error.code === 'duplicate' && attempt < tries) continue;
      throw new Error(`${targetName}: ${error.message}: run the same command again, it continues`, {
        cause: error,
      });
    }
  }
}

/** @throws Error when the target has not the tables of this version */
async function requireTables({ target, targetName, migrations }: ImportOptions): Promise<void> {
  const advice = 'run `npm run migrate` for this database first (DATABASE_URL)';
  const done = await appliedMigrations(target).catch((error: unknown) => {
    const reached = error instanceof DatabaseError && error.code === 'other';
    const reason = reached ? `has not our tables: ${advice}` : error instanceof Error ? error.message : '';
    throw new Error(`${targetName}: ${reason}`, { cause: error });
  });
  if (done < migrations)
    throw new Error(
      `${targetName}: its tables are of an older version (${done} of ${migrations} migrations): ${advice}`,
    );
}

async function appliedMigrations(target: Database): Promise<number> {
  const [row] = await target.rows('SELECT COUNT(*) AS done FROM schema_migrations');
  return row === undefined ? 0 : int(row, 'done');
}

function names(tables: readonly { name: string }[]): string {
  return tables.map(({ name }) => name).join(', ');
}
