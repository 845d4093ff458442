import type { Config } from '../../shared/config';
import { seconds } from '../../shared/clock';
import { Failure } from '../../shared/http/errors';
import { verifyCallbackSign } from '../../shared/signing/callbackSign';
import { settleBroadcast, type LockedBroadcast } from '../../shared/store/broadcasts';
import type { Database, Queryable } from '../../shared/store/database';
import { keepNotice, noteOutcome } from '../../shared/store/notices';
import { notePush } from '../../shared/store/pushes';
import { fileRecording } from '../../shared/store/replays';
import { lockNamedStream } from './namedStream';
import { readNotice, type Event } from './notice';
import { lockRoomStream } from './roomStream';

/**
 * Seconds after `t` during which a notice is still taken: the cloud repeats for 12 minutes what `t` lets live for 10,
 * and whether a repeat is signed anew is not documented. A repeat has no effect anyway.
 */
const grace = 900;

/** `t` is normally 600 s ahead; a signature for next year is a leaked sample. */
const furthestAhead = 3_600;

export interface LiveCallbackNeeds {
  config: Pick<
    Config,
    'LIVE_BIZID' | 'LIVE_CALLBACK_KEY' | 'LIVE_CALLBACK_KEY_PREVIOUS' | 'REPLAY_MIN_SECONDS'
  >;
  database: Database;
}

/** What became of a notice; also kept beside it in the inbox. */
export type Outcome = 'applied' | 'repeated' | 'unknown stream' | 'too short' | 'noted';

/**
 * Takes one notice of the live service: checks its signature, keeps it, and applies it in the same transaction, once.
 * What is genuine but useless (an unknown stream, an event we do nothing with) is kept and answered as well.
 * @param raw the body as received, `body` the same parsed; `now` epoch milliseconds
 * @throws Failure unauthorized for a signature that is missing, wrong or out of time; invalidInput for a member at fault
 * @throws DatabaseError when the database fails, so that the cloud sends the notice again (267/38080: 12 times, every minute)
 */
export async function liveCallback(
  body: Record<string, unknown>,
  raw: string,
  now: number,
  { config, database }: LiveCallbackNeeds,
): Promise<Outcome> {
  const check = verifyCallbackSign({
    keys: [config.LIVE_CALLBACK_KEY.reveal(), config.LIVE_CALLBACK_KEY_PREVIOUS?.reveal() ?? ''],
    sign: body['sign'],
    t: body['t'],
    now: seconds(now),
    graceSeconds: grace,
    maxAheadSeconds: furthestAhead,
  });
  if (check !== 'ok') throw new Failure('unauthorized', complaints[check]);
  const { notice, event } = readNotice(body, raw, now);
  return database.transaction(async (tx) => {
    if (!(await keepNotice(tx, notice, now))) return 'repeated';
    const outcome = await applyEvent(tx, event, now, config);
    await noteOutcome(tx, notice.key, outcome);
    return outcome;
  });
}

const complaints = {
  missing: 'sign, t: expected both; set the callback key in the callback template of the live console',
  malformed: 'sign, t: expected 32 hex digits and epoch seconds',
  wrong: 'sign: does not match; the callback key in the live console and LIVE_CALLBACK_KEY differ',
  expired: 't: this notice is no longer valid',
  tooFarAhead: 't: expected at most an hour from now',
} as const;

async function applyEvent(
  tx: Queryable,
  event: Event,
  now: number,
  config: LiveCallbackNeeds['config'],
): Promise<Outcome> {
  if (event.kind === 'other') return 'noted';
  const broadcast =
    (await lockRoomStream(tx, event, now, config.LIVE_BIZID)) ?? (await lockNamedStream(tx, event));
  if (broadcast === undefined) return 'unknown stream';
  switch (event.kind) {
    case 'start':
      if (event.sequence === '') return settledBy(tx, broadcast, true, event.at);
      await notePush(tx, broadcast.streamId, event.sequence, { startedAt: event.at });
      await settleBroadcast(tx, broadcast);
      return 'applied';
    case 'cut':
      if (event.sequence === '') return settledBy(tx, broadcast, false, event.at);
      await notePush(tx, broadcast.streamId, event.sequence, { startedAt: event.startedAt, cutAt: event.at });
      await settleBroadcast(tx, broadcast);
      return 'applied';
    case 'recording':
      if (event.endedAt - event.startedAt <= config.REPLAY_MIN_SECONDS * 1000) return 'too short';
      await fileRecording(tx, broadcast, event, now);
      return 'applied';
  }
}

/** A notice without a sequence names no push activity: it counts as the cloud's word at its time, and the later holds. */
async function settledBy(
  tx: Queryable,
  broadcast: LockedBroadcast,
  up: boolean,
  at: number,
): Promise<Outcome> {
  await settleBroadcast(tx, broadcast, { up, at, by: 'cloud' });
  return 'applied';
}
