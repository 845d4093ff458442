/** The objects of the local bucket, kept in a folder. */
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface CosObject {
  readonly path: string;
  readonly contentType: string;
  /** Quoted, as in the header. */
  readonly etag: string;
}

export interface CosObjects {
  /** Stores or replaces an object. Out: its ETag, the quoted MD5 of the content. */
  put(key: string, content: Buffer, contentType: string): Promise<string>;
  find(key: string): Promise<CosObject | undefined>;
}

/**
 * Files are named by a hash of the key, so no key, however strange, can reach outside the folder.
 * The description is written last: an object is there when its description is.
 */
export function cosObjects(folder: string): CosObjects {
  mkdirSync(folder, { recursive: true });
  const base = (key: string): string => join(folder, createHash('sha256').update(key).digest('hex'));
  let writes = 0;
  const place = async (path: string, content: Buffer | string): Promise<void> => {
    const unfinished = `${path}.${process.pid}.${(writes += 1)}.new`;
    await writeFile(unfinished, content);
    await rename(unfinished, path);
  };
  return {
    async put(key, content, contentType) {
      const etag = `"${createHash('md5').update(content).digest('hex')}"`;
      // The content has its own hash in its name: a reader of the old description still finds the old content.
      const file = `${base(key)}.${etag.slice(1, -1)}`;
      await place(file, content);
      await place(`${base(key)}.json`, JSON.stringify({ key, contentType, etag }));
      return etag;
    },
    async find(key) {
      const text = await readFile(`${base(key)}.json`, 'utf8').catch(() => undefined);
      if (text === undefined) return undefined;
      const description: unknown = JSON.parse(text);
      if (!isDescription(description)) return undefined;
      const { contentType, etag } = description;
      return { path: `${base(key)}.${etag.slice(1, -1)}`, contentType, etag };
    },
  };
}

function isDescription(value: unknown): value is { contentType: string; etag: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'contentType' in value &&
    typeof value.contentType === 'string' &&
    'etag' in value &&
    typeof value.etag === 'string'
  );
}
