import { readConfig } from '../../shared/config';
import { servePublic } from '../../shared/http/serve';
import { openDatabase } from '../../shared/store/database';
import { getVodList } from './getVodList';

const config = readConfig(process.env, ['DATABASE_URL', 'REPLAY_WINDOW_DAYS', 'LOG_LEVEL']);

export const main_handler = servePublic(getVodList, config, {
  config,
  database: openDatabase(config.DATABASE_URL.reveal()),
});
