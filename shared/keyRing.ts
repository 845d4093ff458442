import { createHmac, hkdfSync } from 'node:crypto';
import { Secret } from './secret';

/** One of the secrets in TOKEN_SECRET. */
export interface RingKey {
  /** Eight hex digits that name the secret without telling it. */
  id: string;
  secret: Secret;
}

const rings = new WeakMap<Secret, readonly [RingKey, ...RingKey[]]>();

/**
 * The secrets of TOKEN_SECRET, one or several separated by commas. The first makes what is new, every one of them still
 * reads: to change the secret put the new one in front, and drop the old one when nothing made with it is needed.
 */
export function keyRing(list: Secret): readonly [RingKey, ...RingKey[]] {
  const known = rings.get(list);
  if (known !== undefined) return known;
  const [first = '', ...others] = list.reveal().split(',');
  const ring: readonly [RingKey, ...RingKey[]] = [ringKey(first), ...others.map(ringKey)];
  rings.set(list, ring);
  return ring;
}

/** A key of 32 bytes for one purpose (HKDF-SHA256, RFC 5869), so that no secret serves two of them. */
export function purposeKey({ secret }: RingKey, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret.reveal(), '', `xiaozhibo ${purpose}`, 32));
}

function ringKey(given: string): RingKey {
  const text = given.trim();
  const id = createHmac('sha256', text).update('xiaozhibo key id').digest('hex').slice(0, 8);
  return { id, secret: new Secret(text) };
}
