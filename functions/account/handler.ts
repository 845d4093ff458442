import type { NeedsOf } from '../../shared/command';
import {
  byPath,
  postOnly,
  publicRoute,
  serve,
  userRoute,
  viewerRoute,
  type MainHandler,
  type TokenNeeds,
} from '../../shared/http/serve';
import type { Log } from '../../shared/log';
import { deleteAccount } from './deleteAccount';
import { login } from './login';
import { logout } from './logout';
import { profile } from './profile';
import { refresh } from './refresh';
import { register } from './register';
import { updateProfile } from './updateProfile';

type Needs = NeedsOf<typeof deleteAccount> &
  NeedsOf<typeof logout> &
  NeedsOf<typeof profile> &
  NeedsOf<typeof refresh> &
  NeedsOf<typeof register> &
  NeedsOf<typeof updateProfile> &
  TokenNeeds;

export function makeAccount(log: Log, needs: Needs): MainHandler {
  return serve(
    log,
    byPath({
      '/account/register': postOnly(publicRoute(register, needs)),
      '/account/login': postOnly(publicRoute(login, needs)),
      '/account/refresh': postOnly(publicRoute(refresh, needs)),
      // Also for an account whose name is now a guest's: it was made before those were reserved, and can do no more.
      '/account/logout': viewerRoute(logout, needs.config, needs),
      '/account/delete': viewerRoute(deleteAccount, needs.config, needs),
      '/account/profile': userRoute(profile, needs.config, needs),
      '/account/updateProfile': userRoute(updateProfile, needs.config, needs),
    }),
  );
}
