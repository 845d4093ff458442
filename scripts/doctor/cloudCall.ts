import type { Agent } from 'node:http';
import { CommonClient } from 'tencentcloud-sdk-nodejs/tencentcloud/common/common_client';
import * as v from 'valibot';
import type { Secret } from '../../shared/secret';
import { finding, type Finding } from '../findings';
import type { Words } from '../language';

/** The services that are asked, with the version of their API. */
const versions = {
  cam: '2019-01-16',
  live: '2018-08-01',
  scf: '2018-04-16',
  ssl: '2019-12-05',
  sts: '2018-08-13',
  vod: '2018-07-17',
  vpc: '2017-03-12',
} as const;

export type Service = keyof typeof versions;

export interface CloudKey {
  secretId: string;
  secretKey: Secret;
  token?: Secret | undefined;
  /** The variable that holds its SecretId, to be named when it is refused. */
  idName: string;
}

export interface CloudReach {
  region: string;
  /** Milliseconds for one call. */
  limitMs: number;
  /** Leads the calls somewhere else; they go to the real hosts without one. */
  agent?: Agent | undefined;
  /** Host of the live API where it is not the usual one. */
  liveHost?: string | undefined;
}

/** Asks one service. The answer is read by `schema`. @throws CloudRefusal, CloudSilence */
export type CallCloud = <Schema extends v.GenericSchema>(
  service: Service,
  action: string,
  parameters: object,
  schema: Schema,
) => Promise<v.InferOutput<Schema>>;

/** The service said no, with its own code. The message names the action, the code and the RequestId. */
export class CloudRefusal extends Error {
  override readonly name = 'CloudRefusal';

  constructor(
    readonly call: string,
    readonly code: string,
    readonly requestId: string,
  ) {
    super(`${call}: ${code}, RequestId ${requestId || 'unknown'}`);
  }
}

/** No answer, or none that can be read. */
export class CloudSilence extends Error {
  override readonly name = 'CloudSilence';

  constructor(readonly call: string) {
    super(`${call}: no usable answer`);
  }
}

/** Calls with one key. Actions that only read are all that may be asked for. */
export function cloudCaller(key: CloudKey, reach: CloudReach): CallCloud {
  return async (service, action, parameters, schema) => {
    const name = `${service}:${action}`;
    const client = new CommonClient(hostOf(service, reach), versions[service], {
      credential: {
        secretId: key.secretId,
        secretKey: key.secretKey.reveal(),
        ...(key.token && { token: key.token.reveal() }),
      },
      region: reach.region,
      profile: {
        httpProfile: { reqTimeout: reach.limitMs / 1000, ...(reach.agent && { agent: reach.agent }) },
      },
    });
    // The SDK's own limit is one between two bytes; this one is for everything.
    const signal = AbortSignal.timeout(reach.limitMs);
    const answer: unknown = await client.request(action, parameters, { signal }).catch((error: unknown) => {
      throw failureOf(name, error);
    });
    const read = v.safeParse(schema, answer);
    if (!read.success) throw new CloudSilence(name);
    return read.output;
  };
}

function hostOf(service: Service, { liveHost }: CloudReach): string {
  return service === 'live' && liveHost !== undefined ? liveHost : `${service}.tencentcloudapi.com`;
}

/** The SDK's errors have a code when the service answered; their text may quote anything and is left out. */
function failureOf(call: string, error: unknown): CloudRefusal | CloudSilence {
  const fields = v.safeParse(v.object({ code: v.string(), requestId: v.fallback(v.string(), '') }), error);
  const known = fields.success && /^[A-Z][a-z][A-Za-z0-9.]{1,98}$/.test(fields.output.code);
  return known ? new CloudRefusal(call, fields.output.code, fields.output.requestId) : new CloudSilence(call);
}

/** Whether the call was refused for want of a permission, and not for what it asked. */
function lacksPermission(error: unknown): boolean {
  return error instanceof CloudRefusal && /UnauthorizedOperation/.test(error.code);
}

/** Whether the key itself was refused: then every call with it will be. */
export function keyRefused(error: unknown): boolean {
  return error instanceof CloudRefusal && error.code.startsWith('AuthFailure') && !lacksPermission(error);
}

/**
 * A failed call as a finding: what was refused and what to do.
 * @throws the error when it is not one of a call
 */
export function callFinding(subject: string, error: unknown, { idName }: Pick<CloudKey, 'idName'>): Finding {
  if (error instanceof CloudSilence)
    return finding('warning', subject, {
      en: `not checked: ${error.call} gave no usable answer in time; is there a way to the internet from here?`,
      zh: `未检查：${error.call} 未在时限内给出可用的回答；本机能访问外网吗？`,
    });
  if (!(error instanceof CloudRefusal)) throw error;
  if (lacksPermission(error))
    return finding('warning', subject, {
      en: `not checked: the key of ${idName} may not ${error.call}; add it to its policy (npm run doctor -- --policies). RequestId ${error.requestId}`,
      zh: `未检查：${idName} 的密钥没有 ${error.call} 权限；请加入其策略（npm run doctor -- --policies）。RequestId ${error.requestId}`,
    });
  if (keyRefused(error)) return finding('wrong', subject, keyWords(error, idName));
  return finding('wrong', subject, {
    en: `${error.call} was refused: ${error.code}, RequestId ${error.requestId}`,
    zh: `${error.call} 被拒绝：${error.code}，RequestId ${error.requestId}`,
  });
}

function keyWords({ code }: CloudRefusal, idName: string): Words {
  const keyName = idName.replace(/_ID$/, '_KEY');
  switch (code.replace(/^AuthFailure\./, '')) {
    case 'SecretIdNotFound':
      return {
        en: `${idName} is not known to Tencent Cloud, or was deleted or disabled. Where to find it: CAM console, access keys (${code})`,
        zh: `腾讯云没有 ${idName} 这个密钥，或已被删除、禁用。在哪里找：访问管理控制台 → 访问密钥（${code}）`,
      };
    case 'SignatureFailure':
      return {
        en: `${keyName} does not belong to ${idName}. Where to find it: CAM console, access keys (${code})`,
        zh: `${keyName} 与 ${idName} 不是一对。在哪里找：访问管理控制台 → 访问密钥（${code}）`,
      };
    case 'SignatureExpire':
      return {
        en: `the clock of this machine is more than five minutes off; set it (${code})`,
        zh: `本机时钟相差超过五分钟，请校准（${code}）`,
      };
    case 'TokenFailure':
      return {
        en: `TENCENTCLOUD_SECURITY_TOKEN does not belong to ${idName} or has expired; leave it out for a lasting key (${code})`,
        zh: `TENCENTCLOUD_SECURITY_TOKEN 与 ${idName} 不匹配或已过期；长期密钥请留空（${code}）`,
      };
    default:
      return {
        en: `the key of ${idName} is not accepted: ${code}. Where to find it: CAM console, access keys`,
        zh: `${idName} 的密钥未被接受：${code}。在哪里找：访问管理控制台 → 访问密钥`,
      };
  }
}
