import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { makeBackend } from '../backend';
import { engines, mysqlEngines, openUrl } from '../servers/engines';
import { childProgram, type Child, type ChildProgram } from './childProgram';
import { startProxy, type TcpProxy } from './tcpProxy';
import { connectEmbedded } from '../../scripts/local/embeddedClient';
import { serveDatabase } from '../../scripts/local/embeddedHost';
import { timeLeft, withDeadline } from '../../shared/deadline';
import { int, type Database } from '../../shared/store/database';
import { openEmbedded } from '../../shared/store/embedded';
import { migrate } from '../../shared/store/migrate';
import { readMigrations } from '../../shared/store/readMigrations';

/** Far beyond the time of a test, so that only the deadline can end what hangs. */
const patient = { connectTimeoutMs: 100_000, statementTimeoutMs: 100_000, transactionTimeoutMs: 100_000 };

const createNotes =
  'CREATE TABLE notes (n INT NOT NULL, PRIMARY KEY (n)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin';

const never = new Promise<never>(() => undefined);

/** The embedded engine as a function under the local gateway has it: in another thread's hands. */
async function openBehindPort(): Promise<{ database: Database; close: () => Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'xiaozhibo-deadline-'));
  const path = join(folder, 'test.db');
  const file = openEmbedded(path, patient);
  const { port1, port2 } = new MessageChannel();
  serveDatabase(file, port1);
  return {
    database: connectEmbedded(path, port2).open(path),
    async close() {
      port2.close();
      await file.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const places = [
  ...engines().map(({ name, openEmpty }) => ({
    name,
    open: async () => ({ database: await openEmpty(patient), close: async () => undefined }),
  })),
  { name: 'embedded, behind a port', open: openBehindPort },
];

describe.each(places)('the deadline of a request, on $name', ({ open }) => {
  let database: Database;
  let close: () => Promise<void>;

  beforeAll(async () => {
    ({ database, close } = await open());
    await database.run(createNotes);
  });
  afterAll(() => close());
  beforeEach(() => database.run('DELETE FROM notes'));

  const insert = 'INSERT INTO notes (n) VALUES (1)';
  const stored = async () => (await database.rows('SELECT n FROM notes')).map((row) => row['n']);

  test('ends a transaction that hangs: nothing is kept, and its locks are gone', async () => {
    const hanging = withDeadline(300, () =>
      database.transaction(async (tx) => {
        await tx.run(insert);
        return never;
      }),
    );
    await expect(hanging).rejects.toMatchObject({ code: 'timeout' });
    await database.run(insert);
    expect(await stored()).toEqual([1]);
  });

  test('ends a session that hangs', async () => {
    await expect(withDeadline(300, () => database.session(() => never))).rejects.toMatchObject({
      code: 'timeout',
    });
    expect(await stored()).toEqual([]);
  });

  test('lets nothing begin when it has passed', async () => {
    await withDeadline(0, async () => {
      const refused = { name: 'DatabaseError', code: 'timeout' };
      await expect(database.rows('SELECT n FROM notes')).rejects.toMatchObject(refused);
      await expect(database.run(insert)).rejects.toMatchObject(refused);
      await expect(database.transaction((tx) => tx.run(insert))).rejects.toMatchObject(refused);
      await expect(database.session((session) => session.run(insert))).rejects.toMatchObject(refused);
    });
    expect(await stored()).toEqual([]);
  });

  test('counts for what waits behind another, and holds nobody else up', async () => {
    let finish: () => void = () => undefined;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    const slow = database.transaction(async (tx) => {
      await tx.run(insert);
      await finished;
    });
    // The other lets go long after the deadline: the two ends of a port do not count the same milliseconds.
    const letsGoAt = Date.now() + 400;
    const waiting = withDeadline(100, async () => {
      const call = database.run('DELETE FROM notes');
      while (Date.now() < letsGoAt) await new Promise((resolve) => setImmediate(resolve));
      finish();
      await call;
    });
    await expect(waiting).rejects.toMatchObject({ code: 'timeout' });
    await slow;
    expect(await stored()).toEqual([1]);
  });
});

describe.each(mysqlEngines())('an instance that is frozen with its answer, on $name', ({ freshUrl }) => {
  let answerer: ChildProgram;
  let direct: Database;
  let proxy: TcpProxy;
  let child: Child;

  beforeAll(() => {
    answerer = childProgram('deadlineAnswerer.ts');
  });
  beforeEach(async () => {
    const url = await freshUrl();
    direct = openUrl(url);
    await migrate(direct, readMigrations(join(__dirname, '..', '..', 'schema')));
    proxy = await startProxy(url);
    child = answerer.start(proxy.url);
  });
  afterEach(async () => {
    await child.kill();
    await proxy.close();
    await direct.close();
  });
  afterAll(() => answerer.remove());

  test('has no transaction open, and the next request of the same user is answered', async () => {
    let statements = 0;
    proxy.behave({
      toServer: (chunk) => {
        if (statements > 0 || chunk.includes('START TRANSACTION')) statements += 1;
        return 'pass';
      },
      toClient: () => (statements > 0 ? 900 : 'pass'),
    });

    expect(await child.line()).toBe('503');
    process.kill(child.pid, 'SIGSTOP');
    expect(statements).toBeGreaterThan(1);
    await untilNoneIsOpen(direct);
    const again = await makeBackend(direct).ask('getPushUrl', { as: 'host', body: { title: 'title' } });
    expect(again.status).toBe(200);
  });
});

/** Until no other connection to this database is in a transaction. The server needs a moment to see that one has gone. */
async function untilNoneIsOpen(database: Database): Promise<void> {
  const giveUp = Date.now() + 10_000;
  for (;;) {
    const [row] = await database.rows(
      `SELECT COUNT(*) AS open FROM information_schema.innodb_trx
       JOIN information_schema.processlist ON processlist.id = innodb_trx.trx_mysql_thread_id
       WHERE processlist.db = DATABASE() AND processlist.id <> CONNECTION_ID()`,
    );
    if (row !== undefined && int(row, 'open') === 0) return;
    if (Date.now() > giveUp) throw new Error('a transaction is still open');
  }
}

test('every copy of the file in a thread knows the deadline', async () => {
  await jest.isolateModulesAsync(async () => {
    const copy = await import('../../shared/deadline');
    expect(copy.withDeadline).not.toBe(withDeadline);
    expect(copy.withDeadline(0, timeLeft)).toBeLessThanOrEqual(0);
  });
  expect(timeLeft()).toBe(Infinity);
});

test('a deadline inside another can only be shorter', () => {
  withDeadline(50, () => {
    expect(withDeadline(1_000, timeLeft)).toBeLessThanOrEqual(50);
    expect(withDeadline(10, timeLeft)).toBeLessThanOrEqual(10);
  });
});
