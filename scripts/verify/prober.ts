import type { Agent } from 'node:http';
import { askHttp, NoAnswer, type HttpAnswer } from '../askHttp';
import { finding, type Finding } from '../findings';
import type { Words } from '../language';

export interface Ask {
  method?: 'GET' | 'POST' | 'OPTIONS';
  body?: string;
  headers?: Record<string, string>;
}

/** One answer and what was asked for it. */
export interface Heard {
  method: string;
  path: string;
  answer: HttpAnswer;
}

/** Sends requests to one address, a few at a time, each within the limit, and keeps every answer. */
export interface Prober {
  readonly base: URL;
  /** @throws NoAnswer */
  ask(path: string, ask?: Ask): Promise<HttpAnswer>;
  /** What was heard so far, in the order of the answers. */
  heard(): readonly Heard[];
}

/** Cold functions start beside each other; more at once would measure this machine. */
const atOnce = 4;

/** @param limitMs for one request; an Android app of the first generation waits 10 s */
export function openProber(base: URL, limitMs: number, agent?: Agent): Prober {
  const answers: Heard[] = [];
  const waiting: (() => void)[] = [];
  let running = 0;
  return {
    base,
    heard: () => answers,
    async ask(path, { method = 'GET', body, headers = {} } = {}) {
      if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
      running += 1;
      try {
        const url = new URL(path, base);
        const answer = await askHttp({
          method,
          url,
          headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
          ...(body !== undefined && { body }),
          limitMs,
          agent,
        });
        answers.push({ method, path, answer });
        return answer;
      } finally {
        running -= 1;
        waiting.shift()?.();
      }
    },
  };
}

/** Whether an answer is what was expected: `undefined`, or what it is instead. */
export type Judge = (answer: HttpAnswer) => Words | undefined;

/** Asks once and judges the answer; no answer is a fault as well. */
export async function probe(
  prober: Prober,
  subject: string,
  path: string,
  ask: Ask,
  judge: Judge,
  said: Words,
): Promise<Finding> {
  try {
    const fault = judge(await prober.ask(path, ask));
    return fault === undefined ? finding('ok', subject, said) : finding('wrong', subject, fault);
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    return finding('wrong', subject, silenceWords(error));
  }
}

/** TLS's words for a certificate that cannot be trusted, in ours. */
const certificateFaults = new Map<string, Words>([
  ['CERT_HAS_EXPIRED', { en: 'its certificate has expired', zh: '证书已过期' }],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', { en: 'its certificate is self-signed', zh: '证书是自签名的' }],
  ['SELF_SIGNED_CERT_IN_CHAIN', { en: 'its certificate is self-signed', zh: '证书是自签名的' }],
  [
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    {
      en: 'its certificate is not signed by a known authority, or the chain is not whole',
      zh: '证书不是受信任的机构签发，或证书链不完整',
    },
  ],
  [
    'ERR_TLS_CERT_ALTNAME_INVALID',
    { en: 'its certificate is for another host name', zh: '证书属于别的域名' },
  ],
]);

/** Why nothing came back, in a sentence. */
export function silenceWords({ code, host }: NoAnswer): Words {
  const certificate = certificateFaults.get(code);
  if (certificate !== undefined)
    return {
      en: `${host}: ${certificate.en}; apps refuse to connect (${code})`,
      zh: `${host}：${certificate.zh}，客户端会拒绝连接（${code}）`,
    };
  switch (code) {
    case 'late':
      return { en: `${host} did not answer in time`, zh: `${host} 未在时限内应答` };
    case 'large':
      return { en: `${host} sent more than an answer of ours can have`, zh: `${host} 的应答过大` };
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return {
        en: `there is no host ${host} (${code}): check the address, or the CNAME of the domain`,
        zh: `找不到主机 ${host}（${code}）：请核对地址，或域名的 CNAME`,
      };
    case 'ECONNREFUSED':
      return {
        en: `nothing listens at ${host} (${code})`,
        zh: `${host} 没有服务在监听（${code}）`,
      };
    default:
      return { en: `${host} broke the connection (${code})`, zh: `${host} 的连接中断（${code}）` };
  }
}

/** What an answer looks like, for a sentence that says it was not the right one. It quotes little. */
export function glimpse({ status, headers, text }: HttpAnswer): Words {
  const type = headers['content-type'] ?? '';
  const start = text.replace(/\s+/g, ' ').slice(0, 80);
  return {
    en: `status ${status}, ${type || 'no content type'}, ${start === '' ? 'an empty body' : `"${start}"`}`,
    zh: `状态 ${status}，${type || '没有 Content-Type'}，${start === '' ? '空响应体' : `“${start}”`}`,
  };
}
