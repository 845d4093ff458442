import { readConfig } from '../../shared/config';
import { byPath, publicRoute, serve, userRoute } from '../../shared/http/serve';
import { makeLog } from '../../shared/log';
import { openDatabase } from '../../shared/store/database';
import { changeStatus } from './changeStatus';
import { enter } from './enter';
import { info } from './info';
import { like } from './like';
import { members } from './members';
import { quit } from './quit';

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
  'LOG_LEVEL',
]);
const needs = { config, database: openDatabase(config.DATABASE_URL.reveal()) };

export const main_handler = serve(
  makeLog(config.LOG_LEVEL),
  byPath({
    '/room/enter': userRoute(enter, config, needs),
    '/room/quit': userRoute(quit, config, needs),
    '/room/members': userRoute(members, config, needs),
    '/room/like': userRoute(like, config, needs),
    '/room/status': userRoute(changeStatus, config, needs),
    '/room/info': publicRoute(info, needs),
  }),
);
