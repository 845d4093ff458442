import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serveDatabase } from '../../scripts/local/embeddedHost';
import type { Database } from '../../shared/store/database';
import { openEmbedded } from '../../shared/store/embedded';
import {
  buildProject,
  call,
  startProject,
  until,
  type Build,
  type GatewayUnderTest,
} from './gatewayUnderTest';

let build: Build;
let folder: string;
let database: Database;
let gateway: GatewayUnderTest;

beforeAll(async () => {
  build = await buildProject();
});

afterAll(() => build.remove());

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gateway-database-'));
  const path = join(folder, 'test.db');
  database = openEmbedded(path);
  await database.run(
    'CREATE TABLE notes (note VARCHAR(20) NOT NULL, PRIMARY KEY (note)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin',
  );
  gateway = await startProject(build, {
    environment: { DATABASE_URL: `sqlite:${path}` },
    instances: { database: { path, serve: (port) => serveDatabase(database, port) } },
  });
});

afterEach(async () => {
  await gateway.close();
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

async function store(query: string): Promise<{ status: number; value: unknown }> {
  const answer = await call(gateway.port, `/stores?${query}`);
  return { status: answer.status, value: JSON.parse(answer.body) as unknown };
}

async function notes(): Promise<unknown[]> {
  const rows = await database.rows('SELECT note FROM notes ORDER BY note');
  return rows.map((row) => row['note']);
}

test('statements and transactions of an instance reach the file', async () => {
  expect(await store('how=plain&note=one')).toEqual({ status: 200, value: { affectedRows: 1, insertId: 0 } });
  expect(await store('note=two')).toMatchObject({ status: 200, value: { affectedRows: 1 } });
  expect(await store('how=read')).toEqual({ status: 200, value: [{ note: 'one' }, { note: 'two' }] });
  expect(await notes()).toEqual(['one', 'two']);
});

test.each(['throw', 'hang', 'exit'])(
  'a transaction in which the function does %s leaves nothing',
  async (how) => {
    const failed = await call(gateway.port, `/stores?how=${how}&note=lost`);
    expect(failed.status).toBe({ throw: 500, hang: 433, exit: 439 }[how]);
    // The next transaction does not find the file held by the one that died.
    expect(await store('note=kept')).toMatchObject({ status: 200 });
    expect(await notes()).toEqual(['kept']);
  },
);

test('a transaction that waits for its turn while its instance dies never begins', async () => {
  let end: () => void = () => undefined;
  const held = database.transaction(() => new Promise<void>((resolve) => (end = resolve)));
  const waiting = call(gateway.port, '/stores?note=late');
  expect((await waiting).status).toBe(433);
  end();
  await held;
  expect(await store('note=kept')).toMatchObject({ status: 200 });
  expect(await notes()).toEqual(['kept']);
});

test('an error of the database keeps its code on the way to the function', async () => {
  await store('how=plain&note=same');
  for (const how of ['plain', 'transaction']) {
    const { status, value } = await store(`how=${how}&note=same`);
    expect(status).toBe(500);
    expect(value).toMatchObject({ code: 'duplicate' });
  }
  expect((await store(`how=plain&note=${'x'.repeat(21)}`)).value).toMatchObject({ code: 'tooLong' });
  expect(await notes()).toEqual(['same']);
});

test('transactions of many instances at once all commit', async () => {
  const names = Array.from({ length: 40 }, (_, index) => `note${index}`).sort();
  const answers = await Promise.all(names.map((note) => store(`note=${note}`)));
  expect(answers.map((answer) => answer.status)).toEqual(names.map(() => 200));
  expect(await notes()).toEqual(names);
  expect(gateway.instances.count('stores')).toBeGreaterThan(1);
});

test('instances that end leave the database to be closed cleanly', async () => {
  await Promise.all([store('note=a'), store('note=b')]);
  await gateway.instances.close(1_000);
  await until(() => gateway.instances.count('stores') === 0);
  await database.close();
  expect(existsSync(join(folder, 'test.db.lock'))).toBe(false);
});
