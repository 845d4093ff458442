import { isIP, Socket } from 'node:net';
import { createPool, type Pool, type PoolConnection, type SslOptions } from 'mysql2';
import { timeLeft } from '../deadline';
import type { Database, Queryable, Row, SqlValue } from './database';
import { DatabaseError } from './databaseError';
import { alterationError, attemptsWorthwhile, mysqlError, transactionIsGone, wasLost } from './mysqlError';
import { checkedParams } from './parameters';
import { refuseLate, withinLimit } from './timeLimit';
import { insideScope, refuseInside } from './transactionScope';

/** Limits in milliseconds. Where a request has a deadline (shared/deadline.ts), whatever comes first holds. */
export interface MysqlOptions {
  /** Connections at most; 1, because one SCF instance serves one request at a time. */
  connections?: number;
  /** For waiting for a free connection, connecting and preparing it, together; 1500. */
  connectTimeoutMs?: number;
  /** For the answer to one statement; 2000. */
  statementTimeoutMs?: number;
  /** For a whole transaction with its retries; 5000. */
  transactionTimeoutMs?: number;
  /** A connection unused for so long is asked for a sign of life before it is used; 10000. */
  pingAfterIdleMs?: number;
}

type Limits = Required<MysqlOptions>;

const defaultLimits: Limits = {
  connections: 1,
  connectTimeoutMs: 1500,
  statementTimeoutMs: 2000,
  transactionTimeoutMs: 5000,
  pingAfterIdleMs: 10_000,
};

const pingTimeoutMs = 500;

// The mode is set whole, so that no server setting can switch strictness off or
// the meaning of a backslash or quote around. The lock wait (whole seconds) stays below the statement's limit:
// the server's own error leaves the connection usable. A session that says nothing for a minute ends: of an instance
// that is frozen for good, the server would otherwise keep the locks for hours.
const sessionSetup =
  "SET NAMES utf8mb4 COLLATE utf8mb4_bin, SESSION sql_mode = 'STRICT_ALL_TABLES,ONLY_FULL_GROUP_BY,NO_ENGINE_SUBSTITUTION', SESSION innodb_lock_wait_timeout = 1, SESSION wait_timeout = 60";

// Many transactions look first and lock then. At the default level the first look would fix what every later one sees,
// however long the lock was waited for; at this one each statement sees what is committed. It is a statement of its own
// because the variable's name differs between MySQL and MariaDB.
const isolation = 'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED';

const urlForm = 'mysql://user:password@host:3306/database';

interface Address {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
  tls: boolean;
}

/**
 * Takes `mysql://user:password@host[:port]/database[?ssl=true]` apart; user, password and database may be
 * percent-encoded.
 *
 * @throws DatabaseError `other`, naming DATABASE_URL and the form expected, never the value
 */
export function parseMysqlUrl(url: string): Address {
  const malformed = (fault: string) =>
    new DatabaseError(
      'other',
      `DATABASE_URL ${fault}; expected ${urlForm}, special characters percent-encoded, ?ssl=true for TLS`,
    );
  let parsed: URL;
  let address: Address;
  try {
    parsed = new URL(url);
    address = {
      host: decodeURIComponent(parsed.hostname.replace(/^\[(.*)\]$/, '$1')),
      port: parsed.port === '' ? 3306 : Number(parsed.port),
      user: decodeURIComponent(parsed.username),
      password: decodeURIComponent(parsed.password),
      database: decodeURIComponent(parsed.pathname.slice(1)),
      tls: parsed.searchParams.get('ssl') === 'true',
    };
  } catch {
    // The original error quotes the URL.
    throw malformed('cannot be read');
  }
  if (parsed.protocol !== 'mysql:') throw malformed('has another scheme');
  if (address.host === '') throw malformed('names no host');
  if (address.port === 0) throw malformed('has port 0');
  if (address.user === '') throw malformed('names no user');
  if (address.database === '') throw malformed('names no database');
  if (/[/@:\0]/.test(address.database) || parsed.hash !== '') {
    throw malformed('has a special character that is not percent-encoded');
  }
  for (const [name, value] of parsed.searchParams) {
    if (name !== 'ssl') throw malformed('has an unknown option');
    if (value !== 'true' && value !== 'false') throw malformed('has an ssl option other than true or false');
  }
  return address;
}

/**
 * MySQL 5.6 to 8.0, TDSQL-C or MariaDB behind a pool. Connects with the first statement. Every call ends within
 * its limits and before the deadline of the request it is for, after which nothing is begun any more and no transaction
 * is left open. A connection whose answer did not come in time is destroyed, never used again. Sockets do not keep the
 * process alive.
 *
 * @throws DatabaseError `other` for a malformed URL
 */
export function openMysql(url: string, options: MysqlOptions = {}): Database {
  const limits: Limits = { ...defaultLimits, ...options };
  const connections = openConnections(parseMysqlUrl(url), limits);
  let closing: Promise<void> | undefined;

  /** When something that may take `milliseconds` must have ended. */
  const within = (milliseconds: number) => now() + Math.min(milliseconds, timeLeft());
  /** The same for one statement: connecting and answering. */
  const statementDeadline = () => within(limits.connectTimeoutMs + limits.statementTimeoutMs);

  /** Sends the first statement on a connection. A connection found dead by it is replaced when `repeatable`. */
  async function sendFirst(
    sql: string,
    params: readonly SqlValue[],
    repeatable: boolean,
    deadline: number,
  ): Promise<{ connection: PoolConnection; result: unknown }> {
    for (;;) {
      const { connection, reused } = await connections.acquire(deadline);
      try {
        const limit = Math.min(limits.statementTimeoutMs, deadline - now());
        return { connection, result: await sendWhole(connection, sql, params, limit) };
      } catch (error) {
        connections.giveBack(connection, error);
        if (!(repeatable && reused && wasLost(error))) throw error;
      }
    }
  }

  async function single(sql: string, params: readonly SqlValue[], repeatable: boolean): Promise<unknown> {
    refuseInside(database);
    refuseLate();
    const checked = checkedParams(params);
    try {
      const { connection, result } = await sendFirst(sql, checked, repeatable, statementDeadline());
      connections.giveBack(connection);
      return result;
    } catch (error) {
      throw mysqlError(error, sql);
    }
  }

  async function attempt<T>(work: (tx: Queryable) => Promise<T>, deadline: number): Promise<T> {
    const begin = 'START TRANSACTION';
    let connection: PoolConnection;
    try {
      ({ connection } = await sendFirst(begin, [], true, Math.min(statementDeadline(), deadline)));
    } catch (error) {
      throw mysqlError(error, begin);
    }
    const pinned = pin(connection, limits.statementTimeoutMs, deadline);
    let broken: unknown;
    try {
      return await withinLimit(deadline - now(), 'the transaction', async () => {
        const result = await insideScope(database, () => work(pinned));
        await pinned.finish('COMMIT');
        return result;
      });
    } catch (error) {
      broken = await rollBack(pinned, error);
      throw error;
    } finally {
      pinned.end('used after its transaction ended');
      connections.giveBack(connection, broken);
    }
  }

  const database: Database = {
    engine: 'mysql',

    async rows(sql, params = []) {
      return asRows(await single(sql, params, /^\s*SELECT\b/i.test(sql)), sql);
    },

    async run(sql, params = []) {
      return asHeader(await single(sql, params, false), sql);
    },

    async transaction(work) {
      refuseInside(database);
      refuseLate();
      const deadline = within(limits.transactionTimeoutMs);
      for (let count = 1; ; count++) {
        try {
          return await attempt(work, deadline);
        } catch (error) {
          if (count >= attemptsWorthwhile(error) || now() >= deadline) throw error;
        }
      }
    },

    async session(work) {
      refuseInside(database);
      refuseLate();
      const deadline = within(Infinity);
      const { connection } = await connections.acquire(statementDeadline());
      const pinned = pin(connection, limits.statementTimeoutMs, deadline);
      try {
        return await withinLimit(deadline - now(), 'the session', () =>
          insideScope(database, () => work(pinned)),
        );
      } finally {
        // Ends with the connection, so that no lock or setting of the session outlives it.
        pinned.end('used after its session ended');
        connections.discard(connection);
      }
    },

    close() {
      closing ??= connections.close();
      return closing;
    },
  };
  return database;
}

/**
 * The certificate must be signed by a root that Node knows (NODE_EXTRA_CA_CERTS adds one, such as the database
 * service's own) and, for a host given by name, issued to that name.
 */
function tlsOf(address: Address): SslOptions {
  return { minVersion: 'TLSv1.2', rejectUnauthorized: true, verifyIdentity: isIP(address.host) === 0 };
}

/** The pool: hands out connections that are prepared and alive, takes them back, and closes. */
function openConnections(address: Address, limits: Limits) {
  const pool = createPool({
    host: address.host,
    port: address.port,
    user: address.user,
    password: address.password,
    database: address.database,
    connectionLimit: limits.connections,
    connectTimeout: limits.connectTimeoutMs,
    charset: 'utf8mb4_bin',
    decimalNumbers: true,
    supportBigNumbers: true,
    dateStrings: true,
    trace: false,
    flags: ['-LOCAL_FILES'],
    ...(address.tls ? { ssl: tlsOf(address) } : {}),
  });
  const alive = new Set<PoolConnection>();
  const lastUsed = new WeakMap<PoolConnection, number>();

  pool.on('connection', (connection: PoolConnection) => {
    alive.add(connection);
    // The statement in progress reports the error; without a listener it would end the process.
    connection.on('error', () => alive.delete(connection));
    connection.on('end', () => alive.delete(connection));
    // A frozen SCF instance must not be kept busy by an idle socket; a statement in progress has its timer.
    socketOf(connection)?.unref();
  });

  function discard(connection: PoolConnection): void {
    alive.delete(connection);
    connection.destroy();
    // destroy() only says goodbye; a peer that does not answer would leave the socket open.
    socketOf(connection)?.destroy();
  }

  return {
    discard,

    /** A connection that is prepared and, as far as can be known, alive. Ends by `deadline`. */
    async acquire(deadline: number): Promise<{ connection: PoolConnection; reused: boolean }> {
      const waitUntil = Math.min(deadline, now() + limits.connectTimeoutMs);
      for (;;) {
        const connection = await fromPool(pool, waitUntil - now()).catch((error: unknown) => {
          throw mysqlError(error);
        });
        const used = lastUsed.get(connection);
        try {
          if (used === undefined) {
            await send(connection, sessionSetup, [], waitUntil - now());
            await send(connection, isolation, [], waitUntil - now());
          } else if (Date.now() - used >= limits.pingAfterIdleMs) {
            await send(connection, 'DO 1', [], Math.min(pingTimeoutMs, waitUntil - now()));
          }
          return { connection, reused: used !== undefined };
        } catch (error) {
          discard(connection);
          if (used === undefined) throw mysqlError(error);
        }
      }
    },

    /** Puts a connection back, unless `error` says that its state is not known. */
    giveBack(connection: PoolConnection, error?: unknown): void {
      if (error !== undefined && !leavesConnectionUsable(error)) return discard(connection);
      // By the wall clock, which also passes while an SCF instance is frozen.
      lastUsed.set(connection, Date.now());
      connection.release();
    },

    async close(): Promise<void> {
      try {
        await withinLimit(
          1000,
          'closing',
          () =>
            new Promise<void>((resolve, reject) => pool.end((error) => (error ? reject(error) : resolve()))),
        );
      } catch {
        // Nothing more is expected of these connections.
      }
      for (const connection of alive) discard(connection);
    },
  };
}

type Pinned = Queryable & { finish(sql: 'COMMIT' | 'ROLLBACK'): Promise<void>; end(reason: string): void };

/** Statements on one connection. Once a failure has ended its transaction, every further statement fails alike. */
function pin(connection: PoolConnection, statementTimeoutMs: number, deadline: number): Pinned {
  let failure: DatabaseError | undefined;

  async function step(sql: string, params: readonly SqlValue[]): Promise<unknown> {
    if (failure) throw failure;
    const checked = checkedParams(params);
    try {
      return await sendWhole(connection, sql, checked, Math.min(statementTimeoutMs, deadline - now()));
    } catch (error) {
      const mapped = mysqlError(error, sql);
      // After a deadlock the server would run what follows outside any transaction.
      if (transactionIsGone(mapped)) failure ??= mapped;
      throw mapped;
    }
  }

  return {
    rows: async (sql, params = []) => asRows(await step(sql, params), sql),
    run: async (sql, params = []) => asHeader(await step(sql, params), sql),
    async finish(sql) {
      if (sql === 'ROLLBACK') failure = undefined;
      await step(sql, []);
    },
    end(reason) {
      failure = new DatabaseError('other', reason);
    },
  };
}

/** Rolls back. Resolves to what makes the connection unusable, or to undefined. */
async function rollBack(pinned: Pinned, error: unknown): Promise<unknown> {
  if (error instanceof DatabaseError && (error.code === 'timeout' || error.code === 'unavailable'))
    return error;
  try {
    await pinned.finish('ROLLBACK');
    return undefined;
  } catch (rollbackError) {
    return rollbackError;
  }
}

/** Sends one statement by the text protocol, not at all when no time is left. When `limitMs` passes, the connection is destroyed. */
function send(
  connection: PoolConnection,
  sql: string,
  params: readonly SqlValue[],
  limitMs: number,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    if (limitMs <= 0) return reject(new DatabaseError('timeout', 'no time was left for the statement'));
    const timer = setTimeout(() => {
      connection.destroy();
      socketOf(connection)?.destroy();
      reject(new DatabaseError('timeout', `no answer from the database within ${Math.ceil(limitMs)} ms`));
    }, limitMs);
    connection.query(sql, [...params], (error, result) => {
      clearTimeout(timer);
      if (error) reject(error);
      else resolve(result);
    });
  });
}

/**
 * As `send`, but INSERT IGNORE passes over rows that are there already and over nothing else: where MySQL would cut
 * a value, or put 0 or '' for NULL, this is the error that a plain INSERT gives. A transaction then keeps nothing.
 */
async function sendWhole(
  connection: PoolConnection,
  sql: string,
  params: readonly SqlValue[],
  limitMs: number,
): Promise<unknown> {
  const endsAt = now() + limitMs;
  const result = await send(connection, sql, params, limitMs);
  if (!/^\s*INSERT\s+IGNORE\b/i.test(sql) || !hasWarnings(result)) return result;
  const warnings = await send(connection, 'SHOW WARNINGS', [], endsAt - now());
  for (const warning of asRows(warnings, 'SHOW WARNINGS')) {
    const error = alterationError(warning['Code'], sql);
    if (error) throw error;
  }
  return result;
}

function hasWarnings(result: unknown): boolean {
  return (
    typeof result === 'object' && result !== null && 'warningStatus' in result && result.warningStatus !== 0
  );
}

function fromPool(pool: Pool, limitMs: number): Promise<PoolConnection> {
  return new Promise((resolve, reject) => {
    let expired = false;
    const timer = setTimeout(
      () => {
        expired = true;
        reject(new DatabaseError('timeout', 'no database connection became free in time'));
      },
      Math.max(1, limitMs),
    );
    pool.getConnection((error, connection) => {
      clearTimeout(timer);
      if (error) reject(error);
      else if (expired) connection.release();
      else resolve(connection);
    });
  });
}

/** An error that the server answered with leaves the protocol in step; anything else does not. */
function leavesConnectionUsable(error: unknown): boolean {
  const mapped = mysqlError(error);
  return mapped.code !== 'timeout' && mapped.code !== 'unavailable';
}

function socketOf(connection: PoolConnection): Socket | undefined {
  const stream: unknown = Reflect.get(connection, 'stream');
  return stream instanceof Socket ? stream : undefined;
}

function isRows(result: unknown): result is Row[] {
  return Array.isArray(result);
}

function asRows(result: unknown, sql: string): Row[] {
  if (!isRows(result)) throw mysqlError(new Error('rows() needs a statement that answers with rows'), sql);
  return result;
}

function asHeader(result: unknown, sql: string): { affectedRows: number; insertId: number } {
  if (typeof result === 'object' && result !== null && 'affectedRows' in result && 'insertId' in result) {
    return { affectedRows: Number(result.affectedRows), insertId: Number(result.insertId) };
  }
  throw mysqlError(new Error('run() is not for statements that answer with rows'), sql);
}

function now(): number {
  return performance.now();
}
