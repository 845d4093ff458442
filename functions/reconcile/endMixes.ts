import type { LiveCloud } from '../../shared/cloud/live';
import { CloudError } from '../../shared/cloud/tencentApi';
import { dropMix, mixesWithoutHost } from '../../shared/store/mixes';
import type { Run } from './run';

/** A host whose connection broke is back within this time, and its guests with it; milliseconds. */
const hostMayReturn = 30_000;

/** The service ends a mix by itself 15 minutes after its inputs stopped; after a day nothing is left to end. */
const endsByItself = 86_400_000;

const mostPerRun = 50;

/** Milliseconds for one call. */
const cancelLimit = 2_500;

/**
 * Ends mixes whose host has gone. It is done here, within a minute or so, and not when the cut notice or the host's
 * goodbye arrives: a notice must be answered without waiting for a call to the cloud, and code that runs on after the
 * answer is frozen with its instance. Old apps end a mix by themselves on the way out, iOS does not (protocol.md 5.4).
 */
export async function endMixes(run: Run, cloud: LiveCloud): Promise<void> {
  const mixes = await mixesWithoutHost(run.database, run.now - hostMayReturn, mostPerRun);
  for (const { sessionId, streamId, startedAt } of mixes) {
    if (run.left() <= 0) return;
    const reason = await end(run, cloud, sessionId, run.now - startedAt > endsByItself);
    if (reason === undefined) continue;
    await dropMix(run.database, sessionId);
    run.repaired({ step: 'endMixes', streamId, reason });
  }
}

/** @returns how the mix ended, undefined when it has to be tried again */
async function end(
  run: Run,
  cloud: LiveCloud,
  sessionId: string,
  over: boolean,
): Promise<string | undefined> {
  if (!cloud.configured()) return 'mix without a host, left to end by itself';
  try {
    await cloud.cancelMix(sessionId, Math.min(cancelLimit, run.left()));
    return 'mix without a host';
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    run.log('warn', 'a mix could not be ended', { step: 'endMixes', error: error.message });
    return over ? 'mix without a host, long over' : undefined;
  }
}
