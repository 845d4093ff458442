import * as v from 'valibot';
import { defineCommand } from '../../shared/command';
import { text, userId } from '../../shared/input';
import { newestBroadcastOf } from '../../shared/store/broadcasts';
import { guestStreamsOf } from '../../shared/store/guestStreams';
import { setForbidden } from '../../shared/store/users';
import { onUserStreams } from './onUserStreams';
import type { ModerationNeeds } from './stopLive';
import { cloudLimit, takeDown } from './takeDown';

/** No push URL lives longer than this (LIVE_URL_TTL is at most 7 days); the service would take 90 days. */
const forbiddenFor = 8 * 86_400_000;

/** Streams that a user may be pushing as a link-mic guest. */
const mostGuestStreams = 4;

const input = v.object({
  userId,
  forbidden: v.boolean('expected true or false'),
  reason: v.optional(text(0, 200), ''),
});

/**
 * Forbids a user to broadcast, or lifts that: from then on no push URL is given, the broadcast leaves the list, and the
 * cloud refuses the streams whose URLs the user already has. What is stored holds even when the cloud fails.
 * Out: `userId`, `forbidden`; `cloud`, what became of the cloud's part (`done`, `not configured`, `failed: ...`).
 */
export const forbidUser = defineCommand({
  name: 'moderation/forbidUser',
  input,
  access: 'operator',
  async run(request: v.InferOutput<typeof input>, { now }, { database, cloud }: ModerationNeeds) {
    const { forbidden } = request;
    const own = await database.transaction(async (tx) => {
      await setForbidden(tx, request.userId, forbidden, now);
      if (forbidden) return takeDown(tx, request.userId, now);
      return newestBroadcastOf(tx, request.userId);
    });
    const asGuest = await guestStreamsOf(database, request.userId, now, mostGuestStreams);
    const streams = [...(own === undefined ? [] : [own.streamName]), ...asGuest];
    const outcome = await onUserStreams(cloud, streams, (streamId) =>
      forbidden
        ? cloud.forbidStream(
            streamId,
            now + forbiddenFor,
            request.reason || 'forbidden by an operator',
            cloudLimit,
          )
        : cloud.resumeStream(streamId, cloudLimit),
    );
    return { userId: request.userId, forbidden, cloud: outcome };
  },
});
