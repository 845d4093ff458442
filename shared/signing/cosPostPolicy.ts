import { requireInteger, requireText } from './argument';
import { cosKeyTime, cosSignKey } from './cosRequest';
import { digest, hmac } from './digest';
import { isMissing, isPlainText, isRecord, parseBase64, parseJson } from './given';
import { sameText } from './sameText';

const FIVE_GIBIBYTES = 5 * 1024 ** 3;

/**
 * Everything but the file that a form needs to upload exactly one object, of one type and a bounded size.
 *
 * bucket: full name `name-appid`. key: the object's name, without leading slash. minBytes, maxBytes: size of the file.
 * startsAt, expiresAt: Unix seconds. The file comes last in the form.
 * Throws TypeError naming the argument that is not usable. Source: document "POST Object".
 */
export function cosPostPolicy({
  secretId,
  secretKey,
  bucket,
  key,
  contentType,
  minBytes,
  maxBytes,
  startsAt,
  expiresAt,
}: {
  secretId: string;
  secretKey: string;
  bucket: string;
  key: string;
  contentType: string;
  minBytes: number;
  maxBytes: number;
  startsAt: number;
  expiresAt: number;
}): { fields: Record<string, string> } {
  requireText('secretId', secretId);
  requireText('bucket', bucket, /^[a-z0-9-]+-[0-9]+$/);
  // COS replaces ${filename} by a name the uploader chooses, which would undo the exact key.
  requireText('key', key, /^(?!.*\$\{filename\})[^/]/s);
  requireText('contentType', contentType, /^[\w.+-]+\/[\w.+-]+$/);
  requireInteger('maxBytes', maxBytes, 0, FIVE_GIBIBYTES);
  requireInteger('minBytes', minBytes, 0, maxBytes);
  const keyTime = cosKeyTime(startsAt, expiresAt);
  const policyText = JSON.stringify({
    expiration: new Date(expiresAt * 1000).toISOString(),
    conditions: [
      { bucket },
      ['eq', '$key', key],
      ['eq', '$Content-Type', contentType],
      ['content-length-range', minBytes, maxBytes],
      { 'q-sign-algorithm': 'sha1' },
      { 'q-ak': secretId },
      { 'q-sign-time': keyTime },
    ],
  });
  const { policy, signature } = signCosPolicy({ secretKey, keyTime, policyText });
  return {
    fields: {
      key,
      policy,
      'q-sign-algorithm': 'sha1',
      'q-ak': secretId,
      'q-key-time': keyTime,
      'q-signature': signature,
      'Content-Type': contentType,
    },
  };
}

/** The base64 policy field and the hex signature of a policy text: the text is signed, not its base64. */
export function signCosPolicy({
  secretKey,
  keyTime,
  policyText,
}: {
  secretKey: string;
  keyTime: string;
  policyText: string;
}): { policy: string; signature: string } {
  const signKey = cosSignKey({ secretKey, keyTime });
  return {
    policy: Buffer.from(policyText).toString('base64'),
    signature: hmac('sha1', signKey, digest('sha1', policyText)).toString('hex'),
  };
}

export type CosPolicyCheck =
  | 'ok'
  | 'missing'
  | 'malformed'
  | 'unknownId'
  | 'wrong'
  | 'notYet'
  | 'expired'
  | 'unknownCondition'
  | 'conditionFailed'
  | 'tooSmall'
  | 'tooLarge';

/**
 * Judges an upload form against the policy it carries; never throws on what a client sent.
 *
 * fields: the form's fields but the file; names are compared without regard to case and must be unique.
 * bucket: the one the form was sent to. contentType: what the object will be stored as; the form's Content-Type
 * field, which the conditions look at, must say the same. fileSize: bytes. now: Unix seconds.
 * Order: missing, malformed, unknownId, wrong, notYet, expired, then the conditions as they stand. Every condition
 * must be of a known kind and hold; the policy must name the algorithm, the id and the time it was signed with.
 */
export function verifyCosPostPolicy({
  fields,
  fileSize,
  contentType,
  bucket,
  secretId,
  secretKey,
  now,
}: {
  fields: unknown;
  fileSize: number;
  contentType: string;
  bucket: string;
  secretId: string;
  secretKey: string;
  now: number;
}): CosPolicyCheck {
  const form = readForm(fields);
  if (form === undefined) return 'malformed';
  const [policy = '', id = '', keyTime = '', signature = ''] = SIGNING_FIELDS.map((name) => form.get(name));
  if ([policy, id, keyTime, signature].some(isMissing)) return 'missing';
  const [, start, end] = /^([0-9]{1,10});([0-9]{1,10})$/.exec(keyTime) ?? [];
  const policyText = parseBase64(policy)?.toString();
  if (policyText === undefined || form.get('q-sign-algorithm') !== 'sha1') return 'malformed';
  if (start === undefined || end === undefined) return 'malformed';
  if (!sameText(id, secretId)) return 'unknownId';
  if (!sameText(signCosPolicy({ secretKey, keyTime, policyText }).signature, signature)) return 'wrong';

  const { expiration, conditions } = readPolicy(policyText);
  if (expiration === undefined || conditions === undefined) return 'malformed';
  if (now < Number(start)) return 'notYet';
  if (now > Number(end) || now * 1000 > expiration) return 'expired';
  if ((form.get('content-type') ?? contentType) !== contentType) return 'conditionFailed';
  const upload = new Map([...form, ['bucket', bucket], ['q-sign-time', keyTime]]);
  return judgeConditions(conditions, upload, fileSize);
}

const SIGNING_FIELDS = ['policy', 'q-ak', 'q-key-time', 'q-signature'];

/** What a policy has to pin down itself, so that it cannot be moved under another id or time. */
const NEEDED_CONDITIONS = ['q-sign-algorithm', 'q-ak', 'q-sign-time'];

function readForm(fields: unknown): Map<string, string> | undefined {
  if (!isRecord(fields)) return undefined;
  const form = new Map<string, string>();
  for (const [name, value] of Object.entries(fields)) {
    const lowerName = name.toLowerCase();
    if (!isPlainText(value, 16_384) || form.has(lowerName) || form.size >= 100) return undefined;
    form.set(lowerName, value);
  }
  return form;
}

function readPolicy(text: string): { expiration?: number; conditions?: unknown[] } {
  const policy = parseJson(text);
  if (!isRecord(policy) || !isPlainText(policy.expiration, 40) || !Array.isArray(policy.conditions))
    return {};
  const isIso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/.test(policy.expiration);
  const expiration = isIso ? Date.parse(policy.expiration) : NaN;
  return Number.isNaN(expiration) ? {} : { expiration, conditions: policy.conditions };
}

function judgeConditions(
  conditions: readonly unknown[],
  upload: ReadonlyMap<string, string>,
  fileSize: number,
): CosPolicyCheck {
  const pinned = new Set<string>();
  for (const condition of conditions) {
    const check = readCondition(condition);
    if (check === undefined) return 'unknownCondition';
    if (check.kind === 'size') {
      if (!(fileSize >= check.min)) return 'tooSmall';
      if (!(fileSize <= check.max)) return 'tooLarge';
      continue;
    }
    const value = upload.get(check.field);
    const holds = check.kind === 'equal' ? value === check.text : (value ?? '').startsWith(check.text);
    if (!holds) return 'conditionFailed';
    if (check.kind === 'equal') pinned.add(check.field);
  }
  return NEEDED_CONDITIONS.every((name) => pinned.has(name)) ? 'ok' : 'malformed';
}

type Condition =
  { kind: 'equal' | 'prefix'; field: string; text: string } | { kind: 'size'; min: number; max: number };

function readCondition(condition: unknown): Condition | undefined {
  if (isRecord(condition)) {
    const [[field, text] = ['', undefined], ...others] = Object.entries(condition);
    if (typeof text !== 'string' || others.length > 0) return undefined;
    return { kind: 'equal', field: field.toLowerCase(), text };
  }
  if (!Array.isArray(condition) || condition.length !== 3) return undefined;
  const [kind, first, second] = condition.map((part: unknown) => part);
  if (kind === 'content-length-range') {
    return typeof first === 'number' && typeof second === 'number'
      ? { kind: 'size', min: first, max: second }
      : undefined;
  }
  if (kind !== 'eq' && kind !== 'starts-with') return undefined;
  if (typeof first !== 'string' || !first.startsWith('$') || typeof second !== 'string') return undefined;
  return { kind: kind === 'eq' ? 'equal' : 'prefix', field: first.slice(1).toLowerCase(), text: second };
}
