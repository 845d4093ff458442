import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFunction, functionNames, readFunctions } from '../../scripts/local/routes';
import { localSettings, refuseKeysBehindDefaults } from '../../scripts/local/settings';

const projectFile = join(__dirname, '..', '..', 'serverless.yml');

describe('the serverless.yml of this project', () => {
  test('is complete with the local settings alone', () => {
    const functions = readFunctions(projectFile, localSettings({}));
    expect(functions.map((fn) => fn.name)).toEqual(functionNames(projectFile));
    // One is called by the deployment only.
    const uncalled = functions.filter(({ paths, timers }) => paths.length + timers.length === 0);
    expect(uncalled.map(({ name }) => name)).toEqual(['migrate']);
  });

  test('gives each function only what it names', () => {
    const functions = readFunctions(projectFile, { ...localSettings({}), PATH: '/bin', UNRELATED: 'x' });
    const imSig = functions.find((fn) => fn.name === 'imSig');
    expect(Object.keys(imSig?.environment ?? {})).toContain('IM_SECRET_KEY');
    for (const name of ['DATABASE_URL', 'LIVE_PUSH_KEY', 'COS_SECRET_KEY', 'PATH', 'UNRELATED']) {
      expect(imSig?.environment).not.toHaveProperty(name);
    }
  });

  test('sends no path to two functions', () => {
    const paths = readFunctions(projectFile, localSettings({})).flatMap((fn) => fn.paths);
    expect(new Set(paths).size).toBe(paths.length);
  });
});

describe('reading a file', () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'routes-'));
    file = join(folder, 'serverless.yml');
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function write(environment: string, rest = ''): void {
    writeFileSync(
      file,
      `provider: { timeout: 7, memorySize: 256 }
functions:
  one:
    handler: index.main_handler
    environment: { ${environment} }
${rest}`,
    );
  }

  test('resolves variables, defaults and several in one text', () => {
    write(
      `A: "\${env:GIVEN}", B: "\${env:ABSENT, 'b'}", C: "\${opt:stage, 'dev'}-\${env:GIVEN}", D: "\${env:EMPTY, 'd'}", E: 5`,
    );
    const [one] = readFunctions(file, { GIVEN: 'given', EMPTY: '' }, { stage: 'prod' });
    expect(one?.environment).toEqual({ A: 'given', B: 'b', C: 'prod-given', D: '', E: '5' });
    expect(one).toMatchObject({ timeoutSeconds: 7, memoryMb: 256, paths: [], timers: [] });
  });

  test('a function may have its own size and triggers', () => {
    write(
      'A: a',
      `    timeout: 60
    memorySize: 64
    events:
      - http: { paths: [/one, /below/*] }
      - timer: { name: every5m, cron: '0 */5 * * * * *', argument: sweep }
`,
    );
    expect(readFunctions(file, {})[0]).toEqual({
      name: 'one',
      paths: ['/one', '/below/*'],
      timeoutSeconds: 60,
      memoryMb: 64,
      environment: { A: 'a' },
      timers: [{ name: 'every5m', cron: '0 */5 * * * * *', argument: 'sweep' }],
    });
  });

  test('a variable that is not set is an error naming function and variable', () => {
    write('A: "${env:NOT_SET}"');
    expect(() => readFunctions(file, {})).toThrow(/function one, variable A: NOT_SET is not set$/);
  });

  test('a form that is not understood is an error, not a text', () => {
    write('A: "${file:other.yml}"');
    expect(() => readFunctions(file, {})).toThrow(
      /function one, variable A: cannot read \$\{file:other\.yml\}/,
    );
  });

  test('a file of another shape is an error naming the place', () => {
    writeFileSync(file, 'provider: {}\nfunctions: { one: { handler: elsewhere.handler } }\n');
    expect(() => readFunctions(file, {})).toThrow(/functions\.one\.handler/);
  });
});

test('an exact path comes before a prefix, a longer prefix before a shorter', () => {
  const functions = [{ paths: ['/base/*'] }, { paths: ['/base/v1/*', '/x'] }, { paths: ['/base/v1/login'] }];
  const find = (path: string) => functions.findIndex((fn) => fn === findFunction(functions, path));
  expect(['/base', '/base/a', '/base/v1', '/base/v1/a', '/base/v1/login'].map(find)).toEqual([0, 0, 1, 1, 2]);
  expect(['/', '/based', '/x/y', '/X', ''].map(find)).toEqual([-1, -1, -1, -1, -1]);
});

test('doubled slashes count as one, and one at the end as none', () => {
  const functions = [{ paths: ['/x', '/x/y'] }, { paths: ['/base/*'] }];
  const find = (path: string) => functions.findIndex((fn) => fn === findFunction(functions, path));
  expect(['/x/', '//x', '//x//', '/x//y/'].map(find)).toEqual([0, 0, 0, 0]);
  expect(['/base/', '//base///a//'].map(find)).toEqual([1, 1]);
  expect(['/', '//', '///', '/x//z'].map(find)).toEqual([-1, -1, -1, -1]);
});

describe('local settings', () => {
  test('follow the ports and the host', () => {
    const settings = localSettings({ PORT: '8001', RTMP_PORT: '8002', HOST: '192.0.2.7', DATA_DIR: 'data' });
    expect(settings).toMatchObject({
      DATABASE_URL: `sqlite:${join('data', 'xiaozhibo.db')}`,
      LIVE_PUSH_DOMAIN: '192.0.2.7:8002',
      LIVE_PLAY_DOMAIN: 'http://192.0.2.7:8001,rtmp://192.0.2.7:8002',
      COS_REGION: 'http://192.0.2.7:8001/cos',
    });
    expect(localSettings({ HOST: '0.0.0.0' }).LIVE_PUSH_DOMAIN).toBe('127.0.0.1:11935');
    expect(localSettings({ HOST: '::1' }).COS_REGION).toBe('http://[::1]:9000/cos');
  });

  test('give way to every variable that is given, an empty one too', () => {
    const settings = localSettings({ LIVE_PUSH_KEY: 'own', LIVE_RECORD: '', UNRELATED: 'x' });
    expect(settings).toMatchObject({ LIVE_PUSH_KEY: 'own', LIVE_RECORD: '', V1_ACCESS: 'open' });
    expect(settings).not.toHaveProperty('UNRELATED');
  });

  test('do not stand between a real key and whoever can reach this machine', () => {
    const own = { TOKEN_SECRET: 'own', ADMIN_TOKEN: 'own', V1_ACCESS: 'open' };
    expect(() => refuseKeysBehindDefaults({})).not.toThrow();
    expect(() => refuseKeysBehindDefaults(localSettings({}))).not.toThrow();
    expect(() => refuseKeysBehindDefaults({ ...own, IM_SECRET_KEY: 'real' })).not.toThrow();
    for (const key of [
      'LIVE_PUSH_KEY',
      'COS_SECRET_KEY',
      'VOD_SECRET_KEY',
      'IM_SECRET_KEY',
      'TENCENT_SECRET_KEY',
    ]) {
      for (const [guard, value] of Object.entries({
        TOKEN_SECRET: undefined,
        ADMIN_TOKEN: 'localonlyAdminToken',
        V1_ACCESS: '',
      })) {
        const refused = () => refuseKeysBehindDefaults({ ...own, [key]: 'real', [guard]: value });
        expect(refused).toThrow(new RegExp(`^${key} given: set ${guard} as well`));
      }
    }
  });

  test('mark every default secret as local', () => {
    const settings: Record<string, string> = localSettings({});
    const secrets = Object.keys(settings).filter((name) => /(SECRET|_KEY|_TOKEN)/.test(name));
    const given = secrets.filter((name) => settings[name] !== '');
    expect(given.length).toBeGreaterThanOrEqual(8);
    for (const name of given) expect(settings[name]).toMatch(/^localonly[A-Za-z0-9]+$/);
  });
});
