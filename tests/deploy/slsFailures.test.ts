import { parse, stringify } from 'yaml';
import * as v from 'valibot';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mysqlEngines } from '../servers/engines';
import {
  deployerSettings,
  newSettings,
  openInsideDatabase,
  secretsIn,
  type InsideDatabase,
} from './deployment';
import { startEmulator, type Emulator } from './emulator/startEmulator';
import { copyProject, type ProjectCopy } from './projectCopy';
import { sls, start, type Ran } from './sls';

jest.setTimeout(120_000);

/** Few functions: what goes wrong is the same with all of them, and takes less time. */
const kept = ['imSig', 'getVodList', 'migrate'];

// Through the real command line: each failure ends with an exit code that is not 0, says what to do and gives nothing away.
for (const engine of mysqlEngines().slice(0, 1)) {
  describe('npx sls over a few functions, and when something goes wrong', () => {
    let emulator: Emulator;
    let database: InsideDatabase;
    let project: ProjectCopy;
    let settings: Record<string, string>;

    beforeAll(async () => {
      database = await openInsideDatabase(engine);
      emulator = await startEmulator({ inside: database.inside });
      project = copyProject();
      const file = v.parse(
        v.looseObject({ functions: v.record(v.string(), v.unknown()) }),
        parse(readFileSync(join(project.root, 'serverless.yml'), 'utf8')),
      );
      const functions = Object.fromEntries(kept.map((name) => [name, file.functions[name]]));
      project.write('serverless.yml', stringify({ ...file, functions }));
    });

    afterAll(async () => {
      await emulator.close();
      project.remove();
      await database.close();
    });

    beforeEach(() => {
      settings = { ...newSettings(database.url), ...deployerSettings(emulator) };
      emulator.state.functions.clear();
      emulator.faults.clear();
      emulator.forgetCalls();
    });

    async function deploy(environment: Record<string, string> = settings): Promise<Ran> {
      return checked(await sls(project.root, ['deploy'], { ...emulator.environment(), ...environment }));
    }

    function checked(ran: Ran): Ran {
      expect({ given: secretsIn(ran.output, settings), unexpected: emulator.unexpected() }).toEqual({
        given: [],
        unexpected: [],
      });
      return ran;
    }

    const answers = async (): Promise<(string | undefined)[]> =>
      Promise.all(
        kept.map(async (name) => {
          const fn = emulator.state.functions.get(`default/xiaozhibo-dev-${name}`);
          return fn?.aliases.get('current')?.version;
        }),
      );

    test('of one function only, as a dry run and in earnest', async () => {
      const only = ['deploy', 'function', '-f', 'getVodList'];
      const environment = { ...emulator.environment(), ...settings };
      const dry = checked(await sls(project.root, [...only, '--dry-run'], environment));
      expect(dry.code).toBe(0);
      expect(dry.output).toMatch(/environment\.DATABASE_URL = \[secret\]/);
      expect(dry.output).not.toContain('imSig');
      expect(emulator.writes()).toEqual([]);
      expect(checked(await sls(project.root, only, environment)).code).toBe(0);
      expect([...emulator.state.functions.keys()].sort()).toEqual(
        ['getVodList', 'migrate'].map((name) => `default/xiaozhibo-dev-${name}`),
      );
    });

    test('a wrong key', async () => {
      const wrong = { ...settings, TENCENTCLOUD_SECRET_KEY: newSettings('')['COS_SECRET_KEY'] ?? '' };
      const { code, output } = await deploy(wrong);
      expect(code).toBe(1);
      expect(output).toMatch(/AuthFailure\.SignatureFailure/);
      expect(output).toMatch(/RequestId/);
      expect(secretsIn(output, wrong)).toEqual([]);
    });

    test('a missing and a malformed variable: both are named, and nothing is sent', async () => {
      const { TOKEN_SECRET: _, ...rest } = settings;
      const { code, output } = await deploy({ ...rest, IM_SECRET_KEY: 'tooshort', VPC_ID: '' });
      expect(code).toBe(1);
      for (const name of ['TOKEN_SECRET', 'IM_SECRET_KEY', 'VPC_ID']) expect(output).toContain(name);
      expect(output).not.toContain('tooshort');
      expect(emulator.calls()).toEqual([]);
    });

    test('a key in serverless.yml that nobody knows, and a command that does not exist', async () => {
      const text = readFileSync(join(project.root, 'serverless.yml'), 'utf8');
      project.write('serverless.yml', text.replace('memorySize:', 'memroySize: 1\n  memorySize:'));
      expect((await deploy()).code).toBe(1);
      project.write('serverless.yml', text);
      expect((await sls(project.root, ['depoly'], { ...emulator.environment(), ...settings })).code).toBe(1);
      expect(emulator.calls()).toEqual([]);
    });

    test.each<[string, () => void, RegExp]>([
      [
        'an environment of more than 4 KB',
        () => (settings['TOKEN_SECRET'] = 'a1'.repeat(2100)),
        /imSig: .*4096/,
      ],
      [
        'a variable with a name of the platform',
        () => project.edit('serverless.yml', 'TOKEN_SECRET: ', 'SCF_SECRET: abc\n      TOKEN_SECRET: '),
        /imSig: .*SCF_SECRET/,
      ],
      [
        'a function that cannot be created',
        () => void emulator.state.failing.set('xiaozhibo-dev-imSig', 'CreateFailed'),
        /imSig: CreateFunction: .*CreateFailed/,
      ],
    ])('npm run deploy, too: %s', async (_what, spoil, reason) => {
      const text = readFileSync(join(project.root, 'serverless.yml'), 'utf8');
      spoil();
      const command = [process.execPath, 'scripts/run.cjs', 'deploy'];
      const { code, output } = checked(
        await start(project.root, command, { ...emulator.environment(), ...settings }).ended,
      );
      project.write('serverless.yml', text);
      expect(code).toBe(1);
      expect(output).toMatch(reason);
    });

    test('a refusal that quotes a secret', async () => {
      const quote = `The variable ${settings['IM_SECRET_KEY']} of ${settings['DATABASE_URL']} is not good.`;
      emulator.faults.add({
        action: 'CreateFunction',
        functionName: 'xiaozhibo-dev-imSig',
        effect: { kind: 'refuse', code: 'InvalidParameterValue.Environment', message: quote },
      });
      const { code, output } = await deploy();
      expect(code).toBe(1);
      expect(output).toMatch(/imSig: CreateFunction: InvalidParameterValue\.Environment/);
    });

    test('a database that cannot be reached: the version before goes on serving', async () => {
      expect((await deploy()).code).toBe(0);
      const [before] = await answers();
      settings['DATABASE_URL'] =
        settings['DATABASE_URL']?.replace(database.password, 'notthepassword1') ?? '';
      const { code, output } = await deploy();
      expect(code).toBe(1);
      expect(output).toMatch(/migrate: Invoke: /);
      expect(output).not.toContain('notthepassword1');
      expect([before, ...(await answers())]).toEqual(['1', '1', '1', '1']);
      expect(emulator.calls('UpdateAlias')).toEqual([]);
    });

    test.each([
      ['CreateFunction', 1],
      ['PublishVersion', 2],
      ['Invoke', 0],
      ['CreateAlias', 1],
      ['CreateTrigger', 0],
    ])('killed at %s, after %d of them: the next run finishes it', async (action, skip) => {
      const running = start(project.root, [process.execPath, 'node_modules/.bin/sls', 'deploy'], {
        ...emulator.environment(),
        ...settings,
      });
      emulator.faults.add({ action, skip, effect: { kind: 'tell', call: () => running.kill('SIGKILL') } });
      expect(await running.ended).toMatchObject({ code: null, signal: 'SIGKILL' });
      const { code } = checked(
        await start(project.root, [process.execPath, 'scripts/run.cjs', 'deploy'], {
          ...emulator.environment(),
          ...settings,
        }).ended,
      );
      expect(code).toBe(0);
      const versions = await answers();
      expect(versions.every((version) => version !== undefined)).toBe(true);
      const urls = [...emulator.state.functions.values()].map(({ triggers }) => triggers.length);
      expect(urls).toEqual([1, 1, 0]);
    });
  });
}
