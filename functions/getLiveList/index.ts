import { readConfig } from '../../shared/config';
import { serve, publicRoute } from '../../shared/http/serve';
import { makeLog } from '../../shared/log';
import { openDatabase } from '../../shared/store/database';
import { getLiveList } from './getLiveList';

const config = readConfig(process.env, [
  'DATABASE_URL',
  'LIVE_BIZID',
  'LIVE_PLAY_DOMAIN',
  'LIVE_PLAY_KEY',
  'LIVE_APP_NAME',
  'LOG_LEVEL',
]);

export const main_handler = serve(
  makeLog(config.LOG_LEVEL),
  publicRoute(getLiveList, {
    config,
    database: openDatabase(config.DATABASE_URL.reveal()),
  }),
);
