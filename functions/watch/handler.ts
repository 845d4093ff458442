import type { NeedsOf } from '../../shared/command';
import { pathOf } from '../../shared/http/request';
import { byPath, postOnly, publicRoute, serve, type MainHandler } from '../../shared/http/serve';
import type { Log } from '../../shared/log';
import { guest } from './guest';
import { failedPage, showPage, type ShowNeeds } from './show';
import { weixinSignature } from './weixinSignature';

type Needs = ShowNeeds & NeedsOf<typeof guest> & NeedsOf<typeof weixinSignature>;

/** The share page for people, and the two commands that it calls. */
export function makeWatch(log: Log, needs: Needs): MainHandler {
  const commands = serve(
    log,
    byPath({
      '/watch/guest': postOnly(publicRoute(guest, needs)),
      '/watch/weixinSignature': publicRoute(weixinSignature, needs),
    }),
  );
  const page = serve(log, showPage(needs), (failure) => failedPage(failure, needs));
  return (event, context) =>
    /\/watch\/(guest|weixinSignature)$/.test(pathOf(event)) ? commands(event, context) : page(event, context);
}
