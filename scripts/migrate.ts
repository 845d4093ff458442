import { join } from 'node:path';
import { databaseUrlForms, embeddedEngineKey, openDatabase } from '../shared/store/database';
import { openEmbedded } from '../shared/store/embedded';
import { migrate } from '../shared/store/migrate';
import { readMigrations } from '../shared/store/readMigrations';

// Altering a large table takes longer than any statement of a request may.
const statementTimeoutMs = 600_000;

/** `npm run migrate`: applies schema/ to DATABASE_URL. */
async function main(url: string | undefined): Promise<void> {
  if (!url) throw new Error(`DATABASE_URL is not set; it has the form ${databaseUrlForms}`);
  Reflect.set(globalThis, embeddedEngineKey, { open: openEmbedded });
  const migrations = readMigrations(join(process.cwd(), 'schema'));
  const database = openDatabase(url, { connectTimeoutMs: 10_000, statementTimeoutMs });
  try {
    const applied = await migrate(database, migrations, {
      onApplied: (file) => console.log(`applied ${file}`),
    });
    if (applied.length === 0) console.log('already up to date');
  } finally {
    await database.close();
  }
}

main(process.env['DATABASE_URL']).catch((error: unknown) => {
  console.error(
    `migrate: ${error instanceof Error ? error.message.replace(/\s*\n\s*/g, ' ') : String(error)}`,
  );
  process.exitCode = 1;
});
