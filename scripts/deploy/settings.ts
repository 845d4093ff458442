import type { SettingVerdict } from '../../shared/config';
import { Secret } from '../../shared/secret';

type Environment = Record<string, string | undefined>;

/** A setting that only the deployment needs; those of the functions are in shared/config.ts. */
export interface DeploySetting {
  form: RegExp;
  /** What `form` asks for, in words. */
  expected: string;
  whereToFind: string;
  optional: boolean;
  /** Taken when it is left out. */
  fallback?: string;
  secret?: true;
}

const idForm = /^[\x21-\x7e]{1,256}$/;

export const deploySettings = {
  TENCENTCLOUD_SECRET_ID: {
    form: idForm,
    expected: 'the SecretId of the sub-user who deploys',
    whereToFind: 'CAM console, access keys',
    optional: false,
  },
  TENCENTCLOUD_SECRET_KEY: {
    form: idForm,
    expected: 'the SecretKey that belongs to TENCENTCLOUD_SECRET_ID',
    whereToFind: 'CAM console, access keys',
    optional: false,
    secret: true,
  },
  TENCENTCLOUD_SECURITY_TOKEN: {
    form: /^[\x21-\x7e]{1,4096}$/,
    expected: 'the token that came with a temporary key',
    whereToFind: 'leave it out for a lasting key; STS gives it together with a temporary one',
    optional: true,
    secret: true,
  },
  TENCENT_REGION: {
    form: /^[a-z]{2,4}(-[a-z]+){1,3}(-\d)?$/,
    expected: 'a region such as ap-guangzhou',
    whereToFind: 'your choice: the region of the database',
    optional: true,
    fallback: 'ap-guangzhou',
  },
  SCF_NAMESPACE: {
    form: /^[A-Za-z][A-Za-z0-9_-]{0,29}$/,
    expected: 'a namespace of SCF',
    whereToFind: 'leave it out, or SCF console, namespaces',
    optional: true,
    fallback: 'default',
  },
  EXECUTION_ROLE: {
    form: /^[\w+=,.@-]{1,128}$/,
    expected: 'the name of a role that SCF may take on',
    whereToFind: 'CAM console, roles; leave it out when TENCENT_SECRET_ID and TENCENT_SECRET_KEY are set',
    optional: true,
  },
  VPC_ID: {
    form: /^vpc-[a-z0-9]{4,32}$/,
    expected: 'vpc- and letters or digits',
    whereToFind: 'TencentDB for MySQL console, instance details, network: the VPC of the database',
    optional: false,
  },
  SUBNET_ID: {
    form: /^subnet-[a-z0-9]{4,32}$/,
    expected: 'subnet- and letters or digits',
    whereToFind: 'VPC console, subnets: one of VPC_ID in the same region',
    optional: false,
  },
  PUBLIC_DOMAIN: {
    form: /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
    expected: 'a domain in lower case, without scheme or path, such as live.example.com',
    whereToFind:
      'leave it out, or a domain of yours whose CNAME leads to SCF (and ICP filed in mainland China)',
    optional: true,
  },
  CERTIFICATE_ID: {
    form: /^[A-Za-z0-9]{4,32}$/,
    expected: 'the id of a certificate for PUBLIC_DOMAIN',
    whereToFind: 'SSL certificate console, my certificates; needed with PUBLIC_DOMAIN',
    optional: true,
  },
} satisfies Record<string, DeploySetting>;

export type DeploySettingName = keyof typeof deploySettings;

export const deploySettingNames = Object.keys(deploySettings).filter(isDeploySettingName);

export function isDeploySettingName(name: string): name is DeploySettingName {
  return Object.hasOwn(deploySettings, name);
}

/** What every command of the deployment needs to call the cloud. */
export interface DeployAccess {
  /** The deployer's key. */
  key: { secretId: string; secretKey: Secret; token?: Secret };
  /** It was TENCENT_SECRET_ID and TENCENT_SECRET_KEY, which the functions have as well. */
  keyOfFunctions: boolean;
  region: string;
  namespace: string;
}

/** What a deployment is told besides the settings of the functions. */
export interface DeploySettings extends DeployAccess {
  role?: string;
  vpc: { vpcId: string; subnetId: string };
  domain?: { name: string; certificateId: string };
}

/** Judges one setting as {@link readDeploySettings} would take it; never throws, and never says a value. */
export function judgeDeploySetting(environment: Environment, name: DeploySettingName): SettingVerdict {
  const { form, secret, fallback = '', ...rest }: DeploySetting = deploySettings[name];
  const given = environment[name]?.trim() ?? '';
  const absent = rest.optional ? undefined : 'missing';
  const fault = given === '' ? absent : form.test(given) ? undefined : 'malformed';
  return { ...rest, secret: secret === true, fallback, fault };
}

/** What is wrong with one setting, in a sentence that names it, what was expected and where to get it. */
function faultSentence(environment: Environment, name: DeploySettingName): string | undefined {
  const { fault, expected, whereToFind } = judgeDeploySetting(environment, name);
  if (fault === undefined) return undefined;
  const what = fault === 'missing' ? 'is missing' : `is malformed: expected ${expected}`;
  return `${name} ${what}. Where to find it: ${whereToFind}`;
}

/** The settings without which no command can call the cloud. */
export const accessSettingNames = [
  'TENCENTCLOUD_SECRET_ID',
  'TENCENTCLOUD_SECRET_KEY',
  'TENCENTCLOUD_SECURITY_TOKEN',
  'TENCENT_REGION',
  'SCF_NAMESPACE',
] as const satisfies readonly DeploySettingName[];

/**
 * Every fault of the deployment's own settings, a sentence each; none when {@link readDeploySettings} can read them.
 * @param names only these
 */
export function deploySettingFaults(
  environment: Environment,
  names: readonly DeploySettingName[] = deploySettingNames,
): string[] {
  const { settings } = withFallbacks(environment);
  const faults = names.flatMap((name) => faultSentence(settings, name) ?? []);
  const certificateLacks = isGiven(settings['PUBLIC_DOMAIN']) && !isGiven(settings['CERTIFICATE_ID']);
  if (certificateLacks && names.includes('CERTIFICATE_ID')) {
    const { whereToFind } = deploySettings.CERTIFICATE_ID;
    faults.push(`CERTIFICATE_ID is missing. Where to find it: ${whereToFind}`);
  }
  return faults;
}

/**
 * Reads the key, the region and the namespace.
 * @throws Error as {@link readDeploySettings}
 */
export function readDeployAccess(environment: Environment): DeployAccess {
  refuseFaults(deploySettingFaults(environment, accessSettingNames));
  const { settings, keyOfFunctions } = withFallbacks(environment);
  const token = valueOf(settings, 'TENCENTCLOUD_SECURITY_TOKEN');
  return {
    key: {
      secretId: valueOf(settings, 'TENCENTCLOUD_SECRET_ID'),
      secretKey: new Secret(valueOf(settings, 'TENCENTCLOUD_SECRET_KEY')),
      ...(token === '' ? {} : { token: new Secret(token) }),
    },
    keyOfFunctions,
    region: valueOf(settings, 'TENCENT_REGION'),
    namespace: valueOf(settings, 'SCF_NAMESPACE'),
  };
}

/**
 * Reads the deployment's settings.
 * @param environment see `deployEnvironment` in dotenv.ts
 * @throws Error with one line per fault, naming each setting, what it should be and where to get it; never a value
 */
export function readDeploySettings(environment: Environment): DeploySettings {
  refuseFaults(deploySettingFaults(environment));
  const role = valueOf(environment, 'EXECUTION_ROLE');
  const domain = valueOf(environment, 'PUBLIC_DOMAIN');
  return {
    ...readDeployAccess(environment),
    ...(role === '' ? {} : { role }),
    vpc: { vpcId: valueOf(environment, 'VPC_ID'), subnetId: valueOf(environment, 'SUBNET_ID') },
    ...(domain === ''
      ? {}
      : { domain: { name: domain, certificateId: valueOf(environment, 'CERTIFICATE_ID') } }),
  };
}

function refuseFaults(faults: readonly string[]): void {
  if (faults.length > 0) throw new Error(`${faults.length} setting(s) at fault:\n${faults.join('\n')}`);
}

function valueOf(environment: Environment, name: DeploySettingName): string {
  const setting: DeploySetting = deploySettings[name];
  const given = environment[name]?.trim() ?? '';
  return given === '' ? (setting.fallback ?? '') : given;
}

function isGiven(text: string | undefined): boolean {
  return text !== undefined && text.trim() !== '';
}

/** Without a key of its own the deployment takes the one that the functions call the live service with. */
function withFallbacks(environment: Environment): { settings: Environment; keyOfFunctions: boolean } {
  const { TENCENT_SECRET_ID: id, TENCENT_SECRET_KEY: key } = environment;
  const keyOfFunctions =
    !isGiven(environment['TENCENTCLOUD_SECRET_ID']) &&
    !isGiven(environment['TENCENTCLOUD_SECRET_KEY']) &&
    isGiven(id) &&
    isGiven(key);
  const borrowed = { TENCENTCLOUD_SECRET_ID: id, TENCENTCLOUD_SECRET_KEY: key };
  return { settings: keyOfFunctions ? { ...environment, ...borrowed } : environment, keyOfFunctions };
}
