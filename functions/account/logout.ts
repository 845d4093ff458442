import * as v from 'valibot';
import { defineCommand } from '../../shared/command';
import { nothing } from '../../shared/output';
import type { Database } from '../../shared/store/database';
import { endFamily, lockRefreshToken } from '../../shared/store/refreshTokens';
import { endSessions } from './eraseAccount';
import { refreshToken } from './refresh';
import { tokenHash } from './session';

const input = v.object({ refreshToken: v.optional(refreshToken) });

/**
 * Logs the caller out: with `refreshToken` the login that it belongs to, without it everywhere, old apps included.
 * An access token that was given is not looked up anywhere and stays good until it ends, an hour at most.
 */
export const logout = defineCommand({
  name: 'account/logout',
  input,
  output: nothing,
  access: 'viewer',
  async run(request: v.InferOutput<typeof input>, { caller, now }, { database }: { database: Database }) {
    await database.transaction(async (tx) => {
      if (request.refreshToken === undefined) return endSessions(tx, caller, now);
      const token = await lockRefreshToken(tx, tokenHash(request.refreshToken));
      // Of another user, or over already: there is nothing of the caller's to end.
      if (token?.userId === caller) await endFamily(tx, token.family);
    });
    return {};
  },
});
