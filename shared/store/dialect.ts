import { statementLine } from './databaseError';
import { quoteName, render, type ExpressionContext } from './dialectExpression';
import { renderDefinition } from './dialectTables';
import { tokens, type Token } from './sqlTokens';
import { isSymbol, isWord, place, readTokens, splitAtCommas, type TokenReader } from './tokenReader';

/** A MySQL statement as SQLite takes it. */
export interface SqliteStatement {
  kind: 'rows' | 'change' | 'definition';
  /** One statement; for a definition any number. */
  texts: string[];
  params: number;
  /** Positions of the `?` that must be whole numbers from 0 up: those after LIMIT and OFFSET. */
  counts: number[];
  /** The table of an INSERT, in lower case. */
  insertsInto?: string;
}

/**
 * Rewrites one statement of the MySQL dialect that MySQL 5.6 to 8.0, TDSQL-C and MariaDB share for SQLite, so that
 * it does the same there. `?` keep their number and order.
 *
 * Known differences that remain: VARCHAR refuses trailing spaces beyond its length (MySQL cuts them), characters
 * before the space sort otherwise at the end of a text, and the types of arguments must be those of the columns
 * (MySQL compares text with numbers as numbers).
 *
 * @throws Error naming the construct, for anything this adapter does not know
 */
export function toSqlite(sql: string): SqliteStatement {
  try {
    return rewrite(tokens(sql));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`embedded database: ${reason}; in: ${statementLine(sql)}`, { cause: error });
  }
}

function rewrite(all: Token[]): SqliteStatement {
  const list = isSymbol(all.at(-1), ';') ? all.slice(0, -1) : all;
  const context: ExpressionContext = { upsert: false, counts: new Set() };
  const reader = readTokens(list);
  const statement = renderStatement(reader, list, context);
  if (reader.peek()) throw new Error(`not supported ${place(reader.peek())}`);
  const params = list.filter((token) => token.kind === 'param');
  const counts = params.flatMap((token, index) => (context.counts.has(token) ? [index] : []));
  return { ...statement, params: params.length, counts };
}

type Rewritten = Pick<SqliteStatement, 'kind' | 'texts' | 'insertsInto'>;

function renderStatement(reader: TokenReader, list: Token[], context: ExpressionContext): Rewritten {
  const first = reader.peek();
  if (isWord(first, 'SELECT')) return { kind: 'rows', texts: [render(reader.until(), context)] };
  if (reader.words('INSERT')) return renderInsert(reader, context);
  if (reader.words('UPDATE')) return { kind: 'change', texts: [renderUpdate(reader, context)] };
  if (reader.words('DELETE', 'FROM')) return { kind: 'change', texts: [renderDelete(reader, context)] };
  if (list.some((token) => token.kind === 'param')) throw new Error(`not supported with ? ${place(first)}`);
  return { kind: 'definition', texts: renderDefinition(reader) };
}

function renderInsert(reader: TokenReader, context: ExpressionContext): Rewritten {
  const ignore = reader.words('IGNORE');
  reader.expectWords('INTO');
  const table = reader.name();
  const columns = isSymbol(reader.peek(), '(') ? ` (${render(reader.group(), context)})` : '';
  const source = reader.until('DUPLICATE');
  const upsert = reader.words('DUPLICATE', 'KEY', 'UPDATE');
  if (upsert && !isWord(source.pop(), 'ON')) throw new Error('ON expected before DUPLICATE KEY UPDATE');
  const fromQuery = isWord(source[0], 'SELECT');
  if (!fromQuery && !isWord(source[0], 'VALUES')) throw new Error('INSERT takes VALUES or SELECT');
  const parts = [`INSERT INTO ${quoteName(table)}${columns}`, render(source, context)];
  if (ignore && upsert) throw new Error('INSERT IGNORE with ON DUPLICATE KEY UPDATE');
  if (fromQuery && (ignore || upsert) && !source.some((token) => isWord(token, 'WHERE'))) {
    throw new Error('INSERT ... SELECT with IGNORE or ON DUPLICATE KEY UPDATE needs a WHERE (WHERE TRUE)');
  }
  // OR IGNORE would also pass over a row that is too long or lacks a value.
  if (ignore) parts.push('ON CONFLICT DO NOTHING');
  if (upsert) {
    parts.push('ON CONFLICT DO UPDATE SET', renderAssignments(reader.until(), { ...context, upsert: true }));
  }
  return { kind: 'change', texts: [parts.join(' ')], insertsInto: table.toLowerCase() };
}

function renderUpdate(reader: TokenReader, context: ExpressionContext): string {
  const table = quoteName(reader.name());
  reader.expectWords('SET');
  const assignments = renderAssignments(reader.until('WHERE', 'ORDER', 'LIMIT'), context);
  return `UPDATE ${table} SET ${assignments}${renderWhich(reader, table, context)}`;
}

function renderDelete(reader: TokenReader, context: ExpressionContext): string {
  const table = quoteName(reader.name());
  return `DELETE FROM ${table}${renderWhich(reader, table, context)}`;
}

/** WHERE, ORDER BY and LIMIT of an UPDATE or DELETE. SQLite knows only WHERE there. */
function renderWhich(reader: TokenReader, table: string, context: ExpressionContext): string {
  const first = reader.peek();
  if (first && !['WHERE', 'ORDER', 'LIMIT'].some((word) => isWord(first, word))) {
    throw new Error(`only one table, without alias, is supported ${place(first)}`);
  }
  const where = render(reader.until('ORDER', 'LIMIT'), context);
  const rest = render(reader.until(), context);
  if (rest !== '') return ` WHERE rowid IN (SELECT rowid FROM ${table} ${where} ${rest})`;
  return where === '' ? '' : ` ${where}`;
}

/** `a = x, b = y`. MySQL assigns from left to right, SQLite all at once: only where both are the same it is taken. */
function renderAssignments(list: readonly Token[], context: ExpressionContext): string {
  const assigned = new Set<string>();
  const parts = splitAtCommas(list).map((part) => {
    const [column, equals, ...value] = part;
    const isName = column?.kind === 'word' || column?.kind === 'name';
    if (!isName || !isSymbol(equals, '=')) throw new Error(`column = value expected ${place(column)}`);
    const early = value.find(
      (token, index) => readsColumn(value, index) && assigned.has(token.text.toLowerCase()),
    );
    if (early) throw new Error(`${early.text} is assigned before it is read: put its assignment last`);
    assigned.add(column.text.toLowerCase());
    return `${quoteName(column.text)} = ${render(value, context)}`;
  });
  if (parts.length === 0) throw new Error('nothing is assigned');
  return parts.join(', ');
}

/** Whether the token may name a column of the row; VALUES(c) is the new value, not the column. */
function readsColumn(list: readonly Token[], at: number): boolean {
  const token = list[at];
  if (token?.kind !== 'word' && token?.kind !== 'name') return false;
  return !(isSymbol(list[at - 1], '(') && isWord(list[at - 2], 'VALUES'));
}
