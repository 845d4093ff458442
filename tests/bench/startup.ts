import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePorts } from '../e2e/startedProduct';
import { hasProc, residentMegabytes } from './memory';
import type { Bound, Line, Section } from './report';

const most = { readySeconds: 15, idleMegabytes: 250 };
const idleMs = 10_000;
/** Function instances end when they have had nothing to do for 30 s. */
const instancesEndedMs = 35_000;
const run = promisify(execFile);

/**
 * Types what a person types, in a copy of the project: npm ci (from npm's cache, so without the download), npm start,
 * npm run demo.
 */
export async function measureStartup(root: string): Promise<Section> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-start-'));
  const copy = join(folder, 'project');
  const lines: Line[] = [];
  const missing: string[] = [];
  let product: StartedProduct | undefined;
  // The product is in a process group of its own, which Ctrl-C does not reach.
  const interrupted = (): void => {
    product?.interrupt();
    rmSync(folder, { recursive: true, force: true });
    process.exit(130);
  };
  process.once('SIGINT', interrupted);
  try {
    cpSync(root, copy, { recursive: true, filter: isSource(root) });
    const installed = await install(copy);
    lines.push({ what: 'npm ci, from the cache', values: { s: installed } });
    product = await start(copy, join(folder, 'data'));
    lines.push({ what: 'npm start to ready', values: { s: product.readySeconds } });
    const ready: Bound = {
      what: 'npm ci && npm start to ready, after the download',
      measured: installed + product.readySeconds,
      most: most.readySeconds,
      unit: 's',
    };
    const memory = await measureMemory(product, copy, missing);
    return {
      name: 'start',
      how: `a copy of the project; idle is ${idleMs / 1000} s after ready without a request`,
      lines: [...lines, ...memory.lines],
      bounds: [ready, ...memory.bounds],
      ...(missing.length === 0 ? {} : { missing: missing.join('; ') }),
    };
  } finally {
    process.off('SIGINT', interrupted);
    await product?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What a fresh clone has. */
function isSource(root: string): (path: string) => boolean {
  const left = ['node_modules', 'dist', '.local', '.git', 'coverage'].map((name) => join(root, name));
  return (path) => !left.includes(path);
}

/**
 * Installs from npm's cache; when that has not every package, they are downloaded first, which does not count.
 * @returns seconds
 * @throws Error with npm's last words
 */
async function install(project: string): Promise<number> {
  const npmCi = async (...options: string[]): Promise<number> => {
    const from = performance.now();
    const args = ['ci', '--no-audit', '--no-fund', ...options];
    await run('npm', args, { cwd: project, timeout: 120_000 }).catch((error: unknown) => {
      const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
      throw new Error(`npm ci failed: ${said.slice(-500)}`, { cause: error });
    });
    return (performance.now() - from) / 1000;
  };
  try {
    return await npmCi('--offline');
  } catch (error) {
    if (!String(error).includes('ENOTCACHED')) throw error;
    await npmCi('--prefer-offline');
    return npmCi('--offline');
  }
}

interface StartedProduct {
  pid: number;
  readySeconds: number;
  environment: NodeJS.ProcessEnv;
  interrupt(): void;
  stop(): Promise<void>;
}

async function start(project: string, dataDir: string): Promise<StartedProduct> {
  const [port, rtmpPort] = await freePorts(2);
  const { PATH, HOME } = process.env;
  const environment = { PATH, HOME, DATA_DIR: dataDir, PORT: String(port), RTMP_PORT: String(rtmpPort) };
  const from = performance.now();
  // A group of its own: npm does not always pass a signal on.
  const child = spawn('npm', ['start'], {
    cwd: project,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const gone = once(child, 'close');
  const interrupt = (): void => {
    if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGINT');
  };
  const stop = async (): Promise<void> => {
    interrupt();
    await gone;
  };
  try {
    await readyLine(child);
  } catch (error) {
    await stop();
    throw error;
  }
  const readySeconds = (performance.now() - from) / 1000;
  return { pid: child.pid ?? 0, readySeconds, environment, interrupt, stop };
}

async function readyLine(child: ChildProcess): Promise<void> {
  let said = '';
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`npm start was not ready in time:\n${said}`)), 60_000);
    const listen = (bytes: Buffer): void => {
      said += bytes.toString();
      if (!/^ready /m.test(said)) return;
      clearTimeout(timer);
      resolve();
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    child.once('error', reject);
    child.once('close', () => reject(new Error(`npm start ended:\n${said}`)));
  });
}

/** Idle; after a broadcast, when the instances of the functions that it used are still up; and idle again. */
async function measureMemory(
  product: StartedProduct,
  project: string,
  missing: string[],
): Promise<{ lines: Line[]; bounds: Bound[] }> {
  if (!hasProc) {
    missing.push('memory: this system has no /proc');
    return { lines: [], bounds: [] };
  }
  const lines: Line[] = [];
  const bounds: Bound[] = [];
  const note = (what: string, bounded: boolean): void => {
    const { product: measured, npm } = residentMegabytes(product.pid);
    lines.push({ what, values: { 'product MB': measured, 'npm MB': npm } });
    if (bounded) bounds.push({ what: `product ${what}`, measured, most: most.idleMegabytes, unit: 'MB' });
  };
  await delay(idleMs);
  note('idle, local cloud included', true);
  try {
    const demo = ['scripts/run.cjs', 'demo'];
    await run(process.execPath, demo, { cwd: project, env: product.environment, timeout: 60_000 });
    note('straight after npm run demo', false);
    await delay(instancesEndedMs);
    note(`idle, ${instancesEndedMs / 1000} s after npm run demo`, true);
  } catch (error) {
    const said = error instanceof Error && 'stdout' in error ? String(error.stdout) : String(error);
    missing.push(`memory after npm run demo, which failed: ${said.slice(-300)}`);
  }
  return { lines, bounds };
}
