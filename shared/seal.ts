import { createCipheriv, createDecipheriv } from 'node:crypto';
import { keyRing, purposeKey, type RingKey } from './keyRing';
import type { Secret } from './secret';

const cipher = 'aes-256-gcm';

/** What is sealed, for what and for whom: it opens only where all of this is the same. */
interface Seal {
  /** TOKEN_SECRET; the first of its secrets seals, every one of them opens. */
  secret: Secret;
  purpose: string;
  userId: string;
}

/**
 * Encrypts a text that has to be read again (AES-256-GCM), for the few that cannot be stored as a hash.
 * @param random gives that many random bytes; the 12 of the nonce must never repeat
 * @returns `<key id>.<nonce>.<text and tag>`, the last two base64url
 */
export function seal(
  { secret, purpose, userId }: Seal,
  text: string,
  random: (bytes: number) => Uint8Array,
): string {
  const [key] = keyRing(secret);
  const nonce = Buffer.from(random(12));
  const encryption = createCipheriv(cipher, purposeKey(key, purpose), nonce).setAAD(bound(purpose, userId));
  const sealed = Buffer.concat([
    encryption.update(text, 'utf8'),
    encryption.final(),
    encryption.getAuthTag(),
  ]);
  return [key.id, nonce.toString('base64url'), sealed.toString('base64url')].join('.');
}

/** The text of {@link seal}; undefined when it was sealed with a secret that is gone, for another user, or changed. */
export function openSeal({ secret, purpose, userId }: Seal, sealed: string): string | undefined {
  const [keyId, nonce, content] = sealed.split('.');
  const key = keyRing(secret).find(({ id }) => id === keyId);
  if (key === undefined || nonce === undefined || content === undefined) return undefined;
  return decrypt(key, purpose, userId, Buffer.from(nonce, 'base64url'), Buffer.from(content, 'base64url'));
}

/** Whether it was sealed with the first secret, so that it outlives the removal of the others. */
export function isCurrentSeal(secret: Secret, sealed: string): boolean {
  return sealed.startsWith(`${keyRing(secret)[0].id}.`);
}

function decrypt(
  key: RingKey,
  purpose: string,
  userId: string,
  nonce: Buffer,
  content: Buffer,
): string | undefined {
  if (nonce.length !== 12 || content.length < 16) return undefined;
  const decryption = createDecipheriv(cipher, purposeKey(key, purpose), nonce)
    .setAAD(bound(purpose, userId))
    .setAuthTag(content.subarray(-16));
  try {
    return Buffer.concat([decryption.update(content.subarray(0, -16)), decryption.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}

function bound(purpose: string, userId: string): Buffer {
  return Buffer.from(JSON.stringify([purpose, userId]));
}
