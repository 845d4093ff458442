import { randomBytes } from 'node:crypto';
import { readConfig } from '../../shared/config';
import { serve, userRoute } from '../../shared/http/serve';
import { makeLog } from '../../shared/log';
import { uploadSig } from './uploadSig';

const config = readConfig(process.env, [
  'TOKEN_SECRET',
  'COS_APPID',
  'COS_BUCKET',
  'COS_REGION',
  'COS_SECRET_ID',
  'COS_SECRET_KEY',
  'VOD_SECRET_ID',
  'VOD_SECRET_KEY',
  'VOD_PROCEDURE',
  'VOD_SUB_APPID',
  'LOG_LEVEL',
]);

export const main_handler = serve(
  makeLog(config.LOG_LEVEL),
  userRoute(uploadSig, config, { config, random: randomBytes }),
);
