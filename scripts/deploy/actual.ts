import * as v from 'valibot';
import { CloudCallError, type Cloud } from './cloud';
import { isMark } from './marks';
import { isOwnName, type Configuration, type Target } from './service';

export interface ActualTrigger {
  type: string;
  name: string;
  qualifier: string;
  enabled: boolean;
  /** A timer's expression. */
  cron: string;
  argument: string;
  /** A function URL's address, and whether anybody on the internet may call it. */
  url: string;
  open: boolean;
}

export interface ActualVersion {
  /** A number. */
  name: string;
  description: string;
  status: string;
}

/** A function as SCF has it. */
export interface ActualFunction {
  status: string;
  /** Why it failed, in Tencent's words. */
  reason: string;
  description: string;
  configuration: Configuration;
  /** The newest first. */
  versions: ActualVersion[];
  /** That of the newest version. */
  newest: Configuration | undefined;
  /** Where the alias leads that the deployment moves. */
  alias: { version: string; description: string } | undefined;
  triggers: ActualTrigger[];
}

/** The alias that function URLs and timers are bound to. */
export const aliasName = 'current';

/** The status of a function that is being changed. */
const passing = /^(Creating|Updating|Publishing|Deleting)$/;

export function isPassing(status: string): boolean {
  return passing.test(status);
}

const text = v.optional(v.nullable(v.string()), '');
const functionAnswer = v.object({
  Status: v.string(),
  StatusDesc: text,
  StatusReasons: v.optional(v.nullable(v.array(v.object({ ErrorCode: text, ErrorMessage: text })))),
  Description: text,
  Handler: text,
  Runtime: text,
  MemorySize: v.optional(v.number(), 0),
  Timeout: v.optional(v.number(), 0),
  Environment: v.optional(
    v.nullable(
      v.object({ Variables: v.optional(v.nullable(v.array(v.object({ Key: v.string(), Value: text })))) }),
    ),
  ),
  VpcConfig: v.optional(v.nullable(v.object({ VpcId: text, SubnetId: text }))),
  PublicNetConfig: v.optional(v.nullable(v.object({ PublicNetStatus: text }))),
  Role: text,
});

/** Reads an answer of the API. @throws CloudCallError when it is not of this shape */
export function readAnswer<Schema extends v.GenericSchema>(
  schema: Schema,
  answer: unknown,
  subject: string,
  action: string,
): v.InferOutput<Schema> {
  const read = v.safeParse(schema, answer);
  if (read.success) return read.output;
  throw new CloudCallError(action, '', `${subject}: ${action}: the answer is not readable`);
}

/** Who is asked about: the function as serverless.yml names it, and as SCF does. */
export interface Place {
  name: string;
  remoteName: string;
  namespace: string;
}

export function placeOf(target: Target, name: string): Place {
  return { name, remoteName: target.prefix + name, namespace: target.access.namespace };
}

/** The members with which each request says which function it means. */
export function parametersOf({ remoteName, namespace }: Place): { FunctionName: string; Namespace: string } {
  return { FunctionName: remoteName, Namespace: namespace };
}

type FunctionState = Pick<ActualFunction, 'status' | 'reason' | 'description' | 'configuration'>;

/**
 * One version of a function.
 * @param qualifier a version's number; `$LATEST`, which is the one that is changed, when left out
 * @returns undefined when there is no such function
 */
export async function readState(
  cloud: Cloud,
  place: Place,
  qualifier = '$LATEST',
): Promise<FunctionState | undefined> {
  const parameters = { ...parametersOf(place), Qualifier: qualifier };
  const answer = await cloud
    .call(place.name, 'GetFunction', parameters, { repeatable: true })
    .catch((error: unknown) => {
      if (
        error instanceof CloudCallError &&
        error.is('ResourceNotFound.Function', 'ResourceNotFound.FunctionName')
      )
        return undefined;
      throw error;
    });
  if (answer === undefined) return undefined;
  const read = readAnswer(functionAnswer, answer, place.name, 'GetFunction');
  const reasons = read.StatusReasons?.map(({ ErrorCode, ErrorMessage }) => `${ErrorCode} ${ErrorMessage}`);
  return {
    status: read.Status,
    reason: reasons?.join('; ') || (read.StatusDesc ?? ''),
    description: read.Description ?? '',
    configuration: {
      handler: read.Handler ?? '',
      runtime: read.Runtime ?? '',
      memoryMb: read.MemorySize,
      timeoutSeconds: read.Timeout,
      environment: Object.fromEntries(
        (read.Environment?.Variables ?? []).flatMap(({ Key, Value }) =>
          Key === '' ? [] : [[Key, Value ?? '']],
        ),
      ),
      vpcId: read.VpcConfig?.VpcId ?? '',
      subnetId: read.VpcConfig?.SubnetId ?? '',
      publicNet: read.PublicNetConfig?.PublicNetStatus === 'ENABLE',
      role: read.Role ?? '',
    },
  };
}

const versionsAnswer = v.object({
  Versions: v.optional(
    v.nullable(v.array(v.object({ Version: v.string(), Description: text, Status: text }))),
    [],
  ),
  TotalCount: v.optional(v.number(), 0),
});

/** The published versions, the newest first; none when there is no such function. */
export async function readVersions(cloud: Cloud, place: Place): Promise<ActualVersion[]> {
  const versions = await everyPage(async (Offset, Limit) => {
    const parameters = { ...parametersOf(place), Offset, Limit };
    const answer = await cloud.call(place.name, 'ListVersionByFunction', parameters, { repeatable: true });
    const read = readAnswer(versionsAnswer, answer, place.name, 'ListVersionByFunction');
    return { entries: read.Versions ?? [], total: read.TotalCount };
  }).catch(noneWhenMissing);
  return versions
    .filter(({ Version }) => /^\d+$/.test(Version))
    .map(({ Version, Description, Status }) => ({
      name: Version,
      description: Description ?? '',
      status: Status ?? '',
    }))
    .sort((a, b) => Number(b.name) - Number(a.name));
}

const aliasAnswer = v.object({ FunctionVersion: v.string(), Description: text });

/** @returns undefined when the function has no such alias yet */
export async function readAlias(cloud: Cloud, place: Place): Promise<ActualFunction['alias']> {
  const parameters = { ...parametersOf(place), Name: aliasName };
  try {
    const answer = await cloud.call(place.name, 'GetAlias', parameters, { repeatable: true });
    const read = readAnswer(aliasAnswer, answer, place.name, 'GetAlias');
    return { version: read.FunctionVersion, description: read.Description ?? '' };
  } catch (error) {
    if (error instanceof CloudCallError && error.is('ResourceNotFound')) return undefined;
    throw error;
  }
}

const triggersAnswer = v.object({
  Triggers: v.optional(
    v.nullable(
      v.array(
        v.object({
          Type: text,
          TriggerName: text,
          Qualifier: text,
          Enable: v.optional(v.nullable(v.union([v.number(), v.string()])), 1),
          TriggerDesc: text,
          CustomArgument: text,
        }),
      ),
    ),
    [],
  ),
  TotalCount: v.optional(v.number(), 0),
});

/** @returns none when there is no such function */
export async function readTriggers(cloud: Cloud, place: Place): Promise<ActualTrigger[]> {
  const triggers = await everyPage(async (Offset, Limit) => {
    const parameters = { ...parametersOf(place), Offset, Limit };
    const answer = await cloud.call(place.name, 'ListTriggers', parameters, { repeatable: true });
    const read = readAnswer(triggersAnswer, answer, place.name, 'ListTriggers');
    return { entries: read.Triggers ?? [], total: read.TotalCount };
  }).catch(noneWhenMissing);
  return triggers.map(({ Type, TriggerName, Qualifier, Enable, TriggerDesc, CustomArgument }) => ({
    type: Type ?? '',
    name: TriggerName ?? '',
    qualifier: Qualifier ?? '',
    enabled: Enable === 1 || Enable === 'OPEN',
    argument: CustomArgument ?? '',
    ...readDescription(TriggerDesc ?? ''),
  }));
}

function noneWhenMissing(error: unknown): never[] {
  if (error instanceof CloudCallError && error.is('ResourceNotFound')) return [];
  throw error;
}

const urlDescription = v.object({
  AuthType: text,
  NetConfig: v.optional(v.object({ EnableExtranet: v.optional(v.boolean(), false), ExtranetUrl: text })),
});
const timerDescription = v.object({ cron: v.string() });

/** SCF shows a timer's expression inside JSON, where it takes it bare; a URL's address only in what it shows. */
function readDescription(description: string): Pick<ActualTrigger, 'cron' | 'url' | 'open'> {
  const none = { cron: '', url: '', open: false };
  if (!description.startsWith('{')) return { ...none, cron: description };
  let value: unknown;
  try {
    value = JSON.parse(description);
  } catch {
    return none;
  }
  if (v.is(timerDescription, value)) return { ...none, cron: value.cron };
  const url = v.safeParse(urlDescription, value);
  if (!url.success) return none;
  const { AuthType, NetConfig } = url.output;
  return {
    ...none,
    url: (NetConfig?.ExtranetUrl ?? '').replace(/\/$/, ''),
    open: AuthType === 'NONE' && NetConfig?.EnableExtranet === true,
  };
}

/** All of a function that can be seen without comparing it. @returns undefined when there is no such function */
export async function readDeployed(
  cloud: Cloud,
  place: Place,
): Promise<Omit<ActualFunction, 'newest'> | undefined> {
  const state = await readState(cloud, place);
  if (state === undefined) return undefined;
  const [versions, alias, triggers] = await Promise.all([
    readVersions(cloud, place),
    readAlias(cloud, place),
    readTriggers(cloud, place),
  ]);
  return { ...state, versions, alias, triggers };
}

/** @returns undefined when there is no such function */
export async function readFunction(cloud: Cloud, place: Place): Promise<ActualFunction | undefined> {
  const deployed = await readDeployed(cloud, place);
  if (deployed === undefined) return undefined;
  const [newest] = deployed.versions;
  const published = newest === undefined ? undefined : await readState(cloud, place, newest.name);
  return { ...deployed, newest: published?.configuration };
}

const listAnswer = v.object({
  Functions: v.optional(v.nullable(v.array(v.object({ FunctionName: v.string(), Description: text }))), []),
  TotalCount: v.optional(v.number(), 0),
});

/** Functions whose names begin with the target's prefix, without it. */
export interface FoundNames {
  /** Those of serverless.yml, and those that carry the mark of the deployment. */
  ours: string[];
  /** Somebody made them by hand, or they are another service's. */
  others: string[];
}

/** Which functions of the target there are in the cloud, and which only look so. */
export async function readNames(cloud: Cloud, target: Target): Promise<FoundNames> {
  const { service, stage, prefix, access } = target;
  const subject = `${service}-${stage}`;
  const functions = await everyPage(async (Offset, Limit) => {
    const parameters = { Namespace: access.namespace, SearchKey: prefix, Offset, Limit };
    const answer = await cloud.call(subject, 'ListFunctions', parameters, { repeatable: true });
    const read = readAnswer(listAnswer, answer, subject, 'ListFunctions');
    return { entries: read.Functions ?? [], total: read.TotalCount };
  });
  const found: FoundNames = { ours: [], others: [] };
  for (const { FunctionName, Description } of functions) {
    if (!FunctionName.startsWith(prefix)) continue;
    const name = FunctionName.slice(prefix.length);
    const ours =
      target.names.includes(name) || (isOwnName(prefix, FunctionName) && isMark(Description ?? ''));
    found[ours ? 'ours' : 'others'].push(name);
  }
  return found;
}

const pageSize = 100;
const mostPages = 50;

/**
 * Every entry of a list that comes in pages, which may be smaller than what is asked for.
 * @throws Error when there is no end to it
 */
export async function everyPage<Entry>(
  ask: (offset: number, limit: number) => Promise<{ entries: readonly Entry[]; total: number }>,
): Promise<Entry[]> {
  const all: Entry[] = [];
  for (let page = 0; page < mostPages; page += 1) {
    const { entries, total } = await ask(all.length, pageSize);
    all.push(...entries);
    if (entries.length === 0 || all.length >= total) return all;
  }
  throw new Error(
    `a list of the cloud has more than ${mostPages} pages: only ${all.length} entries were read`,
  );
}
