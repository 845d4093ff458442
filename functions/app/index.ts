import { randomBytes } from 'node:crypto';
import { liveCloud, liveCloudSettings } from '../../shared/cloud/live';
import { readConfig } from '../../shared/config';
import { serve } from '../../shared/http/serve';
import { makeLog } from '../../shared/log';
import { openDatabase } from '../../shared/store/database';
import { answerV1, v1Failure } from './v1';

const config = readConfig(process.env, [
  'DATABASE_URL',
  'V1_ACCESS',
  'ADMIN_TOKEN',
  'LIVE_PUSH_KEY',
  'LIVE_PLAY_DOMAIN',
  'LIVE_PLAY_KEY',
  'LIVE_URL_TTL',
  'LIVE_RECORD',
  'COS_APPID',
  'COS_BUCKET',
  'COS_SECRET_ID',
  'COS_SECRET_KEY',
  'VOD_SECRET_ID',
  'VOD_SECRET_KEY',
  'VOD_PROCEDURE',
  'IM_SDKAPPID',
  'IM_SECRET_KEY',
  'REPLAY_WINDOW_DAYS',
  'WECHAT_APPID',
  'WECHAT_SECRET',
  'WECHAT_ENDPOINT',
  'LOG_LEVEL',
  ...liveCloudSettings,
]);
const needs = {
  config,
  database: openDatabase(config.DATABASE_URL.reveal()),
  cloud: liveCloud(config),
  random: randomBytes,
};

/** The one address of an unmodified app. v1 has a single path; v2 (paths at the root) and v3 (/base/v1/) go beside it. */
export const main_handler = serve(
  makeLog(config.LOG_LEVEL),
  (request) => answerV1(request, needs),
  v1Failure,
);
