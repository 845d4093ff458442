import type * as scf from 'tencentcloud-sdk-nodejs/tencentcloud/services/scf/v20180416/scf_models';
import { ApiRefusal } from './apiRefusal';
import { action, given, nothingElse, pageOf, requireOneOf, type Action } from './apiService';
import type { Instances } from './instances';
import { findFunction, timeText, versionOf, type Invocation, type ScfState } from './scfState';

/** Calls of functions through the API, and what they left in the log. */
export function invokeActions(state: ScfState, instances: Instances): [string, Action][] {
  return [
    ['Invoke', action((request: scf.InvokeRequest) => invoke(state, instances, request))],
    [
      'InvokeFunction',
      action((request: scf.InvokeFunctionRequest) => invokeFunction(state, instances, request)),
    ],
    ['GetFunctionLogs', action((request: scf.GetFunctionLogsRequest) => logs(state, request))],
  ];
}

async function invoke(
  state: ScfState,
  instances: Instances,
  request: scf.InvokeRequest,
): Promise<Omit<scf.InvokeResponse, 'RequestId'>> {
  const { FunctionName, Namespace, InvocationType, Qualifier, ClientContext, LogType, ...rest } = request;
  nothingElse(rest);
  requireOneOf('InvokeType', InvocationType, [undefined, 'RequestResponse']);
  requireOneOf('LogType', LogType, [undefined, 'None', 'Tail']);
  const target = { FunctionName, ...given({ Namespace, Qualifier }) };
  return { Result: resultOf(await run(state, instances, target, ClientContext), LogType === 'Tail') };
}

async function invokeFunction(
  state: ScfState,
  instances: Instances,
  request: scf.InvokeFunctionRequest,
): Promise<Omit<scf.InvokeFunctionResponse, 'RequestId'>> {
  const { FunctionName, Namespace, Qualifier = '$DEFAULT', Event, LogType, ...rest } = request;
  nothingElse(rest);
  requireOneOf('LogType', LogType, [undefined, 'None', 'Tail']);
  const target = { FunctionName, Qualifier, ...given({ Namespace }) };
  return { Result: resultOf(await run(state, instances, target, Event), LogType === 'Tail') };
}

function run(
  state: ScfState,
  instances: Instances,
  target: { FunctionName: string; Namespace?: string; Qualifier?: string },
  event = '{}',
): Promise<Invocation> {
  const fn = findFunction(state, target);
  const version = versionOf(fn, target.Qualifier);
  if (version.status === 'Creating' || version.status === 'CreateFailed')
    throw new ApiRefusal(
      'FailedOperation.InvokeFunction',
      `The function is in the status ${version.status}.`,
    );
  return instances.invoke(fn, version, readEvent(event));
}

function readEvent(text: string): unknown {
  if (Buffer.byteLength(text) > 6 * 1024 * 1024)
    throw new ApiRefusal('InvalidParameter.Payload', 'The event exceeds 6 MB.');
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiRefusal('InvalidParameterValue.Param', 'The event is not JSON.');
  }
}

function resultOf(invocation: Invocation, withLog: boolean): scf.Result {
  const { requestId, durationMs, returned, fault } = invocation;
  return {
    FunctionRequestId: requestId,
    Duration: durationMs,
    BillDuration: durationMs,
    MemUsage: 40 * 1024 * 1024,
    InvokeResult: fault === undefined ? 0 : -1,
    RetMsg: returned ?? '',
    ErrMsg: fault === undefined ? '' : JSON.stringify({ ...fault, requestId }),
    Log: withLog ? logText(invocation).slice(-4096) : '',
  };
}

function logs(
  state: ScfState,
  request: scf.GetFunctionLogsRequest,
): Omit<scf.GetFunctionLogsResponse, 'RequestId'> {
  const {
    FunctionName,
    Namespace,
    Offset,
    Limit,
    Order = 'desc',
    OrderBy,
    StartTime,
    EndTime,
    ...rest
  } = request;
  const { Qualifier, FunctionRequestId, ...unknown } = rest;
  nothingElse(unknown);
  requireOneOf('Order', Order, ['asc', 'desc']);
  requireOneOf('OrderBy', OrderBy, [undefined, 'start_time']);
  if ((StartTime === undefined) !== (EndTime === undefined))
    throw new ApiRefusal(
      'InvalidParameterValue.StartTimeOrEndTime',
      'StartTime and EndTime are given together.',
    );
  const fn = findFunction(state, given({ FunctionName, Namespace }));
  const version = Qualifier === undefined ? undefined : versionOf(fn, Qualifier).name;
  const kept = state.invocations.filter((one) => {
    const at = timeText(one.startedAt);
    return (
      one.functionName === fn.name &&
      one.namespace === fn.namespace &&
      (version === undefined || one.version === version) &&
      (FunctionRequestId === undefined || one.requestId === FunctionRequestId) &&
      (StartTime === undefined || at >= StartTime) &&
      (EndTime === undefined || at <= EndTime)
    );
  });
  const ordered = Order === 'asc' ? kept : [...kept].reverse();
  const Data = pageOf(ordered, { Offset, Limit }, 10_000).map((one): scf.FunctionLog => ({
    FunctionName: one.functionName,
    RequestId: one.requestId,
    StartTime: timeText(one.startedAt),
    RetCode: one.fault === undefined ? 0 : 1,
    RetMsg: one.returned ?? '',
    InvokeFinished: 1,
    Duration: one.durationMs,
    BillDuration: one.durationMs,
    MemUsage: 40 * 1024 * 1024,
    Log: logText(one),
    RetryNum: 0,
  }));
  return { Data, TotalCount: kept.length };
}

/** The lines of a call as the platform keeps them; the return value is among them and cannot be switched off. */
export function logText({ requestId, lines, returned, fault, durationMs }: Invocation): string {
  return [
    `START RequestId:${requestId}`,
    ...lines,
    ...(fault === undefined ? [] : [fault.errorMessage]),
    `Response RequestId:${requestId} RetMsg:${returned ?? ''}`,
    `END RequestId:${requestId}`,
    `Report RequestId:${requestId} Duration:${durationMs}ms`,
  ].join('\n');
}
