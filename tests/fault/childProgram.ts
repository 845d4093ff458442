import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { buildSync } from 'esbuild';

const root = join(__dirname, '..', '..');

export interface ChildProgram {
  /** Starts it; `line()` resolves to its next line of output, or to undefined at the end of it. */
  start(...args: string[]): Child;
  remove(): void;
}

export interface Child {
  pid: number;
  line(): Promise<string | undefined>;
  /** Kills it as the system would, without a chance to clear up. */
  kill(): Promise<void>;
  /** The exit code; null when it was killed. */
  exit: Promise<number | null>;
}

/** A TypeScript file of the tests as a program of its own. */
export function childProgram(file: string): ChildProgram {
  const folder = mkdtempSync(join(tmpdir(), 'xiaozhibo-child-'));
  const outfile = join(folder, 'program.cjs');
  buildSync({
    entryPoints: [join(__dirname, file)],
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'cjs',
    logLevel: 'error',
  });
  return {
    start(...args) {
      return child(
        spawn(process.execPath, [outfile, ...args], {
          cwd: root,
          env: { ...process.env, NODE_PATH: join(root, 'node_modules') },
          stdio: ['ignore', 'pipe', 'inherit'],
        }),
      );
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function child(started: ChildProcessByStdio<null, Readable, null>): Child {
  const lines = createInterface({ input: started.stdout })[Symbol.asyncIterator]();
  const exit = once(started, 'exit').then(([code]) => (typeof code === 'number' ? code : null));
  return {
    pid: started.pid ?? 0,
    async line() {
      const { done, value } = await lines.next();
      return done ? undefined : value;
    },
    async kill() {
      started.kill('SIGKILL');
      await exit;
    },
    exit,
  };
}
