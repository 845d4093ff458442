import {
  lockBroadcast,
  newestBroadcastOf,
  settleBroadcast,
  type Broadcast,
} from '../../shared/store/broadcasts';
import type { Queryable } from '../../shared/store/database';

/** Milliseconds for the cloud, so that there is an answer before the function's own limit of 2.8 s. */
export const cloudLimit = 2_000;

/**
 * Takes a user's newest broadcast off the air by an operator's word.
 * @returns its stream, undefined for a user without a broadcast
 */
export async function takeDown(
  tx: Queryable,
  userId: string,
  now: number,
): Promise<Pick<Broadcast, 'streamId' | 'streamName'> | undefined> {
  const newest = await newestBroadcastOf(tx, userId);
  const broadcast = newest && (await lockBroadcast(tx, newest.streamId));
  if (broadcast === undefined) return undefined;
  await settleBroadcast(tx, broadcast, { up: false, at: now, by: 'operator' });
  return broadcast;
}
