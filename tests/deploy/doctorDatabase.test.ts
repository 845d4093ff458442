import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { checkServer } from '../../functions/migrate/checkServer';
import { makeMigrate } from '../../functions/migrate/handler';
import { checkDatabase, serverFindings } from '../../scripts/doctor/database';
import type { Finding } from '../../scripts/findings';
import type { Database, Queryable } from '../../shared/store/database';
import { migrate } from '../../shared/store/migrate';
import { openMysql } from '../../shared/store/mysql';
import { readMigrations } from '../../shared/store/readMigrations';
import { mysqlEngines } from '../servers/engines';
import { openInsideDatabase, type InsideDatabase } from './deployment';

// What the doctor says of a database that it can reach, over real servers.

const migrations = readMigrations(join(__dirname, '..', '..', 'schema'));
const limitMs = 10_000;
const look = (url: string, imAdmin?: string): Promise<Finding[]> =>
  checkDatabase({ url, migrations, imAdmin }, limitMs);

const lines = (findings: readonly Finding[]): string[] =>
  findings.map(({ status, said }) => `${status}: ${said.en}`);

for (const engine of mysqlEngines()) {
  describe(engine.name, () => {
    let database: InsideDatabase;
    /** As the user with rights on this database only. */
    let url: string;

    beforeAll(async () => {
      database = await openInsideDatabase(engine);
      const reached = new URL(database.directUrl);
      const given = new URL(database.url);
      reached.username = given.username;
      reached.password = given.password;
      url = reached.href;
    });
    afterAll(() => database.close());

    async function asRoot(statement: string, values: unknown[] = []): Promise<void> {
      const connection = await createConnection({ uri: database.directUrl });
      try {
        await connection.query(statement, values);
      } finally {
        connection.destroy();
      }
    }

    test('version, binary log and rights are well; every migration is to come, and none is made', async () => {
      const found = lines(await look(url));
      expect(found).toContainEqual(expect.stringMatching(/^ok: reached; version \d/));
      expect(found).toContainEqual(expect.stringMatching(/^ok: binlog_format /));
      expect(found).toContainEqual('ok: the user has the privileges it needs');
      expect(found).toContainEqual(
        expect.stringContaining(
          `note: ${migrations.length} migration(s) to come, the deployment applies them: 0001_`,
        ),
      );
      expect(lines(await look(url))).toEqual(found);
      expect(found.join()).not.toContain(database.password);
    });

    test('the character set of the database', async () => {
      const name = new URL(url).pathname.slice(1);
      await asRoot(`ALTER DATABASE \`${name}\` CHARACTER SET latin1`);
      expect(lines(await look(url))).toContainEqual(
        expect.stringMatching(/^warning: .*character set is latin1/),
      );
      await asRoot(`ALTER DATABASE \`${name}\` CHARACTER SET utf8mb4`);
      expect(lines(await look(url))).toContainEqual('ok: character set utf8mb4');
    });

    test('what was migrated, and accounts whose names are reserved now', async () => {
      const open = openMysql(url, { statementTimeoutMs: limitMs });
      try {
        await migrate(open, migrations);
        for (const id of ['alice', 'Admin', 'boss', 'visitor_1'])
          await open.run('INSERT INTO accounts (user_id, created_at) VALUES (?, 0)', [id]);
      } finally {
        await open.close();
      }
      const found = lines(await look(url, 'Boss'));
      expect(found).toContainEqual('ok: all migrations are applied');
      expect(found).toContainEqual(
        expect.stringMatching(
          /^warning: accounts with reserved names: Admin, boss, visitor_1\..*account\/delete/,
        ),
      );
      await asRoot('UPDATE schema_migrations SET checksum = ? WHERE version = 1', ['changed']);
      expect(lines(await look(url))).toContainEqual(
        expect.stringMatching(/^wrong: migration 0001_\w+\.sql was changed/),
      );
    });

    test('a wrong password, a database that is not there, and a user who may do everything', async () => {
      const wrong = new URL(url);
      wrong.password = 'a-wrong-password';
      const [refused] = lines(await look(wrong.href));
      expect(refused).toMatch(/^wrong: user or password is wrong\. Where to find it/);
      expect(refused).not.toContain('a-wrong-password');
      const absent = new URL(database.directUrl);
      absent.pathname = '/no_such_database';
      expect(lines(await look(absent.href))).toEqual([
        expect.stringMatching(/^wrong: there is no such database/),
      ]);
      expect(lines(await look(database.directUrl))).toContainEqual(
        expect.stringMatching(/^warning: the user may do everything/),
      );
    });

    test('a user without the right to make tables', async () => {
      const [name, user] = [new URL(url).pathname.slice(1), new URL(url).username];
      for (const host of ['127.0.0.1', 'localhost']) {
        await asRoot(`REVOKE ALL ON \`${name}\`.* FROM ?@?`, [user, host]);
        await asRoot(`GRANT SELECT, INSERT, UPDATE, DELETE ON \`${name}\`.* TO ?@?`, [user, host]);
      }
      expect(lines(await look(url))).toContainEqual(
        expect.stringMatching(/^wrong: the user lacks CREATE, ALTER, INDEX, DROP on the database/),
      );
      for (const host of ['127.0.0.1', 'localhost'])
        await asRoot(`REVOKE SELECT ON \`${name}\`.* FROM ?@?`, [user, host]);
      // What cannot be read is told, and what can be is still looked at.
      expect(lines(await look(url))).toEqual([
        expect.stringMatching(/^warning: server and schema could not be looked at: /),
        expect.stringMatching(/^wrong: the user lacks SELECT, CREATE, /),
        expect.stringMatching(/^warning: accounts could not be looked at: /),
      ]);
    });
  });
}

test('a server that nothing listens for is a warning, because the functions may reach it', async () => {
  const [found] = lines(await look('mysql://app:some-password@127.0.0.1:1/live'));
  expect(found).toMatch(/^warning: cannot be reached from here: .*ECONNREFUSED.*from inside the VPC/);
  expect(found).not.toContain('some-password');
});

/** A server that says of itself only this, and answers no further question. */
function serverOf(version: string, binlog_format: string): Database {
  const settings = {
    version,
    binlog_format,
    max_connections: '800',
    character_set: 'utf8mb4',
    collation_name: 'utf8mb4_bin',
  };
  const connection: Queryable = {
    rows: async (sql) => {
      if (sql.includes('VERSION()')) return [settings];
      return sql.includes('information_schema') ? [{ found: 0 }] : [];
    },
    run: async () => {
      throw new Error('it is only looked at');
    },
  };
  return {
    ...connection,
    engine: 'mysql',
    session: (work) => work(connection),
    transaction: (work) => work(connection),
    close: async () => undefined,
  };
}

describe('what is wrong is what the migration function refuses', () => {
  const servers: [version: string, format: string, refused: number][] = [
    ['5.5.68', 'ROW', 1],
    ['4.1.22', 'STATEMENT', 2],
    ['5.6.51', 'STATEMENT', 1],
    ['5.6.51', 'none', 0],
    ['8.0.36', 'MIXED', 0],
    ['10.11.6-MariaDB', 'ROW', 0],
  ];
  test.each(servers)('MySQL %s, binlog_format %s', async (version, format, refused) => {
    const open = (): Database => serverOf(version, format);
    const wrong = serverFindings(await checkServer(open(), migrations)).filter(
      ({ status }) => status === 'wrong',
    );
    expect(wrong).toHaveLength(refused);
    const outcome = await makeMigrate(() => undefined, { open, migrations, now: () => 0 })({});
    const refusal = wrong.map(({ said }) => said.en).join('; ');
    if (refused > 0) expect(outcome).toEqual({ ok: false, error: refusal });
    else expect(outcome).not.toMatchObject({ error: expect.stringMatching(/too old|binlog_format/) });
  });
});
