import { DatabaseError } from './databaseError';
import { openMysql, type MysqlOptions } from './mysql';

export { DatabaseError, type DatabaseErrorCode } from './databaseError';

/** What goes into a `?` and comes out of a column. Integers beyond 2^53 come out as text. */
export type SqlValue = string | number | null;

export type Row = Record<string, SqlValue>;

/**
 * Where statements can be sent. SQL is MySQL dialect with `?` placeholders; every failure is a DatabaseError.
 * Never read `insertId` of a multi-row, IGNORE or upsert statement, nor `affectedRows` of an upsert: engines differ.
 */
export interface Queryable {
  /** A statement that answers with rows. */
  rows(sql: string, params?: readonly SqlValue[]): Promise<Row[]>;
  /** Any other statement. `affectedRows` counts matched rows, also those that already had the new values. */
  run(sql: string, params?: readonly SqlValue[]): Promise<{ affectedRows: number; insertId: number }>;
}

export interface Database extends Queryable {
  engine: 'mysql' | 'embedded';
  /**
   * Commits when `work` resolves, rolls back when it throws. `work` is run again after a deadlock, so it must
   * have no effect but through `tx`. Inside it, statements go through `tx` only.
   */
  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T>;
  /** One connection for all of `work`, no transaction: for named locks and migrations. */
  session<T>(work: (connection: Queryable) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** The embedded engine, put at `globalThis[embeddedEngineKey]` by the local gateway so that no function bundles it. */
export interface EmbeddedEngine {
  open(path: string): Database;
}

export const embeddedEngineKey = Symbol.for('xiaozhibo.embeddedDatabase');

export const databaseUrlForms =
  'mysql://user:password@host:3306/database (special characters percent-encoded, ?ssl=true for TLS) or sqlite:PATH';

/**
 * Opens DATABASE_URL. Nothing is connected yet: a server that is not there shows with the first statement.
 *
 * @param options limits of the MySQL engine, in milliseconds; see MysqlOptions
 * @throws DatabaseError `other` for a malformed URL; the message never holds the URL
 */
export function openDatabase(url: string, options: MysqlOptions = {}): Database {
  if (url.startsWith('mysql:')) return openMysql(url, options);
  if (!url.startsWith('sqlite:') || url === 'sqlite:') {
    throw new DatabaseError('other', `DATABASE_URL must have the form ${databaseUrlForms}`);
  }
  const engine: unknown = Reflect.get(globalThis, embeddedEngineKey);
  if (!isEmbeddedEngine(engine)) {
    throw new DatabaseError(
      'other',
      'DATABASE_URL names an embedded database (sqlite:PATH), which exists only under `npm start`; use mysql://',
    );
  }
  return engine.open(url.slice('sqlite:'.length));
}

function isEmbeddedEngine(value: unknown): value is EmbeddedEngine {
  return typeof value === 'object' && value !== null && 'open' in value && typeof value.open === 'function';
}

/** Text of a column. @throws Error when the column is missing, NULL or a number */
export function text(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw wrongColumn(column, 'text', value);
  return value;
}

/** Whole number of a column. @throws Error when the column is missing, NULL or not a safe integer */
export function int(row: Row, column: string): number {
  const value = row[column];
  if (!Number.isSafeInteger(value) || typeof value !== 'number')
    throw wrongColumn(column, 'an integer', value);
  return value;
}

/** As `text`, for a column that may be NULL. */
export function textOrNull(row: Row, column: string): string | null {
  return row[column] === null ? null : text(row, column);
}

/** As `int`, for a column that may be NULL. */
export function intOrNull(row: Row, column: string): number | null {
  return row[column] === null ? null : int(row, column);
}

function wrongColumn(column: string, expected: string, value: SqlValue | undefined): Error {
  const found = value === undefined ? 'no such column' : value === null ? 'NULL' : typeof value;
  return new Error(`column ${column}: expected ${expected}, found ${found}`);
}
