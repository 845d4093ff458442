import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { seconds } from '../../shared/clock';
import type { Config } from '../../shared/config';
import { moment } from '../../shared/output';
import type { Queryable } from '../../shared/store/database';
import { addRefreshToken } from '../../shared/store/refreshTokens';
import { signToken } from '../../shared/token';

/** Seconds an access token lives. It is not looked up anywhere, so this is how long one outlives a logout. */
const accessLife = 3_600;

/** How long a refresh token can be exchanged, in milliseconds. */
export const refreshLife = 30 * 86_400_000;

export interface SessionNeeds {
  config: Pick<Config, 'TOKEN_SECRET'>;
  random: (bytes: number) => Uint8Array;
}

/** What an app is given to act as a user. */
export const session = v.object({
  userId: v.string(),
  accessToken: v.string(),
  /** When the access token ends; exchange the refresh token before. */
  expiresAt: moment,
  /** Good for one exchange by account/refresh, which gives the next one. */
  refreshToken: v.string(),
  refreshExpiresAt: moment,
});

export type Session = v.InferOutput<typeof session>;

/**
 * Gives a user a new pair of tokens.
 * @param tx a transaction that holds the living account: a deletion at the same time must see what is given here
 * @param family the family of refresh tokens that it continues; none begins one
 * @param now epoch milliseconds
 */
export async function giveSession(
  tx: Queryable,
  userId: string,
  family: string | undefined,
  now: number,
  { config, random }: SessionNeeds,
): Promise<Session> {
  const refreshToken = Buffer.from(random(32)).toString('base64url');
  const expiresAt = now + refreshLife;
  await addRefreshToken(tx, {
    hash: tokenHash(refreshToken),
    family: family ?? Buffer.from(random(16)).toString('hex'),
    userId,
    expiresAt,
  });
  return {
    userId,
    accessToken: await signToken({ secret: config.TOKEN_SECRET, userId, now, ttlSeconds: accessLife }),
    expiresAt: seconds(now) + accessLife,
    refreshToken,
    refreshExpiresAt: seconds(expiresAt),
  };
}

/** Under which a refresh token is stored. It is random, so that a fast hash is enough. */
export function tokenHash(refreshToken: string): string {
  return createHash('sha256').update(refreshToken).digest('hex');
}
