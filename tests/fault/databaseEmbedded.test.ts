import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { int } from '../../shared/store/database';
import { openEmbedded } from '../../shared/store/embedded';
import { childProgram, type ChildProgram } from './childProgram';

let writer: ChildProgram;
let folder: string;
let path: string;

beforeAll(() => {
  writer = childProgram('embeddedWriter.ts');
});
afterAll(() => writer.remove());

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'xiaozhibo-fault-'));
  path = join(folder, 'data', 'main.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const thrownBy = (work: () => unknown): unknown => {
  try {
    work();
    return undefined;
  } catch (error) {
    return error;
  }
};

test('a process killed in the middle of writing loses nothing that was committed, and blocks nobody', async () => {
  const child = writer.start(path);
  let committed = 0;
  while (committed < 50) committed = Number(await child.line());
  await child.kill();
  expect(existsSync(`${path}.lock`)).toBe(true);

  const database = openEmbedded(path);
  const [row = {}] = await database.rows('SELECT COUNT(*) AS halves, COUNT(DISTINCT n) AS pairs FROM pairs');
  expect(int(row, 'pairs')).toBeGreaterThanOrEqual(committed);
  expect(int(row, 'halves')).toBe(2 * int(row, 'pairs'));
  await database.run('INSERT INTO pairs (n, half) VALUES (-1, 1)');
  await database.close();
  expect(readdirSync(join(folder, 'data'))).toEqual(['main.db']);
});

test('a file that a living process has is refused in one line that says what to do', async () => {
  const child = writer.start(path);
  await child.line();
  const error = thrownBy(() => openEmbedded(path));
  expect(error).toMatchObject({ name: 'DatabaseError', code: 'unavailable' });
  expect(String(error)).toMatch(new RegExp(`^.*in use by process ${child.pid}.*DATA_DIR.*DATABASE_URL.*$`));
  await child.line();
  expect(await child.line()).toBe('3');
  await child.kill();
});

test('the same file twice in one process is refused', async () => {
  const database = openEmbedded(path);
  expect(thrownBy(() => openEmbedded(path))).toMatchObject({ code: 'unavailable' });
  expect(await database.rows('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  await database.close();
  await openEmbedded(path).close();
});

test.each([
  ['of a process that is gone', JSON.stringify({ pid: 2 ** 22 + 1, started: '1' })],
  ['of an earlier process with the id of this one', JSON.stringify({ pid: process.pid, started: '1' })],
  ['that was cut off', '{"pi'],
  ['of another form', '[1]'],
])('a pid file %s does not block', async (_, content) => {
  mkdirSync(join(folder, 'data'));
  mkdirSync(`${path}.lock`);
  writeFileSync(`${path}.pid`, content);
  const database = openEmbedded(path);
  await database.run('CREATE TABLE t (n INT NOT NULL, PRIMARY KEY (n)) ENGINE=InnoDB');
  await database.close();
  expect(readdirSync(join(folder, 'data'))).toEqual(['main.db']);
});

test('a process that is just opening the file is given way, one that died while doing so is not', async () => {
  mkdirSync(join(folder, 'data'));
  writeFileSync(`${path}.opening`, '');
  expect(thrownBy(() => openEmbedded(path))).toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('being opened by another process'),
  });
  const anHourAgo = Date.now() / 1000 - 3600;
  utimesSync(`${path}.opening`, anHourAgo, anHourAgo);
  await openEmbedded(path).close();
  expect(readdirSync(join(folder, 'data'))).toEqual(['main.db']);
});

test.each([
  ['is not a database', () => writeFileSync(path, 'x'.repeat(5000))],
  ['is a folder', () => mkdirSync(path)],
])('a path that %s is refused in one line, and left as it is', (_, make) => {
  mkdirSync(join(folder, 'data'));
  make();
  const error = thrownBy(() => openEmbedded(path));
  expect(error).toMatchObject({ code: 'unavailable' });
  expect(String(error)).toMatch(/^.*main\.db cannot be opened.*DATA_DIR or DATABASE_URL.*$/);
  expect(readdirSync(join(folder, 'data')).filter((name) => name !== 'main.db')).toEqual([]);
});

test('a folder that cannot be made is refused in one line', () => {
  writeFileSync(join(folder, 'data'), 'a file');
  const error = thrownBy(() => openEmbedded(path));
  expect(error).toMatchObject({ code: 'unavailable' });
  expect(String(error)).toMatch(/^.*DATA_DIR or DATABASE_URL.*$/);
});

test('closing waits for the transaction that is running', async () => {
  const database = openEmbedded(path);
  await database.run('CREATE TABLE t (n INT NOT NULL, PRIMARY KEY (n)) ENGINE=InnoDB');
  const writing = database.transaction(async (tx) => {
    await tx.run('INSERT INTO t (n) VALUES (1)');
    await new Promise((resolve) => setImmediate(resolve));
    await tx.run('INSERT INTO t (n) VALUES (2)');
  });
  await database.close();
  await writing;
  const again = openEmbedded(path);
  expect(await again.rows('SELECT n FROM t ORDER BY n')).toEqual([{ n: 1 }, { n: 2 }]);
  await again.close();
});

test('more different statements than are kept prepared, with failing ones between', async () => {
  const database = openEmbedded(path);
  await database.run('CREATE TABLE t (n INT NOT NULL, PRIMARY KEY (n)) ENGINE=InnoDB');
  for (let n = 0; n < 700; n++) {
    await database.run(`INSERT INTO t (n) VALUES (${n})`);
    await expect(database.run(`INSERT INTO t (n) VALUES (${n})`)).rejects.toMatchObject({
      code: 'duplicate',
    });
  }
  expect(await database.rows('SELECT COUNT(*) AS n FROM t')).toEqual([{ n: 700 }]);
  await database.close();
});

test('a definition inside a transaction, which MySQL would commit, is refused', async () => {
  const database = openEmbedded(path);
  const create = 'CREATE TABLE t (n INT NOT NULL, PRIMARY KEY (n)) ENGINE=InnoDB';
  await expect(database.transaction((tx) => tx.run(create))).rejects.toMatchObject({ code: 'other' });
  await database.run(create);
  await database.close();
});

test('a definition that fails in the middle leaves nothing of it', async () => {
  const database = openEmbedded(path);
  await expect(
    database.run('CREATE TABLE t (n INT NOT NULL, PRIMARY KEY (n), KEY missing (nothing)) ENGINE=InnoDB'),
  ).rejects.toMatchObject({ code: 'other' });
  await expect(database.rows('SELECT * FROM t')).rejects.toMatchObject({ code: 'other' });
  await database.run('CREATE TABLE t (n INT NOT NULL, PRIMARY KEY (n)) ENGINE=InnoDB');
  await database.close();
});
