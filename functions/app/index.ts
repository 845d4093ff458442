import { randomBytes } from 'node:crypto';
import packed from 'documentation:packed';
import pageFiles from 'watch-page';
import { imCloud, imCloudSettings } from '../../shared/cloud/im';
import { liveCloud, liveCloudSettings } from '../../shared/cloud/live';
import { readConfig } from '../../shared/config';
import { makeLog } from '../../shared/log';
import { openDatabase } from '../../shared/store/database';
import { unpackDocumentation } from '../openapi/unpack';
import { makeDoor } from './door';

const config = readConfig(process.env, [
  'DATABASE_URL',
  'TOKEN_SECRET',
  'V1_ACCESS',
  'ADMIN_TOKEN',
  'LIVE_PUSH_KEY',
  'LIVE_PLAY_DOMAIN',
  'LIVE_PLAY_KEY',
  'LIVE_URL_TTL',
  'LIVE_RECORD',
  'LIVE_CALLBACK_KEY',
  'LIVE_CALLBACK_KEY_PREVIOUS',
  'COS_APPID',
  'COS_BUCKET',
  'COS_REGION',
  'COS_SECRET_ID',
  'COS_SECRET_KEY',
  'VOD_SECRET_ID',
  'VOD_SECRET_KEY',
  'VOD_PROCEDURE',
  'VOD_SUB_APPID',
  'MEDIA_HOSTS',
  'IM_USERSIG_TTL',
  'IM_CALLBACK_TOKEN',
  'REPLAY_MIN_SECONDS',
  'REPLAY_WINDOW_DAYS',
  'WECHAT_APPID',
  'WECHAT_SECRET',
  'WECHAT_VERIFY',
  'WECHAT_ENDPOINT',
  'IM_CHAT_ENDPOINT',
  'PUBLIC_URL',
  'WATCH_GUESTS',
  'LOG_LEVEL',
  ...liveCloudSettings,
  ...imCloudSettings,
]);
const needs = {
  config,
  database: openDatabase(config.DATABASE_URL.reveal()),
  cloud: liveCloud(config),
  im: imCloud(config, randomBytes),
  random: randomBytes,
  documentation: unpackDocumentation(packed),
  pageFiles,
};

export const main_handler = makeDoor(makeLog(config.LOG_LEVEL), needs);
