import { AsyncLocalStorage } from 'node:async_hooks';
import { DatabaseError } from './databaseError';

/** A transaction or session in progress on `owner`. */
interface Scope {
  owner: object;
  active: boolean;
}

const current = new AsyncLocalStorage<Scope>();

/** Runs `work` so that `refuseInside(owner)` throws in everything it calls, until it has ended. */
export async function insideScope<T>(owner: object, work: () => Promise<T>): Promise<T> {
  const scope = { owner, active: true };
  try {
    return await current.run(scope, work);
  } finally {
    scope.active = false;
  }
}

/**
 * Without this, a statement that bypasses its own transaction would wait for the connection that the
 * transaction holds, until a time limit.
 *
 * @throws DatabaseError `other` when called from inside a transaction or session of `owner`
 */
export function refuseInside(owner: object): void {
  const scope = current.getStore();
  if (scope?.active === true && scope.owner === owner) {
    throw new DatabaseError(
      'other',
      'inside a transaction or session, use what it was given: neither nest one nor use the database itself',
    );
  }
}
