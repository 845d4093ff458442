import type { Database, Queryable, Row, SqlValue } from '../../shared/store/database';
import type { Select, Source, SourceTable } from './source';
import type { Outcome } from './tally';

/** What every table is copied with. Times are epoch milliseconds. */
export interface CopyContext {
  source: Source;
  tables: ReadonlyMap<string, SourceTable>;
  target: Database;
  now: number;
  /** Minutes east of UTC of the clock by which the old server wrote its times. */
  offsetMinutes: number;
  /** Recordings and lives that ended before would be removed by the next sweep; see functions/reconcile/cleanUp.ts. */
  keptSince: number;
  /** How many days back that is. */
  keptDays: number;
  isReserved: (userId: string) => boolean;
  random: (bytes: number) => Uint8Array;
}

/** What is to be done about one page of rows. */
export interface Plan {
  /** One for each row. */
  outcomes: Outcome[];
  /** Writes all of it or nothing. */
  write(): Promise<void>;
}

/** A table of the old server and how it comes over. A plan looks at what is there already, so that it may be made again. */
export interface LegacyTable {
  name: string;
  /** Its rows become what lists show for REPLAY_WINDOW_DAYS. */
  listed?: true;
  select: Select;
  plan(rows: readonly Row[], context: CopyContext): Promise<Plan>;
}

/** How far another machine's clock may be ahead of ours, in milliseconds. */
const clocksDiffer = 300_000;

/** Why a row of this time cannot be taken over, undefined when it can. */
export function timeFault(at: number, { now }: CopyContext): string | undefined {
  return at > now + clocksDiffer ? 'its time is in the future: is --time-zone right?' : undefined;
}

/** Why something that ended then is not taken over, undefined when it is. */
export function ageFault(at: number, { keptSince, keptDays }: CopyContext): string | undefined {
  if (at >= keptSince) return undefined;
  return `ended more than ${keptDays} days ago, after which recordings are removed here; a higher REPLAY_WINDOW_DAYS keeps them`;
}

export const noUserId = 'userid: expected 1 to 64 characters, none of them a control character';
export const accountDeleted = 'its account has been deleted here';

/** A row that is left where it is. */
export function skipped(key: string, reason: string): Outcome {
  return { kind: 'skipped', key, reason };
}

/** One INSERT of several rows; none of nothing. */
export async function insertRows(
  tx: Queryable,
  into: string,
  rows: readonly (readonly SqlValue[])[],
  onDuplicate = '',
): Promise<void> {
  const [first] = rows;
  if (first === undefined) return;
  const places = `(${first.map(() => '?').join(', ')})`;
  await tx.run(`${into} VALUES ${rows.map(() => places).join(', ')} ${onDuplicate}`.trim(), rows.flat());
}

/** Rows of one of our tables by a column, in one SELECT that ends with `IN`. */
export async function rowsIn(db: Queryable, select: string, values: readonly SqlValue[]): Promise<Row[]> {
  if (values.length === 0) return [];
  return db.rows(`${select} (${values.map(() => '?').join(', ')})`, values);
}

/** Reads the columns of old rows that stand beside the ones copied, by the value of the key column. */
export async function lookUpBeside(
  { source, tables }: CopyContext,
  tableName: string,
  select: Select,
  keys: readonly SqlValue[],
): Promise<Row[]> {
  const table = tables.get(tableName.toLowerCase());
  return table === undefined ? [] : source.lookUp(table, select, keys);
}
