import { randomBytes } from 'node:crypto';
import { readConfig } from '../../shared/config';
import { makeLog } from '../../shared/log';
import { openDatabase } from '../../shared/store/database';
import { makeAccount } from './handler';

const config = readConfig(process.env, [
  'DATABASE_URL',
  'TOKEN_SECRET',
  'COS_APPID',
  'COS_BUCKET',
  'COS_REGION',
  'MEDIA_HOSTS',
  'IM_ADMIN',
  'LOG_LEVEL',
]);

export const main_handler = makeAccount(makeLog(config.LOG_LEVEL), {
  config,
  database: openDatabase(config.DATABASE_URL.reveal()),
  random: randomBytes,
});
