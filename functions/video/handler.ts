import type { NeedsOf } from '../../shared/command';
import {
  byPath,
  publicRoute,
  serve,
  userRoute,
  type MainHandler,
  type TokenNeeds,
} from '../../shared/http/serve';
import type { Log } from '../../shared/log';
import { list } from './list';
import { publish } from './publish';

type Needs = NeedsOf<typeof list> & NeedsOf<typeof publish> & TokenNeeds;

export function makeVideo(log: Log, needs: Needs): MainHandler {
  return serve(
    log,
    byPath({
      '/video/publish': userRoute(publish, needs.config, needs),
      '/video/list': publicRoute(list, needs),
    }),
  );
}
