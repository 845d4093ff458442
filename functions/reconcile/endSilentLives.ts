import { lockBroadcast, settleBroadcast } from '../../shared/store/broadcasts';
import { isSilentLive, silentLives } from '../../shared/store/sweptBroadcasts';
import type { Run } from './run';

/** Milliseconds without a word after which a live is taken for over; hardly a push lasts longer. */
const silence = 86_400_000;

const mostPerRun = 200;

/**
 * Takes lives off the list of which nothing was heard for a day. It stands in for the look at the cloud where there are
 * no credentials for one: a lost notice would leave a live on the list for ever.
 */
export async function endSilentLives(run: Run): Promise<void> {
  const before = run.now - silence;
  for (const streamId of await silentLives(run.database, before, mostPerRun)) {
    if (run.left() <= 0) return;
    const ended = await run.database.transaction(async (tx) => {
      const locked = await lockBroadcast(tx, streamId);
      // Something may have been heard since the list was read.
      if (locked === undefined || !(await isSilentLive(tx, streamId, before))) return false;
      await settleBroadcast(tx, locked, { up: false, at: run.now, by: 'sweep' });
      return true;
    });
    if (ended)
      run.repaired({ step: 'endSilentLives', streamId, reason: 'nothing was heard of it for a day' });
  }
}
