import type { ActualFunction, ActualTrigger } from '../../../scripts/deploy/actual';
import { codeMark, readReleases, releaseId, releasesText, type Release } from '../../../scripts/deploy/marks';
import {
  differences,
  isDone,
  planCleanup,
  planEndpoints,
  planFunction,
  planRelease,
  planRollback,
  planTriggers,
  type AliasState,
} from '../../../scripts/deploy/plan';
import type { Configuration, DesiredFunction, DesiredTrigger } from '../../../scripts/deploy/service';

const configuration: Configuration = {
  handler: 'index.main_handler',
  runtime: 'Nodejs18.15',
  memoryMb: 256,
  timeoutSeconds: 5,
  environment: { LOG_LEVEL: 'info', TOKEN_SECRET: 'one' },
  vpcId: 'vpc-1',
  subnetId: 'subnet-1',
  publicNet: true,
  role: '',
};
const url: DesiredTrigger = { type: 'http', name: 'url' };
const timer: DesiredTrigger = { type: 'timer', name: 'everyMinute', cron: '0 * * * * * *', argument: '' };
const wanted: DesiredFunction = {
  name: 'room',
  remoteName: 'xiaozhibo-dev-room',
  configuration,
  triggers: [url],
  paths: ['/room/*'],
};

const fingerprint = 'a'.repeat(32);
const other = 'b'.repeat(32);
const mark = codeMark(fingerprint, 'r1');

const actualUrl: ActualTrigger = {
  type: 'http',
  name: 'url',
  qualifier: 'current',
  enabled: true,
  cron: '',
  argument: '',
  url: 'https://a.example.com',
  open: true,
};
const actualTimer: ActualTrigger = {
  ...actualUrl,
  type: 'timer',
  name: 'everyMinute',
  cron: '0 * * * * * *',
  url: '',
  open: false,
};

/** A function that is exactly as it is wanted. */
function done(changes: Partial<ActualFunction> = {}): ActualFunction {
  return {
    status: 'Active',
    reason: '',
    description: mark,
    configuration,
    versions: [{ name: '3', description: mark, status: 'Active' }],
    newest: configuration,
    alias: { version: '3', description: '' },
    triggers: [actualUrl],
    ...changes,
  };
}

const plan = (actual: ActualFunction | undefined) => planFunction(wanted, actual, fingerprint, 'r9');

describe('a function', () => {
  test('that is as it is wanted needs nothing', () => {
    expect(isDone(plan(done()))).toBe(true);
  });

  test('that is not there is created, with all that follows', () => {
    expect(plan(undefined)).toMatchObject({
      create: 'new',
      publish: true,
      moveAlias: true,
      mark: codeMark(fingerprint, 'r9'),
      triggers: [{ do: 'create', trigger: url }],
    });
  });

  test('of which a failed creation left something is made again', () => {
    expect(plan(done({ status: 'CreateFailed' }))).toMatchObject({ create: 'again' });
  });

  test('with other code gets it, and a mark of this upload', () => {
    const old = codeMark(other, 'r1');
    const {
      code,
      publish,
      moveAlias,
      mark: next,
    } = plan(done({ description: old, versions: [{ name: '3', description: old, status: 'Active' }] }));
    expect([code, publish, moveAlias, next]).toEqual([true, true, true, codeMark(fingerprint, 'r9')]);
  });

  test.each<[string, Partial<ActualFunction>]>([
    [
      'its mark was set and the code not sent',
      { versions: [{ name: '3', description: codeMark(other, 'r0'), status: 'Active' }] },
    ],
    ['the code went back and forth', { description: codeMark(fingerprint, 'r2') }],
    ['nothing was ever published', { versions: [], newest: undefined, alias: undefined }],
    ['its last change failed', { status: 'UpdateFailed' }],
    ['somebody gave it a description', { description: 'mine' }],
    ['its handler was changed', { configuration: { ...configuration, handler: 'other.main_handler' } }],
  ])('gets the code again when %s', (_what, changes) => {
    expect(plan(done(changes))).toMatchObject({ create: 'no', code: true, publish: true, moveAlias: true });
  });

  test('with another variable is configured and published, without its code', () => {
    const changed = { ...configuration, environment: { LOG_LEVEL: 'info', TOKEN_SECRET: 'two', OLD: 'x' } };
    expect(plan(done({ configuration: changed, newest: changed }))).toMatchObject({
      code: false,
      configuration: ['environment.OLD', 'environment.TOKEN_SECRET'],
      publish: true,
      mark,
    });
  });

  test('whose configuration was changed but not published is published', () => {
    const before = { ...configuration, memoryMb: 128 };
    expect(plan(done({ newest: before }))).toMatchObject({ code: false, configuration: [], publish: true });
  });

  test('whose version was published but never served gets only its alias moved', () => {
    for (const alias of [undefined, { version: '2', description: '' }])
      expect(plan(done({ alias }))).toMatchObject({
        code: false,
        publish: false,
        version: '3',
        moveAlias: true,
      });
  });

  test('whose newest version failed is published anew', () => {
    const versions = [{ name: '4', description: mark, status: 'PublishFailed' }];
    expect(plan(done({ versions }))).toMatchObject({ code: false, publish: true, version: undefined });
  });
});

test('every part of a configuration is compared', () => {
  const others: Configuration = {
    handler: 'x.y',
    runtime: 'Nodejs20.19',
    memoryMb: 128,
    timeoutSeconds: 6,
    environment: {},
    vpcId: '',
    subnetId: '',
    publicNet: false,
    role: 'role',
  };
  expect(differences(others, configuration).sort()).toEqual(
    [
      ...Object.keys(configuration).filter((name) => name !== 'environment'),
      'environment.LOG_LEVEL',
      'environment.TOKEN_SECRET',
    ].sort(),
  );
});

describe('triggers', () => {
  test('as they are wanted stay', () => {
    expect(planTriggers([url, timer], [actualTimer, actualUrl])).toEqual([]);
  });

  test('a changed, closed or switched-off one is changed, not made a second time', () => {
    expect(planTriggers([timer], [{ ...actualTimer, cron: '30 * * * * * *' }])).toEqual([
      { do: 'update', trigger: timer, name: 'everyMinute' },
    ]);
    for (const change of [{ argument: 'x' }, { enabled: false }])
      expect(planTriggers([timer], [{ ...actualTimer, ...change }])).toMatchObject([{ do: 'update' }]);
    for (const change of [{ open: false }, { enabled: false }])
      expect(planTriggers([url], [{ ...actualUrl, ...change }])).toMatchObject([{ do: 'update' }]);
  });

  test('a URL of another name is kept: its address must not change', () => {
    expect(planTriggers([url], [{ ...actualUrl, name: 'made-by-hand' }])).toEqual([]);
  });

  test('what is not wanted any more is removed, after the rest; what hangs on other versions is not ours', () => {
    const old = { ...actualTimer, name: 'old' };
    const foreign = { ...actualTimer, name: 'foreign', qualifier: '$LATEST' };
    expect(planTriggers([timer], [old, foreign])).toEqual([
      { do: 'create', trigger: timer },
      { do: 'delete', type: 'timer', name: 'old' },
    ]);
  });
});

describe('what is remembered in descriptions', () => {
  test('has only the characters that SCF takes, and comes back', () => {
    const id = releaseId(Date.UTC(2026, 10, 23, 8, 22, 0, 123));
    expect(id).toBe('20261123T082200123Z');
    const releases: Release[] = [
      { id, functions: 17, before: '12' },
      { id: '20261122T000000000Z', functions: 2, before: undefined },
    ];
    const text = releasesText(releases);
    expect(text).toMatch(/^[A-Za-z0-9 ,.]{1,1000}$/);
    expect(readReleases(text)).toEqual(releases);
    expect(readReleases('a text of somebody')).toEqual([]);
  });

  test('is no more than five releases', () => {
    const many = Array.from({ length: 9 }, (_, n): Release => ({
      id: `r${n}`,
      functions: 17,
      before: `${n}`,
    }));
    expect(readReleases(releasesText(many)).map(({ id }) => id)).toEqual(['r0', 'r1', 'r2', 'r3', 'r4']);
  });
});

/** The aliases of a made-up service, moved by releases and taken back as the deployment does it. */
function world(names: readonly string[]) {
  const aliases = new Map<string, { version: string; description: string }>();
  const newest = new Map<string, number>();
  return {
    versions: () => Object.fromEntries([...aliases].map(([name, { version }]) => [name, version])),
    /** @param steps how many calls are made before the run dies */
    release: (id: string, moved: readonly string[], steps = Infinity): void => {
      const states = names.map((name): AliasState => {
        const moves = moved.includes(name);
        const behind = newest.has(name) && String(newest.get(name)) !== aliases.get(name)?.version;
        if (moves) newest.set(name, (newest.get(name) ?? 0) + 1);
        return { name, alias: aliases.get(name), moves, version: String(newest.get(name)), behind };
      });
      for (const { name, version = '', description } of planRelease(states, id).slice(0, steps))
        aliases.set(name, { version, description });
    },
    remove: (name: string): void => {
      aliases.delete(name);
      names = names.filter((one) => one !== name);
    },
    rollback: (steps = Infinity): { moves: string[]; stays: string[] } | undefined => {
      const rolled = planRollback(names.map((name) => ({ name, alias: aliases.get(name) })));
      if (rolled === undefined) return undefined;
      for (const { name, version, description } of [...rolled.moves, ...rolled.stays].slice(0, steps))
        aliases.set(name, { version, description });
      return {
        moves: rolled.moves.map(({ name }) => name),
        stays: rolled.stays.map(({ name }) => name),
      };
    },
  };
}

describe('rollback', () => {
  test('after the first release has nothing to go back to', () => {
    const { release, rollback, versions } = world(['a', 'b']);
    expect(rollback()).toBeUndefined();
    release('r1', ['a', 'b']);
    expect(rollback()).toBeUndefined();
    expect(versions()).toEqual({ a: '1', b: '1' });
  });

  test('takes back exactly what the last release moved, and release by release', () => {
    const { release, rollback, versions } = world(['a', 'b', 'c']);
    release('r1', ['a', 'b', 'c']);
    release('r2', ['a', 'b']);
    release('r3', ['a']);
    expect(versions()).toEqual({ a: '3', b: '2', c: '1' });
    expect(rollback()).toEqual({ moves: ['a'], stays: [] });
    expect(versions()).toEqual({ a: '2', b: '2', c: '1' });
    expect(rollback()).toEqual({ moves: ['a', 'b'], stays: [] });
    expect(versions()).toEqual({ a: '1', b: '1', c: '1' });
    expect(rollback()).toBeUndefined();
  });

  test('leaves a function that came with the release, and goes on from there', () => {
    const { release, rollback, versions } = world(['a', 'b', 'late']);
    release('r1', ['a', 'b']);
    release('r2', ['a', 'late']);
    expect(rollback()).toEqual({ moves: ['a'], stays: ['late'] });
    expect(versions()).toEqual({ a: '1', b: '1', late: '1' });
    release('r3', ['a', 'b', 'late']);
    expect(rollback()).toEqual({ moves: ['a', 'b', 'late'], stays: [] });
    expect(versions()).toEqual({ a: '1', b: '1', late: '1' });
  });

  test('that dies half-way is finished by the next', () => {
    for (const steps of [0, 1, 2, 3]) {
      const { release, rollback, versions } = world(['a', 'b', 'late']);
      release('r1', ['a', 'b']);
      release('r2', ['a', 'b', 'late']);
      rollback(steps);
      if (steps < 2) expect(rollback()?.stays).toEqual(['late']);
      expect(versions()).toEqual({ a: '1', b: '1', late: '1' });
    }
  });

  test('after a release that died between two aliases and was finished with other code goes back to what was whole', () => {
    for (const steps of [0, 1, 2, 3]) {
      const { release, rollback, versions } = world(['a', 'b', 'c', 'd']);
      release('r1', ['a', 'b', 'c', 'd']);
      release('r2', ['a', 'b', 'c'], steps);
      release('r3', ['b', 'c']);
      const moved = rollback()?.moves;
      expect(moved).toEqual(steps === 3 || steps === 0 ? ['b', 'c'] : ['a', 'b', 'c']);
      if (steps < 3) expect(versions()).toEqual({ a: '1', b: '1', c: '1', d: '1' });
      else expect(versions()).toMatchObject({ a: '2', d: '1' });
    }
  });

  test('takes back one release, also when a function of the one before was removed meanwhile', () => {
    const { release, remove, rollback, versions } = world(['a', 'b', 'c']);
    release('r1', ['a', 'b', 'c']);
    release('r2', ['a', 'b', 'c']);
    remove('c');
    release('r3', ['a']);
    rollback();
    expect(versions()).toEqual({ a: '2', b: '2' });
  });

  test('after a rollback and a new release goes back to where the rollback had led', () => {
    const { release, rollback, versions } = world(['a', 'b']);
    release('r1', ['a', 'b']);
    release('r2', ['a', 'b']);
    rollback();
    release('r3', ['a']);
    expect(versions()).toEqual({ a: '3', b: '1' });
    rollback();
    expect(versions()).toEqual({ a: '1', b: '1' });
  });
});

test('versions that a rollback may need are not cleaned up', () => {
  const versions = Array.from({ length: 20 }, (_, n) => String(n + 1));
  const description = releasesText([
    { id: 'r2', functions: 1, before: '4' },
    { id: 'r1', functions: 1, before: '2' },
  ]);
  expect(planCleanup(versions, { version: '5', description })).toEqual(['10', '9', '8', '7', '6', '3', '1']);
  expect(planCleanup(versions.slice(0, 10), { version: '1', description: '' })).toEqual([]);
});

test('the domain leads each path to its function and the rest to the front door', () => {
  const app = { ...wanted, name: 'app', remoteName: 's-app', paths: ['/interface.php'] };
  expect(planEndpoints([wanted, app], 'app')).toEqual([
    { path: '/room/*', remoteName: 'xiaozhibo-dev-room' },
    { path: '/interface.php', remoteName: 's-app' },
    { path: '/*', remoteName: 's-app' },
  ]);
  expect(() => planEndpoints([wanted, { ...app, paths: ['/room/*'] }], 'app')).toThrow(/path \/room\/\*/);
});
