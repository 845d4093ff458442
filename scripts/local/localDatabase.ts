import type { MessagePort } from 'node:worker_threads';
import { openDatabase, type Database } from '../../shared/store/database';
import { openEmbedded } from '../../shared/store/embedded';
import { migrate } from '../../shared/store/migrate';
import { readMigrations } from '../../shared/store/readMigrations';
import { serveDatabase } from './embeddedHost';

/** The database of `npm start`. */
export interface LocalDatabase {
  /** What function instances are offered: the embedded engine; nothing when they connect to MySQL by themselves. */
  offer: { path: string; serve(port: MessagePort): void } | undefined;
  close(): Promise<void>;
}

// Altering a large table takes longer than a statement of a request may.
const statementTimeoutMs = 600_000;

/**
 * Opens DATABASE_URL and applies the migrations.
 * @param url `sqlite:PATH`, whose file this process then owns, or `mysql://...`
 * @param schema the folder of the migrations
 * @throws Error that names DATABASE_URL or DATA_DIR when the database cannot be had
 */
export async function openLocalDatabase(url: string, schema: string): Promise<LocalDatabase> {
  const path = /^sqlite:(.+)$/.exec(url)?.[1];
  const database = path === undefined ? openDatabase(url, { statementTimeoutMs }) : openEmbedded(path);
  try {
    await migrate(database, readMigrations(schema));
  } catch (error) {
    await database.close();
    throw new Error(
      `the database of DATABASE_URL: ${error instanceof Error ? error.message : String(error)}`,
      {
        cause: error,
      },
    );
  }
  if (path !== undefined) return embedded(path, database);
  await database.close();
  return { offer: undefined, close: async () => undefined };
}

function embedded(path: string, database: Database): LocalDatabase {
  return {
    offer: { path, serve: (port) => serveDatabase(database, port) },
    close: () => database.close(),
  };
}
