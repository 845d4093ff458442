import { readConfig } from '../../shared/config';
import { serve, publicRoute } from '../../shared/http/serve';
import { makeLog } from '../../shared/log';
import { openDatabase } from '../../shared/store/database';
import { getVodList } from './getVodList';

const config = readConfig(process.env, ['DATABASE_URL', 'REPLAY_WINDOW_DAYS', 'LOG_LEVEL']);

export const main_handler = serve(
  makeLog(config.LOG_LEVEL),
  publicRoute(getVodList, {
    config,
    database: openDatabase(config.DATABASE_URL.reveal()),
  }),
);
