import { brotliDecompressSync } from 'node:zlib';
import type { HttpResponse } from '../../shared/http/response';

/** A file of the page as the build packs it (scripts/buildPage.ts): brotli, in base64. */
export interface PackedFile {
  type: string;
  packed: string;
}

/** The page's files by their names, which have a hash of the content in them, and which of them the page begins with. */
export interface PageFiles {
  script: string;
  /** What the script imports at once. */
  needed: readonly string[];
  /** What it imports to play a live where it can. */
  livePlayer: string;
  style: string;
  icon: string;
  files: Readonly<Record<string, PackedFile>>;
}

const unpacked = new WeakMap<PackedFile, string>();

/**
 * A file of the page, to be kept by browsers for good: another content has another name. Unpacked when it is first
 * asked for, and sent as text, because no document promises that a function URL decodes base64.
 * @returns undefined for a name that is none of ours
 */
export function pageFile({ files }: PageFiles, name: string): HttpResponse | undefined {
  const file = Object.hasOwn(files, name) ? files[name] : undefined;
  if (file === undefined) return undefined;
  const body = unpacked.get(file) ?? brotliDecompressSync(Buffer.from(file.packed, 'base64')).toString();
  unpacked.set(file, body);
  const headers = {
    'Content-Type': file.type,
    'Cache-Control': 'public, max-age=31536000, immutable',
    'X-Content-Type-Options': 'nosniff',
    'Cross-Origin-Resource-Policy': 'same-origin',
  };
  return { statusCode: 200, headers, body, isBase64Encoded: false };
}
