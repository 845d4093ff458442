import type { MessagePort } from 'node:worker_threads';
import { withDeadline } from '../../shared/deadline';
import type { Database, Queryable, Row, SqlValue } from '../../shared/store/database';
import { DatabaseError, type DatabaseErrorCode } from '../../shared/store/databaseError';

/**
 * What a function instance asks of the embedded database. `scope` names a transaction or session of that instance;
 * `limitMs` is what is left of the request's time, Infinity when it has no deadline.
 */
export type DatabaseRequest = { id: number; limitMs: number } & (
  | { kind: 'rows' | 'run'; scope: number | undefined; sql: string; params: readonly SqlValue[] }
  | { kind: 'begin'; of: 'transaction' | 'session'; scope: number }
  | { kind: 'end'; scope: number; commit: boolean }
);

/** The answer to the request of the same id. */
export type DatabaseReply = { id: number } & (
  | { kind: 'rows'; rows: Row[] }
  | { kind: 'ran'; affectedRows: number; insertId: number }
  | { kind: 'done' }
  | { kind: 'failed'; code: DatabaseErrorCode; message: string }
);

type Answer = DatabaseReply extends infer Reply ? (Reply extends unknown ? Omit<Reply, 'id'> : never) : never;

/** A transaction or session that an instance has open. */
interface Scope {
  statements: Queryable;
  /** Ends the work and settles when the database has committed, rolled back or released. */
  end(commit: boolean): Promise<Answer>;
}

/**
 * Serves the embedded database to one function instance: one process owns the file, so the instances, which are
 * threads, send their statements here. When the port closes (the instance has ended, perhaps in the middle),
 * what it left open is rolled back.
 */
export function serveDatabase(database: Database, port: MessagePort): void {
  const scopes = new Map<number, Scope>();
  let closed = false;

  async function answer(request: DatabaseRequest): Promise<Answer> {
    if (request.kind === 'begin') return begin(request.of, request.scope);
    if (request.kind === 'end') return openScope(request.scope).end(request.commit);
    const target = request.scope === undefined ? database : openScope(request.scope).statements;
    if (request.kind === 'rows')
      return { kind: 'rows', rows: await target.rows(request.sql, request.params) };
    return { kind: 'ran', ...(await target.run(request.sql, request.params)) };
  }

  function openScope(id: number): Scope {
    const scope = scopes.get(id);
    if (scope !== undefined) return scope;
    throw new DatabaseError('timeout', 'the transaction took too long and was rolled back');
  }

  function begin(of: 'transaction' | 'session', id: number): Promise<Answer> {
    return new Promise((began, refused) => {
      const ended = database[of](async (statements) => {
        if (closed) throw new Abandoned();
        await new Promise<void>((resolve, reject) => {
          const end = (commit: boolean): Promise<Answer> => {
            if (commit) resolve();
            else reject(new Abandoned());
            return outcome;
          };
          scopes.set(id, { statements, end });
          began({ kind: 'done' });
        });
      });
      const outcome = ended
        .catch((error: unknown) => {
          if (!(error instanceof Abandoned)) throw error;
        })
        .then((): Answer => ({ kind: 'done' }))
        .finally(() => scopes.delete(id));
      outcome.catch(refused);
    });
  }

  port.on('message', (request: DatabaseRequest) => {
    void withDeadline(request.limitMs, () => answer(request))
      .catch(failure)
      .then((said) => port.postMessage({ id: request.id, ...said }));
  });
  port.once('close', () => {
    closed = true;
    for (const scope of scopes.values()) void scope.end(false);
  });
}

/** Why a scope ended without a commit when no statement failed. */
class Abandoned extends Error {}

function failure(error: unknown): Answer {
  const message = error instanceof Error ? error.message : String(error);
  return { kind: 'failed', code: error instanceof DatabaseError ? error.code : 'other', message };
}
