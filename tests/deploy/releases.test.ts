import { endBuild } from '../../scripts/build';
import { openEngineStand, type EngineStand } from './engineStand';

// What one rollback takes back when releases move different functions.

jest.setTimeout(60_000);

let stand: EngineStand;
beforeEach(async () => {
  stand = await openEngineStand({ others: ['extra', 'gone'] });
});
afterEach(() => stand.close());
afterAll(endBuild);

async function well(outcome: Promise<{ failure: string | undefined }>): Promise<void> {
  expect((await outcome).failure).toBeUndefined();
}

const served = (): Record<string, string | undefined> =>
  Object.fromEntries(
    [...stand.emulator.state.functions.values()].map(({ name, aliases }) => [
      name.replace('small-dev-', ''),
      aliases.get('current')?.version,
    ]),
  );

test.each([
  ['was pruned', true],
  ['is no longer in serverless.yml', false],
])('with -f: a release of which one function %s is finished and stays', async (_what, prune) => {
  await well(stand.deploy());
  stand.project.change({ timeout: 4 });
  await well(stand.deploy());
  stand.project.change({ others: ['extra'] });
  if (prune) await well(stand.deploy({ prune }));
  stand.project.change({ text: 'second' });
  await well(stand.deploy({ only: 'app' }));
  const before = served();
  expect(before).toMatchObject({ app: '3', job: '2', extra: '2' });
  await well(stand.rollback());
  expect(served()).toEqual({ ...before, app: '2' });
});

test('with -f: a release that died before some functions is taken back with the next one', async () => {
  await well(stand.deploy());
  stand.project.change({ timeout: 4 });
  const { faults } = stand.emulator;
  faults.add({ action: 'UpdateAlias', skip: 2, times: Infinity, effect: { kind: 'drop' } });
  expect((await stand.deploy()).failure).toMatch(/UpdateAlias/);
  faults.clear();
  await well(stand.deploy({ only: 'app' }));
  await well(stand.rollback());
  expect(new Set(Object.values(served()))).toEqual(new Set(['1']));
});
