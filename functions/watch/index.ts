import { randomBytes } from 'node:crypto';
import pageFiles from 'watch-page';
import { readConfig } from '../../shared/config';
import { makeLog } from '../../shared/log';
import { openDatabase } from '../../shared/store/database';
import { makeWatch } from './handler';

const config = readConfig(process.env, [
  'DATABASE_URL',
  'TOKEN_SECRET',
  'COS_APPID',
  'COS_BUCKET',
  'COS_REGION',
  'MEDIA_HOSTS',
  'LIVE_BIZID',
  'LIVE_PLAY_DOMAIN',
  'LIVE_PLAY_KEY',
  'LIVE_APP_NAME',
  'IM_CHAT_ENDPOINT',
  'PUBLIC_URL',
  'WATCH_GUESTS',
  'WECHAT_APPID',
  'WECHAT_SECRET',
  'WECHAT_ENDPOINT',
  'LOG_LEVEL',
]);
const log = makeLog(config.LOG_LEVEL);

export const main_handler = makeWatch(log, {
  config,
  database: openDatabase(config.DATABASE_URL.reveal()),
  log,
  random: randomBytes,
  pageFiles,
});
