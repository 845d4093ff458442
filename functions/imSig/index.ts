import { readConfig } from '../../shared/config';
import { makeLog } from '../../shared/log';
import { makeImSig } from './handler';

const config = readConfig(process.env, [
  'TOKEN_SECRET',
  'IM_SDKAPPID',
  'IM_SECRET_KEY',
  'IM_ADMIN',
  'IM_USERSIG_TTL',
  'LOG_LEVEL',
]);

export const main_handler = makeImSig(makeLog(config.LOG_LEVEL), { config });
