import { randomBytes } from 'node:crypto';
import { readConfig } from '../../shared/config';
import { byPath, postOnly, publicRoute, serve, userRoute } from '../../shared/http/serve';
import { makeLog } from '../../shared/log';
import { openDatabase } from '../../shared/store/database';
import { deleteAccount } from './deleteAccount';
import { login } from './login';
import { logout } from './logout';
import { profile } from './profile';
import { refresh } from './refresh';
import { register } from './register';
import { updateProfile } from './updateProfile';

const config = readConfig(process.env, [
  'DATABASE_URL',
  'TOKEN_SECRET',
  'COS_APPID',
  'COS_BUCKET',
  'COS_REGION',
  'MEDIA_HOSTS',
  'IM_ADMIN',
  'LOG_LEVEL',
]);
const needs = { config, database: openDatabase(config.DATABASE_URL.reveal()), random: randomBytes };

export const main_handler = serve(
  makeLog(config.LOG_LEVEL),
  byPath({
    '/account/register': postOnly(publicRoute(register, needs)),
    '/account/login': postOnly(publicRoute(login, needs)),
    '/account/refresh': postOnly(publicRoute(refresh, needs)),
    '/account/logout': userRoute(logout, config, needs),
    '/account/delete': userRoute(deleteAccount, config, needs),
    '/account/profile': userRoute(profile, config, needs),
    '/account/updateProfile': userRoute(updateProfile, config, needs),
  }),
);
