import { setTimeout as delay } from 'node:timers/promises';
import type { Invocation } from './instance';
import type { FunctionDescription } from './routes';
import {
  startInstance,
  type Fault,
  type Instance,
  type InstanceSurroundings,
  type Result,
} from './startInstance';

export interface Limits {
  /** Instances of one function at once. */
  instances: number;
  /** Calls of one function that wait for an instance, and how long one may wait. */
  waiting: number;
  waitMs: number;
  /** An instance without a call is ended after this time. */
  idleMs: number;
}

/** The instances of one function and the calls that wait for one. Made by {@link openPool}. */
export interface FunctionPool {
  fn: FunctionDescription;
  surroundings: InstanceSurroundings;
  limits: Limits;
  /** In the order of their start: the oldest is preferred, so that those of a burst fall idle and end. */
  members: Set<Member>;
  /** In the order of their arrival. */
  waiting: Set<WaitingCall>;
  /** Every call that has no result yet, waiting or running. */
  underWay: Set<Promise<Result>>;
  closed: boolean;
}

interface Member {
  instance: Instance;
  state: 'starting' | 'idle' | 'busy';
  idleTimer?: NodeJS.Timeout;
}

interface WaitingCall {
  invocation: Invocation;
  /** Ends the watch over the waiting: the time limit, and a caller that leaves. */
  release(): void;
  finish(result: Result): void;
}

export function openPool(
  fn: FunctionDescription,
  surroundings: InstanceSurroundings,
  limits: Limits,
): FunctionPool {
  return {
    fn,
    surroundings,
    limits,
    members: new Set(),
    waiting: new Set(),
    underWay: new Set(),
    closed: false,
  };
}

/**
 * Calls the function; never rejects.
 * @param signal a call that is still waiting for an instance is dropped when it aborts; one that runs, runs to its end
 */
export function invokeIn(pool: FunctionPool, invocation: Invocation, signal?: AbortSignal): Promise<Result> {
  if (pool.closed) return Promise.resolve(closing);
  if (pool.waiting.size >= pool.limits.waiting) return Promise.resolve(overload);
  const result = new Promise<Result>((resolve) => {
    const leave = (): void => settle(pool, take(pool, call), refusal(499, 'RequestCanceled'));
    const timer = setTimeout(() => settle(pool, take(pool, call), overload), pool.limits.waitMs);
    const release = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', leave);
    };
    const call: WaitingCall = { invocation, release, finish: resolve };
    signal?.addEventListener('abort', leave);
    pool.waiting.add(call);
    dispatch(pool);
  });
  pool.underWay.add(result);
  void result.finally(() => pool.underWay.delete(result));
  return result;
}

/** Refuses new calls, gives those under way `graceMs` to end, then ends every instance. */
export async function closePool(pool: FunctionPool, graceMs: number): Promise<void> {
  pool.closed = true;
  const over = new AbortController();
  const grace = delay(graceMs, undefined, { signal: over.signal }).catch(() => undefined);
  await Promise.race([grace, Promise.all(pool.underWay)]);
  over.abort();
  for (const call of pool.waiting) settle(pool, take(pool, call), closing);
  await Promise.all([...pool.members].map((member) => member.instance.end()));
}

/** Gives waiting calls to idle instances, and starts as many instances as calls are left over. */
function dispatch(pool: FunctionPool): void {
  for (const member of pool.members) {
    const [call] = pool.waiting;
    if (call === undefined) return;
    if (member.state === 'idle' && member.instance.alive()) void run(pool, member, take(pool, call));
  }
  let starting = [...pool.members].filter((member) => member.state === 'starting').length;
  for (; starting < pool.waiting.size && pool.members.size < pool.limits.instances; starting += 1) {
    void start(pool);
  }
}

async function start(pool: FunctionPool): Promise<void> {
  const member: Member = { instance: startInstance(pool.fn, pool.surroundings), state: 'starting' };
  pool.members.add(member);
  void member.instance.ended.then(() => {
    clearTimeout(member.idleTimer);
    pool.members.delete(member);
    dispatch(pool);
  });
  const fault = await member.instance.loaded;
  if (fault === undefined) return rest(pool, member);
  // The call that made the platform start an instance is the one that hears of it.
  const [call] = pool.waiting;
  if (call !== undefined) settle(pool, take(pool, call), { fault });
  await member.instance.end();
}

async function run(pool: FunctionPool, member: Member, call: WaitingCall): Promise<void> {
  clearTimeout(member.idleTimer);
  member.state = 'busy';
  settle(pool, call, await member.instance.invoke(call.invocation));
  rest(pool, member);
}

function rest(pool: FunctionPool, member: Member): void {
  if (!member.instance.alive()) return;
  member.state = 'idle';
  member.idleTimer = setTimeout(() => void member.instance.end(), pool.limits.idleMs);
  dispatch(pool);
}

function take(pool: FunctionPool, call: WaitingCall): WaitingCall {
  pool.waiting.delete(call);
  call.release();
  return call;
}

function settle(pool: FunctionPool, call: WaitingCall, result: Result): void {
  call.finish(result);
  if (!('fault' in result)) return;
  const { statusCode, errorMessage, stackTrace } = result.fault;
  const stack = stackTrace === undefined ? '' : `\n${stackTrace}`;
  const { requestId } = call.invocation;
  pool.surroundings.log(`${pool.fn.name} | ${statusCode} ${errorMessage}, request ${requestId}${stack}`);
}

/** A call that the platform refuses, as SCF's status codes have it (event-samples.json, platformStatus). */
export function refusal(statusCode: number, errorMessage: string): { fault: Fault } {
  return { fault: { statusCode, errorCode: -1, errorMessage } };
}

const overload = refusal(432, 'ResourceLimitReached');
const closing = refusal(500, 'InternalError: the gateway is closing');
