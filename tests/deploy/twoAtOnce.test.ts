import { endBuild } from '../../scripts/build';
import { scfCloud, type Cloud } from '../../scripts/deploy/cloud';
import { deploy } from '../../scripts/deploy/deploy';
import { readService } from '../../scripts/deploy/service';
import { deployerSettings } from './deployment';
import { startEmulator, type Emulator } from './emulator/startEmulator';
import { writeSmallProject, type SmallProject, type SmallProjectParts } from './smallProject';

jest.setTimeout(60_000);

type Run = 'A' | 'B';

let emulator: Emulator;
let projects: Record<Run, SmallProject>;

beforeEach(async () => {
  emulator = await startEmulator();
  emulator.state.settling = { polls: 0, ms: 0 };
  projects = { A: writeSmallProject(), B: writeSmallProject() };
});
afterEach(async () => {
  await emulator.close();
  for (const project of Object.values(projects)) project.remove();
});
afterAll(endBuild);

const writes: Record<string, string> = {
  config: 'UpdateFunctionConfiguration',
  code: 'UpdateFunctionCode',
  publish: 'PublishVersion',
  alias: 'UpdateAlias',
};

/** Lets the changes of `app` happen in this order only, such as `A config`. */
function turnstile(order: readonly string[]) {
  const left = order.map((turn) => {
    const [run = '', change = ''] = turn.split(' ');
    return `${run} ${writes[change] ?? change}`;
  });
  const waiting = new Map<string, () => void>();
  const go = (): void => waiting.get(left[0] ?? '')?.();
  return {
    async pass(turn: string): Promise<void> {
      if (!left.includes(turn)) return;
      await new Promise<void>((resolve) => {
        waiting.set(turn, resolve);
        go();
      });
    },
    done(turn: string): void {
      if (left[0] === turn) left.shift();
      go();
    },
    /** A run that has ended takes no turn any more. */
    leave(run: Run): void {
      left.splice(0, left.length, ...left.filter((turn) => !turn.startsWith(run)));
      go();
    },
  };
}

/** @returns why it failed; undefined when it says that all is well */
async function run(name: Run, wrap: (cloud: Cloud) => Cloud = (cloud) => cloud): Promise<string | undefined> {
  const environment = { ...deployerSettings(emulator), GREETING: greetings[name], APP_SECRET: 'notasecret' };
  const { root } = projects[name];
  const service = readService({ root, environment });
  const cloud = wrap(scfCloud(service.access, { agent: emulator.agent, pause: () => Promise.resolve() }));
  const hands = { cloud, now: Date.now, progress: () => undefined, patienceMs: 1_000 };
  try {
    await deploy(root, service, hands, () => undefined);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

let greetings: Record<Run, string>;

/** Runs both, B from when A has looked at everything, with their changes of `app` in this order. */
async function runBoth(order: readonly string[]): Promise<Record<Run, string | undefined>> {
  const gate = turnstile(order);
  let begun: Promise<string | undefined> | undefined;
  const gated =
    (name: Run, before: () => Promise<void>) =>
    (cloud: Cloud): Cloud => ({
      ...cloud,
      async call(subject, action, parameters, options) {
        if (subject !== 'app' || !Object.values(writes).includes(action))
          return cloud.call(subject, action, parameters, options);
        await before();
        await gate.pass(`${name} ${action}`);
        return cloud.call(subject, action, parameters, options).finally(() => gate.done(`${name} ${action}`));
      },
    });
  let bLooked: () => void = () => undefined;
  const looked = new Promise<void>((resolve) => (bLooked = resolve));
  const startB = async (): Promise<void> => {
    begun ??= run(
      'B',
      gated('B', async () => bLooked()),
    ).finally(() => {
      bLooked();
      gate.leave('B');
    });
    await looked;
  };
  const A = await run('A', gated('A', startB)).finally(() => gate.leave('A'));
  return { A, B: await begun };
}

const answer = async (): Promise<string> => {
  const host = emulator.state.functions.get('default/small-dev-app')?.triggers[0]?.host;
  return (await emulator.request(`https://${host}/app`)).text;
};

describe('two deployments of different code at once', () => {
  const both: Record<Run, Partial<SmallProjectParts>> = { A: { text: 'of A' }, B: { text: 'of B' } };

  test.each(
    [
      'A config, B config, B code, A code, A publish, B publish, A alias, B alias',
      'A config, B config, A code, A publish, B code, B publish, B alias, A alias',
      'B config, A config, B code, B publish, B alias, A code, A publish, A alias',
      'A config, A code, B config, A publish, B code, B publish, A alias, B alias',
      'A config, A code, A publish, B config, B code, A alias, B publish, B alias',
      'A config, A code, A publish, A alias, B config, B code, B publish, B alias',
    ].map((order) => [order]),
  )('%s: nobody is told that his serves when it does not, and one more run puts it right', async (order) => {
    greetings = { A: 'hello', B: 'hello' };
    expect(await run('A')).toBeUndefined();
    for (const name of ['A', 'B'] as const) projects[name].change(both[name]);
    const failures = await runBoth(order.split(', '));
    const well = (['A', 'B'] as const).filter((name) => failures[name] === undefined);
    for (const failure of Object.values(failures))
      if (failure !== undefined) expect(failure).toMatch(/^app: .*another deployment.*run the same command/);
    // Both are well only when one came after the other.
    if (well.length === 2) expect(['of A hello', 'of B hello']).toContain(await answer());
    expect(await run('B')).toBeUndefined();
    expect(await answer()).toBe('of B hello');
    expect(await run('A')).toBeUndefined();
    expect(await answer()).toBe('of A hello');
    expect(emulator.unexpected()).toEqual([]);
  });
});

test('a variable is not published over code that another run has put there meanwhile', async () => {
  greetings = { A: 'hello', B: 'hello' };
  expect(await run('A')).toBeUndefined();
  projects.A.change({ text: 'of A' });
  greetings = { A: 'hello', B: 'good day' };
  const failures = await runBoth([
    'A config',
    'A code',
    'A publish',
    'A alias',
    'B config',
    'B publish',
    'B alias',
  ]);
  expect(failures.A).toBeUndefined();
  expect(await answer()).toBe('of A hello');
  expect(failures.B).toMatch(/^app: .*another deployment/);
  expect(await run('B')).toBeUndefined();
  expect(await answer()).toBe('first good day');
});
