import { join } from 'node:path';
import { isSettingName, settingFault } from '../../shared/config';
import { readServiceFile, resolveVariables, type ServiceFile, type VariableSources } from '../serviceFile';
import { limitFaults } from './limits';
import {
  deploySettingFaults,
  readDeployAccess,
  readDeploySettings,
  type DeployAccess,
  type DeploySettings,
} from './settings';

type Environment = Record<string, string | undefined>;

/** Everything of a function that SCF calls its configuration. */
export interface Configuration {
  handler: string;
  runtime: string;
  memoryMb: number;
  timeoutSeconds: number;
  /** Without empty values, which SCF refuses. */
  environment: Record<string, string>;
  /** Both empty outside of any VPC. */
  vpcId: string;
  subnetId: string;
  publicNet: boolean;
  /** Empty for none. */
  role: string;
}

/** A function URL, or a timer with SCF's seven cron fields. */
export type DesiredTrigger =
  { type: 'http'; name: 'url' } | { type: 'timer'; name: string; cron: string; argument: string };

/** One function as serverless.yml and the settings want it. */
export interface DesiredFunction {
  /** As in serverless.yml. */
  name: string;
  /** As SCF knows it: `<service>-<stage>-<name>`. */
  remoteName: string;
  configuration: Configuration;
  triggers: DesiredTrigger[];
  /** The paths of the custom domain that lead to it. */
  paths: string[];
}

/** Which functions of which account a command is about. */
export interface Target {
  service: string;
  stage: string;
  /** With which the name of each of its functions begins. */
  prefix: string;
  access: DeployAccess;
  /** The functions of serverless.yml. */
  names: string[];
  /** The custom domain, when there is one. */
  domainName?: string;
}

export interface Service extends Target {
  functions: DesiredFunction[];
  domain?: { name: string; certificateId: string };
}

/**
 * Whether a function of this name is one of the target's with that prefix. Neither stages nor functions have a `-` in their
 * names, so that `a-b-c-d` is of service `a-b` in stage `c` and nobody else's.
 */
export function isOwnName(prefix: string, remoteName: string): boolean {
  return remoteName.startsWith(prefix) && !remoteName.slice(prefix.length).includes('-');
}

/** The function that serves what no other path of the domain takes, and everything when there is no domain. */
export const frontDoor = 'app';

export interface ServiceSource {
  /** The folder of serverless.yml. */
  root: string;
  environment: Environment;
  /** Instead of the one in serverless.yml. */
  stage?: string | undefined;
}

/**
 * What a command must know that does not deploy: no setting of a function is looked at.
 * @throws Error with a line per fault, naming what is missing or malformed and where to get it
 */
export function readTarget(source: ServiceSource): Target {
  const file = readServiceFile(join(source.root, 'serverless.yml'));
  return targetOf(file, source, readDeployAccess(statedSettings(file, source)));
}

/**
 * The whole deployment as serverless.yml and the environment describe it, judged before anything is uploaded: no variable
 * missing, malformed or with a published default, nothing that SCF would refuse.
 * @throws Error with a line per fault, naming variable, functions, what was expected and where to get it; never a value
 */
export function readService(source: ServiceSource): Service {
  const file = readServiceFile(join(source.root, 'serverless.yml'));
  const stated = statedSettings(file, source);
  const faults = [...deploySettingFaults(stated), ...environmentFaults(file, source)];
  if (faults.length > 0) throw faultsError(faults);
  const settings = readDeploySettings(stated);
  const target = targetOf(file, source, settings);
  const functions = target.names.map((name) => functionOf(file, name, { source, target, settings }));
  const refused = limitFaults(functions);
  if (refused.length > 0) throw faultsError(refused);
  return { ...target, functions, ...(settings.domain === undefined ? {} : { domain: settings.domain }) };
}

/** Every variable that serverless.yml mentions. */
export function mentionedVariables(root: string): string[] {
  const file = readServiceFile(join(root, 'serverless.yml'));
  return [...new Set([...JSON.stringify(file).matchAll(/\$\{env:(\w+)/g)].flatMap(([, name]) => name ?? []))];
}

function faultsError(faults: readonly string[]): Error {
  return new Error(`nothing was sent: ${faults.length} fault(s) to mend first\n${faults.join('\n')}`);
}

/**
 * The names of the service and of the stage, and what every function's name on SCF begins with.
 * @throws Error when the stage is malformed
 */
export function readStage(source: ServiceSource): Pick<Target, 'service' | 'stage' | 'prefix'> {
  return stageOf(readServiceFile(join(source.root, 'serverless.yml')), source);
}

function stageOf({ provider, service }: ServiceFile, source: ServiceSource) {
  const stage = resolve(provider.stage ?? 'dev', source, 'provider.stage');
  if (!/^[A-Za-z][A-Za-z0-9]{0,19}$/.test(stage))
    throw new Error('the stage is malformed: expected a letter, then at most 19 letters and digits');
  return { service, stage, prefix: `${service}-${stage}-` };
}

function targetOf(file: ServiceFile, source: ServiceSource, access: DeployAccess): Target {
  const domainName = statedSettings(file, source).PUBLIC_DOMAIN ?? '';
  return {
    ...stageOf(file, source),
    access,
    names: Object.keys(file.functions),
    ...(domainName === '' ? {} : { domainName }),
  };
}

/** The environment in which the deployment's own settings are what `provider` of serverless.yml makes of them. */
function statedSettings({ provider }: ServiceFile, source: ServiceSource) {
  const stated = (text: string | undefined, place: string): string | undefined =>
    text === undefined ? undefined : resolve(text, source, `provider.${place}`);
  return {
    ...source.environment,
    TENCENT_REGION: stated(provider.region, 'region'),
    SCF_NAMESPACE: stated(provider.namespace, 'namespace'),
    EXECUTION_ROLE: stated(provider.role, 'role'),
    VPC_ID: stated(provider.vpc?.vpcId, 'vpc.vpcId'),
    SUBNET_ID: stated(provider.vpc?.subnetId, 'vpc.subnetId'),
    PUBLIC_DOMAIN: stated(provider.domain?.name, 'domain.name'),
    CERTIFICATE_ID: stated(provider.domain?.certificateId, 'domain.certificateId'),
  };
}

/** With nothing in place of what is missing: that is judged by the tables of settings, all of it at once. */
function resolve(text: string, source: ServiceSource, place: string): string {
  return resolveVariables(text, sourcesOf(source), `serverless.yml: ${place}`, () => '');
}

function sourcesOf({ environment, stage }: ServiceSource): VariableSources {
  return { env: environment, opt: { stage } };
}

/** A line for each variable at fault, with the functions that need it. */
function environmentFaults(file: ServiceFile, source: ServiceSource): string[] {
  const faults = new Map<string, string[]>();
  for (const [name, { environment }] of Object.entries(file.functions)) {
    for (const [variable, text] of Object.entries(environment)) {
      const fault = variableFault(variable, String(text), source);
      if (fault !== undefined) faults.set(fault, [...(faults.get(fault) ?? []), name]);
    }
  }
  return [...faults].map(([fault, functions]) => `${fault} (function ${functions.join(', ')})`);
}

function variableFault(variable: string, text: string, source: ServiceSource): string | undefined {
  const missing: string[] = [];
  const value = resolveVariables(text, sourcesOf(source), `serverless.yml: ${variable}`, (name) => {
    missing.push(name);
    return '';
  });
  if (isSettingName(variable))
    return settingFault({ [variable]: value, TENCENTCLOUD_RUNENV: 'SCF' }, variable);
  return missing.length === 0 ? undefined : `${missing.join(', ')} is not set`;
}

function functionOf(
  file: ServiceFile,
  name: string,
  { source, target, settings }: { source: ServiceSource; target: Target; settings: DeploySettings },
): DesiredFunction {
  const described = file.functions[name];
  if (described === undefined) throw new Error(`serverless.yml has no function ${name}`);
  const { handler, events, environment, vpc } = described;
  const { provider } = file;
  const network = vpc === false ? { vpcId: '', subnetId: '' } : settings.vpc;
  const values = Object.entries(environment)
    .map(([variable, text]) => [variable, resolve(String(text), source, `function ${name}`).trim()] as const)
    .filter(([, value]) => value !== '');
  return {
    name,
    remoteName: target.prefix + name,
    configuration: {
      handler,
      runtime: provider.runtime,
      memoryMb: described.memorySize ?? provider.memorySize,
      timeoutSeconds: described.timeout ?? provider.timeout,
      environment: Object.fromEntries(values),
      ...network,
      publicNet: provider.publicNet,
      role: settings.role ?? '',
    },
    triggers: triggersOf(events),
    paths: events.flatMap(({ http }) => http?.paths ?? []),
  };
}

function triggersOf(events: ServiceFile['functions'][string]['events']): DesiredTrigger[] {
  const timers = events.flatMap(({ timer }): DesiredTrigger[] =>
    timer === undefined ? [] : [{ ...timer, type: 'timer', argument: timer.argument ?? '' }],
  );
  const url: DesiredTrigger[] = events.some(({ http }) => http !== undefined)
    ? [{ type: 'http', name: 'url' }]
    : [];
  return [...url, ...timers];
}
