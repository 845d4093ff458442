import type { NeedsOf } from '../../shared/command';
import { byPath, publicRoute, serve, type MainHandler } from '../../shared/http/serve';
import type { Log } from '../../shared/log';
import { weixinSignature } from './weixinSignature';

export function makeWatch(log: Log, needs: NeedsOf<typeof weixinSignature>): MainHandler {
  return serve(
    log,
    byPath({
      '/watch/weixinSignature': publicRoute(weixinSignature, needs),
    }),
  );
}
