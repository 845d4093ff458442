import { Database as Sqlite, type Statement } from 'node-sqlite3-wasm';
import { timeLeft } from '../deadline';
import type { Database, Queryable, Row, SqlValue } from './database';
import { DatabaseError, statementLine, type DatabaseErrorCode } from './databaseError';
import { toSqlite, type SqliteStatement } from './dialect';
import { cannotOpen, holdFile } from './embeddedLock';
import { checkedParams } from './parameters';
import { refuseLate, withinLimit } from './timeLimit';
import { insideScope, refuseInside } from './transactionScope';
import { openTurns } from './turns';

export interface EmbeddedOptions {
  /**
   * Limit of a whole transaction, in milliseconds; 5000, or less where its request has a deadline (shared/deadline.ts).
   * Past it the transaction is rolled back.
   */
  transactionTimeoutMs?: number;
}

// More than the product has statements; a bound for callers that put values into the text.
const statementsKept = 300;

/**
 * A database in one file of this process: MySQL dialect in, SQLite inside. One connection, so transactions run one
 * after the other, and statements outside wait for the transaction that is running.
 *
 * @throws DatabaseError `unavailable`, one line, when the file cannot be opened or another process has it
 */
export function openEmbedded(path: string, options: EmbeddedOptions = {}): Database {
  const transactionTimeoutMs = options.transactionTimeoutMs ?? 5000;
  const file = openFile(path);
  const turns = openTurns();
  let closing: Promise<void> | undefined;

  /** One statement outside any transaction. At once when nothing is running. */
  async function single<T>(work: () => T): Promise<T> {
    return inTurn(async () => work());
  }

  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    refuseInside(database);
    return turns.next(() => {
      refuseLate();
      return work();
    });
  }

  /** Statements for the time of one transaction or session. */
  function pin(): Queryable & { end(reason: DatabaseError): void } {
    let ended: DatabaseError | undefined;
    const unlessEnded = <T>(work: () => T): T => {
      if (ended) throw ended;
      return work();
    };
    return {
      rows: async (sql, params = []) => unlessEnded(() => file.rows(sql, params)),
      run: async (sql, params = []) => unlessEnded(() => file.run(sql, params)),
      end(reason) {
        ended = reason;
      },
    };
  }

  async function transactionInTurn<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    const pinned = pin();
    file.control('BEGIN IMMEDIATE');
    try {
      const result = await withinLimit(Math.min(transactionTimeoutMs, timeLeft()), 'the transaction', () =>
        insideScope(database, () => work(pinned)),
      );
      file.control('COMMIT');
      return result;
    } catch (error) {
      file.rollBack();
      throw error;
    } finally {
      pinned.end(new DatabaseError('other', 'used after its transaction ended'));
    }
  }

  const database: Database = {
    engine: 'embedded',
    rows: (sql, params = []) => single(() => file.rows(sql, params)),
    run: (sql, params = []) => single(() => file.run(sql, params)),

    transaction: (work) => inTurn(() => transactionInTurn(work)),

    session: (work) =>
      inTurn(async () => {
        const pinned = pin();
        try {
          return await withinLimit(timeLeft(), 'the session', () =>
            insideScope(database, () => work(pinned)),
          );
        } finally {
          pinned.end(new DatabaseError('other', 'used after its session ended'));
        }
      }),

    close() {
      closing ??= turns.next(async () => file.close());
      return closing;
    },
  };
  return database;
}

/** The file, its statements and nothing asynchronous. */
function openFile(path: string) {
  const release = holdFile(path);
  let sqlite: Sqlite;
  try {
    sqlite = connect(path);
  } catch (error) {
    release();
    throw cannotOpen(path, error);
  }
  const rewritten = new Map<string, SqliteStatement>();
  const prepared = new Map<string, Statement>();
  let counting = countingTables(sqlite);
  let open = true;

  function statementOf(sql: string): SqliteStatement {
    const known = rewritten.get(sql);
    if (known) return known;
    try {
      const statement = toSqlite(sql);
      remember(rewritten, sql, statement);
      return statement;
    } catch (error) {
      throw new DatabaseError('other', error instanceof Error ? error.message : 'unknown statement', {
        cause: error,
      });
    }
  }

  /** Checks, prepares and runs. A statement that failed is finalised: it could not be bound again. */
  function execute<T>(
    sql: string,
    params: readonly SqlValue[],
    kind: 'rows' | 'change',
    use: (statement: Statement, params: SqlValue[], source: SqliteStatement) => T,
  ): T {
    if (!open) throw new DatabaseError('unavailable', 'the database is closed');
    const checked = checkedParams(params);
    const source = statementOf(sql);
    checkCall(sql, source, checked, kind);
    const [text = ''] = source.texts;
    try {
      return use(prepare(text), checked, source);
    } catch (error) {
      forget(text);
      throw sqliteError(error, sql);
    }
  }

  function prepare(text: string): Statement {
    const known = prepared.get(text);
    if (known) return known;
    const statement = sqlite.prepare(text);
    const dropped = remember(prepared, text, statement);
    if (dropped) finalize(dropped);
    return statement;
  }

  function forget(text: string): void {
    const statement = prepared.get(text);
    prepared.delete(text);
    if (statement) finalize(statement);
  }

  function forgetAll(): void {
    for (const text of [...prepared.keys()]) forget(text);
  }

  /** All of a definition or nothing. Not inside a transaction, which MySQL would commit there. */
  function define(sql: string, source: SqliteStatement): void {
    if (sqlite.inTransaction) {
      throw new DatabaseError('other', `a definition inside a transaction, in: ${statementLine(sql)}`);
    }
    forgetAll();
    try {
      sqlite.exec(['BEGIN IMMEDIATE', ...source.texts, 'COMMIT'].join(';\n'));
    } catch (error) {
      if (sqlite.inTransaction) sqlite.exec('ROLLBACK');
      throw sqliteError(error, sql);
    }
    counting = countingTables(sqlite);
  }

  return {
    rows(sql: string, params: readonly SqlValue[]): Row[] {
      return execute(sql, params, 'rows', (statement, values) => statement.all(values).map(plainRow));
    },

    run(sql: string, params: readonly SqlValue[]): { affectedRows: number; insertId: number } {
      if (!open) throw new DatabaseError('unavailable', 'the database is closed');
      const source = statementOf(sql);
      if (source.kind === 'definition') {
        define(sql, source);
        return { affectedRows: 0, insertId: 0 };
      }
      return execute(sql, params, 'change', (statement, values, { insertsInto }) => {
        const { changes, lastInsertRowid } = statement.run(values);
        const counts = insertsInto !== undefined && changes > 0 && counting.has(insertsInto);
        return { affectedRows: changes, insertId: counts ? Number(lastInsertRowid) : 0 };
      });
    },

    control(sql: 'BEGIN IMMEDIATE' | 'COMMIT'): void {
      if (!open) throw new DatabaseError('unavailable', 'the database is closed');
      try {
        sqlite.exec(sql);
      } catch (error) {
        throw sqliteError(error, sql);
      }
    },

    rollBack(): void {
      // SQLite has done it already after some errors, such as a full disk.
      if (open && sqlite.inTransaction) sqlite.exec('ROLLBACK');
    },

    close(): void {
      if (!open) return;
      open = false;
      forgetAll();
      try {
        sqlite.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      } finally {
        sqlite.close();
        release();
      }
    },
  };
}

function connect(path: string): Sqlite {
  const sqlite = new Sqlite(path);
  try {
    // First of all, or WAL cannot be had: there is no shared memory.
    sqlite.exec('PRAGMA locking_mode = EXCLUSIVE');
    sqlite.exec('PRAGMA journal_mode = WAL');
    // In WAL a crash of the process loses nothing; one of the machine may lose the last transactions, no more.
    sqlite.exec('PRAGMA synchronous = NORMAL');
    sqlite.exec('PRAGMA case_sensitive_like = ON');
    // Sessions run one after the other here, so a named lock is always free. Both take their arity from the code.
    sqlite.function('GET_LOCK', (_name, _seconds) => 1);
    sqlite.function('RELEASE_LOCK', (_name) => 1);
    return sqlite;
  } catch (error) {
    sqlite.close();
    throw error;
  }
}

/** Tables with AUTO_INCREMENT, in lower case: only they have an insertId in MySQL. */
function countingTables(sqlite: Sqlite): Set<string> {
  const found = sqlite.all(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%AUTOINCREMENT%'",
  );
  return new Set(found.flatMap(({ name }) => (typeof name === 'string' ? [name.toLowerCase()] : [])));
}

function checkCall(
  sql: string,
  source: SqliteStatement,
  params: readonly SqlValue[],
  kind: 'rows' | 'change',
): void {
  const refuse = (fault: string) => new DatabaseError('other', `${fault} in: ${statementLine(sql)}`);
  if (source.kind !== kind) {
    throw refuse(
      kind === 'rows'
        ? 'rows() needs a statement that answers with rows'
        : 'run() is not for statements that answer with rows',
    );
  }
  if (source.params !== params.length) throw refuse(`${source.params} ? but ${params.length} parameters`);
  for (const position of source.counts) {
    const value = params[position];
    if (!Number.isSafeInteger(value) || typeof value !== 'number' || value < 0) {
      throw refuse('LIMIT and OFFSET take whole numbers from 0 up');
    }
  }
}

/** Adds to a cache and returns what fell out of it, the entry added first. */
function remember<T>(cache: Map<string, T>, key: string, value: T): T | undefined {
  cache.set(key, value);
  if (cache.size <= statementsKept) return undefined;
  for (const [oldest, dropped] of cache) {
    cache.delete(oldest);
    return dropped;
  }
  return undefined;
}

function finalize(statement: Statement): void {
  try {
    statement.finalize();
  } catch {
    // Reports the failure of the last run once more.
  }
}

function plainRow(row: Record<string, unknown>): Row {
  const plain: Row = {};
  for (const [column, value] of Object.entries(row)) plain[column] = plainValue(value, column);
  return plain;
}

function plainValue(value: unknown, column: string): SqlValue {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value;
  // As the MySQL driver gives integers beyond 2^53.
  if (typeof value === 'bigint') return value.toString();
  throw new DatabaseError('other', `column ${column} holds neither text nor a number`);
}

const codeOfMessage: [RegExp, DatabaseErrorCode][] = [
  [/^UNIQUE constraint failed/, 'duplicate'],
  [/^CHECK constraint failed: tooLong /, 'tooLong'],
  [/^NOT NULL constraint failed/, 'null'],
  [
    /^(database or disk is full|disk I\/O error|unable to open|attempt to write a readonly|database disk image)/,
    'unavailable',
  ],
];

function sqliteError(error: unknown, sql: string): DatabaseError {
  if (error instanceof DatabaseError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const code = codeOfMessage.find(([pattern]) => pattern.test(message))?.[1] ?? 'other';
  return new DatabaseError(code, `${message} in: ${statementLine(sql)}`, { cause: error });
}
