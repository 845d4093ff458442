import * as v from 'valibot';
import { defineCommand } from '../../shared/command';
import { Failure } from '../../shared/http/errors';
import { lockAccount } from '../../shared/store/accounts';
import type { Database, Queryable } from '../../shared/store/database';
import {
  countNewerTokens,
  endFamily,
  findRefreshToken,
  lockRefreshToken,
  noteUse,
} from '../../shared/store/refreshTokens';
import { limitRequests } from '../../shared/requestLimit';
import { giveSession, refreshLife, session, tokenHash, type Session, type SessionNeeds } from './session';

/** How long an exchange may be asked for again, in milliseconds: its answer may have been lost on the way. */
const grace = 30_000;

/** How many pairs a token is exchanged for at most: each is a row for 30 days. */
const mostRepeats = 3;

export const refreshToken = v.pipe(
  v.string('expected a refresh token'),
  v.regex(/^[\w-]{43}$/, 'expected a refresh token'),
);

const input = v.object({ refreshToken });

/**
 * Exchanges a refresh token for a new pair. Each token is good for one exchange; within 30 s the same one may be sent
 * again, twice, and gets another pair. After that it can only be a copy: whoever holds it, all tokens that grew out of
 * the same login end. Out: as account/login. Fails with `unauthorized`, and with `tooMany` for more exchanges than that
 * or more than 20 of one login in ten seconds.
 */
export const refresh = defineCommand({
  name: 'account/refresh',
  input,
  output: session,
  access: 'public',
  async run(request: v.InferOutput<typeof input>, { now }, needs: SessionNeeds & { database: Database }) {
    const { database } = needs;
    const hash = tokenHash(request.refreshToken);
    const known = await findRefreshToken(database, hash);
    if (known === undefined) throw refusal();
    await limitRequests(database, 'account/refresh', known.family, 20, now);
    // The end of a family must be committed, so the refusal is thrown after the transaction.
    const given = await database.transaction(async (tx) =>
      (await lockAccount(tx, known.userId)) ? exchange(tx, hash, now, needs) : undefined,
    );
    if (given === undefined) throw refusal();
    return given;
  },
});

function refusal(): Failure {
  return new Failure('unauthorized', 'refreshToken: is not valid, log in again');
}

async function exchange(
  tx: Queryable,
  hash: string,
  now: number,
  needs: SessionNeeds,
): Promise<Session | undefined> {
  const token = await lockRefreshToken(tx, hash);
  if (token === undefined || token.expiresAt <= now) return undefined;
  if (token.usedAt !== null && now - token.usedAt > grace) {
    await endFamily(tx, token.family);
    return undefined;
  }
  if (token.usedAt !== null && (await countNewerTokens(tx, token, token.usedAt + refreshLife)) >= mostRepeats)
    throw new Failure('tooMany', 'refreshToken: has been exchanged already, use what it was exchanged for');
  await noteUse(tx, token.hash, now);
  return giveSession(tx, token.userId, token.family, now, needs);
}
