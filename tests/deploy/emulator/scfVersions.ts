import type * as scf from 'tencentcloud-sdk-nodejs/tencentcloud/services/scf/v20180416/scf_models';
import { ApiRefusal } from './apiRefusal';
import { action, given, nothingElse, pageOf, requireOneOf, type Action } from './apiService';
import { removeVersion } from './scfFunctions';
import { checkDescription } from './scfRules';
import {
  begin,
  describeVersion,
  findFunction,
  move,
  requireActive,
  timeText,
  versionOf,
  type Alias,
  type ScfFunction,
  type ScfState,
  type Version,
} from './scfState';

const maxVersions = 200;

/** Published versions, which never change, and the aliases that lead to them. */
export function versionActions(state: ScfState): [string, Action][] {
  return [
    ['PublishVersion', action((request: scf.PublishVersionRequest) => publish(state, request))],
    ['ListVersionByFunction', action((request: scf.ListVersionByFunctionRequest) => list(state, request))],
    ['DeleteFunctionVersion', action((request: scf.DeleteFunctionVersionRequest) => remove(state, request))],
    ['CreateAlias', action((request: scf.CreateAliasRequest) => createAlias(state, request))],
    ['UpdateAlias', action((request: scf.UpdateAliasRequest) => updateAlias(state, request))],
    ['GetAlias', action((request: scf.GetAliasRequest) => getAlias(state, request))],
    ['DeleteAlias', action((request: scf.DeleteAliasRequest) => deleteAlias(state, request))],
    ['ListAliases', action((request: scf.ListAliasesRequest) => listAliases(state, request))],
  ];
}

function publish(
  state: ScfState,
  request: scf.PublishVersionRequest,
): Omit<scf.PublishVersionResponse, 'RequestId'> {
  const { FunctionName, Namespace, Description = '', ...rest } = request;
  nothingElse(rest);
  const fn = findFunction(state, { FunctionName, ...given({ Namespace }) });
  requireActive(fn, 'FailedOperation.PublishVersion');
  checkDescription(Description);
  if (fn.published.length >= maxVersions)
    throw new ApiRefusal(
      'FailedOperation.PublishVersion',
      `The function has ${maxVersions} versions already.`,
    );
  const { code, configuration } = fn.latest;
  const version: Version = {
    name: String(Math.max(0, ...fn.published.map(({ name }) => Number(name))) + 1),
    description: Description,
    code,
    configuration,
    status: 'Publishing',
    reason: undefined,
    transition: undefined,
    AddTime: timeText(),
    ModTime: timeText(),
  };
  fn.published.push(version);
  begin(state, fn, version, 'Publishing');
  const { Handler, MemorySize, Timeout, Runtime } = configuration;
  return {
    FunctionVersion: version.name,
    CodeSize: code.length,
    Description,
    Namespace: fn.namespace,
    Handler,
    MemorySize,
    Timeout,
    Runtime,
  };
}

function list(
  state: ScfState,
  request: scf.ListVersionByFunctionRequest,
): Omit<scf.ListVersionByFunctionResponse, 'RequestId'> {
  const { FunctionName, Namespace, Offset, Limit, Order = 'ASC', OrderBy, ...rest } = request;
  nothingElse(rest);
  requireOneOf('Order', Order, ['ASC', 'DESC']);
  requireOneOf('OrderBy', OrderBy, [undefined, 'AddTime', 'ModTime']);
  const fn = findFunction(state, { FunctionName, ...given({ Namespace }) });
  const all = [fn.latest, ...(Order === 'ASC' ? fn.published : [...fn.published].reverse())];
  const shown = pageOf(all, { Offset, Limit });
  const Versions = shown.map(describeVersion);
  for (const version of shown) move(state, fn, version, true);
  return { Versions, FunctionVersion: Versions.map(({ Version: name }) => name), TotalCount: all.length };
}

function remove(state: ScfState, request: scf.DeleteFunctionVersionRequest): object {
  const { FunctionName, Namespace, Qualifier, ForceDelete: _, ...rest } = request;
  nothingElse(rest);
  return removeVersion(findFunction(state, { FunctionName, ...given({ Namespace }) }), Qualifier);
}

function createAlias(state: ScfState, request: scf.CreateAliasRequest): object {
  const { FunctionName, Namespace, Name, FunctionVersion, Description = '', ...rest } = request;
  nothingElse(rest);
  const fn = findFunction(state, { FunctionName, ...given({ Namespace }) });
  if (!/^[A-Za-z][\w-]{0,63}$/.test(Name))
    throw new ApiRefusal('InvalidParameterValue.Name', `The alias name ${Name} is not allowed.`);
  if (fn.aliases.has(Name)) throw new ApiRefusal('ResourceInUse.Alias', `The alias ${Name} exists already.`);
  checkDescription(Description);
  requireUsable(fn, FunctionVersion);
  const AddTime = timeText();
  fn.aliases.set(Name, {
    name: Name,
    version: FunctionVersion,
    description: Description,
    AddTime,
    ModTime: AddTime,
  });
  return {};
}

function updateAlias(state: ScfState, request: scf.UpdateAliasRequest): object {
  const { FunctionName, Namespace, Name, FunctionVersion, Description = '', ...rest } = request;
  nothingElse(rest);
  const fn = findFunction(state, { FunctionName, ...given({ Namespace }) });
  const alias = findAlias(fn, Name);
  checkDescription(Description);
  requireUsable(fn, FunctionVersion);
  alias.version = FunctionVersion;
  // No document says that a description which is left out stays.
  alias.description = Description;
  alias.ModTime = timeText();
  return {};
}

/** An alias leads to a version, not to another alias, and only to one that can run. */
function requireUsable(fn: ScfFunction, name: string): void {
  const version = fn.aliases.has(name) ? undefined : versionOf(fn, name);
  if (version === undefined)
    throw new ApiRefusal('ResourceNotFound.FunctionVersion', `The version ${name} does not exist.`);
  if (version.status !== 'Active')
    throw new ApiRefusal(
      'FailedOperation.FunctionVersionStatusNotActive',
      `The version ${name} is in the status ${version.status}.`,
    );
}

function getAlias(state: ScfState, request: scf.GetAliasRequest): Omit<scf.GetAliasResponse, 'RequestId'> {
  const { FunctionName, Namespace, Name, ...rest } = request;
  nothingElse(rest);
  return describeAlias(findAlias(findFunction(state, { FunctionName, ...given({ Namespace }) }), Name));
}

function deleteAlias(state: ScfState, request: scf.DeleteAliasRequest): object {
  const { FunctionName, Namespace, Name, ...rest } = request;
  nothingElse(rest);
  const fn = findFunction(state, { FunctionName, ...given({ Namespace }) });
  const { name } = findAlias(fn, Name);
  if (name === '$DEFAULT') throw new ApiRefusal('FailedOperation.DeleteAlias', '$DEFAULT cannot be removed.');
  if (fn.triggers.some((trigger) => trigger.qualifier === name))
    throw new ApiRefusal('FailedOperation.DeleteAlias', `A trigger leads to the alias ${name}.`);
  fn.aliases.delete(name);
  return {};
}

function listAliases(
  state: ScfState,
  request: scf.ListAliasesRequest,
): Omit<scf.ListAliasesResponse, 'RequestId'> {
  const { FunctionName, Namespace, FunctionVersion, Offset = '0', Limit = '20', ...rest } = request;
  nothingElse(rest);
  const fn = findFunction(state, { FunctionName, ...given({ Namespace }) });
  const kept = [...fn.aliases.values()].filter(
    (alias) => FunctionVersion === undefined || alias.version === FunctionVersion,
  );
  const page = pageOf(kept, { Offset: Number(Offset), Limit: Number(Limit) });
  return { Aliases: page.map(describeAlias), TotalCount: kept.length };
}

function findAlias(fn: ScfFunction, name: string): Alias {
  const found = fn.aliases.get(name);
  if (found === undefined)
    throw new ApiRefusal('ResourceNotFound.Alias', `The alias ${name} does not exist.`);
  return found;
}

function describeAlias({ name, version, description, AddTime, ModTime }: Alias): scf.Alias {
  return {
    Name: name,
    FunctionVersion: version,
    Description: description,
    RoutingConfig: { AdditionalVersionWeights: [] },
    AddTime,
    ModTime,
  };
}
