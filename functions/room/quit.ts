import * as v from 'valibot';
import { defineCommand } from '../../shared/command';
import { nothing } from '../../shared/output';
import type { Database } from '../../shared/store/database';
import { quitRoom } from '../../shared/store/roomMembers';
import { requireRoom, roomName } from './room';

const input = v.object(roomName);

/** Leaves a room. Leaving one that the caller is not in changes nothing. */
export const quit = defineCommand({
  name: 'room/quit',
  input,
  output: nothing,
  access: 'viewer',
  async run(request: v.InferOutput<typeof input>, { caller }, { database }: { database: Database }) {
    const { roomId } = await requireRoom(database, request);
    await database.transaction((tx) => quitRoom(tx, roomId, caller));
    return {};
  },
});
