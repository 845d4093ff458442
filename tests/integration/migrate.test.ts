import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from '../../shared/store/database';
import { migrate, type Migration } from '../../shared/store/migrate';
import { readMigrations } from '../../shared/store/readMigrations';
import { engines, openUrl } from '../servers/engines';

const root = join(__dirname, '..', '..');
const all = engines();

const table = (name: string) =>
  `CREATE TABLE IF NOT EXISTS ${name} (n INT NOT NULL, PRIMARY KEY (n)) ENGINE=InnoDB;`;
const first: Migration = {
  version: 1,
  name: 'one',
  sql: `-- first; of two\n${table('one')}\n${table('uno')}`,
};
const second: Migration = { version: 2, name: 'two', sql: table('two') };
const third: Migration = { version: 3, name: 'three', sql: table('three') };

describe.each(all)('migrate on $name', ({ openEmpty, freshUrl, name }) => {
  let database: Database;
  beforeEach(async () => {
    database = await openEmpty();
  });
  afterEach(() => database.close());

  const history = () =>
    database.rows('SELECT version, name, applied_at FROM schema_migrations ORDER BY version');

  test('applies in order, once, and records when', async () => {
    const reported: string[] = [];
    const onApplied = (file: string) => reported.push(file);
    expect(await migrate(database, [first, second], { now: () => 1_700_000_000_000, onApplied })).toEqual([
      '0001_one.sql',
      '0002_two.sql',
    ]);
    expect(reported).toEqual(['0001_one.sql', '0002_two.sql']);
    expect(await database.rows('SELECT n FROM uno UNION ALL SELECT n FROM two')).toEqual([]);
    expect(await migrate(database, [first, second])).toEqual([]);
    expect(await migrate(database, [first, second, third], { now: () => 1_700_000_000_001 })).toEqual([
      '0003_three.sql',
    ]);
    expect(await history()).toEqual([
      { version: 1, name: 'one', applied_at: 1_700_000_000_000 },
      { version: 2, name: 'two', applied_at: 1_700_000_000_000 },
      { version: 3, name: 'three', applied_at: 1_700_000_000_001 },
    ]);
  });

  test('applies what schema/ holds', async () => {
    const migrations = readMigrations(join(root, 'schema'));
    expect(await migrate(database, migrations)).toHaveLength(migrations.length);
    expect(await migrate(database, migrations)).toEqual([]);
  });

  test('a file changed after it was applied is refused by name, line ends aside', async () => {
    await migrate(database, [first]);
    await migrate(database, [{ ...first, sql: first.sql.replaceAll('\n', '\r\n') }]);
    await expect(migrate(database, [{ ...first, sql: `${first.sql} ` }, second])).rejects.toThrow(
      'migration 0001_one.sql was changed after it was applied',
    );
    await expect(database.rows('SELECT n FROM two')).rejects.toMatchObject({ code: 'other' });
  });

  test('a gap, a doubled number and a file that is gone are refused by name', async () => {
    await expect(migrate(database, [first, third])).rejects.toThrow(
      '0003_three.sql stands where number 2 belongs',
    );
    await expect(migrate(database, [first, { ...first, name: 'again' }])).rejects.toThrow(
      '0001_again.sql stands where',
    );
    await migrate(database, [first, second]);
    await expect(migrate(database, [first])).rejects.toThrow('the database has migration 0002_two.sql');
    await database.run('DELETE FROM schema_migrations WHERE version = 1');
    await expect(migrate(database, [first, second])).rejects.toThrow(
      'lacks migration 0001_one.sql but has 0002_two.sql',
    );
  });

  test('a statement that fails is named with its file, number and reason; the file can be run again', async () => {
    const broken = { ...second, sql: `${table('two')} INSERT INTO two (n) VALUES (NULL);` };
    await expect(migrate(database, [first, broken])).rejects.toThrow(
      /^migration 0002_two\.sql, statement 2: .*(null|NULL).*$/,
    );
    expect(await history()).toMatchObject([{ version: 1 }]);
    expect(
      await migrate(database, [first, { ...second, sql: `${table('two')} INSERT INTO two (n) VALUES (1)` }]),
    ).toEqual(['0002_two.sql']);
    expect(await database.rows('SELECT n FROM two')).toEqual([{ n: 1 }]);
  });

  test('text that is not SQL is refused by name', async () => {
    await expect(migrate(database, [{ ...first, sql: "SELECT 'open" }])).rejects.toThrow(
      'migration 0001_one.sql: cannot read',
    );
  });

  test('of two runners at once one works and the other finds it done', async () => {
    // On a server two connections of two pools; the embedded file has only one process and one pool.
    const url = await freshUrl();
    const one = openUrl(url);
    const two = name === 'embedded' ? one : openUrl(url);
    try {
      const results = await Promise.all(
        [one, two, one, two].map((runner) => migrate(runner, [first, second, third])),
      );
      expect(results.map((applied) => applied.length).sort()).toEqual([0, 0, 0, 3]);
    } finally {
      await one.close();
      await two.close();
    }
  });
});

describe.each(all.filter(({ name }) => name !== 'embedded'))('the lock on $name', ({ freshUrl }) => {
  test('waits for another runner no longer than it is told, and leaves nothing behind', async () => {
    const url = await freshUrl();
    const one = openUrl(url);
    const two = openUrl(url);
    try {
      await one.session(async (holder) => {
        await holder.rows("SELECT GET_LOCK(LEFT(CONCAT('migrate ', DATABASE()), 64), 1) AS locked");
        await expect(migrate(two, [first], { lockSeconds: 1 })).rejects.toMatchObject({ code: 'locked' });
      });
      expect(await migrate(two, [first])).toEqual(['0001_one.sql']);
    } finally {
      await one.close();
      await two.close();
    }
  });
});

describe('readMigrations', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'xiaozhibo-schema-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('reads in the order of the numbers', () => {
    writeFileSync(join(folder, '0002_two.sql'), 'B');
    writeFileSync(join(folder, '0001_one.sql'), 'A');
    expect(readMigrations(folder)).toEqual([
      { version: 1, name: 'one', sql: 'A' },
      { version: 2, name: 'two', sql: 'B' },
    ]);
  });

  test.each(['1_one.sql', '0001-one.sql', '0001_one.txt', 'notes.md'])('refuses a file named %s', (file) => {
    writeFileSync(join(folder, file), '');
    expect(() => readMigrations(folder)).toThrow(`${join(folder, file)}: a migration is named NNNN_name.sql`);
  });

  test('refuses an empty or missing folder', () => {
    expect(() => readMigrations(folder)).toThrow(`no migrations in ${folder}`);
    expect(() => readMigrations(join(folder, 'missing'))).toThrow('missing');
  });
});

describe('npm run migrate', () => {
  const run = (url: string | undefined) =>
    new Promise<{ code: unknown; out: string; err: string }>((resolve) => {
      const { DATABASE_URL: _, ...environment } = process.env;
      const env = url === undefined ? environment : { ...environment, DATABASE_URL: url };
      execFile(process.execPath, ['scripts/run.cjs', 'migrate'], { cwd: root, env }, (error, out, err) => {
        resolve({ code: error ? error.code : 0, out, err });
      });
    });

  test.each(all)('on $name says what it applied, then that there is nothing to do', async ({ freshUrl }) => {
    const url = await freshUrl();
    const files = readMigrations(join(root, 'schema')).length;
    const { code, out, err } = await run(url);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out.trim().split('\n')).toHaveLength(files);
    expect(out).toMatch(/^applied 0001_/);
    expect(await run(url)).toEqual({ code: 0, out: 'already up to date\n', err: '' });
  });

  test.each([
    ['no DATABASE_URL', undefined, /^migrate: DATABASE_URL is not set; .*mysql:\/\/.*sqlite:PATH\n$/],
    ['a malformed one', 'mysql://user:hidden@host', /^migrate: DATABASE_URL names no database; .*\n$/],
    [
      'a server that is not there',
      'mysql://user:hidden@127.0.0.1:1/live',
      /^migrate: no connection to the database: ECONNREFUSED\n$/,
    ],
    ['a folder that cannot be', 'sqlite:/dev/null/a.db', /^migrate: .*\n$/],
  ])('%s is one line, without the value, and exit code 1', async (_, url, line) => {
    const { code, out, err } = await run(url);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(line);
    expect(err).not.toContain('hidden');
  });
});
