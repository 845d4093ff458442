import { endBuild } from '../../scripts/build';
import type { EmulatorOptions } from './emulator/startEmulator';
import { openEngineStand, type EngineStand } from './engineStand';
import type { SmallProjectParts } from './smallProject';

// What the deployment takes for its own: by serverless.yml, or by the mark that it leaves; a name alone says nothing.

jest.setTimeout(60_000);

const opened: EngineStand[] = [];
afterEach(async () => {
  for (const stand of opened.splice(0)) await stand.close();
});
afterAll(endBuild);

async function open(parts?: Partial<SmallProjectParts>, options?: EmulatorOptions): Promise<EngineStand> {
  const stand = await openEngineStand(parts, options);
  opened.push(stand);
  return stand;
}

const remoteNames = ({ emulator }: EngineStand): string[] =>
  [...emulator.state.functions.values()].map(({ name }) => name).sort();

/** Puts a copy of a function into the account, under another name and description. */
function copyFunction(
  { emulator: { state } }: EngineStand,
  from: string,
  to: string,
  description?: string,
): void {
  const fn = state.functions.get(`default/${from}`);
  if (fn === undefined) throw new Error(`${from} is not deployed`);
  const copy = { ...structuredClone(fn), name: to, triggers: [] };
  const { configuration } = copy.latest;
  copy.latest.configuration = { ...configuration, Description: description ?? configuration.Description };
  state.functions.set(`default/${to}`, copy);
}

test('remove and --prune leave what was made by hand and what another service deployed, and say so', async () => {
  const stand = await open({ others: ['extra', 'gone'] });
  expect((await stand.deploy()).failure).toBeUndefined();
  copyFunction(stand, 'small-dev-app', 'small-dev-payroll', 'made by hand');
  // What the service `small-dev` has in its stage `x`, with the mark of its own deployment.
  copyFunction(stand, 'small-dev-app', 'small-dev-x-app');
  const foreign = ['small-dev-payroll', 'small-dev-x-app'];

  stand.project.change({ others: ['extra'] });
  const pruned = await stand.deploy({ prune: true });
  expect(pruned.said).toContain(`= ${foreign.join(', ')}: not made by this deployment`);
  expect(pruned.failure).toBeUndefined();
  const own = ['small-dev-app', 'small-dev-extra', 'small-dev-job', 'small-dev-migrate'];
  expect(remoteNames(stand)).toEqual([...own, ...foreign].sort());

  const removed = await stand.remove();
  expect(removed.said).toContain(`= ${foreign.join(', ')}: not made by this deployment`);
  expect(removed.failure).toBeUndefined();
  expect(remoteNames(stand)).toEqual(foreign);
  expect((await stand.remove()).said).toMatch(/nothing to remove/);
  expect(remoteNames(stand)).toEqual(foreign);
});

test('a function of serverless.yml is removed although somebody changed its description', async () => {
  const stand = await open();
  expect((await stand.deploy()).failure).toBeUndefined();
  const app = stand.emulator.state.functions.get('default/small-dev-app');
  if (app === undefined) throw new Error('not deployed');
  app.latest.configuration = { ...app.latest.configuration, Description: 'the front door' };
  expect((await stand.remove()).failure).toBeUndefined();
  expect(remoteNames(stand)).toEqual([]);
});

test('a domain that the settings no longer name is reported as long as it leads here', async () => {
  const stand = await open({}, { domains: ['live.example.com'], certificates: ['cert1'] });
  Object.assign(stand.environment, { PUBLIC_DOMAIN: 'live.example.com', CERTIFICATE_ID: 'cert1' });
  expect((await stand.deploy()).said).not.toContain('is not PUBLIC_DOMAIN');
  expect((await stand.deploy()).said).not.toContain('is not PUBLIC_DOMAIN');
  Object.assign(stand.environment, { PUBLIC_DOMAIN: '', CERTIFICATE_ID: '' });
  const left = await stand.deploy();
  expect(left.failure).toBeUndefined();
  expect(left.said).toMatch(/\? live\.example\.com: is not PUBLIC_DOMAIN, but still leads to app/);
  expect([...stand.emulator.state.domains.keys()]).toEqual(['live.example.com']);
  // Another stage has nothing to do with it.
  expect((await stand.deploy({ stage: 'other' })).said).not.toContain('live.example.com');
});
