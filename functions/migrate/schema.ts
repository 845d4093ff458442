import { join } from 'node:path';
import { readMigrations } from '../../shared/store/readMigrations';

/** The files of schema/. A function has no such folder: scripts/build.ts puts their contents in place of this module. */
export const migrations = readMigrations(join(process.cwd(), 'schema'));
