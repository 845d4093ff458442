import { createHash } from 'node:crypto';
import { int, text, type Database, type Queryable } from './database';
import { DatabaseError } from './databaseError';
import { splitStatements } from './sqlTokens';

/** One file of schema/: `0001_broadcasts.sql` is version 1, name `broadcasts`. */
export interface Migration {
  version: number;
  name: string;
  sql: string;
}

export interface MigrateOptions {
  /** Epoch milliseconds. */
  now?: () => number;
  /** How long to wait for another runner; 60 seconds. */
  lockSeconds?: number;
  /** Called with the file name after each migration that was applied. */
  onApplied?: (file: string) => void;
}

interface Applied {
  version: number;
  name: string;
  checksum: string;
}

const createHistory = `CREATE TABLE IF NOT EXISTS schema_migrations (
  version    INT          NOT NULL,
  name       VARCHAR(100) NOT NULL,
  checksum   VARCHAR(64)  NOT NULL,
  applied_at BIGINT       NOT NULL,
  PRIMARY KEY (version)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`;

// Locks belong to the server, not to the database, and have names of at most 64 characters.
const lockName = "LEFT(CONCAT('migrate ', DATABASE()), 64)";

/**
 * Applies the migrations that the database has not had, in order, and records each with its checksum. Of several
 * runners at once, one works and the others wait. A migration that failed half-way is run again from its start,
 * so its statements must bear that (CREATE TABLE IF NOT EXISTS).
 *
 * @returns the file names applied now, in order
 * @throws Error naming the file and what to do, for a changed, missing, doubled or failing migration
 * @throws DatabaseError when the database cannot be reached, or another runner does not end
 */
export async function migrate(
  database: Database,
  migrations: readonly Migration[],
  options: MigrateOptions = {},
): Promise<string[]> {
  const { now = Date.now, lockSeconds = 60, onApplied = () => undefined } = options;
  migrations.forEach(checkPlace);
  return database.session(async (connection) => {
    await lock(connection, lockSeconds);
    try {
      await connection.run(createHistory);
      const done = await appliedTo(connection);
      done.forEach((applied, index) => checkUnchanged(applied, migrations[index]));
      const names: string[] = [];
      for (const migration of migrations.slice(done.length)) {
        await apply(connection, migration, now());
        names.push(fileName(migration));
        onApplied(fileName(migration));
      }
      return names;
    } finally {
      await unlock(connection);
    }
  });
}

/**
 * The file names of the migrations that the database has not had. Only reads.
 * @throws Error as {@link migrate}, for a changed, missing or doubled one
 */
export async function pendingMigrations(
  connection: Queryable,
  migrations: readonly Migration[],
): Promise<string[]> {
  migrations.forEach(checkPlace);
  const [history] = await connection.rows(
    "SELECT COUNT(*) AS found FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'schema_migrations'",
  );
  const done = history?.['found'] === 0 ? [] : await appliedTo(connection);
  done.forEach((applied, index) => checkUnchanged(applied, migrations[index]));
  return migrations.slice(done.length).map(fileName);
}

/** `0001_broadcasts.sql` */
export function fileName({ version, name }: Pick<Migration, 'version' | 'name'>): string {
  return `${String(version).padStart(4, '0')}_${name}.sql`;
}

function checkPlace(migration: Migration, index: number): void {
  if (migration.version === index + 1) return;
  throw new Error(
    `migration ${fileName(migration)} stands where number ${index + 1} belongs: numbers go up by one from 0001`,
  );
}

function checkUnchanged(applied: Applied, migration: Migration | undefined): void {
  const file = fileName(applied);
  if (!migration)
    throw new Error(`the database has migration ${file}, which is not among the files: newer code made it`);
  if (applied.version !== migration.version) {
    throw new Error(`the database lacks migration ${fileName(migration)} but has ${file}`);
  }
  if (applied.checksum !== checksum(migration.sql)) {
    throw new Error(
      `migration ${fileName(migration)} was changed after it was applied: restore it and add a new file`,
    );
  }
}

/** SHA-256 of the text with LF line ends, so that a checkout on Windows has the same. */
function checksum(sql: string): string {
  return createHash('sha256').update(sql.replaceAll('\r\n', '\n')).digest('hex');
}

async function appliedTo(connection: Queryable): Promise<Applied[]> {
  const rows = await connection.rows(
    'SELECT version, name, checksum FROM schema_migrations ORDER BY version',
  );
  return rows.map((row) => ({
    version: int(row, 'version'),
    name: text(row, 'name'),
    checksum: text(row, 'checksum'),
  }));
}

async function apply(connection: Queryable, migration: Migration, appliedAt: number): Promise<void> {
  const file = fileName(migration);
  for (const [index, statement] of statementsOf(migration).entries()) {
    try {
      await connection.run(statement);
    } catch (error) {
      throw new Error(`migration ${file}, statement ${index + 1}: ${reasonOf(error)}`, { cause: error });
    }
  }
  await connection.run(
    'INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES (?, ?, ?, ?)',
    [migration.version, migration.name, checksum(migration.sql), appliedAt],
  );
}

function statementsOf(migration: Migration): string[] {
  try {
    return splitStatements(migration.sql);
  } catch (error) {
    throw new Error(`migration ${fileName(migration)}: ${reasonOf(error)}`, { cause: error });
  }
}

/** The database's own words: a migration has no parameters that they could give away. */
function reasonOf(error: unknown): string {
  if (error instanceof DatabaseError && error.cause instanceof Error) return error.cause.message;
  return error instanceof Error ? error.message : String(error);
}

/** Asks each second anew, so that every statement stays within its own time limit. */
async function lock(connection: Queryable, seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    const [row] = await connection.rows(`SELECT GET_LOCK(${lockName}, 1) AS locked`);
    if (row?.['locked'] === 1) return;
  }
  throw new DatabaseError(
    'locked',
    `another migration has been running for ${seconds} s; try again when it has ended`,
  );
}

async function unlock(connection: Queryable): Promise<void> {
  try {
    await connection.rows(`SELECT RELEASE_LOCK(${lockName}) AS released`);
  } catch {
    // The connection is gone and its lock with it; what went wrong before is the error to report.
  }
}
