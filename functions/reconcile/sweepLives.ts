import type { LiveCloud, OnlineStream } from '../../shared/cloud/live';
import { lockBroadcast, settleBroadcast } from '../../shared/store/broadcasts';
import type { Queryable } from '../../shared/store/database';
import { pushesOf } from '../../shared/store/pushes';
import {
  claimantOf,
  forgetMisses,
  livesToSweep,
  noteMiss,
  offlineAmong,
  type SweptLive,
} from '../../shared/store/sweptBroadcasts';
import { isForbidden } from '../../shared/store/users';
import type { Run } from './run';
import { verdict } from './verdict';

/** Misses in a row that take a live off the list: what the documents on state polling advise (signing.md 2.5). */
const missesThatCount = 3;

/** Rows of one query. */
const batch = 500;

/** Milliseconds for the cloud's list, if that leaves as much for the rest of the run. */
const listLimit = 8_000;

/**
 * Compares what is on the air here with what is up in the cloud, by one list of all streams, and repairs what a lost
 * notice left: a live that is missing three times in a row goes off the list, one that is up comes back.
 * A list that cannot be had, or that is not complete, takes nothing off.
 * @param countMisses false for a run that follows another so closely that it would be the same miss again
 */
export async function sweepLives(run: Run, cloud: LiveCloud, countMisses: boolean): Promise<void> {
  // What is said from here on is newer than the list.
  const listedAt = run.now;
  const { streams, complete } = await cloud.onlineStreams(Math.min(listLimit, run.left() / 2));
  const up = new Map(streams.map((stream) => [stream.streamName, stream]));
  if (!complete) run.log('warn', 'more streams are up than can be listed', { step: 'sweepLives' });
  const known = await compareLives(run, up, listedAt, complete && countMisses);
  await putBack(run, up, known, listedAt);
}

/** Goes through the lives on the list. @returns their stream ids */
async function compareLives(
  run: Run,
  up: ReadonlyMap<string, OnlineStream>,
  listedAt: number,
  countMisses: boolean,
): Promise<Set<string>> {
  const known = new Set<string>();
  let last: SweptLive | undefined;
  for (let full = true; full && run.left() > 0;) {
    const after = last && { at: last.createdAt, id: last.streamId };
    const lives = await livesToSweep(run.database, after, batch);
    for (const live of lives) known.add(live.streamName);
    const found = lives.filter((live) => live.misses > 0 && up.has(live.streamName));
    await forgetMisses(
      run.database,
      found.map((live) => live.streamId),
    );
    for (const live of countMisses ? lives : []) {
      if (!up.has(live.streamName) && run.left() > 0) await judgeMissing(run, live.streamId, listedAt);
    }
    last = lives.at(-1);
    full = lives.length === batch;
  }
  return known;
}

async function judgeMissing(run: Run, streamId: string, listedAt: number): Promise<void> {
  const misses = await run.database.transaction(async (tx) => {
    const { locked, word } = await judged(tx, streamId, undefined, listedAt);
    if (locked === undefined || word !== 'missed') return 0;
    const count = await noteMiss(tx, streamId);
    if (count >= missesThatCount) await settleBroadcast(tx, locked, { up: false, at: listedAt, by: 'sweep' });
    return count;
  });
  if (misses >= missesThatCount)
    run.repaired({ step: 'sweepLives', streamId, reason: 'not up in the cloud, three times in a row' });
}

/** Streams that are up and that no live on the list stands for: those of broadcasts of ours come back. */
async function putBack(
  run: Run,
  up: ReadonlyMap<string, OnlineStream>,
  known: ReadonlySet<string>,
  listedAt: number,
): Promise<void> {
  const strays = [...up.values()].filter(
    ({ streamName }) => !known.has(streamName) && /^[a-z0-9_]{1,64}$/.test(streamName),
  );
  for (let begin = 0; begin < strays.length && run.left() > 0; begin += batch) {
    const some = strays.slice(begin, begin + batch).map(({ streamName }) => streamName);
    for (const streamId of await offlineAmong(run.database, some)) {
      if (run.left() > 0) await judgeStray(run, streamId, up.get(streamId), listedAt);
    }
  }
}

async function judgeStray(
  run: Run,
  streamId: string,
  up: OnlineStream | undefined,
  listedAt: number,
): Promise<void> {
  const back = await run.database.transaction(async (tx) => {
    const { locked, word } = await judged(tx, streamId, up, listedAt);
    if (locked === undefined || word !== 'wentUp' || locked.superseded) return false;
    if (await isForbidden(tx, locked.userId)) return false;
    const { online } = await settleBroadcast(tx, locked, { up: true, at: listedAt, by: 'sweep' });
    return online;
  });
  if (back) run.repaired({ step: 'sweepLives', streamId, reason: 'up in the cloud, its notice was lost' });
}

/** Judges a broadcast by what is known now, with its row held until the transaction ends. */
async function judged(tx: Queryable, streamId: string, up: OnlineStream | undefined, listedAt: number) {
  const locked = await lockBroadcast(tx, streamId);
  if (locked === undefined) return { locked, word: undefined };
  const claim = locked.claim && { ...locked.claim, by: await claimantOf(tx, streamId) };
  const known = { online: locked.online, pushes: await pushesOf(tx, streamId), claim };
  return { locked, word: verdict(known, up, listedAt) };
}
