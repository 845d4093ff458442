import { createHash } from 'node:crypto';
import type { Config } from '../../shared/config';
import { hashPassword, isCurrentHash, verifyPassword } from '../../shared/password';
import { isCurrentSeal, openSeal, seal } from '../../shared/seal';
import { legacyPasswordHash } from '../../shared/signing/liteavSig';
import { sameText } from '../../shared/signing/sameText';
import { findAccount, setVerifiers, type Account, type Verifiers } from '../../shared/store/accounts';
import type { Database } from '../../shared/store/database';
import { noteLoginAddress } from '../../shared/store/loginAddresses';
import { limitLogin, networkOf } from './loginLimits';

export interface PasswordNeeds {
  config: Pick<Config, 'TOKEN_SECRET'>;
  database: Database;
  random: (bytes: number) => Uint8Array;
}

/**
 * What a client proves to know: the password itself (our own API), or what a v2 app makes of it.
 * Both end as the same text under one slow hash; see {@link verifiersOf}.
 */
export type Proof = { password: string } | { v2: string };

/** `otherDoor`: the account was made by an app whose registration holds nothing that this proof can be compared with. */
export type PasswordCheck =
  { ok: true; account: Account } | { ok: false; reason: 'noAccount' | 'wrong' | 'otherDoor' };

const saltPurpose = 'v3 salt';

/**
 * Checks a login within the limits of loginLimits.ts, in a time that does not tell whether the account exists.
 * A password that is right also fills in what the other doors need and the account lacks.
 * @param clientAddress where the attempt comes from
 * @param now epoch milliseconds
 * @throws Failure tooMany
 */
export async function checkPassword(
  userId: string,
  proof: Proof,
  clientAddress: string,
  now: number,
  needs: PasswordNeeds,
): Promise<PasswordCheck> {
  const { database } = needs;
  await limitLogin(database, userId, clientAddress, now);
  const account = await findAccount(database, userId);
  const byHash = await verifyPassword(v2Form(userId, proof), account?.passwordHash);
  if (account === undefined) return { ok: false, reason: 'noAccount' };
  const proven = byHash || (account.passwordHash === null && isOfV3Salt(account, proof, needs));
  if (!proven) {
    return { ok: false, reason: account.passwordHash === null && 'v2' in proof ? 'otherDoor' : 'wrong' };
  }
  await setVerifiers(database, userId, await missingVerifiers(account, proof, needs));
  await noteLoginAddress(database, userId, networkOf(clientAddress), now);
  return { ok: true, account };
}

/**
 * What is stored of a new password. `passwordHash`: scrypt of what v2 apps send, md5(md5(password) + user id), which is
 * also what our own API checks, so that one person has one password everywhere. `v3Salt`: what v3 apps sign with,
 * md5(user id + '-' + password); the server needs it as it is, so it is sealed instead of hashed. A v2 registration
 * does not know the second.
 */
export async function verifiersOf(userId: string, proof: Proof, needs: PasswordNeeds): Promise<Verifiers> {
  return {
    passwordHash: await hashPassword(v2Form(userId, proof), needs.random),
    v3Salt: 'password' in proof ? sealV3Salt(userId, v3Form(userId, proof.password), needs) : undefined,
  };
}

/** Seals the salt of a v3 registration for {@link openV3Salt}. */
export function sealV3Salt(
  userId: string,
  salt: string,
  { config, random }: Pick<PasswordNeeds, 'config' | 'random'>,
): string {
  return seal({ secret: config.TOKEN_SECRET, purpose: saltPurpose, userId }, salt, random);
}

/** The salt of an account; undefined when it has none, or it was sealed with a TOKEN_SECRET that is gone. */
export function openV3Salt(account: Account, { config }: Pick<PasswordNeeds, 'config'>): string | undefined {
  const { userId, v3Salt } = account;
  if (v3Salt === null) return undefined;
  return openSeal({ secret: config.TOKEN_SECRET, purpose: saltPurpose, userId }, v3Salt);
}

/** Whether the salt of an account is there and will still open when only the first secret of TOKEN_SECRET is left. */
export function isV3SaltCurrent(account: Account, { config }: Pick<PasswordNeeds, 'config'>): boolean {
  return (
    account.v3Salt !== null &&
    isCurrentSeal(config.TOKEN_SECRET, account.v3Salt) &&
    openV3Salt(account, { config }) !== undefined
  );
}

async function missingVerifiers(account: Account, proof: Proof, needs: PasswordNeeds): Promise<Verifiers> {
  const { userId, passwordHash } = account;
  const hashed = passwordHash !== null && isCurrentHash(passwordHash);
  const sealed = 'v2' in proof || isV3SaltCurrent(account, needs);
  return {
    passwordHash: hashed ? undefined : await hashPassword(v2Form(userId, proof), needs.random),
    v3Salt: sealed ? undefined : sealV3Salt(userId, v3Form(userId, proof.password), needs),
  };
}

/** Who registered with a v3 app has no hash yet, but whoever knows the password can make the salt. */
function isOfV3Salt(account: Account, proof: Proof, needs: PasswordNeeds): boolean {
  const salt = openV3Salt(account, needs);
  if (salt === undefined || !('password' in proof)) return false;
  return sameText(v3Form(account.userId, proof.password), salt);
}

function v2Form(userId: string, proof: Proof): string {
  return 'v2' in proof ? proof.v2 : legacyPasswordHash({ password: proof.password, userId });
}

function v3Form(userId: string, password: string): string {
  return createHash('md5').update(`${userId}-${password}`).digest('hex');
}
