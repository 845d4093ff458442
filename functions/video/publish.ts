import * as v from 'valibot';
import { defineCommand } from '../../shared/command';
import { text } from '../../shared/input';
import type { Database } from '../../shared/store/database';
import { publishVideo } from '../../shared/store/videos';

const url = v.pipe(text(1, 1024), v.regex(/^https?:\/\/[^\s"'<>]+$/, 'expected an http or https URL'));

const input = v.object({
  fileId: text(1, 64),
  title: text(1, 128),
  playUrl: url,
  nickname: v.optional(text(0, 128), ''),
  headPic: v.optional(text(0, 512), ''),
  frontCover: v.optional(text(0, 512), ''),
  location: v.optional(text(0, 128), ''),
});

/** Lists a short video that the caller has uploaded. The same file again replaces what was said of it. */
export const publish = defineCommand({
  name: 'video/publish',
  input,
  access: 'user',
  async run(request: v.InferOutput<typeof input>, { caller, now }, { database }: { database: Database }) {
    await publishVideo(database, { ...request, userId: caller }, now);
    return { fileId: request.fileId };
  },
});
