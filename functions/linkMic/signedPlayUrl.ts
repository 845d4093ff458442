import * as v from 'valibot';
import { seconds } from '../../shared/clock';
import { defineCommand } from '../../shared/command';
import type { Config } from '../../shared/config';
import { Failure } from '../../shared/http/errors';
import { streamOfPlayUrl, type PlayConfig } from '../../shared/liveUrls';
import { moment } from '../../shared/output';
import { linkMicPlayUrl } from '../../shared/signing/playUrl';
import { txTime } from '../../shared/signing/txSecret';
import { findBroadcast, newestBroadcastOf, type Broadcast } from '../../shared/store/broadcasts';
import type { Database } from '../../shared/store/database';
import { guestStreamsOf, knownGuestStreams } from '../../shared/store/guestStreams';
import { isMember } from '../../shared/store/roomMembers';

/**
 * Seconds for which a URL signed with the push key is good. Whoever has it could push that stream until then
 * (protocol.md 4.14), so it is as long as an app needs to begin playing, and no longer.
 */
const pushKeyLife = 120;

const input = v.object({
  originUrl: v.pipe(
    v.string('expected the play URL of a partner'),
    v.trim(),
    v.maxLength(1024, 'expected at most 1024 characters'),
  ),
});

const output = v.object({ url: v.string(), createdAt: moment });

export interface SignedPlayUrlNeeds {
  config: PlayConfig & Pick<Config, 'LIVE_PUSH_KEY' | 'LIVE_URL_TTL'>;
  database: Database;
}

/**
 * Signs a partner's play URL for low-latency playback (protocol.md 4.14, 5.3): only a URL that leads to our own play
 * domain, only of a stream that exists, and only for a caller who takes part, as the host of a broadcast or as a guest.
 *
 * With a play key the signature is made with that key and says nothing about the push key; its life is the validity set
 * with the key in the console. Without one the service checks link-mic players with the push key, as the original did.
 * Then the stream must be a partner's too: a guest's, the caller's own, or for a guest that of a host whose room the
 * caller is in, as apps are before they join its host.
 *
 * Out: `url`; `createdAt` in epoch seconds. Fails with `invalidInput` for a URL that is not ours, `notFound` for a
 * stream that does not exist or has ended, `forbidden` for a caller who takes no part or a stream that is no partner's.
 */
export const signedPlayUrl = defineCommand({
  name: 'linkMic/signedPlayUrl',
  input,
  output,
  access: 'user',
  async run(
    { originUrl }: v.InferOutput<typeof input>,
    { caller, now },
    { config, database }: SignedPlayUrlNeeds,
  ) {
    const streamId = streamOfPlayUrl(config, originUrl);
    if (streamId === undefined)
      throw new Failure('invalidInput', 'originUrl: expected a play URL of this service');
    // Who takes no part learns nothing about which streams exist.
    const part = await partOf(database, caller, now, config.LIVE_URL_TTL);
    if (!part.host && !part.guest)
      throw new Failure('forbidden', 'originUrl: only the host or a guest of a broadcast may play like this');
    const broadcast = await findBroadcast(database, streamId);
    const exists =
      broadcast === undefined
        ? (await knownGuestStreams(database, [streamId], now)).has(streamId)
        : isOpen(broadcast, now, config.LIVE_URL_TTL);
    if (!exists) throw new Failure('notFound', 'originUrl: this stream does not exist or has ended');
    if (config.LIVE_PLAY_KEY === undefined && broadcast !== undefined && broadcast.userId !== caller) {
      // The signature would be one for pushing the stream of a third party.
      if (!part.guest || !(await isMember(database, broadcast.streamId, caller)))
        throw new Failure('forbidden', 'originUrl: only a guest in the room of its host may play like this');
    }
    const createdAt = seconds(now);
    const signed =
      config.LIVE_PLAY_KEY === undefined
        ? { key: config.LIVE_PUSH_KEY.reveal(), txTime: txTime(createdAt + pushKeyLife) }
        : { key: config.LIVE_PLAY_KEY.reveal(), txTime: txTime(createdAt) };
    return { url: linkMicPlayUrl({ originUrl, ...signed, bizId: config.LIVE_BIZID }), createdAt };
  },
});

/** What a caller is at the moment: both are possible. */
async function partOf(
  database: Database,
  userId: string,
  now: number,
  urlLifeSeconds: number,
): Promise<{ host: boolean; guest: boolean }> {
  const own = await newestBroadcastOf(database, userId);
  return {
    host: own !== undefined && isOpen(own, now, urlLifeSeconds),
    guest: (await guestStreamsOf(database, userId, now, 1)).length > 0,
  };
}

/** On the air, or begun and waiting for its push, which can start as long as the push URL is good. */
function isOpen(broadcast: Broadcast, now: number, urlLifeSeconds: number): boolean {
  if (broadcast.superseded) return false;
  const waiting = broadcast.offlineAt === null && now < broadcast.createdAt + urlLifeSeconds * 1000;
  return broadcast.online || waiting;
}
