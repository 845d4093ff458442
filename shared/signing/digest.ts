import { createHash, createHmac } from 'node:crypto';

export type HashName = 'md5' | 'sha1' | 'sha256';

/** Lower-case hex hash of a text (as UTF-8) or of bytes. */
export function digest(algorithm: HashName, data: string | Uint8Array): string {
  return createHash(algorithm).update(data).digest('hex');
}

/** HMAC of a text (as UTF-8) as raw bytes; the caller chooses hex or base64. */
export function hmac(algorithm: 'sha1' | 'sha256', key: string | Uint8Array, text: string): Buffer {
  return createHmac(algorithm, key).update(text).digest();
}
