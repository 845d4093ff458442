import * as v from 'valibot';
import { finding, type Finding } from '../findings';
import { callFinding, type CallCloud, type CloudKey } from './cloudCall';
import { checkCallback } from './live/callbacks';
import { checkDomain } from './live/domains';
import { checkPlayKey, checkPushKey } from './live/keys';
import { appNameOf, domainOf, type LivePlan } from './live/plan';
import { checkRecording } from './live/recording';

/** Everything about the live service, each part beside the others. Only reads. */
export async function checkLive(call: CallCloud, key: CloudKey, plan: LivePlan): Promise<Finding[]> {
  const parts: [subject: string, check: () => Promise<Finding[]>][] = [
    ['LIVE_PUSH_DOMAIN', () => checkDomain(call, plan, 'push')],
    ['LIVE_PLAY_DOMAIN', () => checkDomain(call, plan, 'play')],
    ['LIVE_PUSH_KEY', () => checkPushKey(call, plan)],
    ['LIVE_PLAY_KEY', () => checkPlayKey(call, plan)],
    ['LIVE_CALLBACK_KEY', () => checkCallback(call, plan)],
    ['LIVE_RECORD', () => checkRecording(call, plan)],
  ];
  const found = await Promise.all(
    parts
      .filter(([subject]) => !plan.unusable.has(subject))
      .map(([subject, check]) => check().catch((error: unknown) => [callFinding(subject, error, key)])),
  );
  return found.flat();
}

/**
 * Whether the key that functions run with may control lives; asks for the streams that are up, as the sweep does.
 * @throws CloudRefusal, CloudSilence
 */
export async function checkControl(call: CallCloud, plan: LivePlan): Promise<Finding> {
  const asked = {
    DomainName: domainOf(plan, 'push'),
    AppName: appNameOf(plan),
    PageNum: 1,
    PageSize: 10,
  };
  const { TotalNum } = await call('live', 'DescribeLiveStreamOnlineList', asked, online);
  return finding('ok', 'TENCENT_SECRET_ID', {
    en: `may ask the live service; ${TotalNum} stream(s) up now`,
    zh: `可以查询云直播；当前有 ${TotalNum} 路流`,
  });
}

const online = v.object({ TotalNum: v.number() });
