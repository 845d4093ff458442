import * as v from 'valibot';
import { defineCommand } from '../../shared/command';
import { Failure } from '../../shared/http/errors';
import { userId } from '../../shared/input';
import { lockAccount } from '../../shared/store/accounts';
import { checkPassword, type PasswordNeeds } from './checkPassword';
import { givenPassword } from './password';
import { giveSession, session } from './session';

const input = v.object({ userId, password: givenPassword });

/**
 * Logs in. Out: `accessToken`, to be sent as `Authorization: Bearer`, until `expiresAt`; `refreshToken`, for
 * account/refresh, until `refreshExpiresAt`; times in epoch seconds. Fails with `unauthorized`, in the same words whether
 * the id or the password is wrong, and with `tooMany`.
 */
export const login = defineCommand({
  name: 'account/login',
  input,
  output: session,
  access: 'public',
  async run(request: v.InferOutput<typeof input>, { now, clientAddress }, needs: PasswordNeeds) {
    const { password } = request;
    const check = await checkPassword(request.userId, { password }, clientAddress, now, needs);
    if (!check.ok) throw refusal();
    return needs.database.transaction(async (tx) => {
      // It may have been deleted while the password was looked at.
      if (!(await lockAccount(tx, request.userId))) throw refusal();
      return giveSession(tx, request.userId, undefined, now, needs);
    });
  },
});

function refusal(): Failure {
  return new Failure('unauthorized', 'userId, password: there is no account with both');
}
