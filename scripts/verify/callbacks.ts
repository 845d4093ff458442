import type { Secret } from '../../shared/secret';
import { callbackSign } from '../../shared/signing/callbackSign';
import { imWebhookSign } from '../../shared/signing/imWebhook';
import type { HttpAnswer } from '../askHttp';
import { finding, type Finding } from '../findings';
import { glimpse, probe, type Judge, type Prober } from './prober';

export interface CallbackPlan {
  /** Of which the deployment has one; none leaves the right signature untried. */
  liveKeys: readonly Secret[];
  imToken: Secret | undefined;
  imSdkAppId: string;
  /** Epoch seconds. */
  now: number;
}

export const callbackPaths = ['/liveCallback', '/callback/Live_callback.php', '/callback/tape_callback.php'];

/** Whether notices of the live service and webhooks of IM get in when they are signed, and only then. */
export async function checkCallbacks(prober: Prober, plan: CallbackPlan): Promise<Finding[]> {
  const [live, im] = await Promise.all([
    Promise.all(callbackPaths.map((path) => checkLive(prober, path, plan))),
    checkIm(prober, plan),
  ]);
  return [...live.flat(), ...im];
}

/**
 * The notice of an event that there is not: functions/liveCallback judges the signature first, and keeps nothing whose
 * event it cannot read. So a right signature is answered with a complaint about the event, a wrong one about the
 * signature, and neither leaves a trace.
 */
function notice(t: number, sign: string): string {
  return JSON.stringify({ event_type: 'verify', t, sign });
}

async function checkLive(prober: Prober, path: string, { liveKeys, now }: CallbackPlan): Promise<Finding[]> {
  const wrong = await probe(
    prober,
    path,
    path,
    { method: 'POST', body: notice(now + 60, '0'.repeat(32)) },
    refused(401, /^sign: /),
    { en: 'refuses a wrongly signed notice (401)', zh: '拒绝签名错误的通知（401）' },
  );
  if (wrong.status !== 'ok') return [wrong];
  if (liveKeys.length === 0)
    return [
      wrong,
      finding('note', path, {
        en: 'a rightly signed notice was not tried: LIVE_CALLBACK_KEY is not set here',
        zh: '未尝试签名正确的通知：此处没有 LIVE_CALLBACK_KEY',
      }),
    ];
  const tried = await Promise.all(liveKeys.map((key) => tryKey(prober, path, key, now)));
  const right = tried.find(({ status }) => status === 'ok') ?? tried[0];
  return right === undefined ? [wrong] : [wrong, right];
}

function tryKey(prober: Prober, path: string, key: Secret, now: number): Promise<Finding> {
  const t = now + 60;
  return probe(
    prober,
    path,
    path,
    { method: 'POST', body: notice(t, callbackSign({ key: key.reveal(), t })) },
    (answer) =>
      /^sign: /.test(messageOf(answer))
        ? {
            en: 'refuses a notice signed with LIVE_CALLBACK_KEY: the deployment has another key; deploy again, or mend .env',
            zh: '拒绝了用 LIVE_CALLBACK_KEY 签名的通知：部署中的密钥与此处不同；请重新部署，或改正 .env',
          }
        : refused(400, /^event_type: /)(answer),
    {
      en: 'takes a notice signed with LIVE_CALLBACK_KEY (a test event, of which nothing is kept)',
      zh: '接受用 LIVE_CALLBACK_KEY 签名的通知（测试事件，不留下任何数据）',
    },
  );
}

/** A webhook of a command that we do nothing with. */
const webhook = JSON.stringify({ CallbackCommand: 'Verify' });

async function checkIm(prober: Prober, { imToken, imSdkAppId, now }: CallbackPlan): Promise<Finding[]> {
  const path = '/imCallback';
  const unsigned = await prober.ask(path, { method: 'POST', body: webhook }).catch(() => undefined);
  if (unsigned !== undefined && unsigned.status === 403 && /IM_CALLBACK_TOKEN/.test(messageOf(unsigned)))
    return [
      finding('note', path, {
        en: 'refuses every webhook: IM_CALLBACK_TOKEN is not set in the deployment',
        zh: '拒绝所有回调：部署中没有设置 IM_CALLBACK_TOKEN',
      }),
    ];
  const wrong = await probe(
    prober,
    path,
    `${path}?${query(imSdkAppId, now, '0'.repeat(64))}`,
    { method: 'POST', body: webhook },
    refused(401, /^Sign: /),
    { en: 'refuses a wrongly signed webhook (401)', zh: '拒绝签名错误的回调（401）' },
  );
  if (wrong.status !== 'ok' || imToken === undefined) return [wrong];
  const sign = imWebhookSign({ token: imToken.reveal(), requestTime: now });
  const right = await probe(
    prober,
    path,
    `${path}?${query(imSdkAppId, now, sign)}`,
    { method: 'POST', body: webhook },
    (answer) =>
      answer.status === 200 && messageOf(answer) === ''
        ? undefined
        : {
            en: `refuses a webhook signed with IM_CALLBACK_TOKEN: ${glimpse(answer).en}`,
            zh: `拒绝了用 IM_CALLBACK_TOKEN 签名的回调：${glimpse(answer).zh}`,
          },
    {
      en: 'takes a webhook signed with IM_CALLBACK_TOKEN (a test command, of which nothing is kept)',
      zh: '接受用 IM_CALLBACK_TOKEN 签名的回调（测试命令，不留下任何数据）',
    },
  );
  return [wrong, right];
}

function query(sdkAppId: string, now: number, sign: string): string {
  return new URLSearchParams({
    SdkAppid: sdkAppId,
    CallbackCommand: 'Verify',
    contenttype: 'json',
    Sign: sign,
    RequestTime: String(now),
  }).toString();
}

function refused(status: number, message: RegExp): Judge {
  return (answer) => {
    if (answer.status === status && message.test(messageOf(answer))) return undefined;
    const seen = glimpse(answer);
    return { en: `expected ${status}, got ${seen.en}`, zh: `应为 ${status}，实际为${seen.zh}` };
  };
}

/** What a callback function says: `message` to the live service, `ErrorInfo` to IM. */
function messageOf({ text }: HttpAnswer): string {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return '';
    const said: unknown = Reflect.get(value, 'message') ?? Reflect.get(value, 'ErrorInfo');
    return typeof said === 'string' ? said : '';
  } catch {
    return '';
  }
}
