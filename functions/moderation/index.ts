import { liveCloud, liveCloudSettings } from '../../shared/cloud/live';
import { readConfig } from '../../shared/config';
import { makeLog } from '../../shared/log';
import { openDatabase } from '../../shared/store/database';
import { makeModeration } from './handler';

const config = readConfig(process.env, [
  'DATABASE_URL',
  'TOKEN_SECRET',
  'ADMIN_TOKEN',
  'LIVE_URL_TTL',
  'LOG_LEVEL',
  ...liveCloudSettings,
]);

export const main_handler = makeModeration(makeLog(config.LOG_LEVEL), {
  config,
  database: openDatabase(config.DATABASE_URL.reveal()),
  cloud: liveCloud(config),
});
