import { randomBytes } from 'node:crypto';
import { liveCloud, liveCloudSettings } from '../../shared/cloud/live';
import { readConfig } from '../../shared/config';
import { makeLog } from '../../shared/log';
import { openDatabase } from '../../shared/store/database';
import { makeReconcile } from './handler';

const config = readConfig(process.env, ['DATABASE_URL', 'ADMIN_TOKEN', 'LOG_LEVEL', ...liveCloudSettings]);

export const main_handler = makeReconcile(config, {
  database: openDatabase(config.DATABASE_URL.reveal()),
  cloud: liveCloud(config),
  log: makeLog(config.LOG_LEVEL),
  random: randomBytes,
});
