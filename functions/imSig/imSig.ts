import * as v from 'valibot';
import { seconds } from '../../shared/clock';
import { defineCommand } from '../../shared/command';
import { Failure } from '../../shared/http/errors';
import { count, moment } from '../../shared/output';
import { userSigLife, userSigOf, type UserSigConfig } from './userSigOf';

/** Bytes of a user id that IM accepts (document 269/1519, account_import). */
const maxImUserIdBytes = 32;

const input = v.object({});

const output = v.object({ sdkAppId: count, userId: v.string(), userSig: v.string(), expiresAt: moment });

export interface ImSigNeeds {
  config: UserSigConfig;
}

/**
 * The caller's UserSig, with which the app logs in to IM. Ask again before `expiresAt` (epoch seconds).
 * Fails with `invalidInput` for a user id that IM does not take, with `forbidden` for one that is reserved.
 */
export const imSig = defineCommand({
  name: 'imSig',
  input,
  output,
  access: 'viewer',
  async run(_request: v.InferOutput<typeof input>, { caller, now }, { config }: ImSigNeeds) {
    if (Buffer.byteLength(caller) > maxImUserIdBytes) {
      throw new Failure(
        'invalidInput',
        `userId: IM takes at most ${maxImUserIdBytes} bytes, this one has ${Buffer.byteLength(caller)}`,
      );
    }
    const userSig = userSigOf(config, caller, now);
    return {
      sdkAppId: config.IM_SDKAPPID,
      userId: caller,
      userSig,
      expiresAt: seconds(now) + userSigLife(config, caller),
    };
  },
});
