import type * as scf from 'tencentcloud-sdk-nodejs/tencentcloud/services/scf/v20180416/scf_models';
import { ApiRefusal } from './apiRefusal';
import { action, given, nothingElse, pageOf, requireOneOf, type Action } from './apiService';
import { changed, checkFunctionName, holdsHandler, readZip } from './scfRules';
import {
  begin,
  findFunction,
  move,
  requireActive,
  stableId,
  timeText,
  versionOf,
  type Configuration,
  type ScfFunction,
  type ScfState,
  type Version,
} from './scfState';
import { describeTrigger } from './scfTriggers';

const maxFunctions = 50;

/** The platform's defaults for what CreateFunction does not say. */
const defaults: Configuration = {
  Handler: '',
  Description: '',
  MemorySize: 128,
  Timeout: 3,
  InitTimeout: 65,
  Runtime: 'Python2.7',
  environment: {},
  VpcConfig: { VpcId: '', SubnetId: '' },
  PublicNetStatus: 'ENABLE',
  Role: '',
};

/** Functions themselves: made, looked at, listed, changed and removed. */
export function functionActions(state: ScfState): [string, Action][] {
  return [
    ['CreateFunction', action((request: scf.CreateFunctionRequest) => create(state, request))],
    ['GetFunction', action((request: scf.GetFunctionRequest) => get(state, request))],
    ['ListFunctions', action((request: scf.ListFunctionsRequest) => list(state, request))],
    ['UpdateFunctionCode', action((request: scf.UpdateFunctionCodeRequest) => updateCode(state, request))],
    [
      'UpdateFunctionConfiguration',
      action((request: scf.UpdateFunctionConfigurationRequest) => updateConfiguration(state, request)),
    ],
    ['DeleteFunction', action((request: scf.DeleteFunctionRequest) => remove(state, request))],
  ];
}

function create(state: ScfState, request: scf.CreateFunctionRequest): object {
  const {
    FunctionName,
    Namespace = 'default',
    Code,
    CodeSource,
    Type,
    Tags = [],
    InstallDependency,
    ...rest
  } = request;
  const { Handler, Description, MemorySize, Timeout, InitTimeout, Runtime, Environment, ...more } = rest;
  const { VpcConfig, PublicNetConfig, Role, ...unknown } = more;
  nothingElse(unknown);
  const { ZipFile, ...otherCode } = Code;
  nothingElse(otherCode);
  requireOneOf('CodeSource', CodeSource, [undefined, 'ZipFile']);
  requireOneOf('Type', Type, [undefined, 'Event']);
  requireOneOf('InstallDependency', InstallDependency, [undefined, 'FALSE']);
  checkFunctionName(FunctionName);
  if (!state.namespaces.has(Namespace))
    throw new ApiRefusal('ResourceNotFound.Namespace', `The namespace ${Namespace} does not exist.`);
  if (state.functions.has(`${Namespace}/${FunctionName}`))
    throw new ApiRefusal('ResourceInUse.FunctionName', `The function ${FunctionName} exists already.`);
  if ([...state.functions.values()].filter((fn) => fn.namespace === Namespace).length >= maxFunctions)
    throw new ApiRefusal('LimitExceeded.Function', `The namespace has ${maxFunctions} functions already.`);
  const configuration = changed(state, defaults, {
    ...given({
      Handler,
      Description,
      MemorySize,
      Timeout,
      InitTimeout,
      Runtime,
      Environment,
      VpcConfig,
      Role,
    }),
    ...given({ PublicNetConfig }),
  });
  const code = readZip(ZipFile);
  const latest: Version = {
    name: '$LATEST',
    description: '',
    code,
    configuration,
    status: 'Creating',
    reason: undefined,
    transition: undefined,
    AddTime: timeText(),
    ModTime: timeText(),
  };
  const fn: ScfFunction = {
    namespace: Namespace,
    name: FunctionName,
    id: `lam-${stableId(`${Namespace}/${FunctionName}`)}`,
    tags: Tags,
    latest,
    published: [],
    aliases: new Map(),
    triggers: [],
  };
  fn.aliases.set('$DEFAULT', {
    name: '$DEFAULT',
    version: '$LATEST',
    description: '',
    AddTime: timeText(),
    ModTime: timeText(),
  });
  state.functions.set(`${Namespace}/${FunctionName}`, fn);
  begin(state, fn, latest, 'Creating', holdsHandler(code, configuration.Handler) ? 'Active' : 'CreateFailed');
  return {};
}

function get(state: ScfState, request: scf.GetFunctionRequest): Omit<scf.GetFunctionResponse, 'RequestId'> {
  const { FunctionName, Namespace, Qualifier = '$LATEST', ShowCode, ...rest } = request;
  nothingElse(rest);
  requireOneOf('ShowCode', ShowCode, [undefined, 'FALSE']);
  const fn = findFunction(state, { ...given({ FunctionName, Namespace }) });
  const version = versionOf(fn, Qualifier);
  const { configuration, status, reason } = version;
  const shown: Omit<scf.GetFunctionResponse, 'RequestId'> = {
    FunctionName: fn.name,
    FunctionId: fn.id,
    Namespace: fn.namespace,
    FunctionVersion: version.name,
    Qualifier,
    Status: status,
    StatusDesc: reason?.ErrorMessage ?? '',
    StatusReasons: reason === undefined ? [] : [reason],
    AvailableStatus: 'Available',
    Type: 'Event',
    AddTime: version.AddTime,
    ModTime: version.ModTime,
    ...describeConfiguration(configuration),
    // The size, but nothing by which the code could be recognised.
    CodeInfo: '',
    CodeSize: version.code.length,
    CodeResult: status === 'CreateFailed' ? 'failed' : 'success',
    CodeError: '',
    ErrNo: 0,
    Tags: fn.tags,
    Layers: [],
    Triggers: fn.triggers
      .filter((trigger) => trigger.qualifier === Qualifier)
      .map((trigger) => ({ ...describeTrigger(trigger), Enable: trigger.enabled ? 1 : 0 })),
  };
  move(state, fn, version, true);
  return shown;
}

function describeConfiguration(configuration: Configuration): Omit<scf.GetFunctionResponse, 'RequestId'> {
  const { environment, PublicNetStatus, ...rest } = configuration;
  return {
    ...rest,
    // In an order of the platform's own.
    Environment: {
      Variables: Object.entries(environment)
        .sort(([a], [b]) => (a < b ? 1 : -1))
        .map(([Key, Value]) => ({ Key, Value })),
    },
    PublicNetConfig: { PublicNetStatus, EipConfig: { EipStatus: 'DISABLE', EipAddress: [] } },
    InstallDependency: 'FALSE',
    UseGpu: 'FALSE',
    L5Enable: 'FALSE',
    AsyncRunEnable: 'FALSE',
    TraceEnable: 'FALSE',
    DnsCache: 'FALSE',
    ClsLogsetId: '',
    ClsTopicId: '',
  };
}

function list(
  state: ScfState,
  request: scf.ListFunctionsRequest,
): Omit<scf.ListFunctionsResponse, 'RequestId'> {
  const { Namespace = 'default', SearchKey = '', Offset, Limit, Order, Orderby, ...rest } = request;
  nothingElse(rest);
  requireOneOf('Order', Order, [undefined, 'ASC', 'DESC']);
  requireOneOf('Orderby', Orderby, [undefined, 'AddTime', 'ModTime', 'FunctionName']);
  const all = [...state.functions.values()].filter(
    (fn) => fn.namespace === Namespace && fn.name.toLowerCase().includes(SearchKey.toLowerCase()),
  );
  all.sort((a, b) => (a.name < b.name ? -1 : 1) * (Order === 'DESC' ? -1 : 1));
  const Functions = pageOf(all, { Offset, Limit }).map((fn): scf.Function => {
    const { latest, name, id, namespace, tags } = fn;
    const { AddTime, ModTime, status, configuration } = latest;
    const shown = {
      FunctionName: name,
      FunctionId: id,
      Namespace: namespace,
      Tags: tags,
      Type: 'Event',
      AddTime,
      ModTime,
    };
    move(state, fn, latest, true);
    return {
      ...shown,
      Status: status,
      StatusDesc: '',
      StatusReasons: [],
      Runtime: configuration.Runtime,
      Description: configuration.Description,
    };
  });
  return { Functions, TotalCount: all.length };
}

function updateCode(state: ScfState, request: scf.UpdateFunctionCodeRequest): object {
  const { FunctionName, Namespace, ZipFile, Handler, Code, CodeSource, InstallDependency, Publish, ...rest } =
    request;
  nothingElse(rest);
  const { ZipFile: inner, ...otherCode } = Code ?? {};
  nothingElse(otherCode);
  requireOneOf('CodeSource', CodeSource, [undefined, 'ZipFile']);
  requireOneOf('InstallDependency', InstallDependency, [undefined, 'FALSE']);
  requireOneOf('Publish', Publish, [undefined, 'FALSE']);
  const fn = findFunction(state, { FunctionName, ...given({ Namespace }) });
  requireActive(fn, 'FailedOperation.UpdateFunctionCode', ['UpdateFailed']);
  const code = readZip(ZipFile ?? inner);
  fn.latest.configuration = changed(state, fn.latest.configuration, given({ Handler }));
  fn.latest.code = code;
  const fits = holdsHandler(code, fn.latest.configuration.Handler);
  begin(state, fn, fn.latest, 'Updating', fits ? 'Active' : 'UpdateFailed');
  return {};
}

function updateConfiguration(state: ScfState, request: scf.UpdateFunctionConfigurationRequest): object {
  const { FunctionName, Namespace, Description, MemorySize, Timeout, InitTimeout, Runtime, ...rest } =
    request;
  const { Environment, VpcConfig, PublicNetConfig, Role, InstallDependency, Publish, ...unknown } = rest;
  nothingElse(unknown);
  requireOneOf('InstallDependency', InstallDependency, [undefined, 'FALSE']);
  requireOneOf('Publish', Publish, [undefined, 'FALSE']);
  const fn = findFunction(state, { FunctionName, ...given({ Namespace }) });
  requireActive(fn, 'FailedOperation.UpdateFunctionConfiguration', ['UpdateFailed']);
  const before = fn.latest.configuration;
  if (Runtime !== undefined && Runtime !== before.Runtime)
    throw new ApiRefusal('InvalidParameterValue.Runtime', 'The runtime of a function cannot be changed.');
  fn.latest.configuration = changed(state, before, {
    ...given({
      Description,
      MemorySize,
      Timeout,
      InitTimeout,
      Environment,
      VpcConfig,
      PublicNetConfig,
      Role,
    }),
  });
  begin(state, fn, fn.latest, 'Updating');
  return {};
}

function remove(state: ScfState, request: scf.DeleteFunctionRequest): object {
  const { FunctionName, Namespace, Qualifier, ...rest } = request;
  nothingElse(rest);
  const fn = findFunction(state, { FunctionName, ...given({ Namespace }) });
  if (Qualifier !== undefined) return removeVersion(fn, Qualifier);
  requireActive(fn, 'FailedOperation.DeleteFunction', ['CreateFailed', 'UpdateFailed', 'PublishFailed']);
  const bound = [...state.domains.values()].find(({ EndpointsConfig }) =>
    EndpointsConfig.some((end) => end.FunctionName === fn.name && end.Namespace === fn.namespace),
  );
  if (bound !== undefined)
    throw new ApiRefusal(
      'FailedOperation.DeleteFunction',
      `The custom domain ${bound.Domain} leads to this function.`,
    );
  begin(state, fn, fn.latest, 'Deleting', 'gone');
  return {};
}

/** Also what DeleteFunctionVersion does. @throws ApiRefusal while an alias or a trigger needs the version */
export function removeVersion(fn: ScfFunction, name: string): object {
  if (!/^\d+$/.test(name))
    throw new ApiRefusal(
      'InvalidParameterValue.Qualifier',
      'Only a published version can be removed by itself.',
    );
  const version = versionOf(fn, name);
  if ([...fn.aliases.values()].some((alias) => alias.version === name))
    throw new ApiRefusal('UnsupportedOperation.AliasBind', `An alias leads to the version ${name}.`);
  if (fn.triggers.some((trigger) => trigger.qualifier === name))
    throw new ApiRefusal('UnsupportedOperation.Trigger', `A trigger leads to the version ${name}.`);
  fn.published.splice(fn.published.indexOf(version), 1);
  return {};
}
