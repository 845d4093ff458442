import { errors, jwtVerify, SignJWT } from 'jose';
import type { Secret } from '../../shared/secret';
import { keyRing, type RingKey } from '../../shared/keyRing';
// Puts Web Crypto where jose looks for it.
import '../../shared/token';

/** Not that of our own API: a v3 token lives far longer, and neither is good in the place of the other. */
const issuer = 'xiaozhibo v3';

/**
 * Seconds a v3 token lives: 7 days, where the original's lived 30. An app gets a new one with each user_login_token, at
 * its start; while it runs it cannot take one, so the life must be longer than any broadcast.
 */
export const v3TokenLife = 7 * 86_400;

/** Makes the token of a v3 app. @param now epoch seconds */
export async function signV3Token(secret: Secret, userId: string, now: number): Promise<string> {
  const [key] = keyRing(secret);
  return new SignJWT({})
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT', kid: key.id })
    .setIssuer(issuer)
    .setSubject(userId)
    .setIssuedAt(now)
    .setExpirationTime(now + v3TokenLife)
    .sign(bytesOf(key));
}

/** Times in epoch seconds. */
export type V3TokenCheck =
  { ok: true; userId: string; issuedAt: number } | { ok: false; reason: 'expired' | 'invalid' };

/** Judges the token of a v3 app; never throws on what was received. @param now epoch seconds */
export async function readV3Token(token: string, secret: Secret, now: number): Promise<V3TokenCheck> {
  if (token === '' || token.length > 4_096) return { ok: false, reason: 'invalid' };
  const byKeyId = (header: { kid?: string }) => {
    const key = keyRing(secret).find(({ id }) => id === header.kid);
    if (key === undefined) throw new errors.JWSInvalid('unknown kid');
    return bytesOf(key);
  };
  try {
    const { payload } = await jwtVerify(token, byKeyId, {
      algorithms: ['HS256'],
      issuer,
      requiredClaims: ['sub', 'iat', 'exp'],
      currentDate: new Date(now * 1000),
    });
    const { sub = '', iat } = payload;
    if (sub === '' || iat === undefined) return { ok: false, reason: 'invalid' };
    return { ok: true, userId: sub, issuedAt: iat };
  } catch (error) {
    return { ok: false, reason: error instanceof errors.JWTExpired ? 'expired' : 'invalid' };
  }
}

function bytesOf(key: RingKey): Uint8Array {
  return new TextEncoder().encode(key.secret.reveal());
}
