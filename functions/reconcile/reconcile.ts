import * as v from 'valibot';
import type { ImCloud } from '../../shared/cloud/im';
import type { LiveCloud } from '../../shared/cloud/live';
import { CloudError } from '../../shared/cloud/tencentApi';
import { defineCommand } from '../../shared/command';
import type { Config } from '../../shared/config';
import { describeError, type Log } from '../../shared/log';
import { count } from '../../shared/output';
import type { Database } from '../../shared/store/database';
import { giveBackLease, takeLease } from '../../shared/store/leases';
import { dropOld, dropUnlisted, dropUnpushed, expireGuestStreams, expireMembers } from './cleanUp';
import { endMixes } from './endMixes';
import { endSilentLives } from './endSilentLives';
import type { Repair, Run } from './run';
import { sweepLives } from './sweepLives';
import { endSilentRooms, tellIm } from './tellIm';

/** Longer than a run may take, so that a runner that died keeps nobody away for long; milliseconds. */
const leaseLife = 55_000;

/** Misses are counted once in this time, however often a run is asked for: three are to be minutes apart, not seconds. */
const missInterval = 30_000;

export interface ReconcileNeeds {
  config: Pick<Config, 'LIVE_URL_TTL' | 'REPLAY_WINDOW_DAYS'>;
  database: Database;
  cloud: LiveCloud;
  im: ImCloud;
  log: Log;
  random: (bytes: number) => Uint8Array;
  /** Milliseconds that a run may take. */
  budget: number;
}

const summary = v.object({
  /** False when another run was under way; nothing was done then. */
  ran: v.boolean(),
  /** What became of the look at the cloud: `done`, `not configured`, or `failed: <why>`. */
  cloud: v.optional(v.string()),
  repairs: v.optional(
    v.array(
      v.object({
        step: v.string(),
        reason: v.string(),
        streamId: v.optional(v.string()),
        count: v.optional(count),
      }),
    ),
  ),
  /** Steps that failed, as the log says, or for which no time was left. The others were done all the same. */
  failed: v.optional(v.array(v.string())),
});

export type Summary = v.InferOutput<typeof summary>;

/** So many repairs are told in the answer; the log has all. */
const mostTold = 100;

/**
 * Repairs what lost notices and vanished apps leave behind (protocol.md 6.4, the original's cron job, done right):
 * ghost lives, lives that are missing from the list, members, guests and mixes that are over, rows of no more use.
 * One run at a time; each may stop anywhere and be done again. Without credentials there is no look at the cloud: then a
 * live goes off the list when nothing was heard of it for a day.
 * Out: {@link Summary}.
 */
export const reconcile = defineCommand({
  name: 'reconcile',
  input: v.object({}),
  output: summary,
  access: 'operator',
  async run(_input: Record<string, never>, { now }, needs: ReconcileNeeds): Promise<Summary> {
    const { database, random } = needs;
    const endsAt = performance.now() + needs.budget;
    const holder = Buffer.from(random(16)).toString('hex');
    if (!(await takeLease(database, 'reconcile', holder, now, leaseLife))) return { ran: false };
    try {
      return await allSteps(needs, now, () => endsAt - performance.now(), holder);
    } finally {
      await giveBackLease(database, 'reconcile', holder);
    }
  },
});

async function allSteps(
  needs: ReconcileNeeds,
  now: number,
  left: () => number,
  holder: string,
): Promise<Summary> {
  const { database, cloud, log } = needs;
  const repairs: Repair[] = [];
  const repaired = (repair: Repair): void => {
    log('info', 'repaired', repair);
    if (repairs.length < mostTold) repairs.push(repair);
  };
  const run: Run = { database, log, now, left, repaired };
  const failures = new Map<string, unknown>();
  for (const [name, step] of stepsOf(run, needs, holder)) {
    try {
      if (left() <= 0) throw new Error('no time was left');
      await step();
    } catch (error) {
      failures.set(name, error);
      if (error instanceof CloudError) log('warn', 'step failed', { step: name, error: error.message });
      else log('error', 'step failed', { step: name, ...describeError(error) });
    }
  }
  const outcome = cloud.configured() ? outcomeOf(failures.get('sweepLives')) : 'not configured';
  return { ran: true, cloud: outcome, repairs, failed: [...failures.keys()] };
}

function stepsOf(run: Run, needs: ReconcileNeeds, holder: string): [string, () => Promise<void>][] {
  const { cloud } = needs;
  const sweep = async (): Promise<void> => {
    const counts = await takeLease(run.database, 'reconcile misses', holder, run.now, missInterval);
    await sweepLives(run, cloud, counts);
  };
  return [
    cloud.configured() ? ['sweepLives', sweep] : ['endSilentLives', () => endSilentLives(run)],
    ['endMixes', () => endMixes(run, cloud)],
    ['endSilentRooms', () => endSilentRooms(run, needs)],
    ['expireMembers', () => expireMembers(run)],
    ['expireGuestStreams', () => expireGuestStreams(run)],
    ['dropUnpushed', () => dropUnpushed(run, needs.config)],
    ['dropUnlisted', () => dropUnlisted(run, needs.config)],
    ['dropOld', () => dropOld(run)],
    ...(needs.im.configured()
      ? [['tellIm', () => tellIm(run, needs)] satisfies [string, () => Promise<void>]]
      : []),
  ];
}

function outcomeOf(error: unknown): string {
  if (error === undefined) return 'done';
  return `failed: ${error instanceof CloudError ? error.message : 'the log says why'}`;
}
