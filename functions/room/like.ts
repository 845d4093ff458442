import * as v from 'valibot';
import { defineCommand } from '../../shared/command';
import { text, wholeNumber } from '../../shared/input';
import { addressLikes, userLikes } from '../../shared/likeBudget';
import { count } from '../../shared/output';
import { isGuestId } from '../../shared/reservedUserId';
import { readCounter } from '../../shared/store/counters';
import type { Database } from '../../shared/store/database';
import { giveLikes } from '../../shared/store/likes';
import { networkOf } from '../account/loginLimits';
import { requireRoom, roomName, takesLikes } from './room';

const input = v.object({
  ...roomName,
  count: v.optional(wholeNumber(1, 20), 1),
  likeId: v.optional(text(0, 64), ''),
});

const output = v.object({ accepted: count, likes: count });

/**
 * Likes a live or a replay. An app may gather a few taps in one `count`; with a `likeId` of its own per request, a
 * request that is sent again counts once. Out: `accepted` (a user's allowance is 2 a second, 20 at once; guests
 * of one address share another of 40 and 400) and `likes`.
 */
export const like = defineCommand({
  name: 'room/like',
  input,
  output,
  access: 'viewer',
  async run(
    { count, likeId, ...name }: v.InferOutput<typeof input>,
    { caller, now, clientAddress },
    { database }: { database: Database },
  ) {
    const room = await requireRoom(database, name);
    const given = { roomId: room.roomId, liker: `u:${caller}`, rate: userLikes, wanted: count, id: likeId };
    const shared = { liker: `a:${networkOf(clientAddress)}`, rate: addressLikes };
    const accepted = takesLikes(room)
      ? await database.transaction((tx) => giveLikes(tx, given, now, isGuestId(caller) ? shared : undefined))
      : 0;
    return { accepted, likes: await readCounter(database, room.roomId, 'likes') };
  },
});
