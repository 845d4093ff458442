import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** What a command said and how it ended. */
export interface Ran {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Both outputs, as they came. */
  readonly output: string;
}

export interface Running {
  readonly ended: Promise<Ran>;
  kill(signal: NodeJS.Signals): void;
}

/** Starts a program with this environment and what every program needs; its input is empty. */
export function start(
  root: string,
  [command = '', ...args]: readonly string[],
  environment: Readonly<Record<string, string>>,
): Running {
  const child = spawn(command, args, {
    cwd: root,
    // A home of its own: the CLI keeps notes there.
    env: { PATH: process.env['PATH'], HOME: root, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = once(child, 'close').then(() => ({ code: child.exitCode, signal: child.signalCode, output }));
  return { ended, kill: (signal) => void child.kill(signal) };
}

/** Runs the installed `sls` to its end. */
export function sls(
  root: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<Ran> {
  return start(root, [process.execPath, 'node_modules/.bin/sls', ...args], environment).ended;
}
