import type { OnlineStream } from '../../shared/cloud/live';
import type { Claim, Push } from '../../shared/liveness';

/**
 * Milliseconds during which the cloud's list may not yet know what a notice already said, and the other way round.
 * Within it of any word about a broadcast, the list decides nothing.
 */
const listLag = 30_000;

/** What is known here of one broadcast. Times are epoch milliseconds. */
export interface KnownBroadcast {
  online: boolean;
  pushes: readonly Push[];
  claim: (Claim & { by: string | null }) | undefined;
}

/**
 * Compares one broadcast with the cloud's list of streams that are up.
 *
 * - `asListed`: both say the same
 * - `tooFresh`: they differ, but the last word about it is too young to be judged by this list
 * - `missed`: on the air here, not up there
 * - `wentUp`: off the air here, up there: a notice was lost
 * - `ended`: off the air by the word of its host or an operator, whom a stream that keeps running does not overrule
 *
 * @param up the broadcast's entry of the list, undefined when it is not in it
 * @param listedAt when the list was asked for
 */
export function verdict(
  known: KnownBroadcast,
  up: OnlineStream | undefined,
  listedAt: number,
): 'asListed' | 'tooFresh' | 'missed' | 'wentUp' | 'ended' {
  if (known.online === (up !== undefined)) return 'asListed';
  const fresh = lastWordAt(known) > listedAt - listLag;
  if (fresh) return 'tooFresh';
  if (up === undefined) return 'missed';
  return endedBefore(known.claim, up) ? 'wentUp' : 'ended';
}

/** When the last thing was said: a push began or was cut, or a claim was made. */
function lastWordAt({ pushes, claim }: KnownBroadcast): number {
  const times = pushes.flatMap(({ startedAt, cutAt }) => [startedAt ?? 0, cutAt ?? 0]);
  return Math.max(0, claim?.at ?? 0, ...times);
}

/** Whether nobody ended the broadcast on purpose, or the stream was pushed anew after that. */
function endedBefore(claim: KnownBroadcast['claim'], up: OnlineStream): boolean {
  const onPurpose = claim !== undefined && !claim.up && (claim.by === 'host' || claim.by === 'operator');
  return !onPurpose || (up.publishedAt !== undefined && up.publishedAt > claim.at);
}
