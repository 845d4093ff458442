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

export interface Instances {
  /**
   * Calls a function with a JSON event, and waits until it has answered or failed; never rejects.
   * @param signal a call still waiting for an instance is dropped when it aborts; one under way runs to its end
   */
  invoke(name: string, call: Invocation, signal?: AbortSignal): Promise<Result>;
  /** Loads every function once in an instance of its own. @returns what each one that fails to load says */
  check(): Promise<{ name: string; message: string }[]>;
  /** How many instances of a function there are. */
  count(name: string): number;
  /** Refuses new calls, gives those under way `graceMs`, then ends every instance. */
  close(graceMs: number): Promise<void>;
}

export interface Limits {
  /** Instances of one function at once. */
  instances: number;
  /** Calls of one function that wait for an instance, and how long one may wait. */
  waiting: number;
  waitMs: number;
  initMs: number;
  /** An instance without a call is ended after this time. */
  idleMs: number;
}

export interface InstancesOptions extends Omit<InstanceSurroundings, 'initMs'> {
  functions: readonly FunctionDescription[];
  limits?: Partial<Limits>;
}

const defaultLimits: Limits = { instances: 8, waiting: 256, waitMs: 20_000, initMs: 10_000, idleMs: 30_000 };

/** Events and return values above this size do not pass the platform. */
const maxPayloadBytes = 6 * 1024 * 1024;

/**
 * Runs functions as SCF runs event functions: the first call that finds no free instance starts one (a cold start),
 * an instance takes one call at a time, and further instances appear while calls wait, up to a bound.
 */
export function createInstances(options: InstancesOptions): Instances {
  const limits = { ...defaultLimits, ...options.limits };
  const surroundings = { ...options, initMs: limits.initMs };
  const pools = new Map(options.functions.map((fn) => [fn.name, createPool(fn, surroundings, limits)]));
  return {
    invoke: async (name, call, signal) => {
      const pool = pools.get(name);
      if (pool === undefined) throw new Error(`no function ${name}`);
      const result = tooLarge(call.event)
        ? refusal(406, 'RequestTooLarge: the event exceeds 6 MB')
        : await pool.invoke(call, signal);
      if ('json' in result && tooLarge(result.json ?? ''))
        return refusal(407, 'The size of response exceeds the upper limit (6MB)');
      return result;
    },
    check: async () => {
      const problems: { name: string; message: string }[] = [];
      // One after the other: the memory of one instance, not of all.
      for (const fn of options.functions) {
        const instance = startInstance(fn, surroundings);
        const problem = await instance.loaded;
        await instance.end();
        if (problem !== undefined) problems.push({ name: fn.name, message: problem.errorMessage });
      }
      return problems;
    },
    count: (name) => pools.get(name)?.count() ?? 0,
    close: async (graceMs) => {
      await Promise.all([...pools.values()].map((pool) => pool.close(graceMs)));
    },
  };
}

interface Member {
  instance: Instance;
  state: 'starting' | 'idle' | 'busy';
  idleTimer?: NodeJS.Timeout | undefined;
}

interface WaitingCall {
  invocation: Invocation;
  /** Takes the call out of the queue's care: its time limit and its caller's leaving no longer matter. */
  release(): void;
  finish(result: Result): void;
}

interface Pool {
  invoke(invocation: Invocation, signal: AbortSignal | undefined): Promise<Result>;
  count(): number;
  close(graceMs: number): Promise<void>;
}

function createPool(fn: FunctionDescription, surroundings: InstanceSurroundings, limits: Limits): Pool {
  const waiting = new Set<WaitingCall>();
  // In the order of their start: the oldest is preferred, so that those of a burst fall idle and end.
  const members = new Set<Member>();
  const underWay = new Set<Promise<Result>>();
  let closed = false;

  function dispatch(): void {
    for (const member of members) {
      const [call] = waiting;
      if (call === undefined) return;
      if (member.state === 'idle' && member.instance.alive()) void run(member, take(call));
    }
    let starting = [...members].filter((member) => member.state === 'starting').length;
    for (; starting < waiting.size && members.size < limits.instances; starting += 1) start();
  }

  function start(): void {
    const member: Member = { instance: startInstance(fn, surroundings), state: 'starting' };
    members.add(member);
    void member.instance.ended.then(() => {
      clearTimeout(member.idleTimer);
      members.delete(member);
      dispatch();
    });
    void member.instance.loaded.then((fault) => {
      if (fault === undefined) return rest(member);
      const [call] = waiting;
      if (call !== undefined) settle(take(call), { fault });
      return member.instance.end();
    });
  }

  async function run(member: Member, call: WaitingCall): Promise<void> {
    clearTimeout(member.idleTimer);
    member.state = 'busy';
    settle(call, await member.instance.invoke(call.invocation));
    rest(member);
  }

  function rest(member: Member): void {
    if (!member.instance.alive()) return;
    member.state = 'idle';
    member.idleTimer = setTimeout(() => void member.instance.end(), limits.idleMs);
    dispatch();
  }

  function take(call: WaitingCall): WaitingCall {
    waiting.delete(call);
    call.release();
    return call;
  }

  function settle(call: WaitingCall, result: Result): void {
    call.finish(result);
    if ('fault' in result) surroundings.log(faultLine(fn.name, call.invocation.requestId, result.fault));
  }

  function invoke(invocation: Invocation, signal: AbortSignal | undefined): Promise<Result> {
    if (closed) return Promise.resolve(closing);
    if (waiting.size >= limits.waiting) return Promise.resolve(refusal(432, 'ResourceLimitReached'));
    const result = new Promise<Result>((resolve) => {
      const leave = (): void => settle(take(call), refusal(499, 'RequestCanceled'));
      const giveUp = (): void => settle(take(call), refusal(432, 'ResourceLimitReached'));
      const timer = setTimeout(giveUp, limits.waitMs);
      const release = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', leave);
      };
      const call: WaitingCall = { invocation, release, finish: resolve };
      signal?.addEventListener('abort', leave);
      waiting.add(call);
      dispatch();
    });
    underWay.add(result);
    void result.finally(() => underWay.delete(result));
    return result;
  }

  async function close(graceMs: number): Promise<void> {
    closed = true;
    const over = new AbortController();
    const grace = delay(graceMs, undefined, { signal: over.signal }).catch(() => undefined);
    await Promise.race([grace, Promise.all(underWay)]);
    over.abort();
    for (const call of waiting) settle(take(call), closing);
    await Promise.all([...members].map((member) => member.instance.end()));
  }

  return { invoke, count: () => members.size, close };
}

const closing = refusal(500, 'InternalError: the gateway is closing');

function refusal(statusCode: number, errorMessage: string): { fault: Fault } {
  return { fault: { statusCode, errorCode: -1, errorMessage } };
}

function faultLine(name: string, requestId: string, fault: Fault): string {
  const stack = fault.stackTrace === undefined ? '' : `\n${fault.stackTrace}`;
  return `${name} | ${fault.statusCode} ${fault.errorMessage}, request ${requestId}${stack}`;
}

function tooLarge(json: string): boolean {
  return Buffer.byteLength(json) > maxPayloadBytes;
}
