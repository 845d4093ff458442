import * as v from 'valibot';
import { defineCommand } from '../../shared/command';
import type { Config } from '../../shared/config';
import { text, userId } from '../../shared/input';
import { pushableStreams } from '../../shared/store/pushableStreams';
import { setForbidden } from '../../shared/store/users';
import { onUserStreams } from './onUserStreams';
import type { ModerationNeeds } from './stopLive';
import { cloudLimit, takeDown } from './takeDown';

/** No push URL lives longer than this (LIVE_URL_TTL is at most 7 days); the service would take 90 days. */
const forbiddenFor = 8 * 86_400_000;

/** Broadcasts, and guest streams, of one user that are looked at: the cloud is asked about all of them at once. */
const mostStreams = 20;

/** Milliseconds after the beginning of a broadcast in which a repeated getPushUrl signs for it anew. */
const signedAgain = 60_000;

const input = v.object({
  userId,
  forbidden: v.boolean('expected true or false'),
  reason: v.optional(text(0, 200), ''),
});

const output = v.object({ userId: v.string(), forbidden: v.boolean(), cloud: v.string() });

export interface ForbidUserNeeds extends ModerationNeeds {
  config: Pick<Config, 'LIVE_URL_TTL'>;
}

/**
 * Forbids a user to broadcast, or lifts that: from then on no push URL is given, the broadcast leaves the list, and the
 * cloud refuses every stream for which the user may hold a push URL that is still good. What is stored holds even when
 * the cloud fails.
 * Out: `userId`, `forbidden`; `cloud`, what became of the cloud's part (`done`, `not configured`, `failed: ...`, or
 * `incomplete: ...` when there were more than 20 broadcasts or guest streams and the newest were taken).
 */
export const forbidUser = defineCommand({
  name: 'moderation/forbidUser',
  input,
  output,
  access: 'operator',
  async run(request: v.InferOutput<typeof input>, { now }, needs: ForbidUserNeeds) {
    const { database, cloud, config } = needs;
    const { forbidden } = request;
    await database.transaction(async (tx) => {
      await setForbidden(tx, request.userId, forbidden, now);
      if (forbidden) await takeDown(tx, request.userId, now);
    });
    const begunAfter = now - config.LIVE_URL_TTL * 1000 - signedAgain;
    const streams = await pushableStreams(database, request.userId, { begunAfter, now, most: mostStreams });
    const reason = request.reason || 'forbidden by an operator';
    const outcome = await onUserStreams(cloud, streams, (streamName) =>
      forbidden
        ? cloud.forbidStream(streamName, now + forbiddenFor, reason, cloudLimit)
        : cloud.resumeStream(streamName, cloudLimit),
    );
    return { userId: request.userId, forbidden, cloud: outcome };
  },
});
