import { readConfig } from '../../shared/config';
import { serve, userRoute } from '../../shared/http/serve';
import { makeLog } from '../../shared/log';
import { imSig } from './imSig';

const config = readConfig(process.env, [
  'TOKEN_SECRET',
  'IM_SDKAPPID',
  'IM_SECRET_KEY',
  'IM_ADMIN',
  'IM_USERSIG_TTL',
  'LOG_LEVEL',
]);

export const main_handler = serve(makeLog(config.LOG_LEVEL), userRoute(imSig, config, { config }));
