import type { NeedsOf } from '../../shared/command';
import { byPath, postOnly, publicRoute, serve, type MainHandler } from '../../shared/http/serve';
import type { Log } from '../../shared/log';
import { guest } from './guest';
import { weixinSignature } from './weixinSignature';

type Needs = NeedsOf<typeof guest> & NeedsOf<typeof weixinSignature>;

export function makeWatch(log: Log, needs: Needs): MainHandler {
  return serve(
    log,
    byPath({
      '/watch/guest': postOnly(publicRoute(guest, needs)),
      '/watch/weixinSignature': publicRoute(weixinSignature, needs),
    }),
  );
}
