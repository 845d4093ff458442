import { readConfig } from '../../shared/config';
import { serveForUser } from '../../shared/http/serve';
import { imSig } from './imSig';

const config = readConfig(process.env, [
  'TOKEN_SECRET',
  'IM_SDKAPPID',
  'IM_SECRET_KEY',
  'IM_USERSIG_TTL',
  'LOG_LEVEL',
]);

export const main_handler = serveForUser(imSig, config, { config });
