import type { Config } from '../../shared/config';
import { dropExpiredGuestStreams } from '../../shared/store/guestStreams';
import { dropOldBudgets } from '../../shared/store/likes';
import { dropOldPresence } from '../../shared/store/imPresence';
import { dropOldLoginAddresses } from '../../shared/store/loginAddresses';
import { dropOldNotices } from '../../shared/store/notices';
import { dropOldReplays, dropOldVideos } from '../../shared/store/oldRecordings';
import { dropOldWindows } from '../../shared/store/rates';
import { dropExpiredTokens } from '../../shared/store/refreshTokens';
import { dropOldReports } from '../../shared/store/reports';
import { sweepMembers } from '../../shared/store/roomMembers';
import { dropUnusedBroadcast, unusedBroadcasts } from '../../shared/store/sweptBroadcasts';
import { dropOldV2Sessions } from '../../shared/store/v2Sessions';
import type { Run } from './run';

const day = 86_400_000;
const hour = 3_600_000;

/** Rows of one statement, and rounds of one step: a run that finds more leaves it to the next. */
const batch = 500;
const mostRounds = 20;

/** Each member leaves in a transaction of its own, with its count. */
const memberBatch = 50;

/** Broadcasts go one by one, recordings by so many, with what is kept about their rooms. */
const roomBatch = 50;

/** A notice is repeated for 12 minutes; a month is for people who look something up. */
const noticesKept = 30 * day;

/** The longest window that is counted in is far shorter. */
const windowsKept = day;

/** A webhook is late by seconds. */
const presenceKept = day;

/** By then every allowance has long been full again. */
const budgetsKept = day;

/** They end after 30 days without use. */
const v2SessionsKept = 31 * day;

/** From such an address a user counts as a stranger again when somebody guesses at the account. */
const addressesKept = 90 * day;

/** Days for which a recording is kept after it left the lists, for whoever has its address. */
export const unlistedKept = 30;

/** For operators who look back. */
const reportsKept = 365 * day;

/** Members whose app has said nothing for too long leave the room. */
export const expireMembers = (run: Run) =>
  inBatches(
    run,
    'expireMembers',
    'members whose time was over',
    () => sweepMembers(run.database, run.now, memberBatch),
    memberBatch,
  );

/** Link-mic guests whose push URL has expired. */
export const expireGuestStreams = (run: Run) =>
  inBatches(run, 'expireGuestStreams', 'guest streams whose URL has expired', () =>
    dropExpiredGuestStreams(run.database, run.now, batch),
  );

/** Broadcasts of which nothing was ever heard, once their push URL is no longer good and at least a day has passed. */
export async function dropUnpushed(run: Run, { LIVE_URL_TTL }: Pick<Config, 'LIVE_URL_TTL'>): Promise<void> {
  const before = run.now - Math.max(day, LIVE_URL_TTL * 1000) - hour;
  for (const streamId of await unusedBroadcasts(run.database, 'neverPushed', before, batch)) {
    if (run.left() <= 0) return;
    const dropped = await run.database.transaction((tx) =>
      dropUnusedBroadcast(tx, 'neverPushed', before, streamId),
    );
    if (dropped)
      run.repaired({ step: 'dropUnpushed', streamId, reason: 'never pushed while its push URL was good' });
  }
}

/** Recordings that no list shows any more, and then the broadcasts of which none is left; reports after a year. */
export async function dropUnlisted(
  run: Run,
  { REPLAY_WINDOW_DAYS }: Pick<Config, 'REPLAY_WINDOW_DAYS'>,
): Promise<void> {
  const { database, now } = run;
  const days = REPLAY_WINDOW_DAYS + unlistedKept;
  const before = now - days * day;
  const drop = (reason: string, work: () => Promise<number>, most = batch) =>
    inBatches(run, 'dropUnlisted', reason, work, most);
  await drop(`videos older than ${days} days`, () => dropOldVideos(database, before, roomBatch), roomBatch);
  await drop(`replays older than ${days} days`, () => dropOldReplays(database, before, roomBatch), roomBatch);
  await drop(`broadcasts over for ${days} days`, () => dropOver(run, before), roomBatch);
  await drop('reports older than a year', () => dropOldReports(database, now - reportsKept, batch));
}

/** @returns how many broadcasts were dropped, at most {@link roomBatch} */
async function dropOver(run: Run, before: number): Promise<number> {
  let count = 0;
  for (const streamId of await unusedBroadcasts(run.database, 'over', before, roomBatch)) {
    if (run.left() <= 0) break;
    const dropped = await run.database.transaction((tx) => dropUnusedBroadcast(tx, 'over', before, streamId));
    if (dropped) count += 1;
  }
  return count;
}

/** What is kept for a time and then of no use. */
export async function dropOld(run: Run): Promise<void> {
  const { database, now } = run;
  await inBatches(run, 'dropOld', 'notices older than 30 days', () =>
    dropOldNotices(database, now - noticesKept, batch),
  );
  await inBatches(run, 'dropOld', 'words of IM older than a day', () =>
    dropOldPresence(database, now - presenceKept, batch),
  );
  await inBatches(run, 'dropOld', 'request counts older than a day', () =>
    dropOldWindows(database, now - windowsKept, batch),
  );
  await inBatches(run, 'dropOld', 'like allowances unused for a day', () =>
    dropOldBudgets(database, now - budgetsKept, batch),
  );
  await inBatches(run, 'dropOld', 'refresh tokens that have expired', () =>
    dropExpiredTokens(database, now, batch),
  );
  await inBatches(run, 'dropOld', 'logins of v2 apps unused for 31 days', () =>
    dropOldV2Sessions(database, now - v2SessionsKept, batch),
  );
  await inBatches(run, 'dropOld', 'addresses nobody has logged in from for 90 days', () =>
    dropOldLoginAddresses(database, now - addressesKept, batch),
  );
}

/** Repeats a bounded piece of work until it finds less than a batch; one log line tells of all of it. */
async function inBatches(
  run: Run,
  step: string,
  reason: string,
  work: () => Promise<number>,
  most = batch,
): Promise<void> {
  let count = 0;
  for (let round = 0; round < mostRounds && run.left() > 0; round += 1) {
    const done = await work();
    count += done;
    if (done < most) break;
  }
  if (count > 0) run.repaired({ step, reason, count });
}
