/**
 * What the live API can do here, over the streams that are really up. The error codes are those that the documents
 * list for each action; which of them the service picks, and when, is not documented and chosen here.
 */

/** A refusal in the words of the API. */
export class ApiError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** The pushes that are up; `startedAt` in milliseconds since 1970. */
export interface StreamsUp {
  list(): readonly { readonly streamName: string; readonly startedAt: number }[];
  /** Cuts a push. */
  stop(streamName: string): void;
}

export interface LiveActionOptions {
  readonly streams: StreamsUp;
  /** Which streams may not be pushed, until when (milliseconds since 1970); read by whoever lets pushes in. */
  readonly forbidden: Map<string, number>;
  /** Host of the push domain, without a port. */
  readonly pushDomain: string;
  readonly appName: string;
  readonly now: () => number;
}

/** A mix that runs: the service would put it in the place of the stream `output`. */
export interface LocalMix {
  readonly output: string;
  readonly inputs: readonly string[];
}

type Parameters = Readonly<Record<string, unknown>>;
type Action = (parameters: Parameters) => Record<string, unknown>;

const DAY_MS = 86_400_000;
/** A mix may begin so long after its youngest push, and a session anew so long after its end (signing.md 6.1). */
const PUSH_BEFORE_MIX_MS = 5000;
const MIX_AFTER_MIX_MS = 30_000;

/** Out: the actions by name, and the mixes that run by session id, for display and for tests. */
export function liveActions(options: LiveActionOptions): {
  actions: ReadonlyMap<string, Action>;
  mixes: ReadonlyMap<string, LocalMix>;
} {
  const mixes = new Map<string, LocalMix>();
  const endedAt = new Map<string, number>();
  const actions = new Map<string, Action>([
    ['DescribeLiveStreamOnlineList', (parameters) => onlineList(options, parameters)],
    ['ForbidLiveStream', (parameters) => forbid(options, parameters)],
    ['ResumeLiveStream', (parameters) => resume(options, parameters)],
    ['DropLiveStream', (parameters) => drop(options, parameters)],
    ['CreateCommonMixStream', (parameters) => mix(options, mixes, endedAt, parameters)],
    ['CancelCommonMixStream', (parameters) => cancel(options, mixes, endedAt, parameters)],
  ]);
  return { actions, mixes };
}

function onlineList(options: LiveActionOptions, parameters: Parameters): Record<string, unknown> {
  const page = count(parameters, 'PageNum', 1, 1, 1_000_000);
  const size = count(parameters, 'PageSize', 10, 10, 300_000);
  if (parameters['DomainName'] !== undefined) checkDomain(options, parameters);
  const app = parameters['AppName'] ?? options.appName;
  const wanted = parameters['StreamName'];
  const all = (app === options.appName ? options.streams.list() : []).filter(
    ({ streamName }) => wanted === undefined || wanted === streamName,
  );
  return {
    TotalNum: all.length,
    TotalPage: Math.ceil(all.length / size),
    PageNum: page,
    PageSize: size,
    OnlineInfo: all.slice((page - 1) * size, page * size).map(({ streamName, startedAt }) => ({
      StreamName: streamName,
      PublishTimeList: [{ PublishTime: new Date(startedAt).toISOString().replace(/\.\d+Z$/, 'Z') }],
      AppName: options.appName,
      DomainName: options.pushDomain,
      PushToDelay: 0,
    })),
  };
}

function forbid(options: LiveActionOptions, parameters: Parameters): Record<string, unknown> {
  const name = streamOf(options, parameters);
  const now = options.now();
  const { ResumeTime, Reason = '' } = parameters;
  const until = typeof ResumeTime === 'string' ? Date.parse(ResumeTime) : now + 7 * DAY_MS;
  if (!(until > now && until <= now + 90 * DAY_MS)) {
    throw new ApiError('InvalidParameter', 'ResumeTime: expected a time in UTC within 90 days');
  }
  if (typeof Reason !== 'string' || Buffer.byteLength(Reason) > 2048) {
    throw new ApiError('InvalidParameter', 'Reason: expected at most 2048 bytes');
  }
  options.forbidden.set(name, until);
  options.streams.stop(name);
  return {};
}

function resume(options: LiveActionOptions, parameters: Parameters): Record<string, unknown> {
  options.forbidden.delete(streamOf(options, parameters));
  return {};
}

/** A stream that is not up is a success (document 267/20469). */
function drop(options: LiveActionOptions, parameters: Parameters): Record<string, unknown> {
  options.streams.stop(streamOf(options, parameters));
  return {};
}

function mix(
  options: LiveActionOptions,
  mixes: Map<string, LocalMix>,
  endedAt: ReadonlyMap<string, number>,
  parameters: Parameters,
): Record<string, unknown> {
  const session = sessionOf(parameters);
  const inputs = inputsOf(parameters);
  const output = outputOf(parameters, inputs);
  const known = mixes.get(session);
  if (known !== undefined && known.output !== output) {
    throw new ApiError('InvalidParameter.SessionOutputStreamChanged', 'the session has another output');
  }
  if ([...mixes].some(([other, running]) => other !== session && running.output === output)) {
    throw new ApiError('InvalidParameter.InvalidOutputStreamID', 'the output belongs to another session');
  }
  const now = options.now();
  if (known === undefined && now - (endedAt.get(session) ?? 0) < MIX_AFTER_MIX_MS) {
    throw new ApiError('FailedOperation.ProcessMixError', 'the session was cancelled less than 30 s ago');
  }
  const up = new Map(options.streams.list().map(({ streamName, startedAt }) => [streamName, startedAt]));
  for (const input of inputs) {
    const startedAt = up.get(input);
    if (startedAt === undefined) throw new ApiError('FailedOperation.StreamNotExist', `${input} is not up`);
    if (now - startedAt < PUSH_BEFORE_MIX_MS) {
      throw new ApiError('FailedOperation.GetStreamResolutionError', `${input} is up for less than 5 s`);
    }
  }
  mixes.set(session, { output, inputs });
  return {};
}

function cancel(
  options: LiveActionOptions,
  mixes: Map<string, LocalMix>,
  endedAt: Map<string, number>,
  parameters: Parameters,
): Record<string, unknown> {
  const session = sessionOf(parameters);
  if (!mixes.delete(session)) {
    throw new ApiError('InvalidParameter.CancelSessionNotExist', 'there is no such session');
  }
  endedAt.set(session, options.now());
  return {};
}

function sessionOf(parameters: Parameters): string {
  const session = parameters['MixStreamSessionId'];
  if (typeof session !== 'string' || !/^[A-Za-z0-9_]{1,80}$/.test(session)) {
    throw new ApiError('InvalidParameter', 'MixStreamSessionId: expected letters, digits and _, at most 80');
  }
  return session;
}

/** The names of the input streams, once their places are known to be possible ones. */
function inputsOf(parameters: Parameters): string[] {
  const list: unknown = parameters['InputStreamList'];
  if (!Array.isArray(list) || list.length < 1 || list.length > 16) {
    throw new ApiError('InvalidParameter.InputNumLimitExceeded', 'InputStreamList: expected 1 to 16 inputs');
  }
  const layers = new Set<number>();
  return list.map((input: unknown) => {
    const name = isRecord(input) ? input['InputStreamName'] : undefined;
    if (typeof name !== 'string' || !/^[A-Za-z0-9_]{1,80}$/.test(name)) {
      throw new ApiError('InvalidParameter', 'InputStreamName: expected letters, digits and _, at most 80');
    }
    const layout = isRecord(input) && isRecord(input['LayoutParams']) ? input['LayoutParams'] : {};
    const layer = layout['ImageLayer'];
    if (
      typeof layer !== 'number' ||
      !Number.isInteger(layer) ||
      layer < 1 ||
      layer > 16 ||
      layers.has(layer)
    ) {
      throw new ApiError('InvalidParameter.InvalidLayerParam', 'ImageLayer: expected 1 to 16, each once');
    }
    layers.add(layer);
    for (const side of ['ImageWidth', 'ImageHeight', 'LocationX', 'LocationY']) {
      const length = layout[side];
      if (length !== undefined && !(typeof length === 'number' && length >= 0 && length <= 2000)) {
        throw new ApiError('InvalidParameter', `${side}: expected 0 to 2000`);
      }
    }
    return name;
  });
}

function outputOf(parameters: Parameters, inputs: readonly string[]): string {
  const output = isRecord(parameters['OutputParams']) ? parameters['OutputParams'] : {};
  const name = output['OutputStreamName'];
  const type = output['OutputStreamType'] ?? 0;
  if (typeof name !== 'string' || (type !== 0 && type !== 1) || inputs.includes(name) !== (type === 0)) {
    throw new ApiError(
      'InvalidParameter.InvalidOutputType',
      'type 0 replaces an input, type 1 is a new stream',
    );
  }
  return name;
}

function streamOf(options: LiveActionOptions, parameters: Parameters): string {
  checkDomain(options, parameters);
  const name = parameters['StreamName'];
  if (typeof name !== 'string' || !/^[\w-]{1,128}$/.test(name) || parameters['AppName'] !== options.appName) {
    throw new ApiError('InvalidParameter', `expected a StreamName, and AppName ${options.appName}`);
  }
  return name;
}

function checkDomain(options: LiveActionOptions, parameters: Parameters): void {
  if (parameters['DomainName'] !== options.pushDomain) {
    throw new ApiError('ResourceNotFound.DomainNotExist', `DomainName: expected ${options.pushDomain}`);
  }
}

function count(parameters: Parameters, name: string, absent: number, least: number, most: number): number {
  const given = parameters[name] ?? absent;
  if (typeof given === 'number' && Number.isInteger(given) && given >= least && given <= most) return given;
  throw new ApiError('InvalidParameter', `${name}: expected ${least} to ${most}`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
