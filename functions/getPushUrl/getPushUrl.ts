import * as v from 'valibot';
import { defineCommand } from '../../shared/command';
import { seconds } from '../../shared/clock';
import { Failure } from '../../shared/http/errors';
import { text } from '../../shared/input';
import { playUrlsOf, pushUrlsOf, type PlayConfig, type PushConfig } from '../../shared/liveUrls';
import { makeStreamId } from '../../shared/streamId';
import { addBroadcast, newestBroadcastOf, type Broadcast } from '../../shared/store/broadcasts';
import type { Database } from '../../shared/store/database';
import { lockUser } from '../../shared/store/users';

/** A request equal to the one before it within this time is taken for its repetition, in milliseconds. */
const retryWindow = 60_000;

const input = v.object({
  title: text(1, 128),
  groupId: v.optional(text(0, 128), ''),
  nickname: v.optional(text(0, 128), ''),
  headPic: v.optional(text(0, 512), ''),
  frontCover: v.optional(text(0, 512), ''),
  location: v.optional(text(0, 128), ''),
  description: v.optional(text(0, 255), ''),
});

export interface PushUrlNeeds {
  config: PushConfig & PlayConfig;
  database: Database;
  random: (bytes: number) => Uint8Array;
}

/**
 * Begins a broadcast of the caller and says where to push it. The broadcast gets a stream id of its own and is listed
 * once the push is up. The same request again within a minute gets the same broadcast (old apps send twice, protocol.md 2.1).
 *
 * Out: `streamId`; `pushUrl` (RTMP), `webrtcPushUrl`, `srtPushUrl` where the domain offers them; `playUrls`;
 * `expiresAt` and `createdAt` in epoch seconds. Fails with `forbidden` for a user whom an operator forbade to broadcast.
 */
export const getPushUrl = defineCommand({
  name: 'getPushUrl',
  input,
  access: 'user',
  async run(
    request: v.InferOutput<typeof input>,
    { caller, now },
    { config, database, random }: PushUrlNeeds,
  ) {
    const broadcast = await database.transaction(async (tx) => {
      const { forbidden } = await lockUser(tx, caller, request, now);
      if (forbidden)
        throw new Failure('forbidden', 'this user has been forbidden to broadcast by an operator');
      const newest = await newestBroadcastOf(tx, caller);
      if (newest !== undefined && isRetry(newest, request, now)) return newest;
      const streamId = makeStreamId(config.LIVE_BIZID, caller, random(8));
      await addBroadcast(tx, { ...request, streamId, userId: caller }, now);
      return { streamId, createdAt: now };
    });
    const push = pushUrlsOf(config, broadcast.streamId, now);
    return {
      streamId: broadcast.streamId,
      pushUrl: push.rtmp,
      ...(push.webrtc === undefined ? {} : { webrtcPushUrl: push.webrtc }),
      ...(push.srt === undefined ? {} : { srtPushUrl: push.srt }),
      playUrls: playUrlsOf(config, broadcast.streamId, now),
      expiresAt: push.expiresAt,
      createdAt: seconds(broadcast.createdAt),
    };
  },
});

/** A broadcast that has ended is not resumed: its host wants a new one. */
function isRetry(newest: Broadcast, request: v.InferOutput<typeof input>, now: number): boolean {
  return (
    now - newest.createdAt < retryWindow &&
    newest.offlineAt === null &&
    newest.title === request.title &&
    newest.groupId === request.groupId
  );
}
