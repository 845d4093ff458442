import * as v from 'valibot';
import { finding, type Finding } from '../../findings';
import type { CallCloud } from '../cloudCall';
import { domainOf, isOneOf, type LivePlan } from './plan';

const pushKeys = v.object({
  PushAuthKeyInfo: v.object({
    Enable: v.number(),
    MasterAuthKey: v.nullish(v.string(), ''),
    BackupAuthKey: v.nullish(v.string(), ''),
  }),
});

/** Whether pushes must be signed, and with our key. */
export async function checkPushKey(call: CallCloud, plan: LivePlan): Promise<Finding[]> {
  const domain = domainOf(plan, 'push');
  const { PushAuthKeyInfo: info } = await call(
    'live',
    'DescribeLivePushAuthKey',
    { DomainName: domain },
    pushKeys,
  );
  if (info.Enable !== 1)
    return [
      finding('warning', 'LIVE_PUSH_KEY', {
        en: `push authentication of ${domain} is off: anyone may push. Where to switch it on: live console, push domain, push configuration`,
        zh: `${domain} 未开启推流鉴权：任何人都能推流。在哪里开启：云直播控制台 → 推流域名 → 推流配置`,
      }),
    ];
  if (!isOneOf(plan.pushKey, [info.MasterAuthKey, info.BackupAuthKey]))
    return [
      finding('wrong', 'LIVE_PUSH_KEY', {
        en: `is neither the primary nor the backup key of ${domain}: pushes would be refused. Where to find it: live console, push domain, push configuration, primary key`,
        zh: `既不是 ${domain} 的主 KEY 也不是备 KEY：推流会被拒绝。在哪里找：云直播控制台 → 推流域名 → 推流配置 → 主 KEY`,
      }),
    ];
  return [finding('ok', 'LIVE_PUSH_KEY', { en: `is a key of ${domain}`, zh: `是 ${domain} 的鉴权 KEY` })];
}

const playKeys = v.object({
  PlayAuthKeyInfo: v.object({
    Enable: v.number(),
    AuthKey: v.nullish(v.string(), ''),
    AuthBackKey: v.nullish(v.string(), ''),
  }),
});

/** Whether playback must be signed, and with our key. */
export async function checkPlayKey(call: CallCloud, plan: LivePlan): Promise<Finding[]> {
  const domain = domainOf(plan, 'play');
  const { PlayAuthKeyInfo: info } = await call(
    'live',
    'DescribeLivePlayAuthKey',
    { DomainName: domain },
    playKeys,
  );
  const place = {
    en: 'Where to find it: live console, playback domain, access control, primary key',
    zh: '在哪里找：云直播控制台 → 播放域名 → 访问控制 → 主 KEY',
  };
  if (info.Enable === 1 && plan.playKey === undefined)
    return [
      finding('wrong', 'LIVE_PLAY_KEY', {
        en: `is missing: ${domain} asks for a signature, players would get 403. ${place.en}`,
        zh: `未填写：${domain} 已开启播放鉴权，播放会得到 403。${place.zh}`,
      }),
    ];
  if (info.Enable === 1 && !isOneOf(plan.playKey, [info.AuthKey, info.AuthBackKey]))
    return [
      finding('wrong', 'LIVE_PLAY_KEY', {
        en: `is neither key of ${domain}: players would get 403. ${place.en}`,
        zh: `与 ${domain} 的主、备 KEY 都不同：播放会得到 403。${place.zh}`,
      }),
    ];
  if (info.Enable !== 1 && plan.playKey !== undefined)
    return [
      finding('warning', 'LIVE_PLAY_KEY', {
        en: `is set, but playback authentication of ${domain} is off: switch it on, or leave the key out`,
        zh: `已填写，但 ${domain} 未开启播放鉴权：请开启，或留空`,
      }),
    ];
  return [
    finding('ok', 'LIVE_PLAY_KEY', {
      en: info.Enable === 1 ? `is a key of ${domain}` : `playback authentication of ${domain} is off`,
      zh: info.Enable === 1 ? `是 ${domain} 的鉴权 KEY` : `${domain} 未开启播放鉴权`,
    }),
  ];
}
