import { readConfig } from '../../shared/config';
import { makeLog } from '../../shared/log';
import { openDatabase } from '../../shared/store/database';
import { makeLiveCallback } from './handler';

const config = readConfig(process.env, [
  'DATABASE_URL',
  'LIVE_BIZID',
  'LIVE_CALLBACK_KEY',
  'LIVE_CALLBACK_KEY_PREVIOUS',
  'REPLAY_MIN_SECONDS',
  'LOG_LEVEL',
]);

export const main_handler = makeLiveCallback(makeLog(config.LOG_LEVEL), {
  config,
  database: openDatabase(config.DATABASE_URL.reveal()),
});
