import * as v from 'valibot';
import { defineCommand } from '../../shared/command';
import type { Config } from '../../shared/config';
import { Failure } from '../../shared/http/errors';
import { text, userId } from '../../shared/input';
import { isReservedUserId } from '../../shared/reservedUserId';
import { addAccount } from '../../shared/store/accounts';
import { noteLoginAddress } from '../../shared/store/loginAddresses';
import { setProfile } from '../../shared/store/users';
import { isV3Number, userOfNumber } from '../../shared/store/v3Users';
import { verifiersOf, type PasswordNeeds } from './checkPassword';
import { limitRegistration, networkOf } from './loginLimits';
import { newPassword } from './password';
import { giveSession, session } from './session';

const input = v.object({ userId, password: newPassword, nickname: v.optional(text(0, 128), '') });

export interface RegisterNeeds extends PasswordNeeds {
  config: Pick<Config, 'TOKEN_SECRET' | 'IM_ADMIN'>;
}

/**
 * Makes an account and logs it in. Old apps of the second and third generation log in with the same id and password.
 * Out: as account/login. Fails with `conflict` for a user id that is taken,
 * also as the number by which IM knows a user of a v3 app, and for one that is reserved.
 */
export const register = defineCommand({
  name: 'account/register',
  input,
  output: session,
  access: 'public',
  async run(request: v.InferOutput<typeof input>, { now, clientAddress }, needs: RegisterNeeds) {
    const { password, nickname } = request;
    if (isReservedUserId(needs.config, request.userId))
      throw new Failure('conflict', 'userId: is reserved, choose another');
    await limitRegistration(needs.database, clientAddress, now);
    const verifiers = await verifiersOf(request.userId, { password }, needs);
    return needs.database.transaction(async (tx) => {
      const isOthers = isV3Number(request.userId) && (await userOfNumber(tx, request.userId)) !== undefined;
      if (isOthers || !(await addAccount(tx, request.userId, verifiers, now)))
        throw new Failure('conflict', 'userId: is taken, choose another');
      await noteLoginAddress(tx, request.userId, networkOf(clientAddress), now);
      await setProfile(tx, request.userId, { nickname }, now);
      return giveSession(tx, request.userId, undefined, now, needs);
    });
  },
});
