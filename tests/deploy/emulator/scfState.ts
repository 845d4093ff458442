import { createHash } from 'node:crypto';
import type {
  EndpointsConf,
  FunctionVersion,
  Tag,
  VpcConfig,
} from 'tencentcloud-sdk-nodejs/tencentcloud/services/scf/v20180416/scf_models';
import { ApiRefusal } from './apiRefusal';

/** What a version runs as. Never changed in place: an update makes a new one, so that a published one stays as it was. */
export interface Configuration {
  readonly Handler: string;
  readonly Description: string;
  readonly MemorySize: number;
  readonly Timeout: number;
  readonly InitTimeout: number;
  readonly Runtime: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly VpcConfig: Required<VpcConfig>;
  readonly PublicNetStatus: string;
  readonly Role: string;
}

export type Status =
  | 'Creating'
  | 'CreateFailed'
  | 'Active'
  | 'Updating'
  | 'UpdateFailed'
  | 'Publishing'
  | 'PublishFailed'
  | 'Deleting';

export interface Version {
  readonly name: string;
  readonly description: string;
  /** The zip as it was uploaded. */
  code: Buffer;
  configuration: Configuration;
  status: Status;
  reason: { ErrorCode: string; ErrorMessage: string } | undefined;
  /** Where the status goes next, and when. */
  transition: Transition | undefined;
  readonly AddTime: string;
  ModTime: string;
}

interface Transition {
  to: Status | 'gone';
  reason?: { ErrorCode: string; ErrorMessage: string } | undefined;
  /** How many more times the present status is shown. */
  polls: number;
  /** Epoch milliseconds before which it does not change. */
  at: number;
}

export interface Alias {
  readonly name: string;
  version: string;
  description: string;
  readonly AddTime: string;
  ModTime: string;
}

export interface Trigger {
  readonly name: string;
  readonly type: 'http' | 'timer';
  readonly qualifier: string;
  /** Timer: the cron expression. http: the description as JSON, without addresses. */
  description: string;
  customArgument: string;
  remark: string;
  enabled: boolean;
  /** http: the host of the function URL. */
  readonly host: string;
  readonly AddTime: string;
  ModTime: string;
}

export interface ScfFunction {
  readonly namespace: string;
  readonly name: string;
  readonly id: string;
  readonly tags: Tag[];
  readonly latest: Version;
  readonly published: Version[];
  readonly aliases: Map<string, Alias>;
  triggers: Trigger[];
}

export interface CustomDomain {
  readonly Domain: string;
  Protocol: string;
  EndpointsConfig: EndpointsConf[];
  CertificateId: string;
}

/** What one call of a function left behind. */
export interface Invocation {
  readonly functionName: string;
  readonly namespace: string;
  readonly version: string;
  readonly requestId: string;
  readonly startedAt: number;
  readonly durationMs: number;
  /** Milliseconds from the start of the process to the loaded handler, for the first call of an instance. */
  readonly coldStartMs: number | undefined;
  /** What the function returned, as JSON; undefined when it gave nothing or failed. */
  readonly returned: string | undefined;
  readonly fault: { statusCode: number; errorMessage: string } | undefined;
  /** The lines that the function printed. */
  readonly lines: readonly string[];
}

/** The account as the platform holds it, and what a test may make go wrong in it. */
export interface ScfState {
  readonly appId: string;
  readonly region: string;
  readonly namespaces: ReadonlySet<string>;
  readonly roles: ReadonlySet<string>;
  readonly vpcs: readonly Required<VpcConfig>[];
  readonly certificates: ReadonlySet<string>;
  readonly functions: Map<string, ScfFunction>;
  readonly domains: Map<string, CustomDomain>;
  readonly invocations: Invocation[];
  /** How long a function stays Creating, Updating, Publishing or Deleting: for so many looks at it, and at least so long. */
  settling: { polls: number; ms: number };
  /** Functions whose status does not move any more. */
  readonly stuck: Set<string>;
  /** Functions whose next change of this kind fails. */
  readonly failing: Map<string, 'CreateFailed' | 'UpdateFailed' | 'PublishFailed'>;
}

export function newState(given: {
  appId: string;
  region: string;
  roles: readonly string[];
  vpcs: readonly Required<VpcConfig>[];
  namespaces: readonly string[];
  certificates: readonly string[];
}): ScfState {
  return {
    ...given,
    namespaces: new Set(['default', ...given.namespaces]),
    roles: new Set(given.roles),
    certificates: new Set(given.certificates),
    functions: new Map(),
    domains: new Map(),
    invocations: [],
    settling: { polls: 1, ms: 0 },
    stuck: new Set(),
    failing: new Map(),
  };
}

/** A function by its name, after its status has moved as far as time has. @throws ApiRefusal when there is none */
export function findFunction(
  state: ScfState,
  { FunctionName = '', Namespace = 'default' }: { FunctionName?: string; Namespace?: string },
): ScfFunction {
  if (!state.namespaces.has(Namespace))
    throw new ApiRefusal('ResourceNotFound.Namespace', `The namespace ${Namespace} does not exist.`);
  const found = state.functions.get(`${Namespace}/${FunctionName}`);
  if (found !== undefined)
    for (const version of [found.latest, ...found.published]) move(state, found, version);
  const still = state.functions.get(`${Namespace}/${FunctionName}`);
  if (still === undefined)
    throw new ApiRefusal('ResourceNotFound.Function', `The function ${FunctionName} does not exist.`);
  return still;
}

/** Lets the status of a version go on, if its time has come. `look`: this call shows the status to somebody. */
export function move(state: ScfState, fn: ScfFunction, version: Version, look = false): void {
  const { transition } = version;
  if (transition === undefined || state.stuck.has(fn.name)) return;
  if (transition.polls > 0) {
    if (look) transition.polls -= 1;
    return;
  }
  if (Date.now() < transition.at) return;
  version.transition = undefined;
  if (transition.to === 'gone') {
    state.functions.delete(`${fn.namespace}/${fn.name}`);
    return;
  }
  version.status = transition.to;
  version.reason = transition.reason;
}

/** Puts a version into a passing status, from which it goes on to `to`, or fails if a test has said so. */
export function begin(
  state: ScfState,
  fn: Pick<ScfFunction, 'name'>,
  version: Version,
  status: 'Creating' | 'Updating' | 'Publishing' | 'Deleting',
  to: Transition['to'] = 'Active',
): void {
  const failure = (
    {
      Creating: 'CreateFailed',
      Updating: 'UpdateFailed',
      Publishing: 'PublishFailed',
      Deleting: undefined,
    } as const
  )[status];
  const fails = failure !== undefined && state.failing.get(fn.name) === failure;
  if (fails) state.failing.delete(fn.name);
  version.status = status;
  version.reason = undefined;
  version.ModTime = timeText();
  version.transition = {
    to: fails ? failure : to,
    reason: fails
      ? { ErrorCode: 'InternalError.System', ErrorMessage: 'the platform could not prepare the code' }
      : undefined,
    polls: state.settling.polls,
    at: Date.now() + state.settling.ms,
  };
}

/** The version that a qualifier means: `$LATEST`, a number or an alias. @throws ApiRefusal when there is none */
export function versionOf(fn: ScfFunction, qualifier = '$LATEST'): Version {
  const name = fn.aliases.get(qualifier)?.version ?? qualifier;
  if (name === '$LATEST') return fn.latest;
  const found = fn.published.find((version) => version.name === name);
  if (found === undefined)
    throw new ApiRefusal(
      'ResourceNotFound.Qualifier',
      `The version or alias ${qualifier} of ${fn.name} does not exist.`,
    );
  return found;
}

/** @throws ApiRefusal unless the function is at rest; each action has a code of its own for that */
export function requireActive(fn: ScfFunction, code: string, also: readonly Status[] = []): void {
  const { status } = fn.latest;
  if (status === 'Active' || also.includes(status)) return;
  throw new ApiRefusal(
    code,
    `The function is in the status ${status}, this operation is not possible now. Try again later.`,
  );
}

export function describeVersion(version: Version): FunctionVersion {
  const { name, description, AddTime, ModTime, status } = version;
  return { Version: name, Description: description, AddTime, ModTime, Status: status };
}

/** A time as the API writes it: China's, whatever the zone of the caller. */
export function timeText(ms = Date.now()): string {
  return new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
}

/** A short name that is always the same for the same thing. */
export function stableId(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 10);
}
