import type { Database, Queryable, SqlValue } from '../../shared/store/database';
import { engines } from '../servers/engines';

const biggest = Number.MAX_SAFE_INTEGER;

// Texts that an escape, a charset or a terminator could break.
const texts = [
  '',
  ' leading',
  'inner  spaces',
  'trailing spaces  ',
  "O'Hara -- ; /* */ # ?",
  '"double" `back`',
  'back\\slash \\n \\\\ \\',
  'tab\tline\ncarriage\rescape\u001b sub\u001a',
  '直播小直播',
  '😀👩‍👩‍👧🏳️‍🌈',
  '\u{10ffff}\u{10000}\ufffd\uffff',
  'é (composed) é (combined)',
  '%_',
  'null',
];

describe.each(engines())('engine contract on $name', ({ openEmpty }) => {
  let database: Database;

  beforeAll(async () => {
    database = await openEmpty({ connections: 4 });
    await database.run(`
      CREATE TABLE IF NOT EXISTS people ( -- one row per person
        id     VARCHAR(8)  NOT NULL,
        team   VARCHAR(64) NOT NULL DEFAULT 'none',
        points BIGINT      NOT NULL DEFAULT 0,
        level  TINYINT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'from 0; to 255',
        note   TEXT        NULL,
        PRIMARY KEY (id),
        KEY team_points (team, points DESC)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
    await database.run(`
      CREATE TABLE events (
        event_id BIGINT      NOT NULL AUTO_INCREMENT,
        kind     VARCHAR(16) NOT NULL,
        seen     INT         NOT NULL DEFAULT 1,
        PRIMARY KEY (event_id),
        UNIQUE KEY kind_once (kind)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
  });
  afterAll(() => database.close());

  beforeEach(async () => {
    await database.run('DELETE FROM people');
    await database.run('DELETE FROM events');
  });

  const add = (id: string, team = 'none', points = 0, db: Queryable = database) =>
    db.run('INSERT INTO people (id, team, points) VALUES (?, ?, ?)', [id, team, points]);
  const pointsOf = async (id: string) => {
    const [row] = await database.rows('SELECT points FROM people WHERE id = ?', [id]);
    return row?.['points'];
  };
  const ids = async (sql: string, params: SqlValue[] = []) =>
    (await database.rows(sql, params)).map((row) => row['id']);

  describe('values', () => {
    test.each(texts)('gives back the text %j', async (text) => {
      await database.run('INSERT INTO people (id, team, note) VALUES (?, ?, ?)', ['a', text, text]);
      expect(
        await database.rows('SELECT team, note FROM people WHERE team = ? AND note = ?', [text, text]),
      ).toEqual([{ team: text, note: text }]);
    });

    test.each([0, 1, -1, 2 ** 31, -(2 ** 31) - 1, 2 ** 53 - 1, -(2 ** 53) + 1])(
      'gives back the number %d',
      async (n) => {
        await add('a', 't', n);
        expect(await database.rows('SELECT points FROM people WHERE points = ?', [n])).toEqual([
          { points: n },
        ]);
      },
    );

    test('gives back NULL, and takes it out of comparisons', async () => {
      await database.run('INSERT INTO people (id, note) VALUES (?, ?)', ['a', null]);
      expect(await database.rows('SELECT note FROM people WHERE note IS NULL')).toEqual([{ note: null }]);
      expect(await database.rows('SELECT note FROM people WHERE note = ?', [null])).toEqual([]);
      expect(await database.rows('SELECT note FROM people WHERE note <=> ?', [null])).toEqual([
        { note: null },
      ]);
    });

    test('gives an integer beyond 2^53 as text, not rounded', async () => {
      await add('a', 't', biggest);
      await database.run('UPDATE people SET points = points + 2 WHERE id = ?', ['a']);
      expect(await pointsOf('a')).toBe('9007199254740993');
    });

    test('fills in defaults', async () => {
      await database.run('INSERT INTO people (id) VALUES (?)', ['a']);
      expect(await database.rows('SELECT * FROM people')).toEqual([
        { id: 'a', team: 'none', points: 0, level: 0, note: null },
      ]);
    });

    test('writes a lone surrogate as U+FFFD', async () => {
      await database.run('INSERT INTO people (id, team) VALUES (?, ?)', ['a', 'x\ud800y']);
      expect(await database.rows('SELECT team FROM people')).toEqual([{ team: 'x\ufffdy' }]);
    });

    test.each([
      ['text with a NUL', 'a\0b'],
      ['not a number', Number.NaN],
      ['infinity', Number.POSITIVE_INFINITY],
    ])('refuses %s', async (_, value) => {
      await expect(database.rows('SELECT id FROM people WHERE team = ?', [value])).rejects.toMatchObject({
        code: 'other',
        message: expect.stringContaining('parameter 1'),
      });
    });

    test.each([
      ['an object', { a: 1 }],
      ['an array', ['a', 'b']],
      ['undefined', undefined],
      ['a boolean', true],
      ['a date', new Date(0)],
    ])('refuses %s, as it may come from outside the type checker', async (_, value) => {
      const params: SqlValue[] = [];
      Reflect.set(params, 0, value);
      await expect(database.rows('SELECT id FROM people WHERE team = ?', params)).rejects.toMatchObject({
        code: 'other',
      });
    });
  });

  describe('comparison', () => {
    test('tells case and accents apart, in keys too', async () => {
      for (const id of ['a', 'A', 'á', 'ａ']) await add(id);
      expect(await ids('SELECT id FROM people WHERE id = ?', ['A'])).toEqual(['A']);
    });

    test('does not see trailing spaces, in keys neither', async () => {
      await add('a');
      expect(await ids('SELECT id FROM people WHERE id = ?', ['a  '])).toEqual(['a']);
      await expect(add('a ')).rejects.toMatchObject({ code: 'duplicate' });
    });

    test('orders by code point, NULL first', async () => {
      for (const id of ['b', '直', 'a', 'B', '😀', '￮']) await add(id);
      expect(await ids('SELECT id FROM people ORDER BY id')).toEqual(['B', 'a', 'b', '直', '￮', '😀']);
      await database.run('UPDATE people SET note = id WHERE id <> ?', ['b']);
      expect(await ids('SELECT id FROM people ORDER BY note, id LIMIT 2')).toEqual(['b', 'B']);
    });

    test('LIKE sees case, and takes % _ and their escapes', async () => {
      for (const team of ['Abc', 'abc', 'a%c', 'a_c', 'a\\c'])
        await database.run('INSERT INTO people (id, team) VALUES (?, ?)', [team, team]);
      const like = (pattern: string) => ids('SELECT id FROM people WHERE team LIKE ? ORDER BY id', [pattern]);
      expect(await like('a%')).toEqual(['a%c', 'a\\c', 'a_c', 'abc']);
      expect(await like('a_c')).toEqual(['a%c', 'a\\c', 'a_c', 'abc']);
      expect(await like('a\\_c')).toEqual(['a_c']);
      expect(await like('a\\%c')).toEqual(['a%c']);
      expect(await like('a\\\\c')).toEqual(['a\\c']);
      expect(
        await ids(
          "SELECT id FROM people WHERE team LIKE CONCAT(?, '%') AND team NOT LIKE 'a\\_c' ORDER BY id",
          ['ab'],
        ),
      ).toEqual(['abc']);
      expect(await ids("SELECT id FROM people WHERE team LIKE ? ESCAPE '!'", ['a!_c'])).toEqual(['a_c']);
    });

    test('row values and lists of them', async () => {
      await add('a', 'x', 1);
      await add('b', 'x', 2);
      await add('c', 'y', 1);
      expect(await ids('SELECT id FROM people WHERE (team, points) > (?, ?) ORDER BY id', ['x', 1])).toEqual([
        'b',
        'c',
      ]);
      expect(
        await ids('SELECT id FROM people WHERE (team, points) IN ((?, ?), (?, ?)) ORDER BY id', [
          'x',
          2,
          'y',
          1,
        ]),
      ).toEqual(['b', 'c']);
      expect(await ids('SELECT id FROM people WHERE id IN (?, ?) ORDER BY id DESC', ['a', 'b'])).toEqual([
        'b',
        'a',
      ]);
    });
  });

  describe('errors', () => {
    test('duplicate key', async () => {
      await add('a');
      await expect(add('a')).rejects.toMatchObject({ name: 'DatabaseError', code: 'duplicate' });
      await database.run('INSERT INTO events (kind) VALUES (?)', ['k']);
      await expect(database.run('INSERT INTO events (kind) VALUES (?)', ['k'])).rejects.toMatchObject({
        code: 'duplicate',
      });
      await expect(database.run('UPDATE people SET id = ? WHERE id = ?', ['b', 'a'])).resolves.toMatchObject({
        affectedRows: 1,
      });
    });

    test('text that is too long, counted in characters', async () => {
      await expect(add('123456789')).rejects.toMatchObject({ code: 'tooLong' });
      await expect(add('😀'.repeat(9))).rejects.toMatchObject({ code: 'tooLong' });
      await add('😀'.repeat(8));
      await expect(database.run('UPDATE people SET team = ?', ['x'.repeat(65)])).rejects.toMatchObject({
        code: 'tooLong',
      });
      await expect(database.run('UPDATE people SET note = ?', ['x'.repeat(65_536)])).rejects.toMatchObject({
        code: 'tooLong',
      });
      await database.run('UPDATE people SET note = ?', ['x'.repeat(65_535)]);
    });

    test('a number out of range', async () => {
      await add('a');
      const setLevel = (level: number) => database.run('UPDATE people SET level = ?', [level]);
      await expect(setLevel(256)).rejects.toMatchObject({ code: 'tooLong' });
      await expect(setLevel(-1)).rejects.toMatchObject({ code: 'tooLong' });
      await expect(setLevel(255)).resolves.toMatchObject({ affectedRows: 1 });
    });

    test('NULL, given or left out, for a column that needs a value', async () => {
      await expect(
        database.run('INSERT INTO people (id, team) VALUES (?, NULL)', ['a']),
      ).rejects.toMatchObject({ code: 'null' });
      await expect(database.run('INSERT INTO people (team) VALUES (?)', ['a'])).rejects.toMatchObject({
        code: 'null',
      });
      await expect(database.run('INSERT INTO events (seen) VALUES (1)')).rejects.toMatchObject({
        code: 'null',
      });
    });

    test('text in a number column', async () => {
      await expect(
        database.run('INSERT INTO people (id, points) VALUES (?, ?)', ['a', '9x']),
      ).rejects.toMatchObject({ code: 'other' });
      await expect(
        database.run('INSERT INTO people (id, points) VALUES (?, ?)', ['a', '']),
      ).rejects.toMatchObject({ code: 'other' });
    });

    test('unknown table, unknown column, not SQL, wrong method', async () => {
      for (const sql of [
        'SELECT id FROM nowhere',
        'SELECT nothing FROM people',
        'SELECT id FRO people',
        'DELETE FROM people WHERE',
      ]) {
        const call = sql.startsWith('SELECT') ? database.rows(sql) : database.run(sql);
        await expect(call).rejects.toMatchObject({ name: 'DatabaseError', code: 'other' });
      }
      await expect(database.rows('DELETE FROM people')).rejects.toMatchObject({ code: 'other' });
      await expect(database.run('SELECT id FROM people')).rejects.toMatchObject({ code: 'other' });
    });

    test('the message shows the statement with its placeholders, never the values', async () => {
      await add('secret1');
      const long = 'secret2'.repeat(20);
      const failing = [
        () => add('secret1'),
        () => add(long),
        () => database.run('INSERT INTO people (id, points) VALUES (?, ?)', ['a', 'secret3']),
        () => database.run('INSERT INTO nowhere (id) VALUES (?)', ['secret4']),
      ];
      for (const call of failing) {
        const error: unknown = await call().catch((thrown: unknown) => thrown);
        expect(error).toMatchObject({ message: expect.stringMatching(/INSERT INTO \w+ \(.*\?/) });
        expect(String(error)).not.toContain('secret');
        expect(JSON.stringify(error)).not.toContain('secret');
      }
    });

    test('a failed statement leaves the next one unharmed', async () => {
      const insert = 'INSERT INTO people (id, team) VALUES (?, ?)';
      await database.run(insert, ['a', 'x']);
      await expect(database.run(insert, ['a', 'x'])).rejects.toMatchObject({ code: 'duplicate' });
      await database.run(insert, ['b', 'x']);
      expect(await ids('SELECT id FROM people ORDER BY id')).toEqual(['a', 'b']);
    });
  });

  describe('writing', () => {
    test('INSERT IGNORE tells the first time from the next', async () => {
      const first = 'INSERT IGNORE INTO events (kind) VALUES (?)';
      expect((await database.run(first, ['start'])).affectedRows).toBe(1);
      expect((await database.run(first, ['start'])).affectedRows).toBe(0);
      expect((await database.run(first, ['Start'])).affectedRows).toBe(1);
    });

    test('INSERT IGNORE does not pass over a value that is missing or does not fit', async () => {
      await add('a');
      const sql = 'INSERT IGNORE INTO people (id, team, level) VALUES (?, ?, ?), (?, ?, ?)';
      const ignoring = (...params: SqlValue[]) => database.transaction((tx) => tx.run(sql, params));
      await expect(ignoring('a', 'x', 1, 'b', 'x'.repeat(65), 1)).rejects.toMatchObject({ code: 'tooLong' });
      await expect(ignoring('a', 'x', 1, 'b', 'x', 256)).rejects.toMatchObject({ code: 'tooLong' });
      await expect(ignoring('a', 'x', 1, 'a', 'x'.repeat(65), 1)).rejects.toMatchObject({ code: 'tooLong' });
      await expect(ignoring('a', 'x', 1, 'b', null, 1)).rejects.toMatchObject({ code: 'null' });
      await expect(
        database.run('INSERT IGNORE INTO events (kind) VALUES (?)', ['x'.repeat(17)]),
      ).rejects.toMatchObject({
        code: 'tooLong',
      });
      expect(await ids('SELECT id FROM people')).toEqual(['a']);
      expect(await ignoring('a', 'x', 1, 'b', 'x', 1)).toMatchObject({ affectedRows: 1 });
      expect(await ignoring('a', 'x', 1, 'b', 'x', 1)).toMatchObject({ affectedRows: 0 });
      const copy = 'INSERT IGNORE INTO people (id, team) SELECT id, team FROM people WHERE id <> ?';
      expect((await database.run(copy, ['z'])).affectedRows).toBe(0);
    });

    test('ON DUPLICATE KEY UPDATE with old and new values', async () => {
      const upsert = `INSERT INTO people (id, team, points) VALUES (?, ?, ?), (?, ?, ?)
        ON DUPLICATE KEY UPDATE points = GREATEST(points, VALUES(points)), note = CONCAT(team, '+', VALUES(team)),
          team = IF(VALUES(team) = '', team, VALUES(team))`;
      await database.run(upsert, ['a', 'x', 5, 'b', 'y', 1]);
      await database.run(upsert, ['a', '', 3, 'b', 'z', 7]);
      expect(await database.rows('SELECT id, team, points, note FROM people ORDER BY id')).toEqual([
        { id: 'a', team: 'x', points: 5, note: 'x+' },
        { id: 'b', team: 'z', points: 7, note: 'y+z' },
      ]);
    });

    test('ON DUPLICATE KEY UPDATE by a key that is not the primary one', async () => {
      const upsert =
        'INSERT INTO events (kind) VALUES (?) ON DUPLICATE KEY UPDATE seen = seen + VALUES(seen)';
      for (let count = 0; count < 3; count++) await database.run(upsert, ['cut']);
      expect(await database.rows('SELECT kind, seen FROM events')).toEqual([{ kind: 'cut', seen: 3 }]);
    });

    test('INSERT ... SELECT where there is none yet', async () => {
      const once = `INSERT INTO people (id, team) SELECT ?, ? FROM DUAL
        WHERE NOT EXISTS (SELECT 1 FROM people WHERE team = ?)`;
      expect((await database.run(once, ['a', 'x', 'x'])).affectedRows).toBe(1);
      expect((await database.run(once, ['b', 'x', 'x'])).affectedRows).toBe(0);
      await database.run(
        `INSERT INTO events (kind) SELECT team FROM people WHERE id = ? ON DUPLICATE KEY UPDATE seen = seen + 1`,
        ['a'],
      );
      expect(await database.rows('SELECT kind FROM events')).toEqual([{ kind: 'x' }]);
    });

    test('insertId counts up for AUTO_INCREMENT and is 0 without', async () => {
      const insert = 'INSERT INTO events (kind) VALUES (?)';
      const { insertId } = await database.run(insert, ['one']);
      expect(insertId).toBeGreaterThan(0);
      expect((await add('a')).insertId).toBe(0);
      expect((await database.run(insert, ['two'])).insertId).toBe(insertId + 1);
      expect((await database.run('UPDATE events SET seen = 2')).insertId).toBe(0);
      expect(await database.rows('SELECT kind FROM events WHERE event_id = ?', [insertId])).toEqual([
        { kind: 'one' },
      ]);
    });

    test('affectedRows counts what matched, changed or not', async () => {
      await add('a', 'x', 1);
      await add('b', 'x', 2);
      expect((await database.run('UPDATE people SET points = ? WHERE team = ?', [2, 'x'])).affectedRows).toBe(
        2,
      );
      expect((await database.run('UPDATE people SET points = ? WHERE team = ?', [2, 'x'])).affectedRows).toBe(
        2,
      );
      expect((await database.run('UPDATE people SET points = 0 WHERE team = ?', ['y'])).affectedRows).toBe(0);
      expect((await database.run('DELETE FROM people WHERE points = ?', [2])).affectedRows).toBe(2);
    });

    test('UPDATE and DELETE of the first few', async () => {
      for (const [index, id] of ['a', 'b', 'c', 'd'].entries()) await add(id, 'x', index);
      const update = 'UPDATE people SET team = ? WHERE team = ? ORDER BY points DESC LIMIT ?';
      expect((await database.run(update, ['y', 'x', 2])).affectedRows).toBe(2);
      expect(await ids("SELECT id FROM people WHERE team = 'y' ORDER BY id")).toEqual(['c', 'd']);
      expect((await database.run('DELETE FROM people ORDER BY points LIMIT 1')).affectedRows).toBe(1);
      expect(await ids('SELECT id FROM people ORDER BY id')).toEqual(['b', 'c', 'd']);
    });
  });

  describe('reading', () => {
    beforeEach(async () => {
      for (const [index, id] of ['a', 'b', 'c', 'd', 'e'].entries())
        await add(id, index < 3 ? 'x' : 'y', index + 1);
    });

    test('ORDER BY, LIMIT and OFFSET with parameters', async () => {
      expect(await ids('SELECT id FROM people ORDER BY points DESC LIMIT ? OFFSET ?', [2, 1])).toEqual([
        'd',
        'c',
      ]);
      expect(await ids('SELECT id FROM people ORDER BY points LIMIT ?, ?', [3, 9])).toEqual(['d', 'e']);
      expect(await ids('SELECT id FROM people LIMIT ?', [0])).toEqual([]);
    });

    test.each([-1, 1.5, '2', null])('LIMIT refuses %j', async (limit) => {
      await expect(database.rows('SELECT id FROM people LIMIT ?', [limit])).rejects.toMatchObject({
        code: 'other',
      });
    });

    test('COUNT, SUM, MIN, MAX are numbers, and of nothing 0 and NULL', async () => {
      const sql = `SELECT COUNT(*) AS n, COUNT(DISTINCT team) AS teams, SUM(points) AS total, MIN(points) AS least,
        MAX(team) AS last FROM people WHERE points > ?`;
      expect(await database.rows(sql, [0])).toEqual([{ n: 5, teams: 2, total: 15, least: 1, last: 'y' }]);
      expect(await database.rows(sql, [9])).toEqual([
        { n: 0, teams: 0, total: null, least: null, last: null },
      ]);
    });

    test('GROUP BY, HAVING, and the name of an unnamed count', async () => {
      expect(
        await database.rows(
          'SELECT team, COUNT(*) FROM people GROUP BY team HAVING COUNT(*) > ? ORDER BY team',
          [1],
        ),
      ).toEqual([
        { team: 'x', 'COUNT(*)': 3 },
        { team: 'y', 'COUNT(*)': 2 },
      ]);
    });

    test('joins, subqueries, CASE and UNION ALL', async () => {
      await database.run('INSERT INTO events (kind) VALUES (?)', ['x']);
      const joined = `SELECT p.id, e.kind FROM people AS p LEFT JOIN events e ON e.kind = p.team
        WHERE p.points IN (SELECT MAX(points) FROM people GROUP BY team) ORDER BY p.id`;
      expect(await database.rows(joined)).toEqual([
        { id: 'c', kind: 'x' },
        { id: 'e', kind: null },
      ]);
      const united = `SELECT CASE WHEN points > 3 THEN 'high' ELSE 'low' END AS id FROM people WHERE id = ?
        UNION ALL SELECT 'end' FROM DUAL`;
      expect(await ids(united, ['e'])).toEqual(['high', 'end']);
    });

    test('functions', async () => {
      const sql = `SELECT GREATEST(1, ?, 3) AS g, LEAST(2, NULL) AS l, COALESCE(NULL, ?) AS c, IFNULL(NULL, 1) AS i,
        NULLIF(1, 1) AS n, CONCAT('a', NULL) AS cn, CONCAT('a', ?, 'c') AS ca, CHAR_LENGTH(?) AS cl, LENGTH(?) AS le,
        SUBSTRING('直播间', 2, 1) AS s, LEFT('直播间', 2) AS lf, 7 DIV 2 AS d, -7 DIV 2 AS dn, 7 MOD 4 AS m, 7 % 4 AS p,
        ABS(-3) AS a, CAST('12' AS SIGNED) AS ci, CAST(12 AS CHAR) AS cc, 1 = 1 AS t, TRUE AS tt, IF(1 > 2, 'y', 'n') AS f`;
      expect(await database.rows(sql, [2, 'x', 'b', '😀', '😀'])).toEqual([
        {
          ...{ g: 3, l: null, c: 'x', i: 1, n: null, cn: null, ca: 'abc', cl: 1, le: 4, s: '播', lf: '直播' },
          ...{ d: 3, dn: -3, m: 3, p: 3, a: 3, ci: 12, cc: '12', t: 1, tt: 1, f: 'n' },
        },
      ]);
    });

    test('literals with quotes, backslashes and comment signs', async () => {
      const sql = String.raw`SELECT 'it''s' AS a, 'it\'s' AS b, 'a\\b' AS c, 'x\ny' AS d, '-- ? /*' AS e, '\%' AS f # end`;
      expect(await database.rows(sql)).toEqual([
        { a: "it's", b: "it's", c: 'a\\b', d: 'x\ny', e: '-- ? /*', f: '\\%' },
      ]);
    });
  });

  describe('transactions', () => {
    test('commit gives the result and keeps the rows', async () => {
      const result = await database.transaction(async (tx) => {
        await add('a', 'x', 1, tx);
        return tx.rows('SELECT id, points FROM people WHERE id = ? FOR UPDATE', ['a']);
      });
      expect(result).toEqual([{ id: 'a', points: 1 }]);
      expect(await pointsOf('a')).toBe(1);
    });

    test('an error of the work rolls back and comes out as it is', async () => {
      const failure = new Error('enough');
      await expect(
        database.transaction(async (tx) => {
          await add('a', 'x', 1, tx);
          throw failure;
        }),
      ).rejects.toBe(failure);
      expect(await pointsOf('a')).toBeUndefined();
    });

    test('a failed statement can be caught and the rest committed', async () => {
      await add('a');
      await database.transaction(async (tx) => {
        await expect(add('a', 'x', 1, tx)).rejects.toMatchObject({ code: 'duplicate' });
        await add('b', 'x', 1, tx);
      });
      expect(await ids('SELECT id FROM people ORDER BY id')).toEqual(['a', 'b']);
    });

    test('nothing is seen from outside before the commit', async () => {
      let seenInside: unknown;
      let outside: Promise<unknown> = Promise.resolve();
      const readOutside = outsideOf(() => pointsOf('a'));
      await add('a', 'x', 1);
      await database.transaction(async (tx) => {
        await tx.run('UPDATE people SET points = 2 WHERE id = ?', ['a']);
        seenInside = (await tx.rows('SELECT points FROM people WHERE id = ?', ['a']))[0]?.['points'];
        outside = readOutside();
        if (database.engine === 'mysql') expect(await outside).toBe(1);
      });
      expect(seenInside).toBe(2);
      // The embedded engine lets the reader wait for the commit.
      expect(await outside).toBe(database.engine === 'mysql' ? 1 : 2);
    });

    test('many at once on one row lose no step', async () => {
      await add('a', 'x', 0);
      const step = () =>
        database.transaction(async (tx) => {
          const [row] = await tx.rows('SELECT points FROM people WHERE id = ? FOR UPDATE', ['a']);
          await tx.run('UPDATE people SET points = ? WHERE id = ?', [Number(row?.['points']) + 1, 'a']);
        });
      await Promise.all(Array.from({ length: 40 }, step));
      expect(await pointsOf('a')).toBe(40);
    });

    test('two that lock two rows crosswise both succeed', async () => {
      await add('a');
      await add('b');
      let waiting = 0;
      const both = (first: string, second: string) =>
        database.transaction(async (tx) => {
          await tx.run('UPDATE people SET points = points + 1 WHERE id = ?', [first]);
          waiting++;
          await until(() => waiting >= 2 || database.engine === 'embedded');
          await tx.run('UPDATE people SET points = points + 1 WHERE id = ?', [second]);
        });
      await Promise.all([both('a', 'b'), both('b', 'a')]);
      expect([await pointsOf('a'), await pointsOf('b')]).toEqual([2, 2]);
    });

    test('nesting, and bypassing tx, is refused at once', async () => {
      await database.transaction(async (tx) => {
        const refused = { code: 'other', message: expect.stringContaining('inside a transaction') };
        await expect(database.transaction(async () => 1)).rejects.toMatchObject(refused);
        await expect(database.session(async () => 1)).rejects.toMatchObject(refused);
        await expect(database.rows('SELECT 1 AS one')).rejects.toMatchObject(refused);
        await expect(add('b')).rejects.toMatchObject(refused);
        await add('a', 'x', 1, tx);
      });
      expect(await ids('SELECT id FROM people')).toEqual(['a']);
    });

    test('tx is of no use after its end', async () => {
      const kept = await database.transaction(async (tx) => ({ tx }));
      await expect(kept.tx.rows('SELECT 1 AS one')).rejects.toMatchObject({ code: 'other' });
      await expect(add('late', 'x', 1, kept.tx)).rejects.toMatchObject({ code: 'other' });
      expect(await pointsOf('late')).toBeUndefined();
    });

    test('one that takes too long is rolled back, and the next goes on', async () => {
      const short = await openEmpty({ transactionTimeoutMs: 150 });
      await short.run('CREATE TABLE slow (n INT NOT NULL, PRIMARY KEY (n)) ENGINE=InnoDB');
      let stop: () => void = () => undefined;
      const stuck = new Promise<void>((resolve) => (stop = resolve));
      let late: Promise<unknown> = Promise.resolve();
      const hanging = short.transaction(async (tx) => {
        await tx.run('INSERT INTO slow (n) VALUES (1)');
        await stuck;
        late = tx.run('INSERT INTO slow (n) VALUES (2)');
        await late;
      });
      await expect(hanging).rejects.toMatchObject({ code: 'timeout' });
      stop();
      await Promise.resolve();
      await expect(late).rejects.toMatchObject({ name: 'DatabaseError' });
      await short.transaction((tx) => tx.run('INSERT INTO slow (n) VALUES (3)'));
      expect(await short.rows('SELECT n FROM slow')).toEqual([{ n: 3 }]);
      await short.close();
    });
  });

  test('a session keeps its connection, its statements take effect at once', async () => {
    await database.session(async (connection) => {
      expect(await connection.rows("SELECT GET_LOCK('contract', 1) AS locked")).toEqual([{ locked: 1 }]);
      await connection.run('INSERT INTO people (id) VALUES (?)', ['a']);
      expect(await connection.rows("SELECT RELEASE_LOCK('contract') AS released")).toEqual([{ released: 1 }]);
    });
    expect(await ids('SELECT id FROM people')).toEqual(['a']);
  });

  test('tables can be altered and dropped', async () => {
    await database.run('CREATE TABLE IF NOT EXISTS short_lived (id INT NOT NULL PRIMARY KEY) ENGINE=InnoDB');
    await database.run('INSERT INTO short_lived (id) VALUES (1)');
    expect(await database.rows('SELECT * FROM short_lived')).toEqual([{ id: 1 }]);
    await database.run(
      'ALTER TABLE short_lived ADD COLUMN size INT NOT NULL DEFAULT 7, ADD KEY sizes (size)',
    );
    expect(await database.rows('SELECT * FROM short_lived')).toEqual([{ id: 1, size: 7 }]);
    await database.run('CREATE UNIQUE INDEX size_once ON short_lived (size)');
    await expect(database.run('INSERT INTO short_lived (id) VALUES (2)')).rejects.toMatchObject({
      code: 'duplicate',
    });
    await database.run('DROP INDEX size_once ON short_lived');
    await database.run('INSERT INTO short_lived (id) VALUES (2)');
    await database.run('DROP TABLE short_lived');
    await database.run('DROP TABLE IF EXISTS short_lived');
    await expect(database.rows('SELECT * FROM short_lived')).rejects.toMatchObject({ code: 'other' });
  });

  test('after close every call says so, and closing again is harmless', async () => {
    const closed = await openEmpty();
    await closed.rows('SELECT 1 AS one');
    await closed.close();
    await closed.close();
    await expect(closed.rows('SELECT 1 AS one')).rejects.toMatchObject({ code: 'unavailable' });
    await expect(closed.transaction(async () => 1)).rejects.toMatchObject({ code: 'unavailable' });
  });
});

/** Calls `work`, when asked to, from outside the transaction that asks: as another request would. */
function outsideOf<T>(work: () => Promise<T>): () => Promise<T> {
  let call: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => (call = resolve));
  const result = asked.then(work);
  return () => {
    call();
    return result;
  };
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 5000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error('waited too long');
    await new Promise((resolve) => setImmediate(resolve));
  }
}
