import type { ImCloud } from '../../shared/cloud/im';
import { deliverDue } from '../../shared/imJobs';
import { closeEndedRooms, takeSilentHostsOff } from '../room/silentHosts';
import type { Run } from './run';

/** Rows of one run; what is left waits for the next. */
const mostRooms = 200;
const mostJobs = 100;

interface ImNeeds {
  im: ImCloud;
  random: (bytes: number) => Uint8Array;
}

/** Rooms of v3 apps whose host is no longer heard of, or whom an operator ended. */
export async function endSilentRooms(run: Run, needs: ImNeeds): Promise<void> {
  const { database, now } = run;
  for (const streamId of await takeSilentHostsOff({ ...needs, database }, now, mostRooms))
    run.repaired({ step: 'endSilentRooms', streamId, reason: 'the app of its host is silent' });
  const count = await closeEndedRooms({ ...needs, database }, now, mostRooms);
  if (count > 0) run.repaired({ step: 'endSilentRooms', reason: 'rooms closed for good', count });
}

/** Tells IM what it could not be told when it happened. */
export async function tellIm(run: Run, { im }: ImNeeds): Promise<void> {
  const { delivered, failures, dropped } = await deliverDue(run.database, im, run.now, mostJobs, () =>
    run.left(),
  );
  if (delivered > 0) run.repaired({ step: 'tellIm', reason: 'told to IM', count: delivered });
  for (const error of failures) run.log('warn', 'IM could not be told', { step: 'tellIm', error });
  for (const error of dropped) run.log('error', 'IM was not told within a day', { step: 'tellIm', error });
}
