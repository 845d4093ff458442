import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import type { Database } from '../../shared/store/database';
import { openEmbedded, type EmbeddedOptions } from '../../shared/store/embedded';
import { migrate } from '../../shared/store/migrate';
import { openMysql, type MysqlOptions } from '../../shared/store/mysql';
import { readMigrations } from '../../shared/store/readMigrations';
import { serversVariable } from './globalSetup';
import type { Server } from './launch';

/** An engine that this run has, for describe.each. */
export interface Engine {
  name: string;
  /** A database of its own, with the tables of schema/. */
  open: (options?: EngineOptions) => Promise<Database>;
  /** A database of its own, without tables. */
  openEmpty: (options?: EngineOptions) => Promise<Database>;
  /** The URL of a new database without tables: mysql://... or sqlite:PATH. */
  freshUrl: () => Promise<string>;
}

export type EngineOptions = MysqlOptions & EmbeddedOptions;

const schema = join(__dirname, '..', '..', 'schema');

/**
 * Every engine of this run. To be called at the top of a test file: what was opened is closed, and every database
 * removed, when the file's tests have ended.
 */
export function engines(): Engine[] {
  const opened: Database[] = [];
  const removals: (() => Promise<void>)[] = [];
  afterAll(async () => {
    for (const database of opened) await database.close();
    for (const remove of removals) await remove();
  });

  const engine = (name: string, make: Make): Engine => {
    const freshUrl = async () => {
      const made = await make();
      removals.push(() => made.remove());
      return made.url;
    };
    const openEmpty = async (options: EngineOptions = {}) => {
      const database = openUrl(await freshUrl(), options);
      opened.push(database);
      return database;
    };
    const open = async (options: EngineOptions = {}) => {
      const database = await openEmpty(options);
      await migrate(database, readMigrations(schema));
      return database;
    };
    return { name, open, openEmpty, freshUrl };
  };
  return [
    engine('embedded', makeFile),
    ...servers().map((server) => engine(server.name, () => makeDatabase(server.url))),
  ];
}

/** The engines that are servers: for tests of the connection itself. */
export function mysqlEngines(): Engine[] {
  return engines().filter(({ name }) => name !== 'embedded');
}

/** Opens a URL of `freshUrl`. */
export function openUrl(url: string, options: EngineOptions = {}): Database {
  return url.startsWith('sqlite:')
    ? openEmbedded(url.slice('sqlite:'.length), options)
    : openMysql(url, options);
}

type Make = () => Promise<{ url: string; remove(): Promise<void> }>;

function servers(): Server[] {
  const list: unknown = JSON.parse(process.env[serversVariable] ?? '[]');
  return Array.isArray(list) ? list.filter(isServer) : [];
}

function isServer(value: unknown): value is Server {
  return (
    typeof value === 'object' && value !== null && 'name' in value && 'version' in value && 'url' in value
  );
}

const makeFile: Make = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'xiaozhibo-embedded-'));
  return {
    url: `sqlite:${join(folder, 'test.db')}`,
    remove: async () => rmSync(folder, { recursive: true, force: true }),
  };
};

async function makeDatabase(serverUrl: string): Promise<{ url: string; remove(): Promise<void> }> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  // Not the character set and collation that the tables need: they must say so themselves.
  await administer(serverUrl, `CREATE DATABASE ${name} CHARACTER SET latin1`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return { url: url.href, remove: () => administer(serverUrl, `DROP DATABASE ${name}`) };
}

async function administer(serverUrl: string, sql: string): Promise<void> {
  const connection = await createConnection({ uri: serverUrl, connectTimeout: 5000 });
  try {
    await connection.query(sql);
  } finally {
    connection.destroy();
  }
}
