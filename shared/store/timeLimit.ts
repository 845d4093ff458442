import { DatabaseError } from './databaseError';

/**
 * Runs `work`, or rejects after `limitMs`. What `work` still does then is no longer awaited.
 *
 * @throws DatabaseError `timeout`, saying that `what` did not end
 */
export async function withinLimit<T>(limitMs: number, what: string, work: () => Promise<T>): Promise<T> {
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
