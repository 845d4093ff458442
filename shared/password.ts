import { scrypt, timingSafeEqual } from 'node:crypto';

/** Cost of one hash (RFC 7914): 128 * cost * blockSize bytes of memory, and time in proportion to all three. */
interface Parameters {
  cost: number;
  blockSize: number;
  parallel: number;
}

/**
 * What new hashes are made with. Measured with Node 20, median of nine: 91 ms and 16 MiB on one core, 185 ms on half a
 * core, 378 ms on a quarter, as an instance of 256 MB on SCF may have, far below the 2.8 s in which a function answers.
 * A change here applies to new hashes; those that exist say with what they were made.
 */
const current: Parameters = { cost: 16_384, blockSize: 8, parallel: 3 };

const saltBytes = 16;
const hashBytes = 32;
const maxMemory = 64 * 1024 * 1024;

/**
 * A slow, salted hash of a password or of what an app sends in its place.
 * @param random gives that many random bytes
 * @returns `scrypt$<cost>$<block size>$<parallel>$<salt>$<hash>`, the last two base64url; about 90 characters
 */
export async function hashPassword(password: string, random: (bytes: number) => Uint8Array): Promise<string> {
  const salt = Buffer.from(random(saltBytes));
  const hash = await derive(password, salt, current);
  const { cost, blockSize, parallel } = current;
  return ['scrypt', cost, blockSize, parallel, salt.toString('base64url'), hash.toString('base64url')].join(
    '$',
  );
}

/**
 * Whether a hash of {@link hashPassword} is of this password, compared in constant time.
 * @param stored undefined or null where there is no account: then it takes as long as with one and is false
 */
export async function verifyPassword(password: string, stored: string | null | undefined): Promise<boolean> {
  const read = stored === null || stored === undefined ? undefined : readHash(stored);
  const { parameters, salt, hash } = read ?? nobody;
  const same = timingSafeEqual(await derive(password, salt, parameters), hash);
  return same && read !== undefined;
}

/** Whether a hash is made as {@link hashPassword} makes it now; one that is not is replaced at the next login. */
export function isCurrentHash(stored: string): boolean {
  const parameters = readHash(stored)?.parameters;
  return (
    parameters?.cost === current.cost &&
    parameters.blockSize === current.blockSize &&
    parameters.parallel === current.parallel
  );
}

interface Hash {
  parameters: Parameters;
  salt: Buffer;
  hash: Buffer;
}

const nobody: Hash = { parameters: current, salt: Buffer.alloc(saltBytes), hash: Buffer.alloc(hashBytes) };

function readHash(stored: string): Hash | undefined {
  const [, cost, blockSize, parallel, salt, hash] =
    /^scrypt\$(\d{1,7})\$(\d{1,2})\$(\d{1,2})\$([\w-]{22})\$([\w-]{43})$/.exec(stored) ?? [];
  if (salt === undefined || hash === undefined) return undefined;
  return {
    parameters: { cost: Number(cost), blockSize: Number(blockSize), parallel: Number(parallel) },
    salt: Buffer.from(salt, 'base64url'),
    hash: Buffer.from(hash, 'base64url'),
  };
}

/** In libuv's threads: the event loop goes on meanwhile. */
function derive(password: string, salt: Buffer, { cost, blockSize, parallel }: Parameters): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(
      password,
      salt,
      hashBytes,
      { N: cost, r: blockSize, p: parallel, maxmem: maxMemory },
      (error, key) => (error === null ? resolve(key) : reject(error)),
    );
  });
}
