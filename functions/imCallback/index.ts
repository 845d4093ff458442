import { readConfig } from '../../shared/config';
import { makeLog } from '../../shared/log';
import { openDatabase } from '../../shared/store/database';
import { makeImCallback } from './handler';

const config = readConfig(process.env, ['DATABASE_URL', 'IM_SDKAPPID', 'IM_CALLBACK_TOKEN', 'LOG_LEVEL']);

export const main_handler = makeImCallback(makeLog(config.LOG_LEVEL), {
  config,
  database: openDatabase(config.DATABASE_URL.reveal()),
});
