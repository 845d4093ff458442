import { endBuild } from '../../scripts/build';
import type { EmulatorOptions } from './emulator/startEmulator';
import { openEngineStand, type EngineStand } from './engineStand';
import type { SmallProjectParts } from './smallProject';

// The deployment against the emulator, without the CLI: what each kind of change sends, and what is left after failures.

jest.setTimeout(60_000);

const opened: EngineStand[] = [];
afterEach(async () => {
  for (const stand of opened.splice(0)) await stand.close();
});
afterAll(endBuild);

async function open(
  parts?: Partial<SmallProjectParts>,
  options?: EmulatorOptions & { limitMs?: number },
): Promise<EngineStand> {
  const stand = await openEngineStand(parts, options);
  opened.push(stand);
  return stand;
}

/** The actions that changed something since the last look, with the function, e.g. `UpdateAlias app`. */
function changes({ emulator }: EngineStand): string[] {
  const list = emulator.writes().map(({ action, parameters }) => {
    const { FunctionName: name = '', Domain: domain = name } = parameters;
    return `${action} ${typeof domain === 'string' ? domain.replace('small-dev-', '') : ''}`;
  });
  emulator.forgetCalls();
  return list;
}

async function deployed(stand: EngineStand): Promise<string[]> {
  expect((await stand.deploy()).failure).toBeUndefined();
  expect(stand.emulator.unexpected()).toEqual([]);
  return changes(stand);
}

const textOf = async (stand: EngineStand, name = 'app'): Promise<string | undefined> =>
  (await stand.ask(name))?.text;

describe('what is sent', () => {
  test('from nothing: every function, a version of each, an alias, its URL and timers', async () => {
    const stand = await open();
    const sent = await deployed(stand);
    expect(sent.filter((one) => one.endsWith(' app'))).toEqual([
      'CreateFunction app',
      'PublishVersion app',
      'CreateAlias app',
      'CreateTrigger app',
    ]);
    expect(sent.filter((one) => one.endsWith(' job'))).toEqual([
      'CreateFunction job',
      'PublishVersion job',
      'CreateAlias job',
      'CreateTrigger job',
    ]);
    // The schema, before anybody can see the new code.
    expect(sent.indexOf('Invoke migrate')).toBeGreaterThan(-1);
    expect(sent.indexOf('Invoke migrate')).toBeLessThan(
      sent.findIndex((one) => one.startsWith('CreateAlias')),
    );
    const job = stand.emulator.state.functions.get('default/small-dev-job');
    expect(job?.triggers).toMatchObject([
      {
        name: 'everyMinute',
        type: 'timer',
        qualifier: 'current',
        description: '0 * * * * * *',
        enabled: true,
      },
    ]);
    expect(await stand.ask('app')).toMatchObject({ status: 200, text: 'first hello' });
  });

  test('again: nothing at all', async () => {
    const stand = await open();
    await deployed(stand);
    expect(await deployed(stand)).toEqual([]);
  });

  test.each<[string, Partial<SmallProjectParts>, Record<string, string>, string[], string]>([
    [
      'changed code',
      { text: 'second' },
      {},
      [
        'UpdateFunctionConfiguration app',
        'UpdateFunctionCode app',
        'PublishVersion app',
        'Invoke migrate',
        'UpdateAlias app',
      ],
      'second hello',
    ],
    [
      'a changed variable',
      {},
      { GREETING: 'good day' },
      ['UpdateFunctionConfiguration app', 'PublishVersion app', 'Invoke migrate', 'UpdateAlias app'],
      'first good day',
    ],
    [
      'a changed cron',
      { timers: { everyMinute: '30 * * * * * *' } },
      {},
      ['UpdateTrigger job'],
      'first hello',
    ],
    [
      'another timer',
      { timers: { everyMinute: '0 * * * * * *', daily: '0 0 3 * * * *' } },
      {},
      ['CreateTrigger job'],
      'first hello',
    ],
    ['no timer any more', { timers: {} }, {}, ['DeleteTrigger job'], 'first hello'],
    [
      'another timeout',
      { timeout: 4 },
      {},
      [
        ...['app', 'job', 'migrate'].flatMap((name) => [
          `UpdateFunctionConfiguration ${name}`,
          `PublishVersion ${name}`,
          `UpdateAlias ${name}`,
        ]),
        'Invoke migrate',
      ],
      'first hello',
    ],
  ])('%s: only what it needs', async (_what, parts, settings, sent, text) => {
    const stand = await open();
    await deployed(stand);
    const before = stand.emulator.state.functions.get('default/small-dev-app')?.triggers[0]?.host;
    stand.project.change(parts);
    Object.assign(stand.environment, settings);
    expect((await deployed(stand)).sort()).toEqual([...sent].sort());
    expect(await textOf(stand)).toBe(text);
    expect(stand.emulator.state.functions.get('default/small-dev-app')?.triggers[0]?.host).toBe(before);
    expect(await deployed(stand)).toEqual([]);
  });

  test('only one function with -f, and the migrations that it may need', async () => {
    const stand = await open({ others: ['extra'] });
    await deployed(stand);
    stand.project.change({ text: 'second', timeout: 4 });
    expect((await stand.deploy({ only: 'app' })).failure).toBeUndefined();
    const touched = new Set(changes(stand).map((one) => one.split(' ')[1]));
    expect([...touched].sort()).toEqual(['app', 'migrate']);
    expect(await textOf(stand)).toBe('second hello');
    expect((await stand.deploy({ only: 'nobody' })).failure).toMatch(/nobody.*app, job, migrate, extra/);
  });

  test('a dry run changes nothing, and hides values', async () => {
    const stand = await open();
    const { said, failure } = await stand.deploy({ dryRun: true });
    expect(failure).toBeUndefined();
    expect(stand.emulator.writes()).toEqual([]);
    expect(said).toMatch(/app: create/);
    expect(said).toMatch(/environment\.GREETING = \[secret\]/);
    expect(said).not.toContain('hello');
  });

  test('a function that is no longer in serverless.yml stays until it is told to go', async () => {
    const stand = await open({ others: ['extra'] });
    await deployed(stand);
    stand.project.change({ others: [] });
    expect((await stand.deploy()).said).toMatch(/extra: no longer in serverless.yml/);
    expect(changes(stand)).toEqual([]);
    expect((await stand.deploy({ prune: true })).failure).toBeUndefined();
    expect(changes(stand)).toEqual(['DeleteFunction extra']);
    expect([...stand.emulator.state.functions.keys()].sort()).toEqual([
      'default/small-dev-app',
      'default/small-dev-job',
      'default/small-dev-migrate',
    ]);
  });

  test('a custom domain leads to each function by its path, and to the front door by every other', async () => {
    const stand = await open(
      { others: ['extra'] },
      { domains: ['live.example.com'], certificates: ['cert1'] },
    );
    Object.assign(stand.environment, { PUBLIC_DOMAIN: 'live.example.com', CERTIFICATE_ID: 'cert1' });
    expect(await deployed(stand)).toContain('CreateCustomDomain live.example.com');
    const at = async (path: string): Promise<string> =>
      (await stand.emulator.request(`https://live.example.com${path}`)).text;
    expect([await at('/app'), await at('/extra'), await at('/anything/else')]).toEqual([
      'first hello',
      'extra ',
      'first hello',
    ]);
    expect(await deployed(stand)).toEqual([]);
    stand.project.change({ others: ['extra', 'more'] });
    expect(await deployed(stand)).toContain('UpdateCustomDomain live.example.com');
    expect(await at('/more')).toBe('more ');
    // The domain has to let go of a function before it can be removed.
    stand.project.change({ others: ['more'] });
    expect((await stand.deploy({ prune: true })).failure).toBeUndefined();
    expect(await at('/extra')).toBe('first hello');
  });

  test('what somebody changed in the console is put right', async () => {
    const stand = await open();
    await deployed(stand);
    const fn = stand.emulator.state.functions.get('default/small-dev-app');
    const alias = fn?.aliases.get('current');
    if (fn === undefined || alias === undefined) throw new Error('not deployed');
    fn.latest.configuration = { ...fn.latest.configuration, Timeout: 60, Role: '' };
    alias.version = '$LATEST';
    const [url] = fn.triggers;
    if (url !== undefined) url.enabled = false;
    await deployed(stand);
    expect(fn.latest.configuration.Timeout).toBe(3);
    expect(alias.version).toMatch(/^\d+$/);
    expect(await textOf(stand)).toBe('first hello');
    expect(await deployed(stand)).toEqual([]);
  });
});

describe('the account', () => {
  test('a temporary key, a namespace and a role of the deployer’s choice', async () => {
    const credential = { secretId: 'AKIDtemporary', secretKey: 'temporarykey', token: 'temporarytoken' };
    const stand = await open({}, { credential, namespaces: ['live'], roles: ['SCF_LiveRole'] });
    Object.assign(stand.environment, { SCF_NAMESPACE: 'live', EXECUTION_ROLE: 'SCF_LiveRole' });
    await deployed(stand);
    const app = stand.emulator.state.functions.get('live/small-dev-app');
    expect(app?.latest.configuration.Role).toBe('SCF_LiveRole');
    expect(await deployed(stand)).toEqual([]);
  });

  test.each([
    ['SCF_NAMESPACE', 'nowhere', /ResourceNotFound\.Namespace.*SCF_NAMESPACE/],
    ['EXECUTION_ROLE', 'nobody', /ResourceNotFound\.Role.*EXECUTION_ROLE/],
    ['VPC_ID', 'vpc-00000000', /ResourceNotFound\.Vpc.*VPC_ID/],
  ])('without the %s that was named: the message says so', async (name, value, reason) => {
    const stand = await open();
    stand.environment[name] = value;
    expect((await stand.deploy()).failure).toMatch(reason);
  });

  test('without a key of the deployer’s own, that of the functions, with a hint', async () => {
    const stand = await open();
    const { TENCENTCLOUD_SECRET_ID: id, TENCENTCLOUD_SECRET_KEY: key } = stand.environment;
    Object.assign(stand.environment, { TENCENT_SECRET_ID: id, TENCENT_SECRET_KEY: key });
    Object.assign(stand.environment, { TENCENTCLOUD_SECRET_ID: '', TENCENTCLOUD_SECRET_KEY: '' });
    const { failure, said } = await stand.deploy();
    expect(failure).toBeUndefined();
    expect(said).toMatch(/TENCENTCLOUD_SECRET_ID is not set/);
  });

  test('versions do not pile up: old ones go, those that serve or can be gone back to stay', async () => {
    const stand = await open();
    await deployed(stand);
    const app = stand.emulator.state.functions.get('default/small-dev-app');
    const [first] = app?.published ?? [];
    if (app === undefined || first === undefined) throw new Error('not deployed');
    for (let name = 2; name <= 150; name += 1)
      app.published.push({ ...first, name: String(name), description: 'old' });
    stand.project.change({ text: 'second' });
    await deployed(stand);
    const left = app.published.map(({ name }) => name);
    expect(left).toEqual(expect.arrayContaining(['1', '151', '150']));
    expect(left.length).toBeLessThan(15);
    expect((await stand.rollback()).failure).toBeUndefined();
    expect(await textOf(stand)).toBe('first hello');
  });
});

describe('nothing is sent', () => {
  test.each<[string, Partial<SmallProjectParts>, Record<string, string | undefined>, RegExp]>([
    ['a variable is missing', {}, { GREETING: undefined }, /GREETING is not set/],
    ['the key is missing', {}, { TENCENTCLOUD_SECRET_KEY: undefined }, /TENCENTCLOUD_SECRET_KEY is missing/],
    ['the VPC is malformed', {}, { VPC_ID: 'my vpc' }, /VPC_ID is malformed/],
    ['the region is malformed', {}, { TENCENT_REGION: 'Guangzhou' }, /TENCENT_REGION is malformed/],
    ['the certificate is missing', {}, { PUBLIC_DOMAIN: 'live.example.com' }, /CERTIFICATE_ID is missing/],
    ['the environment exceeds 4 KB', {}, { GREETING: 'x'.repeat(4096) }, /app: .*4096/],
    ['a name is reserved', { variables: { SCF_NAME: 'a' } }, {}, /app: .*SCF_NAME/],
    [
      'a name is the platform’s',
      { variables: { TENCENTCLOUD_REGION: 'a' } },
      {},
      /app: .*TENCENTCLOUD_REGION/,
    ],
    ['the memory is no step', { memorySize: 200 }, {}, /app: memorySize is 200/],
    ['the timeout is too long', { timeout: 901 }, {}, /app: timeout is 901/],
    ['a cron has five fields', { timers: { hourly: '0 * * * *' } }, {}, /job: timer hourly.*seven/],
  ])('when %s', async (_what, parts, settings, reason) => {
    const stand = await open(parts);
    Object.assign(stand.environment, settings);
    const { failure, said } = await stand.deploy();
    expect(failure).toMatch(reason);
    expect(stand.emulator.calls()).toEqual([]);
    expect(`${said}${failure}`).not.toContain('x'.repeat(100));
  });
});

describe('failures', () => {
  test('of the key: the message says which one', async () => {
    const stand = await open();
    stand.environment['TENCENTCLOUD_SECRET_KEY'] = 'thisisnotthekey';
    const { failure } = await stand.deploy();
    expect(failure).toMatch(/AuthFailure\.SignatureFailure.*RequestId.*TENCENTCLOUD_SECRET_KEY/);
    stand.environment['TENCENTCLOUD_SECRET_ID'] = 'AKIDnobody';
    expect((await stand.deploy()).failure).toMatch(/AuthFailure\.SecretIdNotFound.*TENCENTCLOUD_SECRET_ID/);
    expect(stand.emulator.state.functions.size).toBe(0);
  });

  test('of the migration: the version before goes on serving, and its alias is not touched', async () => {
    const stand = await open();
    await deployed(stand);
    stand.project.change({ text: 'second', migration: "{ ok: false, error: 'no such table' }" });
    expect((await stand.deploy()).failure).toMatch(/^migrate: Invoke: .*no such table/);
    expect(changes(stand).filter((one) => /Alias|Trigger/.test(one))).toEqual([]);
    expect(await textOf(stand)).toBe('first hello');
    stand.project.change({ migration: '(() => { throw new Error("lost the connection"); })()' });
    expect((await stand.deploy()).failure).toMatch(/^migrate: Invoke: .*lost the connection/);
    expect(await textOf(stand)).toBe('first hello');
    stand.project.change({ migration: "{ ok: true, applied: ['0002_more.sql'] }" });
    expect((await stand.deploy()).said).toContain('0002_more.sql');
    expect(await textOf(stand)).toBe('second hello');
  });

  test('of a function that never gets ready: it is named, and the rest goes on when it moves again', async () => {
    const stand = await open();
    await deployed(stand);
    stand.project.change({ text: 'second' });
    stand.emulator.state.stuck.add('small-dev-app');
    expect((await stand.deploy()).failure).toMatch(/^app: .*small-dev-app has been Updating/);
    expect(await textOf(stand)).toBe('first hello');
    stand.emulator.state.stuck.clear();
    await deployed(stand);
    expect(await textOf(stand)).toBe('second hello');
  });

  test.each(['CreateFailed', 'UpdateFailed', 'PublishFailed'] as const)(
    '%s: the next run begins anew',
    async (status) => {
      const stand = await open();
      if (status !== 'CreateFailed') await deployed(stand);
      stand.project.change({ text: 'second' });
      stand.emulator.state.failing.set('small-dev-app', status);
      expect((await stand.deploy()).failure).toMatch(
        new RegExp(`^app: .*${status}.*could not prepare the code`),
      );
      expect(await textOf(stand)).toBe(status === 'CreateFailed' ? undefined : 'first hello');
      await deployed(stand);
      expect(await textOf(stand)).toBe('second hello');
    },
  );

  test('throttling is survived, and ends when it does not end', async () => {
    const stand = await open();
    stand.emulator.faults.throttle(5);
    await deployed(stand);
    stand.emulator.faults.throttle(Infinity, 'GetFunction');
    expect((await stand.deploy()).failure).toMatch(/: GetFunction: RequestLimitExceeded.*wait a minute/s);
  });

  test('an API that does not answer is named; a connection that is cut once is not noticed', async () => {
    const stand = await open({}, { limitMs: 1_500 });
    stand.emulator.faults.add({ action: 'ListFunctions', times: Infinity, effect: { kind: 'hang' } });
    expect((await stand.deploy()).failure).toMatch(
      /ListFunctions: no answer within 1\.5 s.*check the network/,
    );
    stand.emulator.faults.clear();
    stand.emulator.faults.add({ action: 'GetFunction', times: 2, effect: { kind: 'drop' } });
    stand.emulator.faults.add({ action: 'ListFunctions', effect: { kind: 'refuse', code: 'InternalError' } });
    await deployed(stand);
  });

  test('while somebody else changes a function, it is waited for', async () => {
    const stand = await open();
    await deployed(stand);
    stand.project.change({ text: 'second' });
    stand.emulator.faults.add({
      action: 'UpdateFunctionConfiguration',
      effect: {
        kind: 'tell',
        call: () => {
          const fn = stand.emulator.state.functions.get('default/small-dev-app');
          if (fn === undefined) throw new Error('not deployed');
          fn.latest.status = 'Updating';
          fn.latest.transition = { to: 'Active', polls: 2, at: 0 };
        },
      },
    });
    await deployed(stand);
    expect(await textOf(stand)).toBe('second hello');
  });
});

/** Where the alias of each function leads, by name. */
function served({ emulator }: EngineStand): Record<string, string | undefined> {
  return Object.fromEntries(
    [...emulator.state.functions.values()].map(({ name, aliases }) => [
      name.replace('small-dev-', ''),
      aliases.get('current')?.version,
    ]),
  );
}

describe('rollback', () => {
  const all = (version: string) => ({ app: version, job: version, migrate: version });

  test('takes one release back after the other, and says when there is none left', async () => {
    const stand = await open();
    await deployed(stand);
    expect((await stand.rollback()).failure).toMatch(/nothing to go back to/);
    for (const text of ['second', 'third']) {
      stand.project.change({ text });
      await deployed(stand);
    }
    expect((await stand.rollback({ dryRun: true })).said).toMatch(/app: version 3 -> 2/);
    expect(changes(stand)).toEqual([]);
    for (const text of ['second hello', 'first hello']) {
      expect((await stand.rollback()).failure).toBeUndefined();
      expect(changes(stand)).toEqual(['UpdateAlias app']);
      expect(await textOf(stand)).toBe(text);
    }
    expect((await stand.rollback()).failure).toMatch(/nothing to go back to/);
    await deployed(stand);
    expect(await textOf(stand)).toBe('third hello');
  });

  test('takes back the whole of a release that was finished by a second run', async () => {
    const stand = await open();
    await deployed(stand);
    stand.project.change({ timeout: 4 });
    stand.emulator.faults.add({ action: 'UpdateAlias', skip: 1, times: Infinity, effect: { kind: 'drop' } });
    expect((await stand.deploy()).failure).toMatch(/UpdateAlias/);
    expect(new Set(Object.values(served(stand)))).toEqual(new Set(['1', '2']));
    stand.emulator.faults.clear();
    await deployed(stand);
    expect(served(stand)).toEqual(all('2'));
    expect((await stand.rollback()).failure).toBeUndefined();
    expect(served(stand)).toEqual(all('1'));
  });

  test('that is interrupted is finished by the next one', async () => {
    const stand = await open();
    await deployed(stand);
    stand.project.change({ timeout: 4 });
    await deployed(stand);
    stand.emulator.faults.add({ action: 'UpdateAlias', skip: 1, times: Infinity, effect: { kind: 'drop' } });
    expect((await stand.rollback()).failure).toMatch(/UpdateAlias/);
    stand.emulator.faults.clear();
    expect(served(stand)).not.toEqual(all('1'));
    expect((await stand.rollback()).failure).toBeUndefined();
    expect(served(stand)).toEqual(all('1'));
  });
});

describe('remove', () => {
  test('takes everything of its stage away, and nothing else', async () => {
    const stand = await open(
      { others: ['extra'] },
      { domains: ['live.example.com'], certificates: ['cert1'] },
    );
    Object.assign(stand.environment, { PUBLIC_DOMAIN: 'live.example.com', CERTIFICATE_ID: 'cert1' });
    await deployed(stand);
    Object.assign(stand.environment, { PUBLIC_DOMAIN: '', CERTIFICATE_ID: '' });
    expect((await stand.deploy({ stage: 'other' })).failure).toBeUndefined();
    stand.emulator.faults.add({
      action: 'DeleteFunction',
      skip: 1,
      times: Infinity,
      effect: { kind: 'drop' },
    });
    expect((await stand.remove()).failure).toMatch(/DeleteFunction/);
    stand.emulator.faults.clear();
    expect((await stand.remove()).failure).toBeUndefined();
    expect([...stand.emulator.state.functions.keys()].sort()).toEqual(
      ['app', 'extra', 'job', 'migrate'].map((name) => `default/small-other-${name}`),
    );
    expect(stand.emulator.state.domains.size).toBe(0);
    expect((await stand.remove()).said).toMatch(/nothing to remove/);
    expect(stand.emulator.unexpected()).toEqual([]);
  });

  test('leaves the paths of a shared domain that lead elsewhere', async () => {
    const stand = await open({}, { domains: ['live.example.com'], certificates: ['cert1'] });
    Object.assign(stand.environment, { PUBLIC_DOMAIN: 'live.example.com', CERTIFICATE_ID: 'cert1' });
    await deployed(stand);
    Object.assign(stand.environment, { PUBLIC_DOMAIN: '', CERTIFICATE_ID: '' });
    await stand.deploy({ stage: 'other' });
    const domain = stand.emulator.state.domains.get('live.example.com');
    const foreign = {
      Namespace: 'default',
      FunctionName: 'small-other-app',
      Qualifier: 'current',
      PathMatch: '/other',
    };
    domain?.EndpointsConfig.push(foreign);
    expect((await stand.remove()).failure).toBeUndefined();
    expect(stand.emulator.state.domains.get('live.example.com')?.EndpointsConfig).toEqual([foreign]);
  });
});

// A run may die at any of its changes: done, but nobody hears of it, and nothing that follows is ever sent. (To die before
// a change is to die after the one before it.) Whatever is left behind, one more run makes it whole.
describe('a run that dies', () => {
  async function diesAfter(stand: EngineStand, changesDone: number): Promise<boolean> {
    const { faults } = stand.emulator;
    faults.add({ writes: true, skip: changesDone, effect: { kind: 'dropAnswer' } });
    faults.add({ writes: true, skip: changesDone, times: Infinity, effect: { kind: 'drop' } });
    const { failure } = await stand.deploy();
    faults.clear();
    stand.emulator.forgetCalls();
    return failure !== undefined;
  }

  /** Puts the account back to how it was. */
  function restore(
    { emulator: { state } }: EngineStand,
    functions: EngineStand['emulator']['state']['functions'],
  ): void {
    state.functions.clear();
    for (const [name, fn] of structuredClone(functions)) state.functions.set(name, fn);
  }

  test('at the first deployment: the next run finishes it', async () => {
    const stand = await open({}, { domains: ['live.example.com'], certificates: ['cert1'] });
    Object.assign(stand.environment, { PUBLIC_DOMAIN: 'live.example.com', CERTIFICATE_ID: 'cert1' });
    let cut = 0;
    for (let dead = true; dead; cut += 1) {
      restore(stand, new Map());
      stand.emulator.state.domains.clear();
      dead = await diesAfter(stand, cut);
      await deployed(stand);
      expect([cut, await textOf(stand), await deployed(stand)]).toEqual([cut, 'first hello', []]);
    }
    // Three functions with a version and an alias each, a URL, a timer, the migrations, the domain.
    expect(cut).toBeGreaterThanOrEqual(13);
  }, 120_000);

  test('at a change: what served before serves until the next run has finished it', async () => {
    const stand = await open({ others: ['extra'] });
    await deployed(stand);
    const before = structuredClone(stand.emulator.state.functions);
    stand.project.change({ text: 'second', timers: { hourly: '0 0 * * * * *' }, others: ['extra', 'more'] });
    let cut = 0;
    for (let dead = true; dead; cut += 1) {
      restore(stand, before);
      dead = await diesAfter(stand, cut);
      expect(await textOf(stand)).toMatch(/^(first|second) hello$/);
      await deployed(stand);
      expect([cut, await textOf(stand), await textOf(stand, 'more')]).toEqual([cut, 'second hello', 'more ']);
      const job = stand.emulator.state.functions.get('default/small-dev-job');
      expect(job?.triggers.map(({ name }) => name)).toEqual(['hourly']);
      expect([cut, await deployed(stand)]).toEqual([cut, []]);
    }
    expect(cut).toBeGreaterThanOrEqual(10);
  }, 120_000);

  test('at a change that is taken back afterwards: the code is what the project has, not what was left behind', async () => {
    const stand = await open();
    await deployed(stand);
    const before = structuredClone(stand.emulator.state.functions);
    let cut = 0;
    for (let dead = true; dead; cut += 1) {
      restore(stand, before);
      stand.project.change({ text: 'second' });
      stand.environment['GREETING'] = 'hello';
      dead = await diesAfter(stand, cut);
      // Back to the old code, and a variable that makes a new version of it.
      stand.project.change({ text: 'first' });
      stand.environment['GREETING'] = 'good day';
      await deployed(stand);
      expect([cut, await textOf(stand)]).toEqual([cut, 'first good day']);
      expect([cut, await deployed(stand)]).toEqual([cut, []]);
    }
    expect(cut).toBeGreaterThanOrEqual(5);
  }, 120_000);
});
