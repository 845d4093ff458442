import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { Database } from '../../shared/store/database';
import { openMysql, type MysqlOptions } from '../../shared/store/mysql';
import { mysqlEngines } from '../servers/engines';
import { childProgram, type ChildProgram } from './childProgram';
import { startProxy, type TcpProxy } from './tcpProxy';

// Long enough for a loaded machine, short enough to wait for.
const limits: MysqlOptions = { connectTimeoutMs: 600, statementTimeoutMs: 600, transactionTimeoutMs: 2500 };

const read = 'SELECT n FROM notes ORDER BY n';
const createNotes =
  'CREATE TABLE notes (n INT NOT NULL, body MEDIUMTEXT NULL, PRIMARY KEY (n)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin';

/** Every kind of call, each of which must end. */
const calls: [string, (database: Database) => Promise<unknown>][] = [
  ['rows', (database) => database.rows('SELECT 1 AS one')],
  ['run', (database) => database.run('DELETE FROM notes')],
  ['transaction', (database) => database.transaction((tx) => tx.rows('SELECT 1 AS one'))],
  ['session', (database) => database.session((connection) => connection.rows('SELECT 1 AS one'))],
];

describe('a server that is none', () => {
  const sockets = new Set<Socket>();
  let server: Server;
  let database: Database;

  async function serve(greet: (socket: Socket) => void): Promise<void> {
    server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => sockets.delete(socket));
      greet(socket);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    database = openMysql(`mysql://somebody:hidden@127.0.0.1:${address.port}/place`, limits);
  }

  afterEach(async () => {
    await database.close();
    for (const socket of sockets) socket.destroy();
    if (server.listening) {
      server.close();
      await once(server, 'close');
    }
  });

  const faults: [string, string, (socket: Socket) => void][] = [
    ['accepts and never answers', 'timeout', () => undefined],
    ['hangs up at once', 'unavailable', (socket) => socket.destroy()],
    ['resets the connection', 'unavailable', (socket) => socket.resetAndDestroy()],
    ['speaks another protocol', 'unavailable', (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ];

  describe.each(faults)('that %s: %s', (_, code, greet) => {
    test.each(calls)('%s', async (_name, call) => {
      await serve(greet);
      const error: unknown = await call(database).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ name: 'DatabaseError', code });
      expect(String(error)).not.toMatch(/hidden|somebody|place/);
    });
  });

  test('that refuses the port: unavailable', async () => {
    await serve(() => undefined);
    server.close();
    await once(server, 'close');
    for (const [, call] of calls) {
      await expect(call(database)).rejects.toMatchObject({
        code: 'unavailable',
        message: 'no connection to the database: ECONNREFUSED',
      });
    }
  });

  test('many calls at once that wait for the one connection all end', async () => {
    await serve(() => undefined);
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, () => database.rows('SELECT 1 AS one')),
    );
    for (const result of results)
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'timeout' } });
  });

  test('closing while a call waits ends both', async () => {
    await serve(() => undefined);
    const [call] = await Promise.allSettled([database.rows('SELECT 1 AS one'), database.close()]);
    expect(call).toMatchObject({ status: 'rejected', reason: { name: 'DatabaseError' } });
  });
});

for (const { name, freshUrl } of mysqlEngines()) {
  describe(`faults in front of ${name}`, () => {
    let url: string;
    let direct: Database;
    let proxy: TcpProxy;
    let database: Database;

    beforeAll(async () => {
      url = await freshUrl();
      direct = openMysql(url);
      await direct.run(createNotes);
    });
    afterAll(() => direct.close());

    beforeEach(async () => {
      await direct.run('DELETE FROM notes');
      proxy = await startProxy(url);
      database = openMysql(proxy.url, limits);
      await database.rows(read);
    });
    afterEach(async () => {
      await database.close();
      await proxy.close();
    });

    const insert = (n: number) => database.run('INSERT INTO notes (n) VALUES (?)', [n]);
    const stored = async () => (await direct.rows(read)).map((row) => row['n']);
    /** Ends the connection when the next statement with this word is on its way to the server. */
    const cutBefore = (word: string) => {
      let armed = true;
      proxy.behave({
        toServer: (chunk) => {
          if (!armed || !chunk.includes(word)) return 'pass';
          armed = false;
          return 'cut';
        },
      });
    };

    test.each(calls)(
      'a server that falls silent: %s times out, and works again afterwards',
      async (_, call) => {
        proxy.behave({ toClient: () => 'hold' });
        await expect(call(database)).rejects.toMatchObject({ code: 'timeout' });
        proxy.behave({});
        await call(database);
        expect(proxy.accepted()).toBe(2);
      },
    );

    test('a late answer is never taken for that of the next statement', async () => {
      proxy.behave({ toClient: () => 700 });
      await expect(database.rows("SELECT 'first' AS answer")).rejects.toMatchObject({ code: 'timeout' });
      proxy.behave({});
      expect(await database.rows("SELECT 'second' AS answer")).toEqual([{ answer: 'second' }]);
    });

    test('a slow server within the limit is waited for', async () => {
      proxy.behave({ toClient: () => 100 });
      expect(await database.rows('SELECT 1 AS one')).toEqual([{ one: 1 }]);
      expect(proxy.accepted()).toBe(1);
    });

    test('an answer cut in the middle: unavailable when the repeat is cut as well', async () => {
      await direct.run('INSERT INTO notes (n, body) VALUES (1, ?)', ['x'.repeat(300_000)]);
      let received = 0;
      proxy.behave({
        toClient: (chunk) => ((received += chunk.length) % 200_000 > 100_000 ? 'cut' : 'pass'),
      });
      await expect(database.rows('SELECT body FROM notes')).rejects.toMatchObject({ code: 'unavailable' });
      expect(proxy.accepted()).toBe(2);
      proxy.behave({});
      expect(await database.rows('SELECT CHAR_LENGTH(body) AS length FROM notes')).toEqual([
        { length: 300_000 },
      ]);
    });

    test('a server that went away while nothing was asked is not noticed', async () => {
      await proxy.dropExisting();
      await insert(1);
      await proxy.dropExisting();
      await database.transaction((tx) => tx.run('INSERT INTO notes (n) VALUES (2)'));
      expect(await stored()).toEqual([1, 2]);
    });

    test('a connection found dead by a read is replaced, and the read repeated', async () => {
      cutBefore('SELECT');
      expect(await database.rows(read)).toEqual([]);
      expect(proxy.accepted()).toBe(2);
    });

    test('a connection found dead by the begin of a transaction is replaced', async () => {
      cutBefore('START TRANSACTION');
      await database.transaction((tx) => tx.run('INSERT INTO notes (n) VALUES (1)'));
      expect(await stored()).toEqual([1]);
    });

    test('a write is never sent twice', async () => {
      cutBefore('INSERT');
      await expect(insert(1)).rejects.toMatchObject({ code: 'unavailable' });
      await insert(1);
      expect(await stored()).toEqual([1]);
    });

    test('a write whose answer is lost is not repeated either', async () => {
      proxy.behave({ toClient: () => 'cut' });
      await expect(insert(1)).rejects.toMatchObject({ code: 'unavailable' });
      proxy.behave({});
      expect(await stored()).toEqual([1]);
      await expect(insert(1)).rejects.toMatchObject({ code: 'duplicate' });
    });

    test.each(['INSERT', 'UPDATE', 'COMMIT'])(
      'a transaction cut at its %s is not kept and not repeated',
      async (word) => {
        cutBefore(word);
        let runs = 0;
        const work = database.transaction(async (tx) => {
          runs++;
          await tx.run('INSERT INTO notes (n) VALUES (1)');
          await tx.run('UPDATE notes SET n = 2');
        });
        await expect(work).rejects.toMatchObject({ code: 'unavailable' });
        expect(runs).toBe(1);
        await insert(1);
        expect(await stored()).toEqual([1]);
      },
    );

    test('a transaction that goes on after its connection is lost cannot write outside it', async () => {
      cutBefore('UPDATE');
      const work = database.transaction(async (tx) => {
        await tx.run('UPDATE notes SET n = 1').catch(() => undefined);
        await tx.run('INSERT INTO notes (n) VALUES (3)').catch(() => undefined);
      });
      await expect(work).rejects.toMatchObject({ code: 'unavailable' });
      expect(await stored()).toEqual([]);
    });

    test('an idle connection that went silent is replaced before a write', async () => {
      const careful = openMysql(proxy.url, { ...limits, connectTimeoutMs: 1500, pingAfterIdleMs: 0 });
      await careful.rows(read);
      proxy.freezeExisting();
      await careful.run('INSERT INTO notes (n) VALUES (1)');
      expect(await stored()).toEqual([1]);
      await careful.close();
    });

    test('a connection killed by the server is replaced', async () => {
      const [row] = await database.rows('SELECT CONNECTION_ID() AS id');
      await direct.run('KILL ?', [row?.['id'] ?? null]);
      expect(await database.rows(read)).toEqual([]);
    });

    test('a row locked by somebody else: locked, after a bounded number of attempts', async () => {
      await direct.run('INSERT INTO notes (n) VALUES (1)');
      const patient = openMysql(url, { statementTimeoutMs: 4000, transactionTimeoutMs: 15_000 });
      let runs = 0;
      await direct.session(async (holder) => {
        await holder.run('START TRANSACTION');
        await holder.run('UPDATE notes SET body = ?', ['held']);
        const work = patient.transaction(async (tx) => {
          runs++;
          await tx.run('UPDATE notes SET body = ?', ['wanted']);
        });
        await expect(work).rejects.toMatchObject({ code: 'locked' });
        expect(runs).toBe(2);
        await holder.run('ROLLBACK');
      });
      await patient.run('UPDATE notes SET body = ?', ['wanted']);
      expect(await direct.rows('SELECT body FROM notes')).toEqual([{ body: 'wanted' }]);
      await patient.close();
    });

    test('a deadlock that the work swallows is repeated all the same, and nothing is kept of the first run', async () => {
      await direct.run('INSERT INTO notes (n) VALUES (1), (2)');
      const pair = openMysql(url, { connections: 2 });
      let meeting = 0;
      let runs = 0;
      const cross = (first: number, second: number) =>
        pair.transaction(async (tx) => {
          runs++;
          const note = "UPDATE notes SET body = CONCAT(COALESCE(body, ''), 'x') WHERE n = ?";
          await tx.run(note, [first]);
          meeting++;
          while (meeting < 2) await new Promise((resolve) => setImmediate(resolve));
          await tx.run(note, [second]).catch(() => undefined);
        });
      await Promise.all([cross(1, 2), cross(2, 1)]);
      expect(runs).toBe(3);
      expect(await direct.rows('SELECT body FROM notes')).toEqual([{ body: 'xx' }, { body: 'xx' }]);
      await pair.close();
    });

    test.each([
      ['a wrong password', (target: URL) => (target.password = 'hidden')],
      ['an unknown database', (target: URL) => (target.pathname = '/hidden')],
      [
        'TLS where there is none, which must not fall back to plain text',
        (target: URL) => (target.search = '?ssl=true'),
      ],
    ])('%s: unavailable', async (_, change) => {
      const target = new URL(url);
      change(target);
      const refused = openMysql(target.href, limits);
      const error: unknown = await refused.rows('SELECT 1 AS one').catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'unavailable' });
      expect(String(error)).not.toContain('hidden');
      await refused.close();
    });

    test('a user and password with special characters', async () => {
      const [user, password] = ["o'brien@x", 'p@ss:/?#%&= "直'];
      await direct.run('CREATE USER ?@? IDENTIFIED BY ?', [user, '127.0.0.1', password]);
      await direct.run('GRANT ALL ON *.* TO ?@?', [user, '127.0.0.1']);
      const target = new URL(url);
      target.username = encodeURIComponent(user);
      target.password = encodeURIComponent(password);
      const special = openMysql(target.href, limits);
      expect(await special.rows('SELECT CURRENT_USER() AS name')).toEqual([{ name: `${user}@127.0.0.1` }]);
      await special.close();
      await direct.run('DROP USER ?@?', [user, '127.0.0.1']);
    });

    test('the session is strict, exact and impatient whatever the server is set to', async () => {
      const [row] = await database.rows(
        'SELECT @@SESSION.sql_mode AS mode, @@SESSION.innodb_lock_wait_timeout AS seconds, @@SESSION.wait_timeout AS silence, @@SESSION.collation_connection AS collation',
      );
      expect(String(row?.['mode']).split(',').sort()).toEqual([
        'NO_ENGINE_SUBSTITUTION',
        'ONLY_FULL_GROUP_BY',
        'STRICT_ALL_TABLES',
      ]);
      expect(row).toMatchObject({ seconds: 1, silence: 60, collation: 'utf8mb4_bin' });
    });

    describe('the end of a process that does not close', () => {
      let reader: ChildProgram;
      beforeAll(() => {
        reader = childProgram('mysqlReader.ts');
      });
      afterAll(() => reader.remove());

      test('is not held up by the connection', async () => {
        const child = reader.start(proxy.url);
        expect(await child.line()).toBe('[{"one":1}]');
        expect(await child.exit).toBe(0);
      });
    });
  });
}
