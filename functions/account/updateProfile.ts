import * as v from 'valibot';
import { defineCommand } from '../../shared/command';
import { Failure } from '../../shared/http/errors';
import { text, wholeNumber } from '../../shared/input';
import { mediaUrl, requireMedia, type MediaConfig } from '../../shared/mediaUrl';
import { nothing } from '../../shared/output';
import { findAccount, setSex } from '../../shared/store/accounts';
import type { Database } from '../../shared/store/database';
import { setProfile } from '../../shared/store/users';

const input = v.object({
  nickname: v.optional(text(0, 128)),
  headPic: v.optional(mediaUrl),
  frontCover: v.optional(mediaUrl),
  location: v.optional(text(0, 128)),
  sex: v.optional(wholeNumber(-1, 1)),
});

/**
 * Changes what is given of the caller's profile; '' empties a field. Pictures are those of this deployment: upload them
 * with uploadSig and send its `publicUrl`. Fails with `invalidInput` for a picture from elsewhere.
 */
export const updateProfile = defineCommand({
  name: 'account/updateProfile',
  input,
  output: nothing,
  access: 'user',
  async run(
    request: v.InferOutput<typeof input>,
    { caller, now },
    { config, database }: { config: MediaConfig; database: Database },
  ) {
    requireMedia(config, { headPic: request.headPic, frontCover: request.frontCover });
    await database.transaction(async (tx) => {
      await setProfile(tx, caller, request, now);
      if ((await findAccount(tx, caller)) === undefined)
        throw new Failure('notFound', 'userId: this user has no account');
      if (request.sex !== undefined) await setSex(tx, caller, request.sex);
    });
    return {};
  },
});
