/**
 * What can go wrong with a statement, as far as a caller can act on it.
 *
 * - `duplicate`: a unique key is taken
 * - `tooLong`: a value does not fit its column (text too long, number out of range)
 * - `null`: NULL, or nothing, for a column that needs a value
 * - `unavailable`: no connection, or it was lost; whether a write took effect is unknown
 * - `timeout`: no answer within the limit; whether a write took effect is unknown
 * - `locked`: deadlock or lock wait, still so after the retries; nothing was changed
 * - `other`: a fault of the statement or of its caller
 */
export type DatabaseErrorCode =
  'duplicate' | 'tooLong' | 'null' | 'unavailable' | 'timeout' | 'locked' | 'other';

/**
 * The only error that statements throw. The message names the database's own error and shows the statement with
 * its `?`, never the values in their place; `cause` is the driver's error and may quote values, so it is not for
 * answers to the outside.
 */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';

  constructor(
    readonly code: DatabaseErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  /** Every bundle has a copy of this class: what the local gateway throws into a function must be one of them too. */
  static override [Symbol.hasInstance](value: unknown): value is DatabaseError {
    return value instanceof Error && value.name === 'DatabaseError' && 'code' in value;
  }
}

/** The statement as one short line for an error message. */
export function statementLine(sql: string): string {
  const line = sql.replace(/\s+/g, ' ').trim();
  return line.length > 160 ? `${line.slice(0, 160)}...` : line;
}
