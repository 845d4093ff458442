import type { NeedsOf } from '../../shared/command';
import {
  byPath,
  publicRoute,
  serve,
  userRoute,
  viewerRoute,
  type MainHandler,
  type TokenNeeds,
} from '../../shared/http/serve';
import type { Log } from '../../shared/log';
import { changeStatus } from './changeStatus';
import { enter } from './enter';
import { info } from './info';
import { like } from './like';
import { members } from './members';
import { quit } from './quit';

type Needs = NeedsOf<typeof changeStatus> &
  NeedsOf<typeof enter> &
  NeedsOf<typeof info> &
  NeedsOf<typeof like> &
  NeedsOf<typeof members> &
  NeedsOf<typeof quit> &
  TokenNeeds;

export function makeRoom(log: Log, needs: Needs): MainHandler {
  return serve(
    log,
    byPath({
      '/room/enter': viewerRoute(enter, needs.config, needs),
      '/room/quit': viewerRoute(quit, needs.config, needs),
      '/room/members': viewerRoute(members, needs.config, needs),
      '/room/like': viewerRoute(like, needs.config, needs),
      '/room/status': userRoute(changeStatus, needs.config, needs),
      '/room/info': publicRoute(info, needs),
    }),
  );
}
