import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads';
import type { InstanceReport, InstanceStart, Invocation } from './instance';
import type { FunctionDescription } from './routes';

/** Why a call has no return value: a status code of the platform and its text (event-samples.json, platformStatus). */
export interface Fault {
  statusCode: number;
  /** -1 where the platform itself gave up, 1 where the function's own code failed, as observed on SCF. */
  errorCode: -1 | 1;
  errorMessage: string;
  stackTrace?: string;
}

export type Result = { json: string | undefined } | { fault: Fault };

/** One running instance of a function. */
export interface Instance {
  /** Settles when the instance can take calls, with the fault when it never will. */
  loaded: Promise<Fault | undefined>;
  /** Runs one call within the function's timeout; only one at a time. */
  invoke(call: Invocation): Promise<Result>;
  /** False from the moment the thread is gone, or going. */
  alive(): boolean;
  /** Settles when the thread is gone, for whatever reason. */
  ended: Promise<void>;
  end(): Promise<void>;
}

export interface InstanceSurroundings {
  /** The built instance.ts. */
  program: string;
  /** The bundle of a function. */
  bundleOf(name: string): string;
  /** The embedded database, served to an instance through a port; functions get none when it is undefined. */
  database?: { path: string; serve(port: MessagePort): void } | undefined;
  /** Takes the lines that functions print, and what the platform says of them. */
  log(line: string): void;
  /** Time to load. The platform's default of 65 s is too long to sit before a screen. */
  initMs: number;
}

/**
 * Starts an instance: a worker thread whose environment is the function's own plus what the runtime adds, and whose
 * heap is bounded by the function's memory size. Never throws; a failure to load is what `loaded` says.
 */
export function startInstance(fn: FunctionDescription, surroundings: InstanceSurroundings): Instance {
  const file = surroundings.bundleOf(fn.name);
  const worker = startThread(fn, file, surroundings);
  // What the instance is expected to say next: one thing at a time.
  let expected: ((said: InstanceReport | Fault) => void) | undefined;
  let last: Fault = fault(439, 1, 'User process exit when running');
  let alive = true;
  const end = async (): Promise<void> => {
    alive = false;
    await worker.terminate();
  };
  const say = (said: InstanceReport | Fault): void => {
    const listener = expected;
    expected = undefined;
    listener?.(said);
  };
  const expect = (ms: number, late: Fault): Promise<InstanceReport | Fault> =>
    new Promise((resolve) => {
      const timer = setTimeout(() => {
        last = late;
        void end();
      }, ms);
      expected = (said) => {
        clearTimeout(timer);
        resolve(said);
      };
    });

  worker.on('message', say);
  worker.on('error', (error) => {
    alive = false;
    last = uncaught(error);
    // Who waits for an answer gets the fault; without such a one nobody would hear of it.
    if (expected === undefined) surroundings.log(`${fn.name} | ${last.stackTrace ?? last.errorMessage}`);
  });
  const ended = new Promise<void>((resolve) => {
    worker.once('exit', () => {
      alive = false;
      say(last);
      resolve();
    });
  });
  const slowLoad = fault(433, -1, `Initialization timed out after ${surroundings.initMs} milliseconds`);
  const loaded = expect(surroundings.initMs, slowLoad).then(loadFault);
  const timedOut = fault(433, -1, `Invoking task timed out after ${fn.timeoutSeconds} seconds`);
  return {
    loaded,
    invoke: (call) => {
      if (!alive) return Promise.resolve({ fault: last });
      const said = expect(fn.timeoutSeconds * 1000, timedOut);
      worker.postMessage(call);
      return said.then(callResult);
    },
    alive: () => alive,
    ended,
    end,
  };
}

function startThread(fn: FunctionDescription, file: string, surroundings: InstanceSurroundings): Worker {
  const { database } = surroundings;
  const channel = database === undefined ? undefined : new MessageChannel();
  const start: InstanceStart = {
    file,
    functionName: fn.name,
    memoryMb: fn.memoryMb,
    timeoutSeconds: fn.timeoutSeconds,
    database:
      database === undefined || channel === undefined
        ? undefined
        : { path: database.path, port: channel.port1 },
  };
  const worker = new Worker(surroundings.program, {
    name: fn.name,
    workerData: start,
    transferList: channel === undefined ? [] : [channel.port1],
    env: { ...fn.environment, ...runtimeEnvironment },
    argv: [],
    execArgv: [],
    // A small young generation: an idle instance should cost little.
    resourceLimits: { maxOldGenerationSizeMb: fn.memoryMb, maxYoungGenerationSizeMb: 8 },
    stdout: true,
    stderr: true,
  });
  for (const output of [worker.stdout, worker.stderr])
    forwardLines(output, (line) => surroundings.log(`${fn.name} | ${line}`));
  if (channel !== undefined) database?.serve(channel.port2);
  return worker;
}

/** What the runtime adds to a function's environment. `TENCENTCLOUD_RUNENV` is not SCF, so that local defaults are accepted. */
const runtimeEnvironment = { TENCENTCLOUD_RUNENV: 'LOCAL', LANG: 'en_US.UTF8' };

function forwardLines(output: Readable, log: (line: string) => void): void {
  createInterface({ input: output, crlfDelay: Infinity }).on('line', log);
}

function loadFault(said: InstanceReport | Fault): Fault | undefined {
  if (!('kind' in said)) return said;
  if (said.kind !== 'loadFailed') return undefined;
  if (said.handlerMissing) return fault(437, 1, 'HandlerNotFound', said.stack);
  return fault(443, 1, `UserCodeError: ${said.message}`, said.stack);
}

function callResult(said: InstanceReport | Fault): Result {
  if (!('kind' in said)) return { fault: said };
  if (said.kind === 'returned') return { json: said.json };
  return {
    fault: fault(430, 1, 'user code exception caught', said.kind === 'threw' ? said.stack : undefined),
  };
}

function uncaught(error: Error): Fault {
  if ('code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY')
    return fault(434, -1, 'MemoryLimitReached');
  return fault(430, 1, 'user code exception caught', error.stack ?? String(error));
}

function fault(statusCode: number, errorCode: -1 | 1, errorMessage: string, stackTrace?: string): Fault {
  return { statusCode, errorCode, errorMessage, ...(stackTrace === undefined ? {} : { stackTrace }) };
}
