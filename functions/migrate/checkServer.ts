import { text, type Database, type Queryable } from '../../shared/store/database';
import { fileName, pendingMigrations, type Migration } from '../../shared/store/migrate';

/** How the database is set up. */
export interface ServerCheck {
  /** E.g. `8.0.36` or `10.11.6-MariaDB`. */
  version: string;
  /** `ROW`, `MIXED` or `STATEMENT`; `none` where no binary log is written. */
  binlogFormat: string;
  /** Of the database, e.g. `utf8mb4`; each table says its own. */
  characterSet: string;
  collation: string;
  /** Whether the server speaks TLS, and this connection does. */
  tls: { offered: boolean; used: boolean };
  maxConnections: number;
  /** The migrations that it has had, and those of this code that it has not. */
  applied: string[];
  pending: string[];
  /** What of this does not fit: where there is any, nothing is migrated. */
  faults: ServerFault[];
}

export interface ServerFault {
  about: 'version' | 'binlogFormat';
  /** A sentence with what to do. */
  said: string;
}

/**
 * Looks at the server's settings and at the schema, and changes nothing.
 * @throws Error as pendingMigrations; DatabaseError when it cannot be reached
 */
export function checkServer(database: Database, migrations: readonly Migration[]): Promise<ServerCheck> {
  return database.session(async (connection) => {
    const [settings] = await connection.rows(
      `SELECT VERSION() AS version, IF(@@log_bin, @@global.binlog_format, 'none') AS binlog_format, CONCAT(@@max_connections) AS max_connections,
        @@character_set_database AS character_set, @@collation_database AS collation_name`,
    );
    if (settings === undefined) throw new Error('the server did not say how it is set up');
    const tls = {
      offered: /YES/.test(await variable(connection, "VARIABLES LIKE 'have_ssl'", 'YES')),
      used: (await variable(connection, "STATUS LIKE 'Ssl_cipher'", '')) !== '',
    };
    const pending = await pendingMigrations(connection, migrations);
    const found = {
      version: text(settings, 'version'),
      binlogFormat: text(settings, 'binlog_format'),
      characterSet: text(settings, 'character_set'),
      collation: text(settings, 'collation_name'),
      tls,
      maxConnections: Number(text(settings, 'max_connections')),
      applied: migrations.map(fileName).filter((file) => !pending.includes(file)),
      pending,
    };
    return { ...found, faults: faultsOf(found) };
  });
}

/** Servers differ in which variables they have; 8.4 has no `have_ssl`, and always speaks TLS. */
async function variable(connection: Queryable, what: string, without: string): Promise<string> {
  const [row] = await connection.rows(`SHOW ${what}`);
  return row === undefined ? without : String(row['Value'] ?? without);
}

function faultsOf({ version, binlogFormat }: Pick<ServerCheck, 'version' | 'binlogFormat'>): ServerFault[] {
  const faults: ServerFault[] = [];
  if (/^([0-4]|5\.[0-5])\./.test(version))
    faults.push({ about: 'version', said: `MySQL ${version} is too old: 5.6 or later is needed` });
  // Sessions are READ COMMITTED, for which InnoDB refuses to write a statement-based log (MySQL 5.7 manual, 13.3.6).
  if (binlogFormat === 'STATEMENT')
    faults.push({
      about: 'binlogFormat',
      said: 'binlog_format is STATEMENT, with which every write would fail: set it to ROW (TencentDB for MySQL console, database management, parameter settings)',
    });
  return faults;
}
