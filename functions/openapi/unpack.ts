import { brotliDecompressSync } from 'node:zlib';
import packed from 'documentation:packed';
import * as v from 'valibot';
import type { Documentation } from './handler';

const documentationSchema = v.object({
  document: v.string(),
  pages: v.object({ en: v.string(), zh: v.string() }),
  style: v.string(),
  script: v.string(),
});

let unpacked: Documentation | undefined;

/** What was packed into this bundle; unpacked when somebody first asks, so that a cold start does not pay for it. */
export function unpackDocumentation(): Documentation {
  unpacked ??= v.parse(
    documentationSchema,
    JSON.parse(brotliDecompressSync(Buffer.from(packed, 'base64')).toString('utf8')),
  );
  return unpacked;
}
