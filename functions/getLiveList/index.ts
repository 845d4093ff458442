import { readConfig } from '../../shared/config';
import { makeLog } from '../../shared/log';
import { openDatabase } from '../../shared/store/database';
import { makeGetLiveList } from './handler';

const config = readConfig(process.env, [
  'DATABASE_URL',
  'LIVE_BIZID',
  'LIVE_PLAY_DOMAIN',
  'LIVE_PLAY_KEY',
  'LIVE_APP_NAME',
  'LOG_LEVEL',
]);

export const main_handler = makeGetLiveList(makeLog(config.LOG_LEVEL), {
  config,
  database: openDatabase(config.DATABASE_URL.reveal()),
});
