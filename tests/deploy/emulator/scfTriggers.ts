import * as v from 'valibot';
import type * as scf from 'tencentcloud-sdk-nodejs/tencentcloud/services/scf/v20180416/scf_models';
import { ApiRefusal } from './apiRefusal';
import { action, given, nothingElse, pageOf, requireOneOf, type Action } from './apiService';
import {
  findFunction,
  requireActive,
  stableId,
  timeText,
  versionOf,
  type ScfFunction,
  type ScfState,
  type Trigger,
} from './scfState';

const maxTriggersOfAKind = 10;

/** TriggerDesc of a function URL; a member that is not listed is refused. */
const urlDescription = v.strictObject({
  AuthType: v.picklist(['NONE', 'CAM']),
  NetConfig: v.strictObject({ EnableIntranet: v.boolean(), EnableExtranet: v.boolean() }),
  CorsConfig: v.optional(v.strictObject({ Enable: v.literal(false) })),
});

/** Triggers: function URLs (type http) and timers. API gateway triggers cannot be made any more (583/107631). */
export function triggerActions(state: ScfState): [string, Action][] {
  return [
    ['CreateTrigger', action((request: scf.CreateTriggerRequest) => create(state, request))],
    ['UpdateTrigger', action((request: scf.UpdateTriggerRequest) => update(state, request))],
    [
      'UpdateTriggerStatus',
      action((request: scf.UpdateTriggerStatusRequest) => updateStatus(state, request)),
    ],
    ['DeleteTrigger', action((request: scf.DeleteTriggerRequest) => remove(state, request))],
    ['ListTriggers', action((request: scf.ListTriggersRequest) => list(state, request))],
  ];
}

function create(
  state: ScfState,
  request: scf.CreateTriggerRequest,
): Omit<scf.CreateTriggerResponse, 'RequestId'> {
  const {
    FunctionName,
    Namespace,
    TriggerName,
    Type,
    TriggerDesc = '',
    Qualifier = '$LATEST',
    ...rest
  } = request;
  const { Enable = 'OPEN', CustomArgument = '', Description = '', ...unknown } = rest;
  nothingElse(unknown);
  const type = readType(Type);
  requireOneOf('Enable', Enable, ['OPEN', 'CLOSE']);
  const fn = findFunction(state, { FunctionName, ...given({ Namespace }) });
  versionOf(fn, Qualifier);
  requireActive(fn, 'FailedOperation.CreateTrigger');
  checkNew(fn, { type, name: TriggerName, qualifier: Qualifier });
  if (type === 'http' && CustomArgument !== '')
    throw new ApiRefusal('InvalidParameterValue.CustomArgument', 'Only a timer has a CustomArgument.');
  const trigger: Trigger = {
    name: TriggerName,
    type,
    qualifier: Qualifier,
    description: readDescription(type, TriggerDesc),
    customArgument: CustomArgument,
    remark: Description,
    enabled: Enable === 'OPEN',
    host: `${state.appId}-${stableId(`${fn.namespace}/${fn.name}/${Qualifier}`)}.${state.region}.tencentscf.com`,
    AddTime: timeText(),
    ModTime: timeText(),
  };
  fn.triggers.push(trigger);
  return { TriggerInfo: describeTrigger(trigger) };
}

function checkNew(
  fn: ScfFunction,
  { type, name, qualifier }: Pick<Trigger, 'type' | 'name' | 'qualifier'>,
): void {
  if (!/^[A-Za-z][\w-]{0,99}$/.test(name))
    throw new ApiRefusal('InvalidParameterValue.TriggerName', `The trigger name ${name} is not allowed.`);
  if (
    fn.triggers.some((other) => other.type === type && other.name === name && other.qualifier === qualifier)
  )
    throw new ApiRefusal('ResourceInUse.Trigger', `The trigger ${name} exists already.`);
  if (type === 'http' && fn.triggers.some((other) => other.type === 'http' && other.qualifier === qualifier))
    throw new ApiRefusal('ResourceInUse.Trigger', `${qualifier} has a function URL already.`);
  if (fn.triggers.filter((other) => other.type === type).length >= maxTriggersOfAKind)
    throw new ApiRefusal(
      'LimitExceeded.Trigger',
      `The function has ${maxTriggersOfAKind} triggers of this kind already.`,
    );
}

function update(state: ScfState, request: scf.UpdateTriggerRequest): object {
  const { FunctionName, Namespace, TriggerName, Type, Qualifier, Enable, TriggerDesc, ...rest } = request;
  const { CustomArgument, Description, ...unknown } = rest;
  nothingElse(unknown);
  const fn = findFunction(state, { FunctionName, ...given({ Namespace }) });
  const trigger = find(fn, { Type, TriggerName, ...given({ Qualifier }) });
  requireOneOf('Enable', Enable, [undefined, 'OPEN', 'CLOSE']);
  if (TriggerDesc !== undefined) trigger.description = readDescription(trigger.type, TriggerDesc);
  if (Enable !== undefined) trigger.enabled = Enable === 'OPEN';
  trigger.customArgument = CustomArgument ?? trigger.customArgument;
  trigger.remark = Description ?? trigger.remark;
  trigger.ModTime = timeText();
  return {};
}

function updateStatus(state: ScfState, request: scf.UpdateTriggerStatusRequest): object {
  const { FunctionName, Namespace, TriggerName, Type, Qualifier, Enable, ...unknown } = request;
  nothingElse(unknown);
  const fn = findFunction(state, { FunctionName, ...given({ Namespace }) });
  requireOneOf('Type', Type, ['timer']);
  requireOneOf('Enable', Enable, ['OPEN', 'CLOSE']);
  const trigger = find(fn, { Type, TriggerName, ...given({ Qualifier }) });
  trigger.enabled = Enable === 'OPEN';
  trigger.ModTime = timeText();
  return {};
}

function remove(state: ScfState, request: scf.DeleteTriggerRequest): object {
  const { FunctionName, Namespace, TriggerName, Type, Qualifier, TriggerDesc: _, ...unknown } = request;
  nothingElse(unknown);
  const fn = findFunction(state, { FunctionName, ...given({ Namespace }) });
  const trigger = find(fn, { Type, TriggerName, ...given({ Qualifier }) });
  const led = [...state.domains.values()].find(({ EndpointsConfig }) =>
    EndpointsConfig.some(
      (end) =>
        end.FunctionName === fn.name && end.Namespace === fn.namespace && end.Qualifier === trigger.qualifier,
    ),
  );
  if (trigger.type === 'http' && led !== undefined)
    throw new ApiRefusal(
      'FailedOperation.DeleteTrigger',
      `The custom domain ${led.Domain} needs this function URL.`,
    );
  fn.triggers = fn.triggers.filter((other) => other !== trigger);
  return {};
}

function list(
  state: ScfState,
  request: scf.ListTriggersRequest,
): Omit<scf.ListTriggersResponse, 'RequestId'> {
  const { FunctionName, Namespace, Offset, Limit, Filters = [], Order, OrderBy, ...unknown } = request;
  nothingElse(unknown);
  requireOneOf('Order', Order, [undefined, 'ASC', 'DESC']);
  requireOneOf('OrderBy', OrderBy, [undefined, 'add_time', 'mod_time']);
  const fn = findFunction(state, { FunctionName, ...given({ Namespace }) });
  const kept = fn.triggers.filter((trigger) =>
    Filters.every(({ Name, Values }) => {
      requireOneOf('Filters', Name, ['Qualifier', 'TriggerName', 'Description']);
      const own = { Qualifier: trigger.qualifier, TriggerName: trigger.name, Description: trigger.remark }[
        Name
      ];
      return own !== undefined && Values.includes(own);
    }),
  );
  return { Triggers: pageOf(kept, { Offset, Limit }).map(describeTrigger), TotalCount: kept.length };
}

function readType(type: string): Trigger['type'] {
  if (type === 'http' || type === 'timer') return type;
  if (type === 'apigw')
    throw new ApiRefusal('UnsupportedOperation.Trigger', 'API gateway triggers cannot be created any more.');
  throw new ApiRefusal('InvalidParameterValue.Type', `The trigger type ${type} is not supported.`);
}

/** A cron expression as it is (583/34880: "directly enter a cron expression"), or the JSON of a function URL. */
function readDescription(type: Trigger['type'], text: string): string {
  if (type === 'timer') {
    if (!/^[\d*,/-]+ [\d*,/-]+ [\d*,/-]+ [\d*,/-]+ [\dA-Z*,/-]+ [\dA-Z*,/-]+ [\d*,/-]+$/.test(text))
      throw new ApiRefusal(
        'InvalidParameterValue.TriggerDesc',
        'TriggerDesc of a timer is a cron expression of seven fields.',
      );
    return text;
  }
  try {
    return JSON.stringify(v.parse(urlDescription, JSON.parse(text)));
  } catch {
    throw new ApiRefusal('InvalidParameterValue.TriggerDesc', 'TriggerDesc of a function URL is not valid.');
  }
}

function find(
  fn: ScfFunction,
  { Type, TriggerName, Qualifier = '$LATEST' }: { Type: string; TriggerName: string; Qualifier?: string },
): Trigger {
  const found = fn.triggers.find(
    (trigger) => trigger.type === Type && trigger.name === TriggerName && trigger.qualifier === Qualifier,
  );
  if (found === undefined)
    throw new ApiRefusal(
      'ResourceNotFound.Trigger',
      `The trigger ${TriggerName} of ${Qualifier} does not exist.`,
    );
  return found;
}

/** A trigger as the API shows it: a timer's cron inside JSON, a URL with its addresses. */
export function describeTrigger(trigger: Trigger): scf.TriggerInfo {
  return {
    TriggerName: trigger.name,
    Type: trigger.type,
    Qualifier: trigger.qualifier,
    Enable: trigger.enabled ? 1 : 0,
    AvailableStatus: 'Available',
    CustomArgument: trigger.customArgument,
    Description: trigger.remark,
    TriggerDesc: describeDescription(trigger),
    AddTime: trigger.AddTime,
    ModTime: trigger.ModTime,
  };
}

function describeDescription({ type, description, host }: Trigger): string {
  if (type === 'timer') return JSON.stringify({ cron: description });
  const { AuthType, NetConfig } = v.parse(urlDescription, JSON.parse(description));
  return JSON.stringify({
    NetConfig: {
      ...NetConfig,
      ExtranetUrl: NetConfig.EnableExtranet ? `https://${host}` : '',
      IntranetUrl: NetConfig.EnableIntranet ? `https://${host.replace('.', '.in.')}` : '',
    },
    CorsConfig: {
      Enable: false,
      Origins: [],
      Methods: [],
      Headers: [],
      ExposeHeaders: [],
      MaxAge: 0,
      Credentials: false,
    },
    AuthType,
  });
}

/** Whether anybody may call a function URL from the internet. */
export function isPublic(trigger: Trigger): boolean {
  const { AuthType, NetConfig } = v.parse(urlDescription, JSON.parse(trigger.description));
  return trigger.enabled && AuthType === 'NONE' && NetConfig.EnableExtranet;
}
