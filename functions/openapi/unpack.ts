import { brotliDecompressSync } from 'node:zlib';
import * as v from 'valibot';
import type { Documentation } from './handler';

const documentationSchema = v.object({
  document: v.string(),
  pages: v.object({ en: v.string(), zh: v.string() }),
  style: v.string(),
  script: v.string(),
});

/**
 * @param packed what scripts/build.ts put in place of `documentation:packed`
 * @returns gives the texts; they are unpacked when somebody first asks, so that a cold start does not pay for it
 */
export function unpackDocumentation(packed: string): () => Documentation {
  let texts: Documentation | undefined;
  return () => {
    const unpacked = () => brotliDecompressSync(Buffer.from(packed, 'base64')).toString('utf8');
    return (texts ??= v.parse(documentationSchema, JSON.parse(unpacked())));
  };
}
