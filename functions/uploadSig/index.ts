import { randomBytes } from 'node:crypto';
import { readConfig } from '../../shared/config';
import { makeLog } from '../../shared/log';
import { makeUploadSig } from './handler';

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

export const main_handler = makeUploadSig(makeLog(config.LOG_LEVEL), { config, random: randomBytes });
