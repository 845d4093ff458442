import { aliasName, type ActualTrigger } from './actual';
import type { FunctionPackage } from './functionPackage';
import { isSecretName } from './mask';
import { isDone, type FunctionPlan, type TriggerStep } from './plan';
import { frontDoor, type Service, type Target } from './service';

/** `xiaozhibo-dev in ap-guangzhou, namespace default` */
export function placeLine({ service, stage, access }: Target): string {
  return `${service}-${stage} in ${access.region}, namespace ${access.namespace}`;
}

/** What is there besides what serverless.yml and the settings describe. */
export interface Surroundings {
  /** Functions that the deployment made and serverless.yml no longer has. */
  orphans: readonly string[];
  /** Functions of somebody else that look as if they were of this stage. */
  others: readonly string[];
  /** Domains that lead to functions of this stage and are not PUBLIC_DOMAIN. */
  strayDomains: readonly { name: string; functions: readonly string[] }[];
}

/** What {@link planLines} tells about. */
interface Changes extends Surroundings {
  work: readonly { plan: FunctionPlan; pack: FunctionPackage }[];
  domain: { wanted: { name: string }; change: 'none' | 'create' | 'update' } | undefined;
  prune: boolean;
  /** Also every value that is set. */
  detailed: boolean;
}

/** What a deployment is going to do, a line for each function; secrets as [secret]. */
export function planLines(service: Service, { work, domain, prune, detailed, ...around }: Changes): string[] {
  const waiting = work.filter(({ plan }) => !isDone(plan));
  return [
    placeLine(service),
    ...(service.access.keyOfFunctions
      ? [
          'TENCENTCLOUD_SECRET_ID is not set: deploying with TENCENT_SECRET_ID, a key that the functions have too. Give the deployer one of its own',
        ]
      : []),
    ...waiting.flatMap(({ plan, pack }) => functionLines(plan, pack, detailed)),
    `${work.length - waiting.length} function(s) as they should be, ${waiting.length} to change`,
    ...(domain === undefined || domain.change === 'none'
      ? []
      : [`~ ${domain.wanted.name}: ${domain.change} custom domain`]),
    ...around.orphans.map((name) => orphanLine(name, prune)),
    ...othersLine(service, prune ? around.others : []),
    ...around.strayDomains.map(strayLine),
  ];
}

/** A line about functions that only look as if they were the target's, when there are any. */
export function othersLine({ prefix }: Target, others: readonly string[]): string[] {
  if (others.length === 0) return [];
  const names = others.map((name) => prefix + name).join(', ');
  return [`= ${names}: not made by this deployment, left as they are`];
}

function orphanLine(name: string, prune: boolean): string {
  if (prune) return `- ${name}: no longer in serverless.yml, will be removed`;
  return `? ${name}: no longer in serverless.yml; \`npx sls deploy --prune\` removes it`;
}

function strayLine({ name, functions }: Surroundings['strayDomains'][number]): string {
  return `? ${name}: is not PUBLIC_DOMAIN, but still leads to ${functions.join(', ')}; the SCF console (or \`npx sls remove\`, with all functions) takes it away`;
}

function functionLines(
  { wanted, ...plan }: FunctionPlan,
  { zip }: FunctionPackage,
  detailed: boolean,
): string[] {
  const { name, configuration } = wanted;
  const size = `${Math.ceil(zip.length / 1024)} KB`;
  const isNew = plan.create !== 'no';
  const changed = isNew
    ? Object.keys(configuration.environment).map((variable) => `environment.${variable}`)
    : plan.configuration;
  const what = [
    ...(isNew ? [`create, ${size}, ${configuration.memoryMb} MB, ${configuration.timeoutSeconds} s`] : []),
    ...(plan.create === 'again' ? ['the remains of a failed creation go first'] : []),
    ...(!isNew && plan.code ? [`code, ${size}`] : []),
    ...(!isNew && !detailed ? plan.configuration : []),
    ...(!isNew && plan.publish ? ['new version'] : []),
    ...(!isNew && !plan.publish && plan.moveAlias ? [`version ${plan.version ?? ''} is to serve`] : []),
    ...plan.triggers.map(triggerText),
  ];
  const details = (detailed ? changed : []).map(
    (place) => `    ${place} = ${shownValue(wanted.configuration, place)}`,
  );
  return [`${isNew ? '+' : '~'} ${name}: ${what.join('; ')}`, ...details];
}

function triggerText(step: TriggerStep): string {
  if (step.do === 'delete') return `remove ${step.type === 'http' ? 'function URL' : `timer ${step.name}`}`;
  const { trigger } = step;
  return trigger.type === 'http'
    ? `${step.do} function URL`
    : `${step.do} timer ${trigger.name} (${trigger.cron})`;
}

function shownValue(configuration: FunctionPlan['wanted']['configuration'], place: string): string {
  const variable = /^environment\.(.*)$/.exec(place)?.[1];
  if (variable === undefined) return String(Reflect.get(configuration, place));
  const value = configuration.environment[variable];
  if (value === undefined) return '(taken away)';
  return isSecretName(variable) ? '[secret]' : value;
}

/** The address of the URL that a function's alias has; undefined when it has none. */
export function urlOf(triggers: readonly ActualTrigger[] | undefined): string | undefined {
  return triggers?.find(
    ({ type, qualifier, url }) => type === 'http' && qualifier === aliasName && url !== '',
  )?.url;
}

/** Where the deployment answers, and what to paste where. */
export function addressLines(
  target: Target,
  triggers: ReadonlyMap<string, readonly ActualTrigger[]>,
): string[] {
  const urls = target.names.flatMap((name) => {
    const url = urlOf(triggers.get(name));
    return url === undefined ? [] : [`  ${name.padEnd(14)} ${url}`];
  });
  const doorUrl = urlOf(triggers.get(frontDoor));
  const address = target.domainName === undefined ? doorUrl : `https://${target.domainName}`;
  if (address === undefined) return ['function URLs:', ...urls];
  return [
    'function URLs:',
    ...urls,
    `address of the app: ${address}`,
    `callback URL for the live console (event center, callback template): ${address}/liveCallback`,
    `then prove it: npm run verify -- ${address}`,
  ];
}
