import * as v from 'valibot';
import { defineCommand } from '../../shared/command';
import { text } from '../../shared/input';
import { readCounter } from '../../shared/store/counters';
import { mediaUrl, requireMedia, type MediaConfig } from '../../shared/mediaUrl';
import { count } from '../../shared/output';
import { isGuestId } from '../../shared/reservedUserId';
import { limitRequests } from '../../shared/requestLimit';
import type { Database } from '../../shared/store/database';
import { enterRoom } from '../../shared/store/roomMembers';
import { networkOf } from '../account/loginLimits';
import { requireRoom, roomName } from './room';

/** Seconds between two calls of an app that is still watching, and after how many without one it is gone. */
const beatSeconds = 30;
const absentSeconds = 90;

/** Guests of one address who enter, or say that they are still here, in ten seconds: nine hundred who watch. */
const mostGuests = 300;

const input = v.object({
  ...roomName,
  nickname: v.optional(text(0, 128), ''),
  headPic: v.optional(mediaUrl, ''),
});

const output = v.object({ viewers: count, beatSeconds: count });

/**
 * Enters a room, or stays in it: call again every `beatSeconds`; without a call for 90 s the member is gone.
 * Entering twice makes one viewer. Out: `viewers`, `beatSeconds`. Fails with `notFound` for a room that does not
 * exist, with `invalidInput` for a picture that is not in the bucket, in VOD or on a host of MEDIA_HOSTS.
 */
export const enter = defineCommand({
  name: 'room/enter',
  input,
  output,
  access: 'viewer',
  async run(
    request: v.InferOutput<typeof input>,
    { caller, now, clientAddress },
    { config, database }: { config: MediaConfig; database: Database },
  ) {
    requireMedia(config, { headPic: request.headPic });
    await limitRequests(database, 'room/enter', caller, 100, now);
    // Anybody is as many guests as they like.
    if (isGuestId(caller))
      await limitRequests(database, 'room/enter:guests', networkOf(clientAddress), mostGuests, now);
    const { roomId } = await requireRoom(database, request);
    await database.transaction((tx) =>
      enterRoom(tx, roomId, { ...request, userId: caller }, now, now + absentSeconds * 1000),
    );
    return { viewers: await readCounter(database, roomId, 'viewers'), beatSeconds };
  },
});
