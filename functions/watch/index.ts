import { randomBytes } from 'node:crypto';
import { readConfig } from '../../shared/config';
import { byPath, publicRoute, serve } from '../../shared/http/serve';
import { makeLog } from '../../shared/log';
import { openDatabase } from '../../shared/store/database';
import { weixinSignature } from './weixinSignature';

const config = readConfig(process.env, [
  'DATABASE_URL',
  'WECHAT_APPID',
  'WECHAT_SECRET',
  'WECHAT_ENDPOINT',
  'LOG_LEVEL',
]);
const log = makeLog(config.LOG_LEVEL);

export const main_handler = serve(
  log,
  byPath({
    '/watch/weixinSignature': publicRoute(weixinSignature, {
      config,
      database: openDatabase(config.DATABASE_URL.reveal()),
      log,
      random: randomBytes,
    }),
  }),
);
