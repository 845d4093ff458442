import type { NeedsOf } from '../../shared/command';
import { publicRoute, serve, type MainHandler } from '../../shared/http/serve';
import type { Log } from '../../shared/log';
import { getVodList } from './getVodList';

export function makeGetVodList(log: Log, needs: NeedsOf<typeof getVodList>): MainHandler {
  return serve(log, publicRoute(getVodList, needs));
}
