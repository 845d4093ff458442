import { webcrypto } from 'node:crypto';
import { decodeProtectedHeader, jwtVerify, SignJWT } from 'jose';
import { keyRing, type RingKey } from './keyRing';
import type { Secret } from './secret';

// jose takes Web Crypto from the global scope, where Nodejs18.15 on SCF does not put it.
if (!('crypto' in globalThis)) Object.defineProperty(globalThis, 'crypto', { value: webcrypto });

const issuer = 'xiaozhibo';

/**
 * Makes an access token: a JWT (RFC 7519), HS256, subject = user id, `kid` = which secret of TOKEN_SECRET signed it.
 * @param token.secret TOKEN_SECRET; the first of its secrets signs
 * @param token.ttlSeconds life from `now` (epoch milliseconds) in seconds
 */
export async function signToken(token: {
  secret: Secret;
  userId: string;
  now: number;
  ttlSeconds: number;
}): Promise<string> {
  const [key] = keyRing(token.secret);
  const issuedAt = Math.floor(token.now / 1000);
  return new SignJWT({})
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT', kid: key.id })
    .setIssuer(issuer)
    .setSubject(token.userId)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + token.ttlSeconds)
    .sign(await hmacKey(key));
}

/**
 * The user id an access token was made for.
 * @param secret TOKEN_SECRET; the token may be of any of its secrets
 * @param now epoch milliseconds
 * @returns undefined for anything but a valid, unexpired token of ours
 */
export async function readToken(token: string, secret: Secret, now: number): Promise<string | undefined> {
  if (token.length > 4_096) return undefined;
  try {
    const { kid } = decodeProtectedHeader(token);
    const key = keyRing(secret).find(({ id }) => id === kid);
    if (key === undefined) return undefined;
    const { payload } = await jwtVerify(token, await hmacKey(key), {
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

const keys = new WeakMap<RingKey, Promise<webcrypto.CryptoKey>>();

/** Imported once per secret: the import costs more than the verification. */
function hmacKey(key: RingKey): Promise<webcrypto.CryptoKey> {
  const known = keys.get(key);
  if (known !== undefined) return known;
  const bytes = new TextEncoder().encode(key.secret.reveal());
  const imported = webcrypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
    'verify',
  ]);
  keys.set(key, imported);
  return imported;
}
