import { randomBytes } from 'node:crypto';
import { liveCloud, liveCloudSettings } from '../../shared/cloud/live';
import { readConfig } from '../../shared/config';
import { byPath, serve, userRoute } from '../../shared/http/serve';
import { makeLog } from '../../shared/log';
import { openDatabase } from '../../shared/store/database';
import { guestPushUrl } from './guestPushUrl';
import { mergeStreams } from './mergeStreams';
import { signedPlayUrl } from './signedPlayUrl';

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
const needs = {
  config,
  database: openDatabase(config.DATABASE_URL.reveal()),
  random: randomBytes,
  cloud: liveCloud(config),
};

export const main_handler = serve(
  makeLog(config.LOG_LEVEL),
  byPath({
    '/linkMic/guestPushUrl': userRoute(guestPushUrl, config, needs),
    '/linkMic/signedPlayUrl': userRoute(signedPlayUrl, config, needs),
    '/linkMic/mergeStreams': userRoute(mergeStreams, config, needs),
  }),
);
