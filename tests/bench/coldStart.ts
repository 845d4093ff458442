import { execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as v from 'valibot';
import { checkAnswer, sampleCall, type World } from './calls';
import type { BuiltFunction } from './functions';
import { summarize } from './numbers';
import type { Section } from './report';

const most = { signing: 15, database: 60 };

/** Milliseconds from the start of a process to each point. */
interface Times {
  started: number;
  loaded: number;
  answered: number;
}

/**
 * A new process for every run: bare Node, then each function, then all again.
 * `load` is what the bundle adds to a process that is up; `first answer` is the whole way from spawning the process
 * through load, database connection and one call, less what bare Node takes to start.
 * @param options `node`: the program to start, `rounds`: how often
 */
export async function measureColdStart(
  root: string,
  functions: readonly BuiltFunction[],
  world: World,
  { node, rounds }: { node: string; rounds: number },
): Promise<Section> {
  const program = join(root, 'tests', 'bench', 'firstAnswer.cjs');
  const bare: number[] = [];
  const runs = new Map<string, Times[]>(functions.map(({ name }) => [name, []]));
  for (let round = -1; round < rounds; round += 1) {
    const { started } = await firstAnswer([node, program], undefined, '');
    if (round >= 0) bare.push(started);
    for (const fn of functions) {
      const times = await firstAnswer([node, program], fn, JSON.stringify(sampleCall(fn.name, world)));
      // The first round fills the system's file cache.
      if (round >= 0) runs.get(fn.name)?.push(times);
    }
  }
  const bareNode = summarize(bare);
  const measured = functions.map((fn) => {
    const times = runs.get(fn.name) ?? [];
    const load = summarize(times.map(({ started, loaded }) => loaded - started));
    const answer = summarize(times.map(({ answered }) => answered));
    return { fn, load, answer };
  });
  return {
    name: 'cold start',
    how: `${await versionOf(node)}, new process, own environment, database connection included, ${rounds} interleaved runs; bare Node starts in ${bareNode.min.toFixed(0)} ms (min), ${bareNode.p50.toFixed(0)} ms (p50)`,
    lines: measured.map(({ fn, load, answer }) => ({
      what: fn.name,
      values: {
        'load min ms': load.min,
        'load p50 ms': load.p50,
        'first answer min ms': answer.min - bareNode.min,
        'first answer p50 ms': answer.p50 - bareNode.p50,
      },
      note: fn.usesDatabase ? 'database' : 'signing only',
    })),
    bounds: measured.map(({ fn, load }) => ({
      what: `load of ${fn.name} over bare Node`,
      // The least disturbed run: the median of a machine with other work says more about that work.
      measured: load.min,
      most: fn.usesDatabase ? most.database : most.signing,
      unit: 'ms',
    })),
  };
}

const said = v.object({
  startedAt: v.number(),
  loadedAt: v.number(),
  answeredAt: v.number(),
  answer: v.unknown(),
});

/** Runs one process to its answer. @throws Error when it gives none, or a failure */
function firstAnswer(
  [node, program]: [string, string],
  fn: BuiltFunction | undefined,
  event: string,
): Promise<Times> {
  const args = fn === undefined ? [program] : [program, fn.file, event];
  const spawnedAt = performance.timeOrigin + performance.now();
  const child = spawn(node, args, {
    env: fn?.environment ?? {},
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
    timeout: 20_000,
  });
  let text = '';
  child.stdio[3]?.on('data', (bytes: Buffer) => (text += bytes.toString()));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      const what = fn?.name ?? 'bare Node';
      if (text === '') return reject(new Error(`${what} gave no answer, exit code ${code}`));
      const { startedAt, loadedAt, answeredAt, answer } = v.parse(said, JSON.parse(text));
      try {
        if (fn !== undefined) checkAnswer(what, answer);
      } catch (error) {
        return reject(error instanceof Error ? error : new Error(String(error)));
      }
      resolve({
        started: startedAt - spawnedAt,
        loaded: loadedAt - spawnedAt,
        answered: answeredAt - spawnedAt,
      });
    });
  });
}

async function versionOf(node: string): Promise<string> {
  const { stdout } = await promisify(execFile)(node, ['--version']);
  return `Node ${stdout.trim()}`;
}
