import { DatabaseError, statementLine, type DatabaseErrorCode } from './databaseError';

// Numbers from MySQL's and MariaDB's server error references.
const codeOfNumber = new Map<number, DatabaseErrorCode>([
  [1062, 'duplicate'], // ER_DUP_ENTRY
  [1169, 'duplicate'], // ER_DUP_UNIQUE
  [1586, 'duplicate'], // ER_DUP_ENTRY_WITH_KEY_NAME
  [1406, 'tooLong'], // ER_DATA_TOO_LONG
  [1264, 'tooLong'], // ER_WARN_DATA_OUT_OF_RANGE
  [1690, 'tooLong'], // ER_DATA_OUT_OF_RANGE
  [1048, 'null'], // ER_BAD_NULL_ERROR
  [1364, 'null'], // ER_NO_DEFAULT_FOR_FIELD
  [1213, 'locked'], // ER_LOCK_DEADLOCK
  [1205, 'locked'], // ER_LOCK_WAIT_TIMEOUT
  [1020, 'locked'], // ER_CHECKREAD: MariaDB, another transaction changed the row since it was read
  [3024, 'timeout'], // ER_QUERY_TIMEOUT
  [1969, 'timeout'], // ER_STATEMENT_TIMEOUT of MariaDB
  [1040, 'unavailable'], // ER_CON_COUNT_ERROR
  [1042, 'unavailable'], // ER_BAD_HOST_ERROR
  [1043, 'unavailable'], // ER_HANDSHAKE_ERROR
  [1044, 'unavailable'], // ER_DBACCESS_DENIED_ERROR
  [1045, 'unavailable'], // ER_ACCESS_DENIED_ERROR
  [1049, 'unavailable'], // ER_BAD_DB_ERROR
  [1053, 'unavailable'], // ER_SERVER_SHUTDOWN
  [1129, 'unavailable'], // ER_HOST_IS_BLOCKED
  [1130, 'unavailable'], // ER_HOST_NOT_PRIVILEGED
  [1152, 'unavailable'], // ER_ABORTING_CONNECTION
  [1203, 'unavailable'], // ER_TOO_MANY_USER_CONNECTIONS
  [1226, 'unavailable'], // ER_USER_LIMIT_REACHED
  [1290, 'unavailable'], // ER_OPTION_PREVENTS_STATEMENT: read-only during a failover
  [1317, 'unavailable'], // ER_QUERY_INTERRUPTED
  [1792, 'unavailable'], // ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION
  [1836, 'unavailable'], // ER_READ_ONLY_MODE
  [1927, 'unavailable'], // ER_CONNECTION_KILLED of MariaDB
  [2006, 'unavailable'], // CR_SERVER_GONE_ERROR
  [2013, 'unavailable'], // CR_SERVER_LOST
  [4031, 'unavailable'], // ER_CLIENT_INTERACTION_TIMEOUT
]);

// The server said goodbye before it looked at the statement.
const goneNumbers = new Set([1053, 1927, 2006, 2013, 4031]);

/** The driver's error as a DatabaseError; `sql` is the statement with its `?`, none while connecting. */
export function mysqlError(error: unknown, sql?: string): DatabaseError {
  if (error instanceof DatabaseError) return error;
  const { number, word, fatal, message } = driverFields(error);
  // The driver keeps the statement here with all values in it.
  if (typeof error === 'object' && error !== null) Reflect.deleteProperty(error, 'sql');
  const known = codeOf(number, word, fatal);
  const code = sql === undefined && known === 'other' ? 'unavailable' : known;
  // Only the server's messages quote values; the driver's and the system's speak of addresses and states.
  const description = number !== undefined ? `${word ?? 'error'} ${number}` : (word ?? message);
  const key = number === 1062 ? / for key '[^']{1,200}'$/.exec(message)?.[0] : undefined;
  const line =
    sql === undefined
      ? `no connection to the database: ${description}`
      : `${description}${key ?? ''} in: ${statementLine(sql)}`;
  return new DatabaseError(code, line, { cause: error });
}

/** The error for a warning of INSERT IGNORE that says a value was altered. */
export function alterationError(warning: unknown, sql: string): DatabaseError | undefined {
  const cut = warning === 1265; // WARN_DATA_TRUNCATED
  const code = typeof warning === 'number' ? codeOfNumber.get(warning) : undefined;
  const known = cut ? 'tooLong' : (code ?? 'other');
  if (known === 'duplicate') return undefined;
  return new DatabaseError(
    known,
    `a value does not fit (warning ${String(warning)}) in: ${statementLine(sql)}`,
  );
}

/** Whether the connection was found dead, without an answer to the statement. */
export function wasLost(error: unknown): boolean {
  if (error instanceof DatabaseError) return false;
  const { number, word, fatal } = driverFields(error);
  return number === undefined ? codeOf(number, word, fatal) === 'unavailable' : goneNumbers.has(number);
}

/** How often a transaction that ended with this is worth running in all. */
export function attemptsWorthwhile(error: unknown): number {
  if (!(error instanceof DatabaseError) || error.code !== 'locked') return 1;
  // A deadlock is known at once and gone with the rollback; a lock wait has already cost its second.
  return driverFields(error.cause).number === 1205 ? 2 : 3;
}

/** Whether the server can no longer be in the transaction in which this happened, or cannot be asked. */
export function transactionIsGone(error: DatabaseError): boolean {
  return error.code === 'locked' || error.code === 'timeout' || error.code === 'unavailable';
}

function codeOf(number: number | undefined, word: string | undefined, fatal: boolean): DatabaseErrorCode {
  if (number !== undefined) return codeOfNumber.get(number) ?? 'other';
  if (word === 'ETIMEDOUT') return 'timeout';
  return fatal || word !== undefined ? 'unavailable' : 'other';
}

function driverFields(error: unknown) {
  const field = (name: string): unknown =>
    typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;
  const [errno, code, state, fatal, message] = ['errno', 'code', 'sqlState', 'fatal', 'message'].map(field);
  return {
    // System errors have a (negative) errno as well.
    number: typeof errno === 'number' && (errno > 0 || state !== undefined) ? errno : undefined,
    word: typeof code === 'string' ? code : undefined,
    fatal: fatal === true,
    message: typeof message === 'string' ? message : 'unknown error',
  };
}
