import * as v from 'valibot';
import { clock } from './clock';
import type { ImCloud } from './cloud/im';
import { CloudError } from './cloud/tencentApi';
import type { Database, Queryable } from './store/database';
import { dropImJob, dueImJobs, keepImJob, postponeImJob, type ImJobRow } from './store/imJobs';

const jobSchema = v.variant('kind', [
  v.object({ kind: v.literal('account'), userId: v.string(), nickname: v.string(), headPic: v.string() }),
  v.object({ kind: v.literal('createGroup'), groupId: v.string(), name: v.string(), ownerId: v.string() }),
  v.object({ kind: v.literal('destroyGroup'), groupId: v.string() }),
  v.object({ kind: v.literal('notify'), groupId: v.string(), content: v.string() }),
]);

/** What IM is told. Each may be told twice without harm. */
export type ImJob = v.InferOutput<typeof jobSchema>;

/**
 * Milliseconds one call may take, and until when after the request came: the app waits for its answer, which is due
 * within 2.8 s, whatever the database has taken of them.
 */
const promptLimit = 1_500;
const promptUntil = 2_200;

/** The first pause before another try, and the longest, in milliseconds. */
const firstPause = 30_000;
const longestPause = 3_600_000;

/** What IM has not taken within this time is of no more use. */
const tooOld = 86_400_000;

/** A job as it was kept, for {@link deliverNow}. */
export interface KeptImJob {
  row: Pick<ImJobRow, 'subject' | 'version'>;
  job: ImJob;
}

/**
 * Keeps what IM is to be told, in the transaction that makes it true: whatever becomes of the function or of IM, it is
 * told in the end. To make and to close the same room are wishes about one thing, of which the later holds.
 * @returns undefined without IM_ADMIN: there is nobody to tell
 */
export async function tellIm(
  tx: Queryable,
  im: ImCloud,
  job: ImJob,
  now: number,
  random: (bytes: number) => Uint8Array,
): Promise<KeptImJob | undefined> {
  if (!im.configured()) return undefined;
  const row = { subject: subjectOf(job), version: Buffer.from(random(8)).toString('hex') };
  await keepImJob(tx, { ...row, job: JSON.stringify(job) }, now);
  return { row, job };
}

/**
 * Tells IM at once what was kept a moment ago, if there is time: 1.5 s at most. A failure changes nothing for the
 * caller: the job stays and the sweep tries again.
 * @param since when the request came, epoch milliseconds
 */
export async function deliverNow(
  database: Database,
  im: ImCloud,
  kept: KeptImJob | undefined,
  since: number,
): Promise<void> {
  const limit = Math.min(promptLimit, since + promptUntil - clock());
  if (kept === undefined || limit <= 0) return;
  const refused = await tryJob(im, kept.job, limit);
  if (refused === undefined) await dropImJob(database, kept.row.subject, kept.row.version);
}

/**
 * Tells IM what is due.
 * @param left milliseconds that are left
 * @returns how many were delivered, and why others were not
 */
export async function deliverDue(
  database: Database,
  im: ImCloud,
  now: number,
  most: number,
  left: () => number,
): Promise<{ delivered: number; failures: string[]; dropped: string[] }> {
  const outcome = { delivered: 0, failures: new Set<string>(), dropped: new Set<string>() };
  for (const row of await dueImJobs(database, now, most)) {
    if (left() <= 0) break;
    const job = v.safeParse(jobSchema, JSON.parse(row.job));
    const failure = job.success ? await tryJob(im, job.output, Math.min(promptLimit, left())) : 'unknown job';
    if (failure === undefined) outcome.delivered += 1;
    else if (job.success && now - row.createdAt < tooOld) {
      outcome.failures.add(failure);
      const pause = Math.min(longestPause, firstPause * 2 ** Math.min(row.tries, 10));
      await postponeImJob(database, row.subject, row.version, now + pause);
      continue;
    } else outcome.dropped.add(failure);
    await dropImJob(database, row.subject, row.version);
  }
  return { delivered: outcome.delivered, failures: [...outcome.failures], dropped: [...outcome.dropped] };
}

function subjectOf(job: ImJob): string {
  switch (job.kind) {
    case 'account':
      return `account:${job.userId}`;
    case 'createGroup':
    case 'destroyGroup':
      return `group:${job.groupId}`;
    case 'notify':
      return `notice:${job.groupId}`;
  }
}

/** @returns why IM did not take it; undefined when it did */
async function tryJob(im: ImCloud, job: ImJob, limitMs: number): Promise<string | undefined> {
  try {
    await run(im, job, limitMs);
    return undefined;
  } catch (error) {
    if (error instanceof CloudError) return error.message;
    throw error;
  }
}

function run(im: ImCloud, job: ImJob, limitMs: number): Promise<void> {
  switch (job.kind) {
    case 'account':
      return im.importAccount(job, limitMs);
    case 'createGroup':
      return im.createGroup(job, limitMs);
    case 'destroyGroup':
      return im.destroyGroup(job.groupId, limitMs);
    case 'notify':
      return im.notifyGroup(job.groupId, job.content, limitMs);
  }
}
