import { createHmac } from 'node:crypto';
import { keyRing, purposeKey, type RingKey } from '../../shared/keyRing';
import type { Secret } from '../../shared/secret';
import { verifyLiteavSig } from '../../shared/signing/liteavSig';
import { sameText } from '../../shared/signing/sameText';
import { lockAccount } from '../../shared/store/accounts';
import type { Database, Queryable } from '../../shared/store/database';
import {
  addV2Session,
  dropV2Session,
  touchV2Session,
  v2SessionsOf,
  type V2Session,
} from '../../shared/store/v2Sessions';

/**
 * How long a login is good after its last use, in milliseconds. The original's never ended, and the apps rely on that:
 * only one build logs in again when the told time is over.
 */
const sessionLife = 30 * 86_400_000;

/** How many phones may be logged in as one user; the one that logged in first gives way. */
const mostSessions = 5;

/** A session in use is noted this often, in milliseconds. */
const touchEvery = 3_600_000;

/** Seconds an app is told that its token lives, as in the original. */
export const toldLife = 86_400;

export interface V2Tokens {
  token: string;
  refresh_token: string;
  expires: number;
}

/**
 * Begins a session of a user and gives its tokens. They are made of a stored nonce and a secret; neither is stored.
 * @param tx a transaction that holds the living account: a deletion at the same time must see the session
 */
export async function beginV2Session(
  tx: Queryable,
  userId: string,
  secret: Secret,
  now: number,
  random: (bytes: number) => Uint8Array,
): Promise<V2Tokens> {
  const [key] = keyRing(secret);
  const session = { userId, nonce: Buffer.from(random(16)).toString('hex'), keyId: key.id, seenAt: now };
  await addV2Session(tx, session, mostSessions);
  return {
    token: tokenOf(session, key, 'v2 token'),
    refresh_token: tokenOf(session, key, 'v2 refresh token'),
    expires: toldLife,
  };
}

/** Ends a session in favour of a new one, if this is its refresh token. @returns undefined when it is not */
export async function renewV2Session(
  database: Database,
  session: V2Session,
  refreshToken: string,
  secret: Secret,
  now: number,
  random: (bytes: number) => Uint8Array,
): Promise<V2Tokens | undefined> {
  const key = keyOf(session, secret);
  if (key === undefined || !sameText(tokenOf(session, key, 'v2 refresh token'), refreshToken))
    return undefined;
  return database.transaction(async (tx) => {
    if (!(await lockAccount(tx, session.userId))) return undefined;
    const isFirst = await dropV2Session(tx, session.userId, session.nonce);
    return isFirst ? beginV2Session(tx, session.userId, secret, now, random) : undefined;
  });
}

/**
 * The session whose token signed this body.
 * @param rawBody as received: Android escapes slashes and iOS orders members as it likes
 */
export async function v2SessionOfSignature(
  database: Database,
  userId: string,
  { rawBody, sig }: { rawBody: string; sig: string | undefined },
  secret: Secret,
  now: number,
): Promise<V2Session | undefined> {
  const sessions = await v2SessionsOf(database, userId, now - sessionLife, mostSessions);
  const session = sessions.find((one) => {
    const key = keyOf(one, secret);
    return (
      key !== undefined && verifyLiteavSig({ token: tokenOf(one, key, 'v2 token'), rawBody, sig }) === 'ok'
    );
  });
  if (session !== undefined && now - session.seenAt > touchEvery)
    await touchV2Session(database, session, now);
  return session;
}

function keyOf(session: V2Session, secret: Secret): RingKey | undefined {
  return keyRing(secret).find(({ id }) => id === session.keyId);
}

function tokenOf({ userId, nonce }: V2Session, key: RingKey, purpose: string): string {
  return createHmac('sha256', purposeKey(key, purpose))
    .update(JSON.stringify([userId, nonce]))
    .digest('hex');
}
