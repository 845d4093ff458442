import * as v from 'valibot';
import { defineCommand } from '../../shared/command';
import { wholeNumber } from '../../shared/input';
import { pageOf } from '../../shared/output';
import { readCounter } from '../../shared/store/counters';
import type { Database } from '../../shared/store/database';
import { listMembers } from '../../shared/store/roomMembers';
import { requireRoom, roomName } from './room';

const input = v.object({
  ...roomName,
  page: v.optional(wholeNumber(1, 100_000), 1),
  pageSize: v.optional(wholeNumber(1, 100), 20),
});

const output = pageOf(v.object({ userId: v.string(), nickname: v.string(), headPic: v.string() }));

/** Who is in a room, the latest first. Out: `total`, which is the room's viewer count, and `items`. */
export const members = defineCommand({
  name: 'room/members',
  input,
  output,
  access: 'viewer',
  async run(
    { page, pageSize, ...name }: v.InferOutput<typeof input>,
    _call,
    { database }: { database: Database },
  ) {
    const { roomId } = await requireRoom(database, name);
    return {
      total: await readCounter(database, roomId, 'viewers'),
      items: await listMembers(database, roomId, { size: pageSize, offset: (page - 1) * pageSize }),
    };
  },
});
