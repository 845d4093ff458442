import { quoteName, quoteText } from './dialectExpression';
import type { Token } from './sqlTokens';
import { isSymbol, isWord, place, readTokens, splitAtCommas, type TokenReader } from './tokenReader';

/** CREATE, ALTER and DROP of tables and indexes as SQLite statements. @throws Error at anything else */
export function renderDefinition(reader: TokenReader): string[] {
  if (reader.words('CREATE', 'TABLE')) return createTable(reader);
  if (reader.words('CREATE', 'INDEX')) return [createIndex(reader, false)];
  if (reader.words('CREATE', 'UNIQUE', 'INDEX')) return [createIndex(reader, true)];
  if (reader.words('ALTER', 'TABLE')) return alterTable(reader);
  if (reader.words('DROP', 'TABLE')) {
    const optional = reader.words('IF', 'EXISTS') ? 'IF EXISTS ' : '';
    return [`DROP TABLE ${optional}${quoteName(reader.name())}`];
  }
  if (reader.words('DROP', 'INDEX')) {
    const index = reader.name();
    reader.expectWords('ON');
    return [`DROP INDEX ${indexName(reader.name(), index)}`];
  }
  throw new Error(`not supported ${place(reader.peek())}`);
}

function createTable(reader: TokenReader): string[] {
  const optional = reader.words('IF', 'NOT', 'EXISTS') ? 'IF NOT EXISTS ' : '';
  const table = reader.name();
  const items = splitAtCommas(reader.group());
  const parts: string[] = [];
  const indexes: string[] = [];
  let primaryKey: string | undefined;
  let counter: string | undefined;
  for (const item of items) {
    const part = readTokens(item);
    const key = readKey(part, table, optional);
    if (key?.kind === 'primary') primaryKey = key.columns;
    else if (key) indexes.push(key.sql);
    else {
      const column = readColumn(part);
      if (column.counts) counter = column.name;
      if (column.primary) primaryKey = quoteName(column.name);
      parts.push(column.sql);
    }
    if (part.peek()) throw new Error(`not supported ${place(part.peek())}`);
  }
  if (counter !== undefined && primaryKey !== quoteName(counter)) {
    throw new Error('AUTO_INCREMENT needs its column to be the primary key');
  }
  if (primaryKey !== undefined && counter === undefined) parts.push(`PRIMARY KEY (${primaryKey})`);
  readTableOptions(
    reader,
    parts.some((part) => part.includes(' TEXT ')),
  );
  return [`CREATE TABLE ${optional}${quoteName(table)} (${parts.join(', ')}) STRICT`, ...indexes];
}

type Key = { kind: 'primary'; columns: string } | { kind: 'index'; sql: string };

function readKey(item: TokenReader, table: string, optional: string): Key | undefined {
  if (item.words('PRIMARY', 'KEY')) return { kind: 'primary', columns: keyColumns(item.group()) };
  const unique = item.words('UNIQUE');
  const plain = item.words('KEY') || item.words('INDEX');
  if (!unique && !plain) return undefined;
  const name = indexName(table, item.name());
  return {
    kind: 'index',
    sql: `CREATE ${unique ? 'UNIQUE ' : ''}INDEX ${optional}${name} ON ${quoteName(table)} (${keyColumns(item.group())})`,
  };
}

/** Index names belong to their table in MySQL, to the whole file in SQLite. */
function indexName(table: string, index: string): string {
  return quoteName(`${table}.${index}`);
}

/** The columns of a key, without the prefix lengths that SQLite does not need. */
function keyColumns(list: readonly Token[]): string {
  const columns = splitAtCommas(list).map((item) => {
    const reader = readTokens(item);
    const name = quoteName(reader.name());
    if (isSymbol(reader.peek(), '(')) reader.group();
    const order = reader.words('DESC') ? ' DESC' : '';
    reader.words('ASC');
    if (reader.peek()) throw new Error(`not supported ${place(reader.peek())}`);
    return name + order;
  });
  if (columns.length === 0) throw new Error('a key without columns');
  return columns.join(', ');
}

interface Column {
  name: string;
  sql: string;
  counts: boolean;
  primary: boolean;
}

function readColumn(item: TokenReader): Column {
  const name = item.name();
  const quoted = quoteName(name);
  const type = readType(item, name);
  const attributes = readAttributes(item, type);
  if (attributes.counts) {
    if (!type.whole) throw new Error(`AUTO_INCREMENT on ${name}, which is not a whole number`);
    // INTEGER PRIMARY KEY, in exactly these words, is SQLite's counting column.
    return { ...attributes, name, sql: `${quoted} INTEGER PRIMARY KEY AUTOINCREMENT` };
  }
  const checks = [type.check, attributes.check].flatMap((check) => (check === undefined ? [] : [check]));
  const constraint =
    checks.length > 0 ? ` CONSTRAINT ${quoteName(`tooLong ${name}`)} CHECK (${checks.join(' AND ')})` : '';
  return { ...attributes, name, sql: `${quoted} ${type.sql}${attributes.sql}${constraint}` };
}

interface ColumnType {
  sql: string;
  /** What a value must satisfy to fit. */
  check?: string;
  whole: boolean;
  text: boolean;
  /** TEXT and the like, which take no DEFAULT in MySQL. */
  large: boolean;
}

const wholeBytes = new Map([
  ['TINYINT', 1],
  ['BOOLEAN', 1],
  ['BOOL', 1],
  ['SMALLINT', 2],
  ['MEDIUMINT', 3],
  ['INT', 4],
  ['INTEGER', 4],
  ['BIGINT', 8],
]);

const textBytes = new Map<string, number | undefined>([
  ['TINYTEXT', 255],
  ['TEXT', 65_535],
  ['MEDIUMTEXT', 16_777_215],
  ['LONGTEXT', undefined],
]);

function readType(item: TokenReader, name: string): ColumnType {
  const type = item.name().toUpperCase();
  const size = isSymbol(item.peek(), '(') ? readTokens(item.group()).number() : undefined;
  const column = quoteName(name);
  const bytes = wholeBytes.get(type);
  if (bytes !== undefined) return wholeNumber(column, bytes, item.words('UNSIGNED'));
  // RTRIM compares as MySQL's collations do that are older than 8.0: trailing spaces do not count.
  const text = { sql: 'TEXT COLLATE RTRIM', whole: false, text: true };
  if (type === 'VARCHAR' || type === 'CHAR') {
    if (size === undefined) throw new Error(`${type} needs a length`);
    return { ...text, check: `LENGTH(${column}) <= ${size}`, large: false };
  }
  if (textBytes.has(type)) {
    const limit = textBytes.get(type);
    return { ...text, large: true, ...(limit ? { check: `OCTET_LENGTH(${column}) <= ${limit}` } : {}) };
  }
  if (type === 'DOUBLE') return { sql: 'REAL', whole: false, text: false, large: false };
  throw new Error(
    `the column type ${type} is not supported (times are BIGINT milliseconds, JSON is MEDIUMTEXT)`,
  );
}

function wholeNumber(column: string, bytes: number, unsigned: boolean): ColumnType {
  // SQLite's own whole numbers are the 8 bytes of a signed BIGINT. INT, unlike INTEGER, never becomes the rowid.
  const type = { sql: 'INT', whole: true, text: false, large: false };
  if (bytes === 8) return unsigned ? { ...type, check: `${column} >= 0` } : type;
  const span = 2 ** (8 * bytes);
  const [low, high] = unsigned ? [0, span - 1] : [-span / 2, span / 2 - 1];
  return { ...type, check: `${column} BETWEEN ${low} AND ${high}` };
}

interface Attributes {
  sql: string;
  check?: string;
  counts: boolean;
  primary: boolean;
}

function readAttributes(item: TokenReader, type: ColumnType): Attributes {
  const found: Attributes = { sql: '', counts: false, primary: false };
  for (;;) {
    if (item.words('NOT', 'NULL')) found.sql += ' NOT NULL';
    else if (item.words('NULL')) continue;
    else if (item.words('AUTO_INCREMENT')) found.counts = true;
    else if (item.words('PRIMARY', 'KEY')) found.primary = true;
    else if (item.words('UNIQUE')) {
      item.words('KEY');
      found.sql += ' UNIQUE';
    } else if (item.words('DEFAULT')) found.sql += ` DEFAULT ${readDefault(item, type)}`;
    else if (item.words('COMMENT')) item.string();
    else if (item.words('CHARACTER', 'SET') || item.words('CHARSET')) readColumnCharset(item.name());
    else if (item.words('COLLATE')) readCollation(item.name());
    else return found;
  }
}

function readColumnCharset(charset: string): void {
  if (charset.toLowerCase() !== 'utf8mb4')
    throw new Error(`CHARACTER SET ${charset}: only utf8mb4 is supported`);
}

function readCollation(collation: string): void {
  if (collation.toLowerCase() !== 'utf8mb4_bin')
    throw new Error(`COLLATE ${collation}: only utf8mb4_bin is supported`);
}

function readDefault(item: TokenReader, type: ColumnType): string {
  if (item.words('NULL')) return 'NULL';
  if (type.large) throw new Error('a TEXT column takes no DEFAULT in MySQL');
  if (type.text) return quoteText(item.string());
  const sign = item.symbol('-') ? '-' : '';
  if (item.words('TRUE')) return '1';
  if (item.words('FALSE')) return '0';
  return `${sign}${item.number()}`;
}

/** ENGINE, CHARSET, COLLATE, COMMENT. Text must be declared to compare exactly, or MySQL would ignore case. */
function readTableOptions(reader: TokenReader, hasText: boolean): void {
  let exact = false;
  while (reader.peek()) {
    reader.symbol(',');
    reader.words('DEFAULT');
    const option = reader.words('CHARACTER', 'SET') ? 'CHARSET' : reader.name().toUpperCase();
    reader.symbol('=');
    if (option === 'COMMENT') reader.string();
    else if (option === 'CHARSET') readColumnCharset(reader.name());
    else if (option === 'COLLATE') {
      readCollation(reader.name());
      exact = true;
    } else if (option === 'ROW_FORMAT') reader.name();
    else if (option !== 'ENGINE') throw new Error(`the table option ${option} is not supported`);
    else if (reader.name().toLowerCase() !== 'innodb') throw new Error('ENGINE must be InnoDB');
  }
  if (hasText && !exact) throw new Error('a table with text needs COLLATE=utf8mb4_bin');
}

function createIndex(reader: TokenReader, unique: boolean): string {
  const index = reader.name();
  reader.expectWords('ON');
  const table = reader.name();
  const columns = keyColumns(reader.group());
  return `CREATE ${unique ? 'UNIQUE ' : ''}INDEX ${indexName(table, index)} ON ${quoteName(table)} (${columns})`;
}

function alterTable(reader: TokenReader): string[] {
  const table = reader.name();
  return splitAtCommas(reader.until()).map((action) => {
    const part = readTokens(action);
    const sql = alteration(part, table);
    if (part.peek()) throw new Error(`not supported ${place(part.peek())}`);
    return sql;
  });
}

function alteration(part: TokenReader, table: string): string {
  const alter = `ALTER TABLE ${quoteName(table)}`;
  if (part.words('ADD', 'COLUMN')) {
    const column = readColumn(part);
    if (column.counts || column.primary) throw new Error('a primary key cannot be added');
    if (part.words('AFTER')) part.name();
    return `${alter} ADD COLUMN ${column.sql}`;
  }
  if (part.words('DROP', 'COLUMN')) return `${alter} DROP COLUMN ${quoteName(part.name())}`;
  if (part.words('DROP', 'INDEX') || part.words('DROP', 'KEY'))
    return `DROP INDEX ${indexName(table, part.name())}`;
  if (part.words('ADD') && ['UNIQUE', 'KEY', 'INDEX'].some((word) => isWord(part.peek(), word))) {
    const key = readKey(part, table, '');
    if (key?.kind === 'index') return key.sql;
  }
  throw new Error(`this ALTER is not supported ${place(part.peek())}`);
}
