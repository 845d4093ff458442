import * as v from 'valibot';
import { defineCommand } from '../../shared/command';
import { Failure } from '../../shared/http/errors';
import { nothing } from '../../shared/output';
import { checkPassword, type PasswordNeeds } from './checkPassword';
import { eraseAccount } from './eraseAccount';
import { givenPassword } from './password';

const input = v.object({ password: givenPassword });

/**
 * Deletes the caller's account; see {@link eraseAccount} for what goes and what stays. It asks for the password once
 * more, because it cannot be undone. Fails with `forbidden` when the password is wrong or there is no account.
 */
export const deleteAccount = defineCommand({
  name: 'account/delete',
  input,
  output: nothing,
  access: 'viewer',
  async run({ password }: v.InferOutput<typeof input>, { caller, now, clientAddress }, needs: PasswordNeeds) {
    const check = await checkPassword(caller, { password }, clientAddress, now, needs);
    if (!check.ok) throw new Failure('forbidden', 'password: is not the one of this account');
    await needs.database.transaction((tx) => eraseAccount(tx, caller, now));
    return {};
  },
});
