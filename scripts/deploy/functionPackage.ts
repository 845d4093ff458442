import { zipSync } from 'fflate';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What is uploaded as a function's code. */
export interface FunctionPackage {
  zip: Uint8Array;
  /** Of the zip: equal code gives an equal fingerprint, on every machine. 32 hexadecimal digits. */
  fingerprint: string;
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
  // Zip keeps local time: this is the same midnight in every zone.
  const mtime = new Date(1980, 0, 1);
  const sorted = Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1));
  const zip = zipSync(
    Object.fromEntries(sorted.map(([path, bytes]) => [path, [bytes, { mtime, level: 9 }]])),
  );
  if (zip.length > mostBytes) {
    const megabytes = (zip.length / 1024 / 1024).toFixed(1);
    throw new Error(
      `function ${name}: the package has ${megabytes} MB, at most 7 can be uploaded; see what dist/${name}/index.js has taken in`,
    );
  }
  return { zip, fingerprint: createHash('sha256').update(zip).digest('hex').slice(0, 32) };
}
