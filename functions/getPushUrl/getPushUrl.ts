import * as v from 'valibot';
import { defineCommand } from '../../shared/command';
import { seconds } from '../../shared/clock';
import { Failure } from '../../shared/http/errors';
import { text } from '../../shared/input';
import { playUrlsOf, pushUrlsOf, type PlayConfig, type PushConfig } from '../../shared/liveUrls';
import { mediaUrl, requireMedia, type MediaConfig } from '../../shared/mediaUrl';
import { moment, playUrls } from '../../shared/output';
import { makeStreamId } from '../../shared/streamId';
import { addBroadcast, newestBroadcastOf, type Broadcast } from '../../shared/store/broadcasts';
import type { Database, Queryable } from '../../shared/store/database';
import { limitRequests } from '../../shared/requestLimit';
import { findProfile, lockUser } from '../../shared/store/users';
import { refuseDeleted } from '../account/refuseDeleted';

/** A request equal to the one before it within this time is taken for its repetition, in milliseconds. */
const retryWindow = 60_000;

const input = v.object({
  title: text(1, 128),
  groupId: v.optional(text(0, 128), ''),
  nickname: v.optional(text(0, 128), ''),
  headPic: v.optional(mediaUrl, ''),
  frontCover: v.optional(mediaUrl, ''),
  location: v.optional(text(0, 128), ''),
  description: v.optional(text(0, 255), ''),
});

const output = v.object({
  streamId: v.string(),
  pushUrl: v.string(),
  webrtcPushUrl: v.optional(v.string()),
  srtPushUrl: v.optional(v.string()),
  playUrls,
  expiresAt: moment,
  createdAt: moment,
});

type Request = v.InferOutput<typeof input>;

export interface BroadcastNeeds {
  config: PushConfig & PlayConfig;
  database: Database;
  random: (bytes: number) => Uint8Array;
}

/**
 * Begins a broadcast of the caller and says where to push it. The broadcast gets a stream id of its own and is listed
 * once the push is up. What the request leaves out is taken from the caller's profile. The same request again within a
 * minute gets the same broadcast (old apps send twice, protocol.md 2.1).
 *
 * Out: `streamId`; `pushUrl` (RTMP), `webrtcPushUrl`, `srtPushUrl` where the domain offers them; `playUrls`;
 * `expiresAt` and `createdAt` in epoch seconds. Fails with `forbidden` for a user whom an operator forbade to broadcast
 * and for one who has deleted the account, with `invalidInput` for a picture that is not in the bucket, in VOD or on a host of MEDIA_HOSTS.
 */
export const getPushUrl = defineCommand({
  name: 'getPushUrl',
  input,
  output,
  access: 'user',
  async run(request: Request, { caller, now }, needs: BroadcastNeeds & { config: MediaConfig }) {
    requireMedia(needs.config, { headPic: request.headPic, frontCover: request.frontCover });
    await limitRequests(needs.database, 'getPushUrl', caller, 20, now);
    return beginBroadcast(request, caller, now, needs, refuseDeleted);
  },
});

/**
 * What {@link getPushUrl} does, for pictures from anywhere: old apps send the ones of other services.
 * @param check refuses a user within the transaction, once the user's row is held
 */
export async function beginBroadcast(
  request: Request,
  caller: string,
  now: number,
  { config, database, random }: BroadcastNeeds,
  check?: (tx: Queryable, userId: string) => Promise<void>,
) {
  const broadcast = await database.transaction(async (tx) => {
    const { forbidden } = await lockUser(tx, caller, now);
    if (forbidden) throw new Failure('forbidden', 'this user has been forbidden to broadcast by an operator');
    await check?.(tx, caller);
    const profile = await findProfile(tx, caller);
    const wanted = {
      ...request,
      nickname: request.nickname || (profile?.nickname ?? ''),
      headPic: request.headPic || (profile?.headPic ?? ''),
      frontCover: request.frontCover || (profile?.frontCover ?? ''),
      location: request.location || (profile?.location ?? ''),
    };
    const newest = await newestBroadcastOf(tx, caller);
    if (newest !== undefined && isRetry(newest, wanted, now)) return newest;
    const streamId = makeStreamId(config.LIVE_BIZID, caller, random(8));
    await addBroadcast(tx, { ...wanted, streamId, userId: caller }, now);
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
}

const compared = [
  'title',
  'groupId',
  'nickname',
  'headPic',
  'frontCover',
  'location',
  'description',
] as const;

/** A broadcast that has ended is not resumed: its host wants a new one. Nor is one that is pushed under another name. */
function isRetry(newest: Broadcast, wanted: Request, now: number): boolean {
  return (
    now - newest.createdAt < retryWindow &&
    newest.offlineAt === null &&
    newest.streamName === newest.streamId &&
    compared.every((name) => newest[name] === wanted[name])
  );
}
