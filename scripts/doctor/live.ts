import * as v from 'valibot';
import type { Secret } from '../../shared/secret';
import { sameText } from '../../shared/signing/sameText';
import { finding, type Finding } from '../findings';
import { callFinding, type CallCloud, type CloudKey } from './cloudCall';

/** What the live service should have been told. */
export interface LivePlan {
  bizId: string;
  /** Undefined where the domains of the bizid are used. */
  pushDomain: string | undefined;
  playDomain: string | undefined;
  appName: string;
  pushKey: Secret | undefined;
  playKey: Secret | undefined;
  callbackKey: Secret | undefined;
  callbackKeyPrevious: Secret | undefined;
  /** LIVE_RECORD: what push URLs ask for; '' leaves it to a template. */
  record: string;
  /** Settings that cannot be read: what is about them is not asked. */
  unusable: ReadonlySet<string>;
  /** PUBLIC_DOMAIN: the host that callbacks should go to, where it is known. */
  publicDomain: string | undefined;
}

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
    AppName: plan.pushDomain === undefined ? 'live' : plan.appName,
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

type Kind = 'push' | 'play';

function domainOf({ bizId, pushDomain, playDomain }: LivePlan, kind: Kind): string {
  const own = kind === 'push' ? pushDomain : playDomain;
  return own ?? `${bizId}.live${kind}.myqcloud.com`;
}

const domains = v.object({
  DomainList: v.nullish(
    v.array(
      v.object({
        Name: v.string(),
        Type: v.number(),
        Status: v.number(),
        BCName: v.optional(v.number(), 1),
        TargetDomain: v.optional(v.string(), ''),
      }),
    ),
    [],
  ),
});

/** API: 0 is a push domain, 1 a playback domain. */
const typeOf = { push: 0, play: 1 } as const;

async function checkDomain(call: CallCloud, plan: LivePlan, kind: Kind): Promise<Finding[]> {
  const [subject, domain] = [kind === 'push' ? 'LIVE_PUSH_DOMAIN' : 'LIVE_PLAY_DOMAIN', domainOf(plan, kind)];
  const asked = { DomainPrefix: domain, PageSize: 100, PageNum: 1 };
  const { DomainList } = await call('live', 'DescribeLiveDomains', asked, domains);
  const entry = DomainList.find(({ Name }) => Name === domain);
  const own = kind === 'push' ? plan.pushDomain : plan.playDomain;
  if (entry === undefined && own === undefined)
    return [
      finding('warning', subject, {
        en: `not set, and ${domain}, which is used then, is not among the domains of this live account (newer accounts have none). Where to find one: live console, domain management`,
        zh: `未填写，将使用 ${domain}，但直播账号的域名列表中没有它（新账号没有这个域名）。在哪里找：云直播控制台 → 域名管理`,
      }),
    ];
  if (entry === undefined)
    return [
      finding('wrong', subject, {
        en: `${domain} is not a domain of this live account. Where to find or add it: live console, domain management`,
        zh: `直播账号中没有 ${domain}。在哪里找或添加：云直播控制台 → 域名管理`,
      }),
    ];
  if (entry.Type !== typeOf[kind])
    return [
      finding('wrong', subject, {
        en: `${domain} is a ${kind === 'push' ? 'playback' : 'push'} domain, expected a ${kind === 'push' ? 'push' : 'playback'} domain. Where to find it: live console, domain management`,
        zh: `${domain} 是${kind === 'push' ? '播放' : '推流'}域名，这里需要${kind === 'push' ? '推流' : '播放'}域名。在哪里找：云直播控制台 → 域名管理`,
      }),
    ];
  if (entry.Status !== 1)
    return [
      finding('wrong', subject, {
        en: `${domain} is disabled. Where to enable it: live console, domain management`,
        zh: `${domain} 已停用。在哪里启用：云直播控制台 → 域名管理`,
      }),
    ];
  if (entry.BCName === 0)
    return [
      finding('wrong', subject, {
        en: `the CNAME of ${domain} does not lead to the live service${entry.TargetDomain === '' ? '' : `: set it to ${entry.TargetDomain}`}, with whoever keeps the domain's DNS`,
        zh: `${domain} 的 CNAME 没有指向云直播${entry.TargetDomain === '' ? '' : `：应为 ${entry.TargetDomain}`}，请在域名解析处设置`,
      }),
    ];
  const found = [
    finding('ok', subject, {
      en: `${domain}: a ${kind === 'push' ? 'push' : 'playback'} domain, enabled`,
      zh: `${domain}：${kind === 'push' ? '推流' : '播放'}域名，已启用`,
    }),
  ];
  return kind === 'push' ? found : [...found, ...(await checkPlayTls(call, domain))];
}

const bindings = v.object({
  LiveDomainCertBindings: v.nullish(v.array(v.object({ DomainName: v.string(), Status: v.number() })), []),
});

/** Play URLs are https. */
async function checkPlayTls(call: CallCloud, domain: string): Promise<Finding[]> {
  const asked = { DomainName: domain };
  const { LiveDomainCertBindings: bound } = await call(
    'live',
    'DescribeLiveDomainCertBindings',
    asked,
    bindings,
  );
  if (bound.some(({ DomainName, Status }) => DomainName === domain && Status === 1)) return [];
  return [
    finding('warning', 'LIVE_PLAY_DOMAIN', {
      en: `${domain} has no certificate, and play URLs are https: browsers cannot play. Where to add one: live console, domain management, HTTPS configuration`,
      zh: `${domain} 没有配置证书，而播放地址使用 https：浏览器无法播放。在哪里添加：云直播控制台 → 域名管理 → HTTPS 配置`,
    }),
  ];
}

const pushKeys = v.object({
  PushAuthKeyInfo: v.object({
    Enable: v.number(),
    MasterAuthKey: v.nullish(v.string(), ''),
    BackupAuthKey: v.nullish(v.string(), ''),
  }),
});

async function checkPushKey(call: CallCloud, plan: LivePlan): Promise<Finding[]> {
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

async function checkPlayKey(call: CallCloud, plan: LivePlan): Promise<Finding[]> {
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

function isOneOf(given: Secret | undefined, keys: readonly string[]): boolean {
  return given !== undefined && keys.some((key) => key !== '' && sameText(key, given.reveal()));
}

const rules = v.object({
  Rules: v.nullish(
    v.array(v.object({ TemplateId: v.number(), DomainName: v.string(), AppName: v.nullish(v.string(), '') })),
    [],
  ),
});

type Rule = v.InferOutput<typeof rules>['Rules'][number];

/** The rule of the push domain that our streams fall under. */
function ruleFor(plan: LivePlan, given: readonly Rule[]): Rule | undefined {
  const appName = plan.pushDomain === undefined ? 'live' : plan.appName;
  return given.find(
    ({ DomainName, AppName }) =>
      DomainName === domainOf(plan, 'push') && (AppName === appName || AppName === '' || AppName === '*'),
  );
}

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

async function checkCallback(call: CallCloud, plan: LivePlan): Promise<Finding[]> {
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
  if (publicDomain !== undefined && hostname !== publicDomain) return 'wrong';
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

async function checkRecording(call: CallCloud, plan: LivePlan): Promise<Finding[]> {
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
