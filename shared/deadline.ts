import { AsyncLocalStorage } from 'node:async_hooks';

// One for the whole thread: the embedded engine of the local gateway looks at the deadline that a function's bundle,
// with a copy of this file of its own, has set.
const key = Symbol.for('xiaozhibo.deadline');
const endsAt: AsyncLocalStorage<unknown> = sharedStorage();

/**
 * Runs `work` so that {@link timeLeft} counts down in everything it calls. One inside another can only be shorter.
 * @param milliseconds from now; Infinity is no deadline
 */
export function withDeadline<T>(milliseconds: number, work: () => T): T {
  return endsAt.run(performance.now() + Math.min(milliseconds, timeLeft()), work);
}

/** Milliseconds until the deadline of the work that asks, 0 and below when it has passed; Infinity without one. */
export function timeLeft(): number {
  const at = endsAt.getStore();
  return typeof at === 'number' ? at - performance.now() : Infinity;
}

function sharedStorage(): AsyncLocalStorage<unknown> {
  const existing: unknown = Reflect.get(globalThis, key);
  if (existing instanceof AsyncLocalStorage) return existing;
  const made = new AsyncLocalStorage<unknown>();
  Reflect.set(globalThis, key, made);
  return made;
}
