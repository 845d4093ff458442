import { zipSync } from 'fflate';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What is uploaded as a function's code. */
export interface FunctionPackage {
  /** Made when it is asked for first: most functions of most deployments are not sent. */
  readonly zip: Uint8Array;
  /** Of the files: equal code gives an equal fingerprint, on every machine. 32 hexadecimal digits. */
  readonly fingerprint: string;
}

/** A call to the API is at most 10 MB, and its base64 makes four bytes of three (document 213/30654). */
const mostBytes = 7 * 1024 * 1024;

/**
 * Packs a bundled function: `index.js` and the licence, nothing else; equal files give equal bytes.
 * @param root the folder of LICENSE and `dist/<name>/index.js`
 * @throws Error naming the function, when it is too large to be uploaded
 */
export function packFunction(root: string, name: string): FunctionPackage {
  return packFiles(name, {
    'index.js': readFileSync(join(root, 'dist', name, 'index.js')),
    LICENSE: readFileSync(join(root, 'LICENSE')),
  });
}

/** As {@link packFunction}, from the contents of the files. */
export function packFiles(name: string, files: Record<string, Uint8Array>): FunctionPackage {
  const sorted = Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1));
  const bytes = sorted.reduce((sum, [, content]) => sum + content.length, 0);
  // What fits as it is also fits when it is packed; whether the rest does is known before anything is sent.
  let made = bytes > mostBytes ? zipOf(name, sorted) : undefined;
  return {
    fingerprint: fingerprintOf(sorted),
    get zip() {
      return (made ??= zipOf(name, sorted));
    },
  };
}

type Files = readonly (readonly [path: string, bytes: Uint8Array])[];

function fingerprintOf(files: Files): string {
  const hash = createHash('sha256');
  for (const [path, bytes] of files) hash.update(`${path} ${bytes.length}\n`).update(bytes);
  return hash.digest('hex').slice(0, 32);
}

function zipOf(name: string, files: Files): Uint8Array {
  // Zip keeps local time: this is the same midnight in every zone.
  const mtime = new Date(1980, 0, 1);
  const zip = zipSync(Object.fromEntries(files.map(([path, bytes]) => [path, [bytes, { mtime, level: 9 }]])));
  if (zip.length <= mostBytes) return zip;
  const megabytes = (zip.length / 1024 / 1024).toFixed(1);
  throw new Error(
    `function ${name}: the package has ${megabytes} MB, at most 7 can be uploaded; see what dist/${name}/index.js has taken in`,
  );
}
