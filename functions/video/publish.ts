import * as v from 'valibot';
import { defineCommand } from '../../shared/command';
import { text } from '../../shared/input';
import { mediaUrl, requireMedia, type MediaConfig } from '../../shared/mediaUrl';
import { limitRequests } from '../../shared/requestLimit';
import type { Database } from '../../shared/store/database';
import { lockUser } from '../../shared/store/users';
import { publishVideo } from '../../shared/store/videos';
import { refuseDeleted } from '../account/refuseDeleted';

const input = v.object({
  fileId: v.pipe(text(1, 64), v.regex(/^[\w-]+$/, 'expected the file id that VOD gave')),
  title: text(1, 128),
  playUrl: v.pipe(mediaUrl, v.minLength(1, 'expected the URL that VOD gave')),
  nickname: v.optional(text(0, 128), ''),
  headPic: v.optional(mediaUrl, ''),
  frontCover: v.optional(mediaUrl, ''),
  location: v.optional(text(0, 128), ''),
});

const output = v.object({ fileId: v.string() });

/**
 * Lists a short video that the caller has uploaded. The same file again replaces what was said of it.
 * Fails with `invalidInput` for a video or picture that is not in the bucket, in VOD or on a host of MEDIA_HOSTS,
 * with `forbidden` for a user who has deleted the account.
 */
export const publish = defineCommand({
  name: 'video/publish',
  input,
  output,
  access: 'user',
  async run(
    request: v.InferOutput<typeof input>,
    { caller, now },
    { config, database }: { config: MediaConfig; database: Database },
  ) {
    const { playUrl, headPic, frontCover } = request;
    requireMedia(config, { playUrl, headPic, frontCover });
    await limitRequests(database, 'video/publish', caller, 10, now);
    await database.transaction(async (tx) => {
      await lockUser(tx, caller, now);
      await refuseDeleted(tx, caller);
      await publishVideo(tx, { ...request, userId: caller }, now);
    });
    return { fileId: request.fileId };
  },
});
