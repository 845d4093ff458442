import { readConfig } from '../../shared/config';
import { makeLog } from '../../shared/log';
import { openDatabase } from '../../shared/store/database';
import { makeVideo } from './handler';

const config = readConfig(process.env, [
  'DATABASE_URL',
  'TOKEN_SECRET',
  'COS_APPID',
  'COS_BUCKET',
  'COS_REGION',
  'MEDIA_HOSTS',
  'REPLAY_WINDOW_DAYS',
  'LOG_LEVEL',
]);

export const main_handler = makeVideo(makeLog(config.LOG_LEVEL), {
  config,
  database: openDatabase(config.DATABASE_URL.reveal()),
});
