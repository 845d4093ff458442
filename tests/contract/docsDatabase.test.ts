import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createConnection } from 'mysql2/promise';
import { openDatabase, type Database } from '../../shared/store/database';
import { migrate } from '../../shared/store/migrate';
import { readMigrations } from '../../shared/store/readMigrations';
import { makeBackend } from '../backend';
import { mysqlEngines } from '../servers/engines';

const [, sql = ''] = /```sql\n([\s\S]*?)```/.exec(readFileSync('docs/deploy.md', 'utf8')) ?? [];

describe.each(mysqlEngines())('the database as docs/deploy.md makes it, on $name', ({ freshUrl }) => {
  const user = `docs_${randomBytes(4).toString('hex')}`;
  const name = `${user}_db`;
  let administer: (statements: readonly string[]) => Promise<void>;
  let database: Database;

  beforeAll(async () => {
    const whole = await freshUrl();
    administer = async (statements) => {
      const connection = await createConnection({ uri: whole, connectTimeout: 5_000 });
      try {
        for (const statement of statements) await connection.query(statement);
      } finally {
        connection.destroy();
      }
    };
    // The servers of the tests have accounts of nobody on these hosts, which come before '%'.
    const statements = ['127.0.0.1', 'localhost'].flatMap((host) =>
      sql
        .split(';')
        .map((statement) => statement.trim())
        .filter((statement) => statement !== '')
        .map((statement) =>
          statement
            .replace("'xiaozhibo'", `'${user}'`)
            .replace("'%'", `'${host}'`)
            .replace('a long random password', user)
            .replace(/\bxiaozhibo\b/, name)
            .replace('CREATE DATABASE', 'CREATE DATABASE IF NOT EXISTS'),
        ),
    );
    await administer(statements);
    const direct = new URL(whole);
    direct.username = user;
    direct.password = user;
    direct.pathname = `/${name}`;
    database = openDatabase(direct.href);
  });

  afterAll(async () => {
    await database.close();
    await administer([
      `DROP DATABASE ${name}`,
      ...['127.0.0.1', 'localhost'].map((host) => `DROP USER '${user}'@'${host}'`),
    ]);
  });

  test('takes every migration and serves, with the rights it names', async () => {
    const migrations = readMigrations('schema');
    expect(await migrate(database, migrations, { now: () => Date.now() })).toHaveLength(migrations.length);
    const backend = makeBackend(database);
    expect(await backend.ask('getPushUrl', { as: 'host', body: { title: 'First' } })).toMatchObject({
      status: 200,
    });
    expect((await backend.timer()).failed).toEqual([]);
  });
});
