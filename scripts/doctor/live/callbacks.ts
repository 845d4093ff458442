import * as v from 'valibot';
import { finding, type Finding } from '../../findings';
import type { CallCloud } from '../cloudCall';
import { domainOf, isOneOf, type LivePlan } from './plan';
import { ruleFor, rules } from './rules';

const url = v.nullish(v.string(), '');
const template = v.object({
  Template: v.object({
    TemplateName: v.nullish(v.string(), ''),
    StreamBeginNotifyUrl: url,
    StreamEndNotifyUrl: url,
    RecordNotifyUrl: url,
    CallbackKey: v.nullish(v.string(), ''),
  }),
});

const callbackPath = /\/(liveCallback|callback\/(Live|tape)_callback\.php)$/;

/** Whether the live service tells us of streams and recordings, and signs that with our key. */
export async function checkCallback(call: CallCloud, plan: LivePlan): Promise<Finding[]> {
  const { Rules } = await call('live', 'DescribeLiveCallbackRules', {}, rules);
  const rule = ruleFor(plan, Rules);
  const address = `https://${plan.publicDomain ?? '<the deployed address>'}/liveCallback`;
  if (rule === undefined)
    return [
      finding('warning', 'LIVE_CALLBACK_KEY', {
        en: `no callback template is bound to ${domainOf(plan, 'push')} yet: after the deployment make one with ${address} for stream begin, stream end and recording, and this key. Where: live console, event center, live callbacks`,
        zh: `${domainOf(plan, 'push')} 还没有关联回调模板：部署后新建一个，推流、断流、录制回调填 ${address}，并填入此密钥。在哪里：云直播控制台 → 事件中心 → 直播回调`,
      }),
    ];
  const asked = { TemplateId: rule.TemplateId };
  const { Template } = await call('live', 'DescribeLiveCallbackTemplate', asked, template);
  return [...callbackUrls(plan, Template, address), callbackKey(plan, Template)];
}

type Template = v.InferOutput<typeof template>['Template'];

function callbackUrls(plan: LivePlan, given: Template, address: string): Finding[] {
  const urls = [
    ['stream begin', '推流回调', given.StreamBeginNotifyUrl],
    ['stream end', '断流回调', given.StreamEndNotifyUrl],
    ['recording', '录制回调', given.RecordNotifyUrl],
  ] as const;
  // Before the first deployment there is no address to put in.
  if (urls.every(([, , text]) => text === ''))
    return [
      finding('warning', 'LIVE_CALLBACK_KEY', {
        en: `callback template ${given.TemplateName} has no addresses yet: after the deployment put ${address} in for stream begin, stream end and recording. Where: live console, event center, live callbacks`,
        zh: `回调模板 ${given.TemplateName} 还没有填地址：部署后在推流、断流、录制回调中填入 ${address}。在哪里：云直播控制台 → 事件中心 → 直播回调`,
      }),
    ];
  const faults = urls.flatMap(([en, zh, text]) => {
    const fault = urlFault(text, plan.publicDomain);
    if (fault === undefined) return [];
    return finding(fault === 'wrong' ? 'wrong' : 'warning', 'LIVE_CALLBACK_KEY', {
      en: `callback template ${given.TemplateName}: the address for ${en} is ${text === '' ? 'empty' : text}, expected ${address}. Where: live console, event center, live callbacks`,
      zh: `回调模板 ${given.TemplateName}：${zh}地址为${text === '' ? '空' : ` ${text}`}，应为 ${address}。在哪里：云直播控制台 → 事件中心 → 直播回调`,
    });
  });
  if (faults.length > 0) return faults;
  return [
    finding('ok', 'LIVE_CALLBACK_KEY', {
      en: `callback template ${given.TemplateName} sends stream begin, stream end and recording to us`,
      zh: `回调模板 ${given.TemplateName} 的推流、断流、录制回调都指向本服务`,
    }),
  ];
}

function urlFault(text: string, publicDomain: string | undefined): 'wrong' | 'warning' | undefined {
  if (!URL.canParse(text)) return 'wrong';
  const { protocol, hostname, pathname } = new URL(text);
  if (!callbackPath.test(pathname)) return 'wrong';
  // A function URL of before the domain still works.
  if (publicDomain !== undefined && hostname !== publicDomain)
    return hostname.endsWith('.tencentscf.com') ? 'warning' : 'wrong';
  // Whoever sees one notice of http can send others with its signature.
  return protocol === 'https:' ? undefined : 'warning';
}

function callbackKey(plan: LivePlan, { TemplateName, CallbackKey }: Template): Finding {
  const place = {
    en: 'Where: live console, event center, live callbacks, callback key',
    zh: '在哪里：云直播控制台 → 事件中心 → 直播回调 → 回调密钥',
  };
  if (CallbackKey === '')
    return finding('wrong', 'LIVE_CALLBACK_KEY', {
      en: `callback template ${TemplateName} has no key, so notices are not signed and would be refused. ${place.en}`,
      zh: `回调模板 ${TemplateName} 没有设置密钥，通知没有签名，会被拒绝。${place.zh}`,
    });
  if (isOneOf(plan.callbackKey, [CallbackKey]))
    return finding('ok', 'LIVE_CALLBACK_KEY', {
      en: `is the key of callback template ${TemplateName}`,
      zh: `与回调模板 ${TemplateName} 的密钥一致`,
    });
  if (isOneOf(plan.callbackKeyPrevious, [CallbackKey]))
    return finding('warning', 'LIVE_CALLBACK_KEY_PREVIOUS', {
      en: `callback template ${TemplateName} still signs with the previous key: put the new one in. ${place.en}`,
      zh: `回调模板 ${TemplateName} 仍在使用旧密钥：请换成新的。${place.zh}`,
    });
  return finding('wrong', 'LIVE_CALLBACK_KEY', {
    en: `differs from the key of callback template ${TemplateName}: every notice would be refused. ${place.en}`,
    zh: `与回调模板 ${TemplateName} 的密钥不同：所有通知都会被拒绝。${place.zh}`,
  });
}
