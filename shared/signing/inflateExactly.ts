import { inflateSync } from 'node:zlib';

/**
 * Inflates a zlib stream to at most maxBytes, or undefined when it is broken, longer, or not exact: zlib itself
 * overlooks bytes after the end and stray bits in the last byte of the data, so a changed text would pass.
 * (Five unused bits ahead of a block that is stored uncompressed stay unseen; they change nothing.)
 */
export function inflateExactly(bytes: Uint8Array, maxBytes: number): Buffer | undefined {
  const content = inflate(bytes, maxBytes);
  if (content === undefined || inflate(bytes.subarray(0, -1), maxBytes) !== undefined) return undefined;
  return hasStrayBits(bytes, content, maxBytes) ? undefined : content;
}

/** The data ends 4 bytes (its checksum) before the stream does. Where its last byte can lose its top bit, that bit was no data. */
function hasStrayBits(bytes: Uint8Array, content: Buffer, maxBytes: number): boolean {
  const last = bytes.at(-5) ?? 0;
  if (last === 0) return false;
  const trimmed = Buffer.from(bytes);
  trimmed[trimmed.length - 5] = last & ~(1 << (31 - Math.clz32(last)));
  return inflate(trimmed, maxBytes)?.equals(content) ?? false;
}

function inflate(bytes: Uint8Array, maxOutputLength: number): Buffer | undefined {
  try {
    return inflateSync(bytes, { maxOutputLength });
  } catch {
    return undefined;
  }
}
