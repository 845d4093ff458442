import { randomBytes } from 'node:crypto';
import { liveCloud, liveCloudSettings } from '../../shared/cloud/live';
import { readConfig } from '../../shared/config';
import { makeLog } from '../../shared/log';
import { openDatabase } from '../../shared/store/database';
import { makeLinkMic } from './handler';

const config = readConfig(process.env, [
  'DATABASE_URL',
  'TOKEN_SECRET',
  'LIVE_PUSH_KEY',
  'LIVE_PLAY_DOMAIN',
  'LIVE_PLAY_KEY',
  'LIVE_URL_TTL',
  'LOG_LEVEL',
  ...liveCloudSettings,
]);

export const main_handler = makeLinkMic(makeLog(config.LOG_LEVEL), {
  config,
  database: openDatabase(config.DATABASE_URL.reveal()),
  random: randomBytes,
  cloud: liveCloud(config),
});
