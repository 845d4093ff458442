import * as v from 'valibot';
import { finding, type Finding } from '../../findings';
import type { CallCloud } from '../cloudCall';
import { domainOf, type Kind, type LivePlan } from './plan';

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

/** Whether the account has the domain, of the right kind, enabled and with its CNAME. */
export async function checkDomain(call: CallCloud, plan: LivePlan, kind: Kind): Promise<Finding[]> {
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
