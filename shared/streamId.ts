/**
 * A stream id of its own for one broadcast: `<bizid>_<what is safe of the user id>_<random>`, of `[a-z0-9_]`, at most
 * 64 characters, no dot (protocol.md 4.1: apps cut the id out of the push URL, lower-case it and stop at a dot).
 * The user's part is only for people who read logs; the random part is what makes it unique.
 * @param random at least 8 random bytes
 */
export function makeStreamId(bizId: string, userId: string, random: Uint8Array): string {
  const safe = userId
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 24);
  const unique = Buffer.from(random.subarray(0, 8)).toString('hex');
  return [bizId, ...(safe === '' ? [] : [safe]), unique].join('_');
}
