import type { Agent } from 'node:http';
import * as v from 'valibot';
import type { Secret } from '../../shared/secret';
import { makeUserSig } from '../../shared/signing/userSig';
import { askHttp, NoAnswer } from '../askHttp';
import { finding, type Finding } from '../findings';

export interface ImPlan {
  sdkAppId: number;
  secretKey: Secret;
  admin: string;
  endpoint: string;
}

const answer = v.object({
  ErrorCode: v.number(),
  ResultItem: v.optional(v.array(v.object({ AccountStatus: v.optional(v.string(), '') })), []),
});

/** A minute is enough for one call. */
const sigLife = 60;

/**
 * Signs a UserSig for the administrator and asks IM whether that account is there (REST account_check): IM answers only an
 * administrator whose UserSig is right, so that one call judges IM_SDKAPPID, IM_SECRET_KEY and IM_ADMIN.
 * @param reach.now epoch seconds
 */
export async function checkIm(
  { sdkAppId, secretKey, admin, endpoint }: ImPlan,
  reach: { agent?: Agent | undefined; limitMs: number; now: number; random: number },
): Promise<Finding> {
  const url = new URL(`${endpoint}/v4/im_open_login_svc/account_check`);
  const usersig = makeUserSig({
    sdkAppId,
    key: secretKey.reveal(),
    userId: admin,
    now: reach.now,
    expire: sigLife,
  });
  url.search = new URLSearchParams({
    sdkappid: String(sdkAppId),
    identifier: admin,
    usersig,
    random: String(reach.random),
    contenttype: 'json',
  }).toString();
  try {
    const { text } = await askHttp({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ CheckItem: [{ UserID: admin }] }),
      limitMs: reach.limitMs,
      agent: reach.agent,
    });
    const read = v.safeParse(v.pipe(v.string(), v.parseJson(), answer), text);
    if (!read.success) throw new NoAnswer('not an answer of IM', url.host);
    return judge(read.output, admin);
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    return finding('warning', 'IM_ADMIN', {
      en: `not checked: ${error.host} gave no usable answer (${error.code}); is there a way to the internet from here?`,
      zh: `未检查：${error.host} 没有给出可用的回答（${error.code}）；本机能访问外网吗？`,
    });
  }
}

function judge({ ErrorCode, ResultItem }: v.InferOutput<typeof answer>, admin: string): Finding {
  if (ErrorCode === 0 && ResultItem[0]?.AccountStatus === 'NotImported')
    return finding('wrong', 'IM_ADMIN', {
      en: `IM has no account ${admin}. Where to find it: IM console, app administrators`,
      zh: `IM 中没有账号 ${admin}。在哪里找：即时通信 IM 控制台 → 应用管理员`,
    });
  if (ErrorCode === 0)
    return finding('ok', 'IM_ADMIN', {
      en: `IM accepts the UserSig of ${admin}: IM_SDKAPPID, IM_SECRET_KEY and IM_ADMIN belong together`,
      zh: `IM 接受了 ${admin} 的 UserSig：IM_SDKAPPID、IM_SECRET_KEY 与 IM_ADMIN 相符`,
    });
  if ([70003, 70005, 70009].includes(ErrorCode))
    return finding('wrong', 'IM_SECRET_KEY', {
      en: `is not the key of application IM_SDKAPPID (IM says ${ErrorCode}). Where to find it: IM console, basic information, key`,
      zh: `不是 IM_SDKAPPID 这个应用的密钥（IM 返回 ${ErrorCode}）。在哪里找：即时通信 IM 控制台 → 基本信息 → 密钥`,
    });
  if ([60006, 70014, 70020].includes(ErrorCode))
    return finding('wrong', 'IM_SDKAPPID', {
      en: `is not known to IM at IM_ENDPOINT (IM says ${ErrorCode}). Where to find it: IM console, application card, SDKAppID; an application outside mainland China needs its own IM_ENDPOINT`,
      zh: `IM 不认识这个应用（返回 ${ErrorCode}）。在哪里找：即时通信 IM 控制台 → 应用卡片 → SDKAppID；非中国大陆应用还需设置 IM_ENDPOINT`,
    });
  if ([60008, 60010, 70403].includes(ErrorCode))
    return finding('wrong', 'IM_ADMIN', {
      en: `${admin} is not an administrator of the application (IM says ${ErrorCode}). Where to find it: IM console, app administrators`,
      zh: `${admin} 不是该应用的管理员（IM 返回 ${ErrorCode}）。在哪里找：即时通信 IM 控制台 → 应用管理员`,
    });
  return finding('wrong', 'IM_ADMIN', {
    en: `IM refused account_check with ErrorCode ${ErrorCode}`,
    zh: `IM 拒绝了 account_check，错误码 ${ErrorCode}`,
  });
}
