import { finding, type Finding } from '../../findings';
import type { CallCloud } from '../cloudCall';
import { domainOf, type LivePlan } from './plan';
import { ruleFor, rules } from './rules';

/** Whether there will be recordings. */
export async function checkRecording(call: CallCloud, plan: LivePlan): Promise<Finding[]> {
  if (plan.record !== '')
    return [
      finding('ok', 'LIVE_RECORD', {
        en: `push URLs ask for ${plan.record.replaceAll('|', ', ')}`,
        zh: `推流地址要求录制 ${plan.record.replaceAll('|', '、')}`,
      }),
    ];
  const { Rules } = await call('live', 'DescribeLiveRecordRules', {}, rules);
  if (ruleFor(plan, Rules) !== undefined)
    return [
      finding('ok', 'LIVE_RECORD', {
        en: 'empty, and a recording template is bound to the push domain',
        zh: '为空，推流域名已关联录制模板',
      }),
    ];
  return [
    finding('warning', 'LIVE_RECORD', {
      en: `is empty and no recording template is bound to ${domainOf(plan, 'push')}: there will be no replays. Where: live console, recording, or LIVE_RECORD=hls`,
      zh: `为空，且 ${domainOf(plan, 'push')} 没有关联录制模板：不会有回放。在哪里：云直播控制台 → 直播录制，或设置 LIVE_RECORD=hls`,
    }),
  ];
}
