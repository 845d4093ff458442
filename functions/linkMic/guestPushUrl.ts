import * as v from 'valibot';
import { seconds } from '../../shared/clock';
import { defineCommand } from '../../shared/command';
import { Failure } from '../../shared/http/errors';
import { plainPlayUrl, pushUrlsOf, type PlayConfig, type PushConfig } from '../../shared/liveUrls';
import { moment } from '../../shared/output';
import type { Database } from '../../shared/store/database';
import { addGuestStream } from '../../shared/store/guestStreams';
import { isForbidden } from '../../shared/store/users';
import { makeStreamId } from '../../shared/streamId';
import { refuseDeleted } from '../account/refuseDeleted';

const input = v.object({});

const output = v.object({
  streamId: v.string(),
  pushUrl: v.string(),
  playUrl: v.string(),
  expiresAt: moment,
  createdAt: moment,
});

export interface GuestPushUrlNeeds {
  config: Omit<PushConfig, 'LIVE_RECORD'> & PlayConfig;
  database: Database;
  random: (bytes: number) => Uint8Array;
}

/**
 * Where a link-mic guest pushes its picture: a stream of its own for each call, never listed and never recorded, known
 * to this backend until its push URL expires (protocol.md 4.13).
 *
 * Out: `streamId`; `pushUrl` (RTMP); `playUrl` (RTMP, not signed: partners have it signed by linkMic/signedPlayUrl);
 * `expiresAt` and `createdAt` in epoch seconds. Fails with `forbidden` for a user whom an operator forbade to broadcast
 * and for one who has deleted the account.
 */
export const guestPushUrl = defineCommand({
  name: 'linkMic/guestPushUrl',
  input,
  output,
  access: 'user',
  async run(_input: v.InferOutput<typeof input>, { caller, now }, needs: GuestPushUrlNeeds) {
    await refuseDeleted(needs.database, caller);
    return beginGuestStream(caller, now, needs);
  },
});

/** What {@link guestPushUrl} does, for users of old apps, who have no token that could outlive an account. */
export async function beginGuestStream(
  caller: string,
  now: number,
  { config, database, random }: GuestPushUrlNeeds,
) {
  if (await isForbidden(database, caller))
    throw new Failure('forbidden', 'this user has been forbidden to broadcast by an operator');
  const streamId = makeStreamId(config.LIVE_BIZID, caller, random(8));
  const { rtmp, expiresAt } = pushUrlsOf({ ...config, LIVE_RECORD: '' }, streamId, now);
  await addGuestStream(database, {
    streamId,
    userId: caller,
    createdAt: now,
    expiresAt: expiresAt * 1000,
  });
  return {
    streamId,
    pushUrl: rtmp,
    playUrl: plainPlayUrl(config, streamId),
    expiresAt,
    createdAt: seconds(now),
  };
}
