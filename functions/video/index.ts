import { readConfig } from '../../shared/config';
import { byPath, publicRoute, serve, userRoute } from '../../shared/http/serve';
import { makeLog } from '../../shared/log';
import { openDatabase } from '../../shared/store/database';
import { list } from './list';
import { publish } from './publish';

const config = readConfig(process.env, [
  'DATABASE_URL',
  'TOKEN_SECRET',
  'COS_APPID',
  'COS_BUCKET',
  'COS_REGION',
  'MEDIA_HOSTS',
  'REPLAY_WINDOW_DAYS',
  'LOG_LEVEL',
]);
const needs = { config, database: openDatabase(config.DATABASE_URL.reveal()) };

export const main_handler = serve(
  makeLog(config.LOG_LEVEL),
  byPath({
    '/video/publish': userRoute(publish, config, needs),
    '/video/list': publicRoute(list, needs),
  }),
);
