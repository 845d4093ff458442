import { timeLeft } from '../deadline';
import { DatabaseError } from './databaseError';

/**
 * Runs `work`, or rejects after `limitMs` (Infinity: never). What `work` still does then is no longer awaited.
 *
 * @throws DatabaseError `timeout`, saying that `what` did not end
 */
export async function withinLimit<T>(limitMs: number, what: string, work: () => Promise<T>): Promise<T> {
  if (limitMs === Infinity) return work();
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new DatabaseError('timeout', `${what} did not end within ${Math.round(limitMs)} ms`)),
      Math.max(1, limitMs),
    );
  });
  try {
    return await Promise.race([work(), limit]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Refuses what is asked for after its request has been answered, or is about to be: nothing may be begun then, since
 * the instance can be frozen in the middle of it.
 *
 * @throws DatabaseError `timeout`
 */
export function refuseLate(): void {
  if (timeLeft() <= 0) throw new DatabaseError('timeout', 'the time for this request has passed');
}
