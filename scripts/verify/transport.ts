import { askHttp, NoAnswer } from '../askHttp';
import { finding, type Finding } from '../findings';
import type { Words } from '../language';
import { glimpse, probe, type Prober } from './prober';

const dayMs = 86_400_000;
/** Two weeks are time to renew a certificate. */
const soonDays = 14;

/** Whether an address leads to this machine: only there may it be http. */
export function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\./.test(hostname);
}

/**
 * The certificate's end, and what plain http does.
 * @param now epoch milliseconds
 */
export async function checkTls(prober: Prober, reach: { now: number; limitMs: number }): Promise<Finding[]> {
  if (prober.base.protocol === 'http:')
    return [
      finding('note', 'TLS', {
        en: 'plain http, as on this machine only: a deployment has https',
        zh: '使用 http，仅限本机；部署后使用 https',
      }),
    ];
  // A connection that resumes a session shows no certificate.
  const ends = prober.heard().map(({ answer }) => answer.certificateUntil);
  const until = ends.find((end) => end !== undefined);
  return [certificateFinding(until, reach.now), await plainHttp(prober.base, reach.limitMs)];
}

function certificateFinding(until: number | undefined, now: number): Finding {
  if (until === undefined)
    return finding('warning', 'TLS', { en: 'the certificate cannot be read', zh: '读不到证书' });
  const days = Math.floor((until - now) / dayMs);
  return finding(days < soonDays ? 'warning' : 'ok', 'TLS', {
    en: `the certificate is trusted and good for ${days} more days${days < soonDays ? ': renew it' : ''}`,
    zh: `证书受信任，剩余 ${days} 天${days < soonDays ? '：请续期' : ''}`,
  });
}

async function plainHttp(base: URL, limitMs: number): Promise<Finding> {
  const url = new URL('/interface.php', `http://${base.hostname}`);
  try {
    const { status, headers } = await askHttp({ method: 'GET', url, limitMs });
    const leads = status >= 300 && status < 400 && (headers.location ?? '').startsWith('https://');
    if (leads || status >= 400)
      return finding('ok', 'http://', {
        en: leads ? `is redirected to https (${status})` : `is not served (${status})`,
        zh: leads ? `会跳转到 https（${status}）` : `不提供服务（${status}）`,
      });
    return finding('warning', 'http://', {
      en: `is answered without encryption (${status}): give apps the https address only, and switch http off or redirect it`,
      zh: `以明文应答（${status}）：请只把 https 地址给客户端，并关闭 http 或设置跳转`,
    });
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    return finding('ok', 'http://', {
      en: `is not served (${error.code})`,
      zh: `不提供服务（${error.code}）`,
    });
  }
}

/** Whether a page of another origin may call, as the share page of v1 does. */
export function checkCors(prober: Prober): Promise<Finding> {
  const headers = {
    origin: 'https://verify.example',
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization,content-type',
  };
  return probe(
    prober,
    'CORS',
    '/getLiveList',
    { method: 'OPTIONS', headers },
    (answer): Words | undefined => {
      const allowed = (name: string): string => String(answer.headers[`access-control-allow-${name}`] ?? '');
      const right =
        (answer.status === 200 || answer.status === 204) &&
        ['*', headers.origin].includes(allowed('origin')) &&
        /\bPOST\b/.test(allowed('methods')) &&
        /\*|authorization/i.test(allowed('headers'));
      const seen = glimpse(answer);
      return right
        ? undefined
        : {
            en: `a preflight is not answered as browsers want it: ${seen.en}; allow-origin "${allowed('origin')}", allow-methods "${allowed('methods')}"`,
            zh: `预检请求的应答不符合浏览器要求：${seen.zh}；allow-origin “${allowed('origin')}”，allow-methods “${allowed('methods')}”`,
          };
    },
    {
      en: 'a preflight is answered: browsers of any origin may call',
      zh: '预检通过：任意来源的浏览器可以调用',
    },
  );
}

/** Signatures of callbacks and tokens are judged by the clock. */
const tolerableSkewMs = 60_000;

/** How far the server's clock is from this one, by the Date of an answer. @param now the clock here, epoch milliseconds */
export async function checkClock(prober: Prober, now: () => number): Promise<Finding> {
  const before = now();
  const { headers } = await prober.ask('/interface.php');
  const theirs = Date.parse(headers.date ?? '');
  if (!Number.isFinite(theirs))
    return finding('note', 'clock', {
      en: 'the answer has no Date to compare',
      zh: '应答没有 Date，无法比较时钟',
    });
  // Date has whole seconds: half of one is as likely as none.
  const skew = theirs + 500 - (before + now()) / 2;
  const seconds = Math.round(skew / 1000);
  if (Math.abs(skew) > tolerableSkewMs)
    return finding('warning', 'clock', {
      en: `the server's clock is ${seconds} s from this one: check which is off; signatures are judged by it`,
      zh: `服务器与本机时钟相差 ${seconds} 秒：请核对哪一个不准；签名校验依赖时钟`,
    });
  return finding('ok', 'clock', {
    en: `within ${Math.abs(seconds)} s of this one`,
    zh: `与本机相差 ${Math.abs(seconds)} 秒以内`,
  });
}
