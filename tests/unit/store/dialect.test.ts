import { toSqlite } from '../../../shared/store/dialect';
import { splitStatements } from '../../../shared/store/sqlTokens';

const rewritten = (sql: string) => toSqlite(sql).texts;
const one = (sql: string) => rewritten(sql).join(' | ');

describe('statements of requests', () => {
  test.each([
    ['SELECT `a`, b AS c FROM t WHERE a=? -- note', 'SELECT `a`, b AS c FROM t WHERE a=?'],
    ['SELECT COUNT(*), count( * ) FROM t', 'SELECT COUNT(*), count(*) FROM t'],
    ['SELECT a FROM t WHERE b = ? FOR UPDATE;', 'SELECT a FROM t WHERE b = ?'],
    ['SELECT a FROM t LOCK IN SHARE MODE', 'SELECT a FROM t'],
    ["SELECT 'it''s \\'\\\\' FROM DUAL", "SELECT 'it''s ''\\'"],
    ['SELECT a FROM t WHERE b LIKE ?', "SELECT a FROM t WHERE b LIKE ? ESCAPE '\\'"],
    [
      "SELECT a FROM t WHERE b LIKE CONCAT(?, '%') AND c",
      "SELECT a FROM t WHERE b LIKE (? || '%') ESCAPE '\\' AND c",
    ],
    ["SELECT a FROM t WHERE b LIKE ? ESCAPE '!'", "SELECT a FROM t WHERE b LIKE ? ESCAPE '!'"],
    ['SELECT GREATEST(a, LEAST(b, ?)) FROM t', 'SELECT MAX(a, MIN(b, ?)) FROM t'],
    [
      'SELECT a FROM t WHERE (a, b) IN ((?, ?), (?, ?))',
      'SELECT a FROM t WHERE (a, b) IN (VALUES (?, ?), (?, ?))',
    ],
    ['SELECT a <=> ?, 7 DIV 2, 7 MOD 2', 'SELECT a IS ?, 7 / 2, 7 % 2'],
    ['SELECT t.`match`, t.glob FROM t', 'SELECT t.`match`, t.glob FROM t'],
    ['INSERT IGNORE INTO t (a) VALUES (?)', 'INSERT INTO `t` (a) VALUES (?) ON CONFLICT DO NOTHING'],
    [
      'INSERT INTO t (a, n) VALUES (?, 1) ON DUPLICATE KEY UPDATE n = n + VALUES(n)',
      'INSERT INTO `t` (a, n) VALUES (?, 1) ON CONFLICT DO UPDATE SET `n` = n + excluded.n',
    ],
    ['UPDATE t SET a = ?, b = b + 1 WHERE c = ?', 'UPDATE `t` SET `a` = ?, `b` = b + 1 WHERE c = ?'],
    [
      'DELETE FROM t WHERE a < ? ORDER BY a LIMIT ?',
      'DELETE FROM `t` WHERE rowid IN (SELECT rowid FROM `t` WHERE a < ? ORDER BY a LIMIT ?)',
    ],
  ])('%s', (mysql, sqlite) => {
    expect(one(mysql)).toBe(sqlite);
  });

  test('says what kind of statement it is, how many ? it has, and which are counts', () => {
    expect(toSqlite('SELECT a FROM t WHERE b = ? LIMIT ?, ?')).toMatchObject({
      kind: 'rows',
      params: 3,
      counts: [1, 2],
    });
    expect(toSqlite('SELECT a FROM t WHERE b = ? LIMIT ? OFFSET ?')).toMatchObject({ counts: [1, 2] });
    expect(toSqlite("INSERT INTO Notes (a) VALUES ('?', ?)")).toMatchObject({
      kind: 'change',
      params: 1,
      insertsInto: 'notes',
    });
    expect(toSqlite('DROP TABLE t')).toMatchObject({ kind: 'definition', params: 0 });
  });

  test.each([
    // MySQL has it, SQLite has not or takes it otherwise.
    ['SELECT "a"', /cannot read SQL at: "a"/],
    ['SELECT a || b FROM t', /operator \|\|/],
    ['SELECT a && b FROM t', /operator &&/],
    ['SELECT !a FROM t', /operator !/],
    ['SELECT a / b FROM t', /use DIV/],
    ['SELECT @a', /operator @/],
    ['SELECT 0x41', /cannot read SQL at: 0x41/],
    ["SELECT _utf8mb4'a'", /needs a space/],
    ["SELECT 'a\\0b'", /NUL/],
    ['SELECT NOW()', /function NOW/],
    ['SELECT UNIX_TIMESTAMP()', /function UNIX_TIMESTAMP/],
    ['SELECT AVG(a) FROM t', /function AVG/],
    ['SELECT UPPER(a) FROM t', /function UPPER/],
    ['SELECT GROUP_CONCAT(a) FROM t', /function GROUP_CONCAT/],
    ['SELECT CURRENT_TIMESTAMP', /CURRENT_TIMESTAMP/],
    ['SELECT a FROM t WHERE a REGEXP ?', /REGEXP/],
    ['SELECT BINARY a FROM t', /BINARY/],
    ['SELECT a COLLATE utf8mb4_general_ci FROM t', /COLLATE/],
    ['SELECT a FROM t FORCE INDEX (b)', /FORCE/],
    ['SELECT a FROM t FOR UPDATE SKIP LOCKED', /SKIP/],
    ['SELECT a INTO OUTFILE ? FROM t', /INTO/],
    ['SELECT CAST(a AS DATE) FROM t', /CAST/],
    ['SELECT MAX(a, b) FROM t', /number of arguments/],
    ['SELECT /*! STRAIGHT_JOIN */ a FROM t', /cannot read/],
    ['INSERT t (a) VALUES (1)', /INTO expected/],
    ['INSERT INTO t SET a = 1', /VALUES or SELECT/],
    ['INSERT IGNORE INTO t (a) VALUES (1) ON DUPLICATE KEY UPDATE a = 1', /IGNORE with/],
    ['INSERT IGNORE INTO t (a) SELECT a FROM u', /needs a WHERE/],
    ['REPLACE INTO t (a) VALUES (1)', /not supported/],
    ['UPDATE t AS x SET a = 1', /SET expected/],
    ['UPDATE t, u SET t.a = 1', /SET expected/],
    ['UPDATE t SET t.a = 1', /column = value/],
    ['DELETE t FROM t JOIN u', /not supported/],
    ['DELETE FROM t USING t, u', /only one table/],
    ['TRUNCATE TABLE t', /not supported/],
    ['START TRANSACTION', /not supported/],
    ['SET a = 1', /not supported/],
    ['SHOW TABLES', /not supported/],
    ['SELECT 1; SELECT 2', /operator ;/],
    ['', /not supported/],
    // Assigned from left to right in MySQL, all at once in SQLite.
    ['UPDATE t SET a = a + 1, b = a', /a is assigned before it is read/],
    [
      'INSERT INTO t (a) VALUES (1) ON DUPLICATE KEY UPDATE a = VALUES(a), b = IF(a > 1, 1, b)',
      /a is assigned before/,
    ],
    // SQLite has it, MySQL has not.
    ['SELECT rowid FROM t', /ROWID/],
    ['SELECT a FROM t WHERE a IS ?', /use <=>/],
    ['SELECT a == 1 FROM t', /operator ==/],
    ['SELECT a FROM t WHERE a GLOB ?', /GLOB/],
    ['INSERT INTO t (a) VALUES (1) RETURNING a', /RETURNING/],
    ['INSERT INTO t (a) VALUES (1) ON CONFLICT DO NOTHING', /CONFLICT/],
    ['WITH x AS (SELECT 1) SELECT * FROM x', /not supported/],
    ['SELECT a, ROW_NUMBER() OVER (ORDER BY a) FROM t', /function ROW_NUMBER/],
    ['SELECT a FROM t ORDER BY a NULLS LAST', /NULLS/],
    ['PRAGMA user_version', /not supported/],
    ['SELECT a FROM t WHERE (a = 1', /not closed/],
    ['SELECT a FROM t LIMIT a', /LIMIT takes/],
  ])('refuses %s', (sql, reason) => {
    expect(() => toSqlite(sql)).toThrow(reason);
  });

  test('an error shows the statement in one line', () => {
    expect(() => toSqlite('SELECT\n  NOW()')).toThrow(
      'embedded database: the function NOW is not supported; in: SELECT NOW()',
    );
  });

  test('may assign a column that is read only through VALUES()', () => {
    expect(
      one(
        'INSERT INTO t (a, b) VALUES (1, 2) ON DUPLICATE KEY UPDATE a = VALUES(a), b = VALUES(a) + VALUES(b)',
      ),
    ).toContain('`b` = excluded.a + excluded.b');
  });
});

describe('splitStatements', () => {
  test('sees no semicolon in quotes, names and comments', () => {
    const sql = "-- one; two\nSELECT ';', `a;b` /* ; */; # ;\n\nSELECT 'it''s; \\'; x' ;;\n";
    expect(splitStatements(sql)).toEqual(["SELECT ';', `a;b`", "SELECT 'it''s; \\'; x'"]);
  });

  test('takes a file without a last semicolon, with CRLF, and with nothing in it', () => {
    expect(splitStatements('SELECT 1;\r\nSELECT 2')).toEqual(['SELECT 1', 'SELECT 2']);
    expect(splitStatements(' -- nothing\n')).toEqual([]);
  });

  test('refuses a quote that is not closed', () => {
    expect(() => splitStatements("SELECT 'a; SELECT 2;")).toThrow("cannot read SQL at: 'a; SELECT 2;");
  });
});
