import type { Config } from '../../shared/config';
import { pathOf } from '../../shared/http/request';
import { serve, type MainHandler } from '../../shared/http/serve';
import type { Log } from '../../shared/log';
import { makeAccount } from '../account/handler';
import { makeGetLiveList } from '../getLiveList/handler';
import { makeGetPushUrl } from '../getPushUrl/handler';
import { makeGetVodList } from '../getVodList/handler';
import { makeImCallback } from '../imCallback/handler';
import { makeImSig } from '../imSig/handler';
import { makeLinkMic } from '../linkMic/handler';
import { makeLiveCallback } from '../liveCallback/handler';
import { makeModeration } from '../moderation/handler';
import { makeOpenapi } from '../openapi/handler';
import { makeReconcileByHand } from '../reconcile/handler';
import { makeRoom } from '../room/handler';
import { makeUploadSig } from '../uploadSig/handler';
import { makeVideo } from '../video/handler';
import { makeWatch } from '../watch/handler';
import { answerV1, v1Failure, type V1Needs } from './v1';
import { answerV2, v2Failure, type V2Needs } from './v2';
import { answerV3, v3Failure, type V3Needs } from './v3';
import { weixinVerifyFile } from './weixinVerify';

type NeedsOfMaker<Make> = Make extends (log: Log, needs: infer Needs) => MainHandler ? Needs : never;

export type DoorNeeds = V1Needs &
  V2Needs &
  V3Needs &
  NeedsOfMaker<typeof makeAccount> &
  NeedsOfMaker<typeof makeGetLiveList> &
  NeedsOfMaker<typeof makeGetPushUrl> &
  NeedsOfMaker<typeof makeGetVodList> &
  NeedsOfMaker<typeof makeImCallback> &
  NeedsOfMaker<typeof makeImSig> &
  NeedsOfMaker<typeof makeLinkMic> &
  NeedsOfMaker<typeof makeLiveCallback> &
  NeedsOfMaker<typeof makeModeration> &
  NeedsOfMaker<typeof makeOpenapi> &
  NeedsOfMaker<typeof makeReconcileByHand> &
  NeedsOfMaker<typeof makeRoom> &
  NeedsOfMaker<typeof makeUploadSig> &
  NeedsOfMaker<typeof makeVideo> &
  NeedsOfMaker<typeof makeWatch> & { config: Pick<Config, 'WECHAT_VERIFY'> };

/**
 * One address for everything. An unmodified app of whatever generation has only one: v1 a single path, v3 everything
 * below `/base/v1/` and one method beside it, v2 its methods at the root. The native commands are here as well, so that
 * a deployment without a domain of its own needs no second address.
 */
export function makeDoor(log: Log, given: Omit<DoorNeeds, 'log'>): MainHandler {
  const needs = { ...given, log };
  const v1 = serve(log, (request) => answerV1(request, needs), v1Failure);
  const v2 = serve(log, (request) => answerV2(request, needs), v2Failure);
  const v3 = serve(
    log,
    (request) => answerV3(request, needs),
    (failure) => v3Failure(failure),
  );
  const native = nativeFunctions(log, needs);
  return (event, context) => {
    const path = pathOf(event);
    const file = weixinVerifyFile(path, needs.config);
    if (file !== undefined) return Promise.resolve(file);
    if (path.endsWith('/interface.php')) return v1(event, context);
    if (/\/base\/v1(\/|$)|\/getUserInfoBatch$/.test(path)) return v3(event, context);
    const handler = native.find(({ serves }) => serves.test(path))?.handler ?? v2;
    return handler(event, context);
  };
}

/** The functions with an address of their own in serverless.yml, by the end of their paths as everywhere. */
function nativeFunctions(log: Log, needs: DoorNeeds): { serves: RegExp; handler: MainHandler }[] {
  return [
    { serves: /\/getLiveList$/, handler: makeGetLiveList(log, needs) },
    { serves: /\/room\/\w+$/, handler: makeRoom(log, needs) },
    { serves: /\/account\/\w+$/, handler: makeAccount(log, needs) },
    { serves: /\/getPushUrl$/, handler: makeGetPushUrl(log, needs) },
    { serves: /\/getVodList$/, handler: makeGetVodList(log, needs) },
    { serves: /\/uploadSig$/, handler: makeUploadSig(log, needs) },
    { serves: /\/imSig$/, handler: makeImSig(log, needs) },
    {
      serves: /\/(liveCallback|callback\/(Live|tape)_callback\.php)$/,
      handler: makeLiveCallback(log, needs),
    },
    { serves: /\/imCallback$/, handler: makeImCallback(log, needs) },
    { serves: /\/video\/\w+$/, handler: makeVideo(log, needs) },
    { serves: /\/watch(\/|$)/, handler: makeWatch(log, needs) },
    { serves: /\/linkMic\/\w+$/, handler: makeLinkMic(log, needs) },
    { serves: /\/moderation\/\w+$/, handler: makeModeration(log, needs) },
    { serves: /\/reconcile$/, handler: makeReconcileByHand(log, needs) },
    { serves: /\/openapi\.json$|\/docs(\/|$)/, handler: makeOpenapi(log, needs) },
  ];
}
