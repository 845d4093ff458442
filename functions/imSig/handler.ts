import type { NeedsOf } from '../../shared/command';
import { serve, viewerRoute, type MainHandler, type TokenNeeds } from '../../shared/http/serve';
import type { Log } from '../../shared/log';
import { imSig } from './imSig';

export function makeImSig(log: Log, needs: NeedsOf<typeof imSig> & TokenNeeds): MainHandler {
  return serve(log, viewerRoute(imSig, needs.config, needs));
}
