import type { Agent } from 'node:http';
import { finding, type Section } from '../findings';
import { checkCallbacks, type CallbackPlan } from './callbacks';
import { checkCommands } from './commands';
import { checkDoors } from './doors';
import { checkHeaders } from './headers';
import { firstAnswers, warmAnswers } from './latency';
import { checkPages } from './pages';
import { openProber } from './prober';
import { checkReach } from './reach';
import { checkClock, checkCors, checkTls, isLoopback } from './transport';

export interface VerifyNeeds {
  base: URL;
  callbacks: Omit<CallbackPlan, 'now'>;
  /** Epoch milliseconds. */
  now: () => number;
  /** Milliseconds for one request. */
  limitMs: number;
  /** Values of the settings that nobody may see. */
  secrets: readonly string[];
  agent?: Agent | undefined;
}

/** Proves a deployment by what it answers. Leaves nothing behind there. */
export async function verifyAddress(needs: VerifyNeeds): Promise<Section[]> {
  const { base, now, limitMs, secrets, agent } = needs;
  const title = { en: 'Address', zh: '地址' };
  if (base.protocol === 'http:' && !isLoopback(base))
    return [
      {
        title,
        findings: [
          finding('wrong', base.origin, {
            en: 'expected https://: tokens and passwords would travel readable to everyone. Nothing was sent',
            zh: '应为 https://：否则令牌与密码会明文传输。未发送任何请求',
          }),
        ],
      },
    ];
  const prober = openProber(base, limitMs, agent);
  const reach = await checkReach(prober);
  if (!reach.reached) return [{ title, findings: reach.findings }];
  const [commands, doors, callbacks, pages] = await Promise.all([
    checkCommands(prober),
    checkDoors(prober),
    checkCallbacks(prober, { ...needs.callbacks, now: Math.floor(now() / 1000) }),
    checkPages(prober),
  ]);
  const cold = firstAnswers(prober.heard());
  const transport = [
    ...(await checkTls(prober, { now: now(), limitMs })),
    await checkCors(prober),
    await checkClock(prober, now),
  ];
  const warm = await warmAnswers(prober);
  return [
    { title, findings: [...reach.findings, ...transport] },
    { title: { en: 'Commands', zh: '接口' }, findings: commands },
    { title: { en: 'Doors of old apps', zh: '老版本 App 的入口' }, findings: doors },
    { title: { en: 'Callbacks', zh: '回调' }, findings: callbacks },
    { title: { en: 'Pages', zh: '页面' }, findings: pages },
    { title: { en: 'Headers', zh: '响应头' }, findings: checkHeaders(prober.heard(), secrets) },
    { title: { en: 'Latency', zh: '延迟' }, findings: [cold, ...warm] },
  ];
}
