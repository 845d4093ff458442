import type { MessagePort } from 'node:worker_threads';
import { timeLeft } from '../../shared/deadline';
import type { Database, EmbeddedEngine, Queryable } from '../../shared/store/database';
import { DatabaseError } from '../../shared/store/databaseError';
import { withinLimit } from '../../shared/store/timeLimit';
import { insideScope, refuseInside } from '../../shared/store/transactionScope';
import type { DatabaseReply, DatabaseRequest } from './embeddedHost';

type Question = DatabaseRequest extends infer Request
  ? Request extends unknown
    ? Omit<Request, 'id' | 'limitMs'>
    : never
  : never;

/**
 * The embedded engine inside a function instance: sends every statement to the gateway, which owns the file.
 * @param path the one database there is; opening another is an error that names DATABASE_URL
 */
export function connectEmbedded(path: string, port: MessagePort): EmbeddedEngine {
  const waiting = new Map<number, (reply: DatabaseReply) => void>();
  let lastId = 0;
  port.on('message', (reply: DatabaseReply) => {
    const finish = waiting.get(reply.id);
    waiting.delete(reply.id);
    finish?.(reply);
  });
  const ask = async (question: Question): Promise<DatabaseReply> => {
    const id = (lastId += 1);
    const reply = await new Promise<DatabaseReply>((resolve) => {
      waiting.set(id, resolve);
      port.postMessage({ id, limitMs: timeLeft(), ...question });
    });
    if (reply.kind === 'failed') throw new DatabaseError(reply.code, reply.message);
    return reply;
  };
  return {
    open: (wanted) => {
      if (wanted !== path)
        throw new DatabaseError('other', 'DATABASE_URL names another file than the one npm start has opened');
      return embeddedDatabase(ask);
    },
  };
}

type Ask = (question: Question) => Promise<DatabaseReply>;

function embeddedDatabase(ask: Ask): Database {
  const database: Database = {
    engine: 'embedded',
    rows: async (sql, params) => {
      refuseInside(database);
      return statements(ask, undefined).rows(sql, params);
    },
    run: async (sql, params) => {
      refuseInside(database);
      return statements(ask, undefined).run(sql, params);
    },
    transaction: (work) => scoped(database, ask, 'transaction', work),
    session: (work) => scoped(database, ask, 'session', work),
    // The gateway closes the file when the last instance has gone.
    close: async () => undefined,
  };
  return database;
}

function statements(ask: Ask, scope: number | undefined): Queryable {
  return {
    rows: async (sql, params = []) => {
      const reply = await ask({ kind: 'rows', scope, sql, params });
      return reply.kind === 'rows' ? reply.rows : [];
    },
    run: async (sql, params = []) => {
      const reply = await ask({ kind: 'run', scope, sql, params });
      if (reply.kind !== 'ran') return { affectedRows: 0, insertId: 0 };
      return { affectedRows: reply.affectedRows, insertId: reply.insertId };
    },
  };
}

let lastScope = 0;

async function scoped<T>(
  database: Database,
  ask: Ask,
  of: 'transaction' | 'session',
  work: (statements: Queryable) => Promise<T>,
): Promise<T> {
  refuseInside(database);
  const scope = (lastScope += 1);
  await ask({ kind: 'begin', of, scope });
  let result: T;
  try {
    result = await withinLimit(timeLeft(), `the ${of}`, () =>
      insideScope(database, () => work(statements(ask, scope))),
    );
  } catch (error) {
    // The failure of the work is what its caller must see, whatever becomes of the rollback.
    await ask({ kind: 'end', scope, commit: false }).catch(() => undefined);
    throw error;
  }
  await ask({ kind: 'end', scope, commit: true });
  return result;
}
