import type { NeedsOf } from '../../shared/command';
import { publicRoute, serve, type MainHandler } from '../../shared/http/serve';
import type { Log } from '../../shared/log';
import { getLiveList } from './getLiveList';

export function makeGetLiveList(log: Log, needs: NeedsOf<typeof getLiveList>): MainHandler {
  return serve(log, publicRoute(getLiveList, needs));
}
