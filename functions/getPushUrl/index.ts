import { randomBytes } from 'node:crypto';
import { readConfig } from '../../shared/config';
import { makeLog } from '../../shared/log';
import { openDatabase } from '../../shared/store/database';
import { makeGetPushUrl } from './handler';

const config = readConfig(process.env, [
  'DATABASE_URL',
  'TOKEN_SECRET',
  'COS_APPID',
  'COS_BUCKET',
  'COS_REGION',
  'MEDIA_HOSTS',
  'LIVE_BIZID',
  'LIVE_PUSH_DOMAIN',
  'LIVE_PUSH_KEY',
  'LIVE_PLAY_DOMAIN',
  'LIVE_PLAY_KEY',
  'LIVE_APP_NAME',
  'LIVE_URL_TTL',
  'LIVE_RECORD',
  'LOG_LEVEL',
]);

export const main_handler = makeGetPushUrl(makeLog(config.LOG_LEVEL), {
  config,
  database: openDatabase(config.DATABASE_URL.reveal()),
  random: randomBytes,
});
