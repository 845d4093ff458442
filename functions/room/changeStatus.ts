import * as v from 'valibot';
import { defineCommand } from '../../shared/command';
import { lockBroadcast, newestBroadcastOf, settleBroadcast } from '../../shared/store/broadcasts';
import type { Database } from '../../shared/store/database';

const input = v.object({ online: v.boolean('expected true or false') });

const output = v.object({ online: v.boolean() });

/**
 * The host's own word that its broadcast began or ended. It counts like the cloud's: the later word holds.
 * Out: `online`, the state that results; false too for a user who has no broadcast.
 */
export const changeStatus = defineCommand({
  name: 'room/status',
  input,
  output,
  access: 'user',
  async run({ online }: v.InferOutput<typeof input>, { caller, now }, { database }: { database: Database }) {
    return database.transaction(async (tx) => {
      const newest = await newestBroadcastOf(tx, caller);
      const broadcast = newest && (await lockBroadcast(tx, newest.streamId));
      if (broadcast === undefined) return { online: false };
      return settleBroadcast(tx, broadcast, { up: online, at: now, by: 'host' });
    });
  },
});
