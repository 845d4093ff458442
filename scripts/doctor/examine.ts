import type { Agent } from 'node:http';
import { join } from 'node:path';
import { readConfig, type SettingName } from '../../shared/config';
import { Secret } from '../../shared/secret';
import { readMigrations } from '../../shared/store/readMigrations';
import { mentionedVariables, readService } from '../deploy/service';
import { finding, worstOf, type Finding, type Section } from '../findings';
import { judge } from '../settingCheck';
import type { KnownName } from '../settingGuide';
import { checkAccount, checkOtherKey, checkRole, type Account } from './account';
import { callFinding, cloudCaller, type CallCloud, type CloudKey, type CloudReach } from './cloudCall';
import { checkBucket } from './cos';
import { checkDatabase } from './database';
import { checkIm } from './im';
import { checkControl, checkLive } from './live';
import type { LivePlan } from './live/plan';
import { checkCertificate, checkNamespace, checkNetwork } from './network';
import { checkPairs } from './pairs';
import { checkSettings } from './settings';
import { checkVod } from './vod';

type Environment = Record<string, string | undefined>;

export interface ExamineNeeds {
  /** The project's folder. */
  root: string;
  /** Settings, those of `.env` among them. */
  environment: Environment;
  /** The names that stand in `.env`. */
  inFile: readonly string[];
  /** Epoch milliseconds. */
  now: number;
  /** A random number of 32 bits. */
  random: number;
  /** Milliseconds for one call. */
  limitMs: number;
  /** Looks at the settings only. */
  offline: boolean;
  agent?: Agent | undefined;
}

/** Everything that can be known before a deployment, section by section. Changes nothing anywhere. */
export async function examine(needs: ExamineNeeds): Promise<Section[]> {
  const settings: Section = { title: { en: 'Settings', zh: '设置' }, findings: settingFindings(needs) };
  if (needs.offline) return [settings];
  const { account, section, call, key } = await examineAccount(needs);
  const parts = await Promise.all([
    within(needs, { en: 'Database', zh: '数据库' }, 'DATABASE_URL', () => databasePart(needs)),
    within(needs, { en: 'Live', zh: '云直播' }, 'LIVE_PUSH_DOMAIN', () => livePart(needs, call, key)),
    within(needs, { en: 'COS', zh: '对象存储' }, 'COS_BUCKET', () => bucketPart(needs, account)),
    within(needs, { en: 'VOD', zh: '云点播' }, 'VOD_SECRET_ID', () => vodPart(needs, account, call, key)),
    within(needs, { en: 'IM', zh: '即时通信' }, 'IM_ADMIN', () => imPart(needs)),
  ]);
  return [settings, section, ...parts];
}

function settingFindings({ root, environment, inFile }: ExamineNeeds): Finding[] {
  const deployed = new Set(mentionedVariables(root));
  const together = checkPairs(environment);
  // One line for each: what a variable is beside the others tells more than that it is of the right form.
  const alone = checkSettings(environment, deployed, inFile).filter(
    ({ status, subject }) => status !== 'ok' || together.every((one) => one.subject !== subject),
  );
  const found = [...alone, ...together];
  if (worstOf([{ title: { en: '', zh: '' }, findings: found }]) === 'wrong') return found;
  return [...found, ...serviceFindings(root, environment)];
}

/** What the deployment itself would refuse beyond single variables, such as an environment above 4 KB. */
function serviceFindings(root: string, environment: Environment): Finding[] {
  try {
    const { functions } = readService({ root, environment });
    const sizes = functions.map(({ configuration }) =>
      Object.entries(configuration.environment).reduce(
        (sum, [name, value]) => sum + Buffer.byteLength(name + value),
        0,
      ),
    );
    return [
      finding('ok', 'serverless.yml', {
        en: `${functions.length} functions; the largest environment has ${Math.max(0, ...sizes)} of 4096 bytes`,
        zh: `${functions.length} 个函数；最大的环境变量占 ${Math.max(0, ...sizes)} / 4096 字节`,
      }),
    ];
  } catch (error) {
    const lines = error instanceof Error ? error.message.split('\n') : ['cannot be read'];
    return (lines.length > 1 ? lines.slice(1) : lines).map((line) =>
      finding('wrong', 'serverless.yml', { en: line, zh: line }),
    );
  }
}

/** A section that is given a time for all of it. */
async function within(
  { limitMs }: ExamineNeeds,
  title: Section['title'],
  subject: string,
  part: () => Promise<Finding[]>,
): Promise<Section> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Finding[]>((resolve) => {
    timer = setTimeout(
      () =>
        resolve([
          finding('warning', subject, {
            en: `not checked in time (${Math.round((3 * limitMs) / 1000)} s)`,
            zh: `未能在时限内查完（${Math.round((3 * limitMs) / 1000)} 秒）`,
          }),
        ]),
      3 * limitMs,
    );
  });
  try {
    return { title, findings: await Promise.race([part(), late]) };
  } finally {
    clearTimeout(timer);
  }
}

interface Examined {
  section: Section;
  account: Account | undefined;
  /** How to call with the deployer's key; undefined when there is none that works. */
  call: CallCloud | undefined;
  key: CloudKey;
}

async function examineAccount(needs: ExamineNeeds): Promise<Examined> {
  const { environment } = needs;
  const title = { en: 'Account', zh: '账号' };
  const key = keyOf(environment, 'TENCENTCLOUD_SECRET_ID') ?? keyOf(environment, 'TENCENT_SECRET_ID');
  if (key === undefined) {
    const findings = [
      finding('note', 'TENCENTCLOUD_SECRET_ID', {
        en: 'no key to look with: account, live, VOD and network were not checked',
        zh: '没有可用的密钥：未检查账号、直播、点播与网络',
      }),
    ];
    const none = { secretId: '', secretKey: new Secret(''), idName: 'TENCENTCLOUD_SECRET_ID' };
    return { section: { title, findings }, account: undefined, call: undefined, key: none };
  }
  const call = cloudCaller(key, reachOf(needs));
  const expected = ['COS_APPID', 'LIVE_APPID'].map((name) => [name, given(environment, name)] as const);
  const { findings, account } = await checkAccount(call, key, expected);
  if (account === undefined) return { section: { title, findings }, account, call: undefined, key };
  const more = await Promise.all([...accountParts(needs, call, key), functionKeyPart(needs, key, account)]);
  return { section: { title, findings: [...findings, ...more.flat()] }, account, call, key };
}

function accountParts(
  { environment, now }: ExamineNeeds,
  call: CallCloud,
  key: CloudKey,
): Promise<Finding | Finding[]>[] {
  const parts: Promise<Finding | Finding[]>[] = [];
  const region = regionOf(environment);
  if (usable(environment, ['SCF_NAMESPACE']))
    parts.push(checkNamespace(call, key, given(environment, 'SCF_NAMESPACE') || 'default'));
  const role = given(environment, 'EXECUTION_ROLE');
  if (role !== '' && usable(environment, ['EXECUTION_ROLE'])) parts.push(checkRole(call, key, role));
  if (usable(environment, ['VPC_ID', 'SUBNET_ID'])) {
    const [vpcId, subnetId] = [given(environment, 'VPC_ID'), given(environment, 'SUBNET_ID')];
    parts.push(checkNetwork(call, key, { vpcId, subnetId, region }));
  }
  const [domain, certificateId] = [given(environment, 'PUBLIC_DOMAIN'), given(environment, 'CERTIFICATE_ID')];
  if (domain !== '' && certificateId !== '' && usable(environment, ['PUBLIC_DOMAIN', 'CERTIFICATE_ID']))
    parts.push(checkCertificate(call, key, { domain, certificateId, now }));
  return parts;
}

/** The key that running functions have, when it is not the deployer's. */
async function functionKeyPart(
  needs: ExamineNeeds,
  deployer: CloudKey,
  account: Account,
): Promise<Finding[]> {
  const key = keyOf(needs.environment, 'TENCENT_SECRET_ID');
  if (key === undefined || key.secretId === deployer.secretId) return [];
  const call = cloudCaller(key, reachOf(needs));
  const first = await checkOtherKey(call, key, account);
  if (first.status === 'wrong' || !usable(needs.environment, livePlaces)) return [first];
  const plan = livePlan(needs.environment);
  return [
    first,
    await checkControl(call, plan).catch((error: unknown) => callFinding(key.idName, error, key)),
  ];
}

async function livePart(
  { environment }: ExamineNeeds,
  call: CallCloud | undefined,
  key: CloudKey,
): Promise<Finding[]> {
  if (call === undefined) return [notChecked('LIVE_PUSH_DOMAIN', key.idName)];
  const unusable = livePlaces.filter((name) => !usable(environment, [name]));
  if (unusable.length > 0) return [notChecked('LIVE_PUSH_DOMAIN', unusable.join(', '))];
  const plan = livePlan(environment);
  return [...[...plan.unusable].map((name) => notChecked(name, name)), ...(await checkLive(call, key, plan))];
}

/** Without these there is nothing to ask about. */
const livePlaces = [
  'LIVE_BIZID',
  'LIVE_PUSH_DOMAIN',
  'LIVE_PLAY_DOMAIN',
  'LIVE_APP_NAME',
] as const satisfies readonly SettingName[];

const liveParts = [
  'LIVE_PUSH_KEY',
  'LIVE_PLAY_KEY',
  'LIVE_CALLBACK_KEY',
  'LIVE_CALLBACK_KEY_PREVIOUS',
  'LIVE_RECORD',
] as const satisfies readonly SettingName[];

function livePlan(environment: Environment): LivePlan {
  const config = readConfig(environment, livePlaces);
  const unusable = new Set<string>(liveParts.filter((name) => !usable(environment, [name])));
  const secret = (name: (typeof liveParts)[number]): Secret | undefined => {
    const value = given(environment, name);
    return value === '' || unusable.has(name) ? undefined : new Secret(value);
  };
  const playDomain = given(environment, 'LIVE_PLAY_DOMAIN')
    .replace(/^\w+:\/\//, '')
    .replace(/[:,].*$/, '');
  return {
    bizId: config.LIVE_BIZID,
    pushDomain: config.LIVE_PUSH_DOMAIN?.replace(/:\d+$/, ''),
    playDomain: playDomain === '' ? undefined : playDomain,
    appName: config.LIVE_APP_NAME,
    pushKey: secret('LIVE_PUSH_KEY'),
    playKey: secret('LIVE_PLAY_KEY'),
    callbackKey: secret('LIVE_CALLBACK_KEY'),
    callbackKeyPrevious: secret('LIVE_CALLBACK_KEY_PREVIOUS'),
    record: given(environment, 'LIVE_RECORD'),
    unusable,
    publicDomain: given(environment, 'PUBLIC_DOMAIN') || undefined,
  };
}

async function bucketPart(needs: ExamineNeeds, account: Account | undefined): Promise<Finding[]> {
  const { environment, agent, limitMs, now } = needs;
  const names = ['COS_APPID', 'COS_BUCKET', 'COS_REGION', 'COS_SECRET_ID', 'COS_SECRET_KEY'] as const;
  const unusable = names.filter((name) => !usable(environment, [name]));
  if (unusable.length > 0) return [notChecked('COS_BUCKET', unusable.join(', '))];
  const config = readConfig(environment, names);
  const domain = given(environment, 'PUBLIC_DOMAIN');
  const plan = {
    bucket: `${config.COS_BUCKET}-${config.COS_APPID}`,
    region: config.COS_REGION,
    secretId: config.COS_SECRET_ID,
    secretKey: config.COS_SECRET_KEY,
    origin: domain === '' ? 'https://example.com' : `https://${domain}`,
  };
  const findings = await checkBucket(plan, { agent, limitMs, now: Math.floor(now / 1000) });
  if (findings.some(({ status }) => status === 'wrong') || account === undefined) return findings;
  return [...findings, ...(await foreignKey(needs, 'COS_SECRET_ID', account))];
}

/** Says something only of a key that another account or the main account owns. */
async function foreignKey(needs: ExamineNeeds, idName: KeyName, account: Account): Promise<Finding[]> {
  const key = keyOf(needs.environment, idName);
  if (key === undefined) return [];
  const judged = await checkOtherKey(cloudCaller(key, reachOf(needs)), key, account);
  return judged.status === 'ok' ? [] : [judged];
}

async function vodPart(
  needs: ExamineNeeds,
  account: Account | undefined,
  call: CallCloud | undefined,
  key: CloudKey,
): Promise<Finding[]> {
  const { environment } = needs;
  const own = keyOf(environment, 'VOD_SECRET_ID');
  const findings: Finding[] = [];
  if (own === undefined) findings.push(notChecked('VOD_SECRET_ID', 'VOD_SECRET_ID'));
  else findings.push(await checkOtherKey(cloudCaller(own, reachOf(needs)), own, account));
  if (call === undefined || !usable(environment, ['VOD_PROCEDURE', 'VOD_SUB_APPID'])) return findings;
  const { VOD_PROCEDURE, VOD_SUB_APPID } = readConfig(environment, ['VOD_PROCEDURE', 'VOD_SUB_APPID']);
  return [...findings, ...(await checkVod(call, key, { procedure: VOD_PROCEDURE, subAppId: VOD_SUB_APPID }))];
}

async function imPart({ environment, agent, limitMs, now, random }: ExamineNeeds): Promise<Finding[]> {
  const names = ['IM_SDKAPPID', 'IM_SECRET_KEY', 'IM_ADMIN', 'IM_ENDPOINT'] as const;
  const unusable = names.filter((name) => !usable(environment, [name]));
  if (unusable.length > 0) return [notChecked('IM_ADMIN', unusable.join(', '))];
  const config = readConfig(environment, names);
  if (config.IM_ADMIN === undefined) return [notChecked('IM_ADMIN', 'IM_ADMIN')];
  const plan = {
    sdkAppId: config.IM_SDKAPPID,
    secretKey: config.IM_SECRET_KEY,
    admin: config.IM_ADMIN,
    endpoint: config.IM_ENDPOINT,
  };
  return [await checkIm(plan, { agent, limitMs, now: Math.floor(now / 1000), random })];
}

async function databasePart({ root, environment, limitMs }: ExamineNeeds): Promise<Finding[]> {
  if (!usable(environment, ['DATABASE_URL'])) return [notChecked('DATABASE_URL', 'DATABASE_URL')];
  const migrations = readMigrations(join(root, 'schema'));
  const imAdmin = given(environment, 'IM_ADMIN') || undefined;
  return checkDatabase({ url: given(environment, 'DATABASE_URL'), migrations, imAdmin }, limitMs);
}

function notChecked(subject: string, because: string): Finding {
  return finding('note', subject, {
    en: `not checked: ${because} is not usable or not set`,
    zh: `未检查：${because} 未填写或不可用`,
  });
}

type KeyName = 'TENCENTCLOUD_SECRET_ID' | 'TENCENT_SECRET_ID' | 'COS_SECRET_ID' | 'VOD_SECRET_ID';

function keyOf(environment: Environment, idName: KeyName): CloudKey | undefined {
  const [secretId, secretKey] = [
    given(environment, idName),
    given(environment, idName.replace(/ID$/, 'KEY')),
  ];
  if (secretId === '' || secretKey === '') return undefined;
  const token = idName === 'TENCENTCLOUD_SECRET_ID' ? given(environment, 'TENCENTCLOUD_SECURITY_TOKEN') : '';
  return {
    idName,
    secretId,
    secretKey: new Secret(secretKey),
    ...(token !== '' && { token: new Secret(token) }),
  };
}

function reachOf({ environment, limitMs, agent }: ExamineNeeds): CloudReach {
  const endpoint = given(environment, 'TENCENT_LIVE_ENDPOINT');
  const liveHost = URL.canParse(endpoint) ? new URL(endpoint).host : undefined;
  return { region: regionOf(environment), limitMs, agent, liveHost };
}

function regionOf(environment: Environment): string {
  return given(environment, 'TENCENT_REGION') || 'ap-guangzhou';
}

function given(environment: Environment, name: string): string {
  return environment[name]?.trim() ?? '';
}

function usable(environment: Environment, names: readonly KnownName[]): boolean {
  return names.every((name) => judge(environment, name).fault === undefined);
}
