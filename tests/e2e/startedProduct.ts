import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';

export const projectRoot = join(__dirname, '..', '..');

/** `npm start` under way. */
export interface StartedProduct {
  pid: number;
  /** What it has printed so far. */
  output(): string;
  errors(): string;
  /** Settles with the URL of the `ready` line. @throws Error with what it printed, when it ends before or takes too long */
  ready: Promise<string>;
  /** Settles when it has ended. */
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  kill(signal: NodeJS.Signals): void;
}

/**
 * Starts the product as `npm start` does, with nothing of this process's environment but what a program needs.
 * @param environment the variables given to it, such as DATA_DIR, PORT and RTMP_PORT
 * @param throughNpm type `npm start` instead of what it stands for, in a process group as a terminal makes one
 */
export function startProduct(environment: Record<string, string>, throughNpm = false): StartedProduct {
  const [command, ...args] = throughNpm
    ? ['npm', 'start']
    : [process.execPath, 'scripts/run.cjs', 'local/start'];
  const child = spawn(command ?? '', args, {
    cwd: projectRoot,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: throughNpm,
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const ended = once(child, 'close').then(() => ({ code: child.exitCode, signal: child.signalCode }));
  const ready = readyUrl(
    child,
    () => output,
    ended,
    () => output + errors,
  );
  // A test that expects a refusal does not wait for it.
  ready.catch(() => undefined);
  const pid = child.pid ?? 0;
  const kill = (signal: NodeJS.Signals): void => void process.kill(throughNpm ? -pid : pid, signal);
  return { pid, output: () => output, errors: () => errors, ready, ended, kill };
}

async function readyUrl(
  child: ChildProcess,
  output: () => string,
  ended: Promise<unknown>,
  all: () => string,
): Promise<string> {
  const deadline = AbortSignal.timeout(60_000);
  let gone = false;
  void ended.then(() => (gone = true));
  for (;;) {
    const url = /^ready (\S+)$/m.exec(output())?.[1];
    if (url !== undefined) return url;
    if (gone) throw new Error(`ended before it was ready:\n${all()}`);
    const next = [once(child.stdout ?? child, 'data', { signal: deadline }), ended];
    await Promise.race(next).catch(() => Promise.reject(new Error(`not ready in time:\n${all()}`)));
  }
}

/** Ports that are free now. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => holdPort()));
  const ports = servers.map(portOf);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** A server that holds a port until it is closed. */
export function holdPort(): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}

export function portOf(server: Server): number {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server does not listen');
  return address.port;
}
