import { readConfig } from '../../shared/config';
import { makeLog } from '../../shared/log';
import { openDatabase } from '../../shared/store/database';
import { makeGetVodList } from './handler';

const config = readConfig(process.env, ['DATABASE_URL', 'REPLAY_WINDOW_DAYS', 'LOG_LEVEL']);

export const main_handler = makeGetVodList(makeLog(config.LOG_LEVEL), {
  config,
  database: openDatabase(config.DATABASE_URL.reveal()),
});
