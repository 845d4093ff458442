import { closePool, invokeIn, openPool, refusal, type Limits } from './functionPool';
import type { Invocation } from './instance';
import type { FunctionDescription } from './routes';
import { startInstance, type InstanceSurroundings, type Result } from './startInstance';

export interface Instances {
  /**
   * Calls a function with a JSON event, and waits until it has answered or failed.
   * @param signal a call still waiting for an instance is dropped when it aborts; one under way runs to its end
   * @throws Error only for a function that does not exist
   */
  invoke(name: string, call: Invocation, signal?: AbortSignal): Promise<Result>;
  /** Loads every function once in an instance of its own. @returns what each one that fails to load says */
  check(): Promise<{ name: string; message: string }[]>;
  /** How many instances of a function there are. */
  count(name: string): number;
  /** Refuses new calls, gives those under way `graceMs` to end, then ends every instance. */
  close(graceMs: number): Promise<void>;
}

export interface InstancesOptions extends Omit<InstanceSurroundings, 'initMs'> {
  functions: readonly FunctionDescription[];
  limits?: Partial<Limits & Pick<InstanceSurroundings, 'initMs'>>;
}

const defaultLimits = { instances: 8, waiting: 256, waitMs: 20_000, initMs: 10_000, idleMs: 30_000 };

/** Events and return values above this size do not pass the platform. */
const maxPayloadBytes = 6 * 1024 * 1024;

/**
 * Runs functions as SCF runs event functions: the first call that finds no free instance starts one (a cold start),
 * an instance takes one call at a time, and further instances appear while calls wait, up to a bound.
 */
export function createInstances(options: InstancesOptions): Instances {
  const limits = { ...defaultLimits, ...options.limits };
  const surroundings = { ...options, initMs: limits.initMs };
  const pools = new Map(options.functions.map((fn) => [fn.name, openPool(fn, surroundings, limits)]));
  return {
    invoke: async (name, call, signal) => {
      const pool = pools.get(name);
      if (pool === undefined) throw new Error(`no function ${name}`);
      if (tooLarge(call.event)) return refusal(406, 'RequestTooLarge: the event exceeds 6 MB');
      const result = await invokeIn(pool, call, signal);
      return 'json' in result && tooLarge(result.json ?? '')
        ? refusal(407, 'The size of response exceeds the upper limit (6MB)')
        : result;
    },
    check: () => checkEach(options.functions, surroundings),
    count: (name) => pools.get(name)?.members.size ?? 0,
    close: async (graceMs) => {
      await Promise.all([...pools.values()].map((pool) => closePool(pool, graceMs)));
    },
  };
}

async function checkEach(
  functions: readonly FunctionDescription[],
  surroundings: InstanceSurroundings,
): Promise<{ name: string; message: string }[]> {
  const problems: { name: string; message: string }[] = [];
  // One after the other: the memory of one instance, not of all.
  for (const fn of functions) {
    const instance = startInstance(fn, surroundings);
    const fault = await instance.loaded;
    await instance.end();
    if (fault !== undefined) problems.push({ name: fn.name, message: fault.errorMessage });
  }
  return problems;
}

function tooLarge(json: string): boolean {
  return Buffer.byteLength(json) > maxPayloadBytes;
}
