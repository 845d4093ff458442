import type { Agent } from 'node:http';
import type { Secret } from '../../shared/secret';
import { cosAuthorization, cosKeyTime } from '../../shared/signing/cosRequest';
import { askHttp, NoAnswer, type HttpAnswer } from '../askHttp';
import { finding, type Finding } from '../findings';

export interface BucketPlan {
  /** With the APPID. */
  bucket: string;
  /** A region, or the endpoint in place of one. */
  region: string;
  secretId: string;
  secretKey: Secret;
  /** A page of ours, from which a browser would upload. */
  origin: string;
}

interface Reach {
  agent?: Agent | undefined;
  limitMs: number;
  /** Epoch seconds. */
  now: number;
}

/** Whether the bucket is there, takes the key, may be read by everyone and listed by nobody, and lets browsers upload. */
export async function checkBucket(plan: BucketPlan, reach: Reach): Promise<Finding[]> {
  try {
    const listed = await list(plan, reach, true);
    const fault = listFault(plan, listed);
    if (fault !== undefined) return [fault];
    const [anyone, object, preflight] = await Promise.all([
      list(plan, reach, false),
      ask(plan, reach, 'GET', '/doctor/no-such-object'),
      ask(plan, reach, 'OPTIONS', '/cover/doctor', {
        origin: plan.origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type',
      }),
    ]);
    return [keyFinding(plan, listed, anyone), readFinding(plan, object), corsFinding(plan, preflight)];
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    return [
      finding('warning', 'COS_BUCKET', {
        en: `not checked: ${error.host} did not answer (${error.code}); check COS_REGION, or the way to the internet from here`,
        zh: `未检查：${error.host} 没有应答（${error.code}）；请核对 COS_REGION，或本机能否访问外网`,
      }),
    ];
  }
}

function list(plan: BucketPlan, reach: Reach, signed: boolean): Promise<HttpAnswer> {
  return ask(plan, reach, 'GET', '/', {}, { 'max-keys': '1' }, signed);
}

async function ask(
  plan: BucketPlan,
  { agent, limitMs, now }: Reach,
  method: 'GET' | 'OPTIONS',
  path: string,
  headers: Record<string, string> = {},
  query: Record<string, string> = {},
  signed = false,
): Promise<HttpAnswer> {
  const url = new URL(bucketUrl(plan) + path);
  url.search = new URLSearchParams(query).toString();
  const authorization = cosAuthorization({
    secretId: plan.secretId,
    secretKey: plan.secretKey.reveal(),
    keyTime: cosKeyTime(now - 60, now + 300),
    method,
    pathname: url.pathname,
    query,
    headers: { host: url.host },
  });
  return askHttp({ method, url, headers: { ...headers, ...(signed && { authorization }) }, limitMs, agent });
}

function bucketUrl({ bucket, region }: BucketPlan): string {
  return region.includes('://') ? `${region}/${bucket}` : `https://${bucket}.cos.${region}.myqcloud.com`;
}

/** COS's word for a refusal: `<Error><Code>AccessDenied</Code>...`. */
function codeOf({ text }: HttpAnswer): string {
  return /<Code>([A-Za-z.]{1,60})<\/Code>/.exec(text)?.[1] ?? '';
}

/** What keeps the bucket from being used at all; undefined when it takes the key, whatever the key may do. */
function listFault({ bucket, region }: BucketPlan, answer: HttpAnswer): Finding | undefined {
  const code = codeOf(answer);
  if (answer.status === 200 || code === 'AccessDenied') return undefined;
  switch (code) {
    case 'NoSuchBucket':
      return finding('wrong', 'COS_BUCKET', {
        en: `there is no bucket ${bucket} in ${region}: check COS_BUCKET, COS_APPID and COS_REGION. Where to find them: COS console, bucket list`,
        zh: `${region} 没有存储桶 ${bucket}：请核对 COS_BUCKET、COS_APPID 与 COS_REGION。在哪里找：对象存储控制台 → 存储桶列表`,
      });
    case 'InvalidAccessKeyId':
      return finding('wrong', 'COS_SECRET_ID', {
        en: 'is not known to COS, or was deleted or disabled. Where to find it: CAM console, access keys',
        zh: '对象存储不认识这个密钥，或已被删除、禁用。在哪里找：访问管理控制台 → 访问密钥',
      });
    case 'SignatureDoesNotMatch':
      return finding('wrong', 'COS_SECRET_KEY', {
        en: 'does not belong to COS_SECRET_ID. Where to find it: CAM console, access keys',
        zh: '与 COS_SECRET_ID 不是一对。在哪里找：访问管理控制台 → 访问密钥',
      });
    case 'RequestTimeTooSkewed':
    case 'RequestIsExpired':
      return finding('wrong', 'COS_SECRET_KEY', {
        en: `the clock of this machine is off; set it (${code})`,
        zh: `本机时钟不准，请校准（${code}）`,
      });
    default:
      return finding('wrong', 'COS_BUCKET', {
        en: `COS answered ${answer.status} ${code} for ${bucket}`,
        zh: `对象存储对 ${bucket} 的回答是 ${answer.status} ${code}`,
      });
  }
}

function keyFinding({ bucket }: BucketPlan, listed: HttpAnswer, anyone: HttpAnswer): Finding {
  if (anyone.status === 200)
    return finding('warning', 'COS_BUCKET', {
      en: `anyone may list ${bucket}: make it private and let everyone GetObject by a bucket policy instead. Where: COS console, permission management`,
      zh: `任何人都能列出 ${bucket} 的文件：请改为私有，另用存储桶策略向所有人开放 GetObject。在哪里：对象存储控制台 → 权限管理`,
    });
  if (listed.status === 200)
    return finding('warning', 'COS_SECRET_ID', {
      en: 'may list the bucket, but it only has to upload: take the rest away (npm run doctor -- --policies)',
      zh: '可以列出存储桶，而它只需要上传：请收回多余权限（npm run doctor -- --policies）',
    });
  return finding('ok', 'COS_SECRET_ID', {
    en: `${bucket} is there and takes the key, which may not list it`,
    zh: `存储桶 ${bucket} 存在并接受该密钥，且该密钥不能列出文件`,
  });
}

/** Covers and profile pictures are shown by their plain address. */
function readFinding({ bucket }: BucketPlan, object: HttpAnswer): Finding {
  if (object.status === 404 || object.status === 200)
    return finding('ok', 'COS_BUCKET', {
      en: `${bucket} may be read by everyone`,
      zh: `${bucket} 可公开读取`,
    });
  return finding('warning', 'COS_BUCKET', {
    en: `${bucket} may not be read by everyone (${object.status}): covers would not be shown. Where: COS console, permission management, a bucket policy with GetObject for everyone`,
    zh: `${bucket} 不能公开读取（${object.status}）：封面将无法显示。在哪里：对象存储控制台 → 权限管理，添加允许所有人 GetObject 的策略`,
  });
}

function corsFinding({ origin }: BucketPlan, preflight: HttpAnswer): Finding {
  const allowed = preflight.headers['access-control-allow-origin'];
  const methods = preflight.headers['access-control-allow-methods'] ?? '';
  const allows = allowed === '*' || allowed === origin;
  if (preflight.status < 300 && allows && /\bPOST\b/i.test(methods))
    return finding('ok', 'COS_BUCKET', {
      en: 'browsers may upload (CORS)',
      zh: '浏览器可以上传（跨域设置正确）',
    });
  return finding('warning', 'COS_BUCKET', {
    en: `browsers at ${origin} may not upload (apps may): add a CORS rule with that origin, POST and PUT, all headers. Where: COS console, security management, CORS`,
    zh: `来自 ${origin} 的浏览器不能上传（客户端不受影响）：请添加跨域规则，来源填该地址，操作勾选 POST、PUT，Allow-Headers 填 *。在哪里：对象存储控制台 → 安全管理 → 跨域访问 CORS 设置`,
  });
}
