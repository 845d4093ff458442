import { liveCloud, liveCloudSettings } from '../../shared/cloud/live';
import { readConfig } from '../../shared/config';
import { byPath, operatorRoute, serve, userRoute } from '../../shared/http/serve';
import { makeLog } from '../../shared/log';
import { openDatabase } from '../../shared/store/database';
import { forbidUser } from './forbidUser';
import { listLives } from './listLives';
import { listReports } from './listReports';
import { reportUser } from './reportUser';
import { stopLive } from './stopLive';

const config = readConfig(process.env, [
  'DATABASE_URL',
  'TOKEN_SECRET',
  'ADMIN_TOKEN',
  'LIVE_URL_TTL',
  'LOG_LEVEL',
  ...liveCloudSettings,
]);
const needs = { config, database: openDatabase(config.DATABASE_URL.reveal()), cloud: liveCloud(config) };

export const main_handler = serve(
  makeLog(config.LOG_LEVEL),
  byPath({
    '/moderation/stopLive': operatorRoute(stopLive, config, needs),
    '/moderation/forbidUser': operatorRoute(forbidUser, config, needs),
    '/moderation/listLives': operatorRoute(listLives, config, needs),
    '/moderation/listReports': operatorRoute(listReports, config, needs),
    '/moderation/reportUser': userRoute(reportUser, config, needs),
  }),
);
