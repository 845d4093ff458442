import { clock } from '../../shared/clock';
import { readConfig } from '../../shared/config';
import { makeLog } from '../../shared/log';
import { openDatabase } from '../../shared/store/database';
import { makeMigrate } from './handler';
import { migrations } from './schema';

const config = readConfig(process.env, ['DATABASE_URL', 'LOG_LEVEL']);

// Altering a large table takes longer than any statement of a request may; the function itself ends after 290 s.
const statementTimeoutMs = 270_000;

export const main_handler = makeMigrate(makeLog(config.LOG_LEVEL), {
  open: () => openDatabase(config.DATABASE_URL.reveal(), { connectTimeoutMs: 10_000, statementTimeoutMs }),
  migrations,
  now: clock,
});
