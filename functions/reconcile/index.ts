import { randomBytes } from 'node:crypto';
import { imCloud, imCloudSettings } from '../../shared/cloud/im';
import { liveCloud, liveCloudSettings } from '../../shared/cloud/live';
import { readConfig } from '../../shared/config';
import { makeLog } from '../../shared/log';
import { openDatabase } from '../../shared/store/database';
import { makeReconcile } from './handler';

const config = readConfig(process.env, [
  'DATABASE_URL',
  'ADMIN_TOKEN',
  'LIVE_URL_TTL',
  'REPLAY_WINDOW_DAYS',
  'LOG_LEVEL',
  ...liveCloudSettings,
  ...imCloudSettings,
]);
const log = makeLog(config.LOG_LEVEL);

export const main_handler = makeReconcile(log, {
  config,
  database: openDatabase(config.DATABASE_URL.reveal()),
  cloud: liveCloud(config),
  im: imCloud(config, randomBytes),
  log,
  random: randomBytes,
});
