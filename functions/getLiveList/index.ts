import { readConfig } from '../../shared/config';
import { servePublic } from '../../shared/http/serve';
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

export const main_handler = servePublic(getLiveList, config, {
  config,
  database: openDatabase(config.DATABASE_URL.reveal()),
});
