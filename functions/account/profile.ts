import * as v from 'valibot';
import { seconds } from '../../shared/clock';
import { defineCommand } from '../../shared/command';
import { Failure } from '../../shared/http/errors';
import { userId } from '../../shared/input';
import { moment, profileEntries } from '../../shared/output';
import { findAccount } from '../../shared/store/accounts';
import type { Database } from '../../shared/store/database';
import { findProfile } from '../../shared/store/users';

const input = v.object({ of: v.optional(userId) });

const output = v.object({
  userId: v.string(),
  ...profileEntries,
  sex: v.optional(v.pipe(v.number(), v.integer())),
  createdAt: v.optional(moment),
});

/**
 * The caller's profile, or with `of` what everybody may see of another user: `userId`, `nickname`, `headPic`,
 * `frontCover`, `location`. The own one also has `sex` (0 male, 1 female, -1 unknown) and `createdAt` in epoch seconds.
 * Fails with `notFound` for a user of whom nothing is known.
 */
export const profile = defineCommand({
  name: 'account/profile',
  input,
  output,
  access: 'user',
  async run({ of: whose }: v.InferOutput<typeof input>, { caller }, { database }: { database: Database }) {
    const shown = await findProfile(database, whose ?? caller);
    const account = await findAccount(database, whose ?? caller);
    if (whose !== undefined && whose !== caller) {
      if (shown === undefined) throw new Failure('notFound', 'of: no such user');
      return { userId: whose, ...shown };
    }
    if (account === undefined) throw new Failure('notFound', 'userId: this user has no account');
    const { sex, createdAt } = account;
    return { userId: caller, ...(shown ?? unknown), sex, createdAt: seconds(createdAt) };
  },
});

const unknown = { nickname: '', headPic: '', frontCover: '', location: '' };
