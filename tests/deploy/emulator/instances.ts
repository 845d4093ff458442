import { fork, type ChildProcess } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { unzipSync } from 'fflate';
import * as v from 'valibot';
import type { Configuration, Invocation, ScfFunction, ScfState, Version } from './scfState';

export interface Instances {
  /** Runs one event to its end. Never throws: what goes wrong is `fault`, with the platform's status code. */
  invoke(fn: ScfFunction, version: Version, event: unknown): Promise<Invocation>;
  /** Ends every instance, and waits until it has gone. */
  close(): Promise<void>;
}

interface Surroundings {
  readonly state: ScfState;
  /** Everything that instances leave on the disk goes below it. */
  readonly folder: string;
  /** Where an instance may connect to. */
  readonly network: {
    /** Local port by port, for hosts that have a name: the internet. Only with public access switched on. */
    readonly names: Readonly<Record<number, number>>;
    /** Local port by 'host:port': what is inside the VPC. Only for functions inside it. */
    readonly inside: Readonly<Record<string, number>>;
    readonly journal: string;
  };
  readonly certificateFile: string;
}

/** More instances than this are not kept waiting for a next call. */
const maxIdle = 6;
const initMs = 20_000;
/** What runtime.cjs prints after a call, on both outputs. */
const endOfCall = '\u0000end of call';

const report = v.variant('kind', [
  v.object({ kind: v.literal('loaded') }),
  v.object({ kind: v.literal('loadFailed'), message: v.string() }),
  v.object({ kind: v.literal('returned'), json: v.optional(v.string()) }),
  v.object({ kind: v.literal('threw'), message: v.string() }),
]);
type Report = v.InferOutput<typeof report>;
type Fault = NonNullable<Invocation['fault']>;

interface Instance {
  /** What it runs: only an instance of exactly that takes a next call. */
  readonly key: string;
  readonly configuration: Configuration;
  readonly child: ChildProcess;
  lines: string[];
  /** How long it took to load; undefined from its second call on. */
  coldStartMs: number | undefined;
}

/** Runs stored zips as SCF runs an event function: a process of its own, its own environment, one call at a time. */
export function openInstances(surroundings: Surroundings): Instances {
  const idle: Instance[] = [];
  const running = new Set<ChildProcess>();

  async function take(
    fn: ScfFunction,
    version: Version,
  ): Promise<Instance | { fault: Fault; lines: string[] }> {
    const key = keyOf(fn, version);
    const index = idle.findIndex((one) => one.key === key && one.child.connected);
    const [found] = index < 0 ? [] : idle.splice(index, 1);
    if (found === undefined) return startInstance(surroundings, fn, version, running);
    return Object.assign(found, { lines: [], coldStartMs: undefined });
  }

  function giveBack(instance: Instance): void {
    idle.push(instance);
    while (idle.length > maxIdle) idle.shift()?.child.kill('SIGKILL');
  }

  return {
    async invoke(fn, version, event) {
      const startedAt = Date.now();
      const requestId = randomUUID();
      const taken = await take(fn, version);
      const begun = performance.now();
      const base = {
        functionName: fn.name,
        namespace: fn.namespace,
        version: version.name,
        requestId,
        startedAt,
      };
      const finish = (rest: Pick<Invocation, 'returned' | 'fault' | 'lines' | 'coldStartMs'>): Invocation => {
        const invocation = { ...base, ...rest, durationMs: Math.round(performance.now() - begun) };
        surroundings.state.invocations.push(invocation);
        return invocation;
      };
      if ('fault' in taken) return finish({ ...taken, returned: undefined, coldStartMs: undefined });
      const printed = allPrinted(taken.child);
      const outcome = await ask(taken, { requestId, event: JSON.stringify(event) });
      await printed;
      if (outcome.alive) giveBack(taken);
      const { lines, coldStartMs } = taken;
      return finish({ returned: outcome.returned, fault: outcome.fault, lines, coldStartMs });
    },
    async close() {
      const gone = [...running].map((child) => once(child, 'exit'));
      for (const child of running) child.kill('SIGKILL');
      await Promise.all(gone);
    },
  };
}

function keyOf({ namespace, name }: ScfFunction, { name: version, code, configuration }: Version): string {
  const digest = createHash('sha256').update(code).digest('hex');
  return JSON.stringify([namespace, name, version, digest, configuration]);
}

async function startInstance(
  surroundings: Surroundings,
  fn: ScfFunction,
  version: Version,
  running: Set<ChildProcess>,
): Promise<Instance | { fault: Fault; lines: string[] }> {
  const { state, network } = surroundings;
  const { code, configuration } = version;
  const folder = unpack(code, surroundings.folder);
  const begun = performance.now();
  const child = fork(join(__dirname, 'runtime.cjs'), [], {
    // Neither where the code is nor where the project is.
    cwd: mkdtempSync(join(surroundings.folder, 'cwd-')),
    env: { ...environmentOf(fn, configuration, folder), NODE_EXTRA_CA_CERTS: surroundings.certificateFile },
    execArgv: [`--max-old-space-size=${configuration.MemorySize}`],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  const key = keyOf(fn, version);
  const instance: Instance = { key, configuration, child, lines: [], coldStartMs: undefined };
  for (const output of [child.stdout, child.stderr])
    if (output !== null)
      createInterface({ input: output }).on('line', (line) => {
        if (line !== endOfCall) instance.lines.push(line);
        else child.emit(endOfCall);
      });
  const start = {
    folder,
    handler: configuration.Handler,
    functionName: fn.name,
    version: version.name,
    namespace: fn.namespace,
    region: state.region,
    appId: state.appId,
    memoryMb: configuration.MemorySize,
    timeoutSeconds: configuration.Timeout,
    environment: configuration.environment,
    network: {
      names: configuration.PublicNetStatus === 'ENABLE' ? network.names : {},
      exact: configuration.VpcConfig.VpcId === '' ? {} : network.inside,
      journal: network.journal,
    },
  };
  const said = await exchange(child, start, initMs);
  if (said.kind === 'loaded')
    return Object.assign(instance, { coldStartMs: Math.round(performance.now() - begun) });
  child.kill('SIGKILL');
  const fault = said.kind === 'failed' ? said.fault : loadFault(said);
  return { fault, lines: instance.lines };
}

function loadFault(said: Report): Fault {
  const message = 'message' in said ? said.message : '';
  return message === 'HandlerNotFound'
    ? { statusCode: 437, errorMessage: 'HandlerNotFound' }
    : { statusCode: 443, errorMessage: `UserCodeError: ${message}` };
}

async function ask(
  instance: Instance,
  call: { requestId: string; event: string },
): Promise<{ alive: boolean; returned: string | undefined; fault: Fault | undefined }> {
  const seconds = instance.configuration.Timeout;
  const said = await exchange(instance.child, call, seconds * 1000);
  if (said.kind === 'returned') return { alive: true, returned: said.json, fault: undefined };
  if (said.kind === 'threw')
    return { alive: true, returned: undefined, fault: { statusCode: 430, errorMessage: said.message } };
  instance.child.kill('SIGKILL');
  const late = { statusCode: 433, errorMessage: `Invoking task timed out after ${seconds} seconds` };
  return {
    alive: false,
    returned: undefined,
    fault: said.kind === 'failed' && !said.late ? said.fault : late,
  };
}

/** Sends one message and waits for one in return, for the end of the process, or for the time to pass. */
function exchange(
  child: ChildProcess,
  message: object,
  ms: number,
): Promise<Report | { kind: 'failed'; late: boolean; fault: Fault }> {
  return new Promise((resolve) => {
    const done = (outcome: Report | { kind: 'failed'; late: boolean; fault: Fault }): void => {
      clearTimeout(timer);
      child.off('message', heard);
      child.off('exit', gone);
      resolve(outcome);
    };
    const heard = (said: unknown): void => done(v.parse(report, said));
    const gone = (): void =>
      done({
        kind: 'failed',
        late: false,
        fault: { statusCode: 439, errorMessage: 'User process exit when running' },
      });
    const timer = setTimeout(
      () =>
        done({
          kind: 'failed',
          late: true,
          fault: { statusCode: 433, errorMessage: 'Initialization timed out' },
        }),
      ms,
    );
    child.once('message', heard);
    child.once('exit', gone);
    child.send(message, (error) => (error === null ? undefined : gone()));
  });
}

/** Settles when both outputs of an instance are read up to the end of the present call, or it has gone. */
async function allPrinted(child: ChildProcess): Promise<void> {
  let open = 2;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      child.off(endOfCall, ended);
      child.off('exit', done);
      resolve();
    };
    const ended = (): void => {
      open -= 1;
      if (open === 0) done();
    };
    child.on(endOfCall, ended);
    child.once('exit', done);
  });
}

function unpack(zip: Buffer, below: string): string {
  const folder = mkdtempSync(join(below, 'code-'));
  for (const [name, bytes] of Object.entries(unzipSync(zip))) {
    if (name.endsWith('/')) continue;
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes, { mode: 0o444 });
  }
  return folder;
}

/** What the platform documents of a function's environment, and the function's own variables; nothing of this machine's. */
function environmentOf(
  fn: ScfFunction,
  configuration: Configuration,
  folder: string,
): Record<string, string> {
  const role =
    configuration.Role === ''
      ? {}
      : {
          TENCENTCLOUD_SECRETID: `AKIDofRole${fn.id}`,
          TENCENTCLOUD_SECRETKEY: `keyOfRole${fn.id}`,
          TENCENTCLOUD_SESSIONTOKEN: `tokenOfRole${fn.id}`,
        };
  return {
    ...configuration.environment,
    TENCENTCLOUD_RUNENV: 'SCF',
    SCF_NAMESPACE: fn.namespace,
    USER_CODE_ROOT: `${folder}/`,
    NODE_PATH: `${folder}:${join(folder, 'node_modules')}:/opt:/opt/node_modules`,
    _SCF_SERVER_PORT: '28902',
    PWD: folder,
    HOME: '/home/qcloud',
    LANG: 'en_US.UTF8',
    ...role,
  };
}
