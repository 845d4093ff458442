import { webcrypto } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import type { Secret } from './secret';

// jose takes Web Crypto from the global scope, where Nodejs18.15 on SCF does not put it.
if (!('crypto' in globalThis)) Object.defineProperty(globalThis, 'crypto', { value: webcrypto });

const issuer = 'xiaozhibo';

/**
 * Makes an access token: a JWT (RFC 7519), HS256, subject = user id.
 * @param ttlSeconds life from `now` (epoch milliseconds) in seconds
 */
export async function signToken(token: {
  secret: Secret;
  userId: string;
  now: number;
  ttlSeconds: number;
}): Promise<string> {
  const issuedAt = Math.floor(token.now / 1000);
  return new SignJWT({})
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuer(issuer)
    .setSubject(token.userId)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + token.ttlSeconds)
    .sign(await hmacKey(token.secret));
}

/**
 * The user id an access token was made for.
 * @param now epoch milliseconds
 * @returns undefined for anything but a valid, unexpired token of ours
 */
export async function readToken(token: string, secret: Secret, now: number): Promise<string | undefined> {
  if (token.length > 4_096) return undefined;
  try {
    const { payload } = await jwtVerify(token, await hmacKey(secret), {
      algorithms: ['HS256'],
      issuer,
      requiredClaims: ['sub', 'exp'],
      currentDate: new Date(now),
    });
    return payload.sub === '' ? undefined : payload.sub;
  } catch {
    return undefined;
  }
}

const keys = new WeakMap<Secret, Promise<webcrypto.CryptoKey>>();

/** Imported once per secret: the import costs more than the verification. */
function hmacKey(secret: Secret): Promise<webcrypto.CryptoKey> {
  const known = keys.get(secret);
  if (known !== undefined) return known;
  const bytes = new TextEncoder().encode(secret.reveal());
  const key = webcrypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
    'verify',
  ]);
  keys.set(secret, key);
  return key;
}
