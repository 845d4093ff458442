import type { NeedsOf } from '../../shared/command';
import { serve, userRoute, type MainHandler, type TokenNeeds } from '../../shared/http/serve';
import type { Log } from '../../shared/log';
import { getPushUrl } from './getPushUrl';

export function makeGetPushUrl(log: Log, needs: NeedsOf<typeof getPushUrl> & TokenNeeds): MainHandler {
  return serve(log, userRoute(getPushUrl, needs.config, needs));
}
