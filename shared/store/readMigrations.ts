import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Migration } from './migrate';

/**
 * The migrations of a folder: its `NNNN_name.sql` files in order. Apart from migrate.ts, because functions have
 * no such folder.
 *
 * @throws Error naming the file or folder that is not as it should be
 */
export function readMigrations(folder: string): Migration[] {
  const files = readdirSync(folder).sort();
  if (files.length === 0) throw new Error(`no migrations in ${folder}`);
  return files.map((file) => {
    const [, number, name] = /^(\d{4})_([A-Za-z0-9_]{1,80})\.sql$/.exec(file) ?? [];
    if (number === undefined || name === undefined) {
      throw new Error(`${join(folder, file)}: a migration is named NNNN_name.sql`);
    }
    return { version: Number(number), name, sql: readFileSync(join(folder, file), 'utf8') };
  });
}
