import type { NeedsOf } from '../../shared/command';
import { byPath, serve, userRoute, type MainHandler, type TokenNeeds } from '../../shared/http/serve';
import type { Log } from '../../shared/log';
import { guestPushUrl } from './guestPushUrl';
import { mergeStreams } from './mergeStreams';
import { signedPlayUrl } from './signedPlayUrl';

type Needs = NeedsOf<typeof guestPushUrl> &
  NeedsOf<typeof mergeStreams> &
  NeedsOf<typeof signedPlayUrl> &
  TokenNeeds;

export function makeLinkMic(log: Log, needs: Needs): MainHandler {
  return serve(
    log,
    byPath({
      '/linkMic/guestPushUrl': userRoute(guestPushUrl, needs.config, needs),
      '/linkMic/signedPlayUrl': userRoute(signedPlayUrl, needs.config, needs),
      '/linkMic/mergeStreams': userRoute(mergeStreams, needs.config, needs),
    }),
  );
}
