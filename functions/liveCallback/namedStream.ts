import { lockBroadcast, type LockedBroadcast } from '../../shared/store/broadcasts';
import type { Queryable } from '../../shared/store/database';
import { streamIdOfName } from '../../shared/store/v3Rooms';
import type { Event } from './notice';

/** The unit of the cloud's times, in milliseconds: a push of the second in which its broadcast began belongs to it. */
const second = 1_000;

/**
 * The broadcast that a notice is about, locked. A stream is called by its broadcast's stream id, but v3 apps give all
 * streams of a host one name of their own: then it is the broadcast to which the push belongs.
 */
export async function lockNamedStream(
  tx: Queryable,
  event: Exclude<Event, { kind: 'other' }>,
): Promise<LockedBroadcast | undefined> {
  const own = await lockBroadcast(tx, event.streamId);
  if (own !== undefined) return own;
  const sequence = event.kind === 'recording' || event.sequence === '' ? undefined : event.sequence;
  const streamId = await streamIdOfName(tx, event.streamId, sequence, begunAt(event) + second - 1);
  return streamId === undefined ? undefined : lockBroadcast(tx, streamId);
}

/** When the push that an event is about began, as far as it says. */
function begunAt(event: Exclude<Event, { kind: 'other' }>): number {
  switch (event.kind) {
    case 'start':
      return event.at;
    case 'cut':
      return event.startedAt ?? event.at;
    case 'recording':
      return event.startedAt;
  }
}
