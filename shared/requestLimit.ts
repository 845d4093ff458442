import { createHash } from 'node:crypto';
import { Failure } from './http/errors';
import type { Queryable } from './store/database';
import { countRequest } from './store/rates';

/** Length of the windows of time in which requests are counted, in milliseconds. */
const windowMilliseconds = 10_000;

/** Longest name of a counted source that is stored as it is. */
const longestSource = 120;

/**
 * Counts a request that writes, and refuses it when its source has made more than `most` in the current ten seconds.
 * @param action what is done, e.g. the name of a command
 * @param source who does it: a proven user, or an address where nobody proves anything
 * @throws Failure tooMany
 */
export async function limitRequests(
  db: Queryable,
  action: string,
  source: string,
  most: number,
  now: number,
): Promise<void> {
  const name = `${action}:${source}`;
  const counted = name.length <= longestSource ? name : createHash('sha256').update(name).digest('hex');
  if ((await countRequest(db, counted, windowMilliseconds, now)) > most) {
    throw new Failure(
      'tooMany',
      `frequency control | at most ${most} ${action} in ${windowMilliseconds / 1000} s!`,
    );
  }
}
