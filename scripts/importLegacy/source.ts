import type { Queryable, Row, SqlValue } from '../../shared/store/database';
import { DatabaseError } from '../../shared/store/databaseError';
import { openMysql } from '../../shared/store/mysql';

/** A table of the old server as it is there. */
export interface SourceTable {
  /** Its name there, in whatever case. */
  name: string;
  /** Its columns' names by the same in lower case. */
  columns: ReadonlyMap<string, string>;
  /** The columns of its primary key, in lower case; undefined without one that can be paged by. */
  primaryKey: readonly string[] | undefined;
}

/** The database of the old server, of which nothing is changed. */
export interface Source {
  /** Every table, by its name in lower case. */
  tables(): Promise<Map<string, SourceTable>>;
  count(table: SourceTable): Promise<number>;
  /** All rows in pages. Rows of the same key are on the same page. */
  pages(table: SourceTable, select: Select): AsyncGenerator<Row[]>;
  /** Rows by the values of one column. */
  lookUp(table: SourceTable, select: Select, values: readonly SqlValue[]): Promise<Row[]>;
  /** Minutes by which the clock of the old server's sessions is ahead of UTC. */
  clockOffset(): Promise<number>;
  close(): Promise<void>;
}

/** What to read of a table: columns by the name that they get in the rows. Those that are not there are left out. */
export interface Select {
  columns: Readonly<Record<string, string>>;
  /** The columns by which the old code told rows apart; the first is the one that rows are looked up by. */
  key: readonly string[];
  /** Rows of a page. */
  size: number;
}

const limits = { connectTimeoutMs: 10_000, statementTimeoutMs: 60_000, transactionTimeoutMs: 60_000 };

/** A table without a primary key may have many rows of one key; more of them than so many pages is no such table. */
const mostPagesOfOneKey = 64;

/**
 * Opens the old database. Every statement runs in a session that the server itself keeps from writing, and is a SELECT,
 * so that a user who may do no more is enough.
 * @param url mysql://user:password@host:3306/database
 * @throws DatabaseError naming --from, never the URL; what is asked of it later throws an Error that names --from and what to do
 */
export function openSource(url: string): Source {
  const database = namingFrom(() => openMysql(url, limits));

  async function read<T>(work: (connection: Queryable) => Promise<T>): Promise<T> {
    return naming(() =>
      database.session(async (connection) => {
        await connection.run('SET SESSION TRANSACTION READ ONLY');
        return work(connection);
      }),
    );
  }
  const rows = (sql: string, params: readonly SqlValue[] = []) =>
    read((connection) => connection.rows(sql, params));

  return {
    tables: () => read(readTables),

    async count(table) {
      const [row] = await rows(`SELECT COUNT(*) AS total FROM ${quoted(table.name)}`);
      return Number(row?.['total'] ?? 0);
    },

    pages: (table, select) => pagesOf(rows, table, select),

    async lookUp(table, select, values) {
      const [key = ''] = select.key;
      const sought = values.filter((value) => typeof value !== 'string' || !value.includes('\0'));
      if (sought.length === 0) return [];
      return rows(
        `SELECT ${selectList(table, select)} FROM ${quoted(table.name)}
         WHERE ${quoted(columnOf(table, key))} IN (${sought.map(() => '?').join(', ')})`,
        sought,
      );
    },

    async clockOffset() {
      const [row] = await rows('SELECT TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(), NOW()) AS seconds');
      return Math.round(Number(row?.['seconds'] ?? 0) / 900) * 15;
    },

    close: () => database.close(),
  };
}

/** See Source.pages. @param rows sends a SELECT */
async function* pagesOf(
  rows: (sql: string, params: readonly SqlValue[]) => Promise<Row[]>,
  table: SourceTable,
  select: Select,
): AsyncGenerator<Row[]> {
  const order = orderOf(table, select);
  const columns = [selectList(table, select), ...order.map((expression, at) => `${expression} AS key${at}`)];
  const by = order.join(', ');
  let after: SqlValue[] | undefined;
  let size = select.size;
  for (;;) {
    const where = after === undefined ? { sql: '', params: [] } : behind(order, after);
    const page = await rows(
      `SELECT ${columns.join(', ')} FROM ${quoted(table.name)} ${where.sql} ORDER BY ${by} LIMIT ?`,
      [...where.params, size],
    );
    const full = page.length === size;
    const whole = full && table.primaryKey === undefined ? withoutLastKey(page, order.length) : page;
    if (whole.length > 0) yield whole;
    if (!full) return;
    if (whole.length === 0 && size >= select.size * mostPagesOfOneKey) {
      throw new Error(
        `--from: ${table.name} has no primary key and more than ${size} rows of one user: give it a primary key of ${select.key.join(', ')}, or copy it without the repeated rows`,
      );
    }
    const last = whole.at(-1);
    size = last === undefined ? size * 2 : select.size;
    if (last === undefined) continue;
    const next = order.map((_, at) => last[`key${at}`] ?? null);
    if (JSON.stringify(next) === JSON.stringify(after))
      throw new Error(`--from: ${table.name} has bytes that are no text in ${select.key.join(' or ')}`);
    after = next;
  }
}

/** Says of a failure that it is the old database's. */
async function naming<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    throw new Error(`--from: ${error.message}${adviceOn(error)}`, { cause: error });
  }
}

function adviceOn({ code, message }: DatabaseError): string {
  if (/\b(1044|1045|1142|1143|1698)\b/.test(message))
    return ': expected a user that may SELECT from all tables of that database';
  if (code === 'unavailable')
    return ': is it reachable from here? A TencentDB is from within its VPC only; run this on a machine there';
  return code === 'timeout' ? ': run the same command again, it continues' : '';
}

/** The faults of a URL are told of DATABASE_URL; here it is the other one. */
function namingFrom<T>(open: () => T): T {
  try {
    return open();
  } catch (error) {
    if (error instanceof DatabaseError)
      throw new DatabaseError(error.code, error.message.replace('DATABASE_URL', '--from'));
    throw error;
  }
}

async function readTables(connection: Queryable): Promise<Map<string, SourceTable>> {
  const columns = await connection.rows(
    `SELECT TABLE_NAME AS t, COLUMN_NAME AS c FROM information_schema.COLUMNS
     WHERE TABLE_SCHEMA = DATABASE() ORDER BY TABLE_NAME, ORDINAL_POSITION`,
  );
  const keys = await connection.rows(
    `SELECT TABLE_NAME AS t, COLUMN_NAME AS c, SUB_PART AS part FROM information_schema.STATISTICS
     WHERE TABLE_SCHEMA = DATABASE() AND INDEX_NAME = 'PRIMARY' ORDER BY TABLE_NAME, SEQ_IN_INDEX`,
  );
  const tables = new Map<string, SourceTable>();
  for (const name of new Set(columns.map((row) => String(row['t'])))) {
    const own = columns.filter((row) => row['t'] === name).map((row) => String(row['c']));
    const key = keys.filter((row) => row['t'] === name);
    const pageable = key.length > 0 && key.every((row) => row['part'] === null);
    tables.set(name.toLowerCase(), {
      name,
      columns: new Map(own.map((column) => [column.toLowerCase(), column])),
      primaryKey: pageable ? key.map((row) => String(row['c']).toLowerCase()) : undefined,
    });
  }
  return tables;
}

function selectList(table: SourceTable, { columns }: Select): string {
  return Object.entries(columns)
    .flatMap(([member, column]) => {
      const actual = table.columns.get(column.toLowerCase());
      return actual === undefined ? [] : [`${quoted(actual)} AS ${quoted(member)}`];
    })
    .join(', ');
}

/**
 * What pages are ordered by: the primary key; without one what the old code told rows apart by, compared exactly, because
 * to the column itself `Bob` and `bob` may be the same and a page may end between them.
 */
function orderOf(table: SourceTable, { key }: Select): string[] {
  if (table.primaryKey !== undefined)
    return table.primaryKey.map((column) => quoted(columnOf(table, column)));
  return key.map(
    (column) => `COALESCE(CONVERT(${quoted(columnOf(table, column))} USING utf8mb4), '') COLLATE utf8mb4_bin`,
  );
}

function columnOf(table: SourceTable, column: string): string {
  const actual = table.columns.get(column.toLowerCase());
  if (actual === undefined)
    throw new Error(`--from: ${table.name} has no column ${column}: is this the database of the old server?`);
  return actual;
}

/** `WHERE (a > ?) OR (a = ? AND b > ?)`. A statement takes no text with a NUL: such a one is written out in hex. */
function behind(order: readonly string[], after: readonly SqlValue[]): { sql: string; params: SqlValue[] } {
  const params: SqlValue[] = [];
  const compared = (at: number, operator: string) => {
    const value = after[at] ?? null;
    if (typeof value === 'string' && value.includes('\0'))
      return `${order[at]} ${operator} _utf8mb4 X'${Buffer.from(value).toString('hex')}'`;
    params.push(value);
    return `${order[at]} ${operator} ?`;
  };
  const cases = order.map((_, at) => {
    const same = order.slice(0, at).map((__, before) => compared(before, '='));
    return `(${[...same, compared(at, '>')].join(' AND ')})`;
  });
  return { sql: `WHERE ${cases.join(' OR ')}`, params };
}

/** A page that may go on with more rows of its last key, without them. */
function withoutLastKey(page: readonly Row[], keys: number): Row[] {
  // To the database trailing spaces do not count.
  const keyOf = (row: Row | undefined) =>
    JSON.stringify(Array.from({ length: keys }, (_, at) => String(row?.[`key${at}`]).replace(/ +$/, '')));
  const last = keyOf(page.at(-1));
  return page.filter((row) => keyOf(row) !== last);
}

function quoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}
