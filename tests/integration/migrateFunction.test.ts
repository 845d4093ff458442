import { makeMigrate } from '../../functions/migrate/handler';
import { migrations } from '../../functions/migrate/schema';
import { openDatabase, type Queryable } from '../../shared/store/database';
import { fileName } from '../../shared/store/migrate';
import { engines, mysqlEngines } from '../servers/engines';

// The function that the deployment calls inside the VPC. A database of its own for each test.

const files = migrations.map(fileName);
const lines: string[] = [];
const make = (open: Parameters<typeof makeMigrate>[1]['open'], given = migrations) =>
  makeMigrate((level, message, fields) => void lines.push(JSON.stringify({ level, message, ...fields })), {
    open,
    migrations: given,
    now: () => 1_700_000_000_000,
  });

afterEach(() => void lines.splice(0));

describe.each(engines())('on $name', ({ openEmpty }) => {
  test('applies what the database has not had, and says so', async () => {
    const database = await openEmpty();
    const open = () => ({ ...database, close: async () => undefined });
    expect(await make(open)({})).toEqual({ ok: true, applied: files });
    expect(await make(open)({}, { callbackWaitsForEmptyEventLoop: true })).toEqual({ ok: true, applied: [] });
    expect(lines).toHaveLength(files.length);
  });

  test('a failing migration is told with its file, and what came before it stays', async () => {
    const database = await openEmpty();
    const open = () => ({ ...database, close: async () => undefined });
    const broken = { version: migrations.length + 1, name: 'broken', sql: 'ALTER TABLE nowhere ADD a INT;' };
    expect(await make(open, [...migrations, broken])({})).toEqual({
      ok: false,
      error: expect.stringMatching(/^migration \d{4}_broken\.sql, statement 1: /),
    });
    expect(await make(open)({})).toEqual({ ok: true, applied: [] });
  });
});

describe.each(mysqlEngines())('the check of $name', ({ freshUrl }) => {
  test('tells how the server is set up and what is pending, and changes nothing', async () => {
    const url = await freshUrl();
    const main = make(() => openDatabase(url));
    const before = await main({ check: true });
    expect(before).toMatchObject({
      ok: true,
      check: {
        version: expect.stringMatching(/^\d+\.\d+\.\d+/),
        binlogFormat: expect.stringMatching(/^(ROW|MIXED|STATEMENT|none)$/),
        maxConnections: expect.any(Number),
        applied: [],
        pending: files,
        faults: [],
      },
    });
    expect(await main({ check: true })).toEqual(before);
    await main({});
    expect(await main({ check: true })).toMatchObject({ check: { applied: files, pending: [] } });
  });
});

test('a server whose log would refuse every write is told, and nothing is applied', async () => {
  const statements: string[] = [];
  const settings = {
    version: '8.0.36',
    binlog_format: 'STATEMENT',
    max_connections: '800',
    character_set: 'utf8mb4',
    collation_name: 'utf8mb4_bin',
  };
  const connection: Queryable = {
    rows: async (sql) => {
      statements.push(sql);
      if (sql.includes('VERSION()')) return [settings];
      return sql.includes('information_schema') ? [{ found: 0 }] : [];
    },
    run: async (sql) => {
      statements.push(sql);
      return { affectedRows: 0, insertId: 0 };
    },
  };
  const main = make(() => ({
    ...connection,
    engine: 'mysql',
    session: (work) => work(connection),
    transaction: (work) => work(connection),
    close: async () => undefined,
  }));
  expect(await main({})).toEqual({
    ok: false,
    error: expect.stringMatching(/^binlog_format is STATEMENT, .*: set it to ROW/),
  });
  expect(statements.filter((sql) => !/^S(ELECT|HOW)/.test(sql))).toEqual([]);
  settings.binlog_format = 'MIXED';
  expect(await main({ check: true })).toMatchObject({ ok: true, check: { faults: [] } });
});

test('a database that cannot be reached is told without its address and password', async () => {
  const password = 'thepassword';
  const outcome = await make(() => openDatabase(`mysql://app:${password}@127.0.0.1:1/live`))({});
  expect(outcome).toEqual({ ok: false, error: expect.stringMatching(/^no connection to the database/) });
  expect(JSON.stringify(outcome) + lines.join()).not.toContain(password);
});

test('what comes by HTTP is refused, and the database is not even opened', async () => {
  const main = make(() => {
    throw new Error('opened');
  });
  const event = {
    httpMethod: 'POST',
    path: '/migrate',
    headers: {},
    queryString: {},
    body: '{"check":true}',
  };
  expect(await main(event)).toMatchObject({ statusCode: 404 });
  expect(await main({ ...event, check: true })).toMatchObject({ statusCode: 404 });
});
