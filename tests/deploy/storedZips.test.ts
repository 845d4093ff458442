import { unzipSync } from 'fflate';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { endBuild } from '../../scripts/build';
import { runCommand } from '../../scripts/deploy/commands';
import samples from '../data/event-samples.json';
import { mysqlEngines } from '../servers/engines';
import {
  deployerSettings,
  newSettings,
  openInsideDatabase,
  secretsIn,
  type InsideDatabase,
} from './deployment';
import { action, type ApiService } from './emulator/apiService';
import { wholeAnswer } from './emulator/front';
import { startEmulator, type Emulator } from './emulator/startEmulator';
import { copyProject, type ProjectCopy } from './projectCopy';
import { start } from './sls';

jest.setTimeout(60_000);

const prefix = 'default/xiaozhibo-dev-';
const events = Object.entries(samples.events).map(([name, { event }]) => ({ name, event }));

/** What the timer asks the live service for. */
const liveWithoutStreams: ApiService = {
  name: 'live',
  version: '2018-08-01',
  regional: false,
  actions: new Map([
    ['DescribeLiveStreamOnlineList', action(() => ({ TotalNum: 0, TotalPage: 0, OnlineInfo: [] }))],
  ]),
};

// What was uploaded, and whether it runs where nothing is but Node and the environment of SCF.
for (const engine of mysqlEngines().slice(0, 1)) {
  describe('the stored zips', () => {
    let emulator: Emulator;
    let database: InsideDatabase;
    let project: ProjectCopy;
    let settings: Record<string, string>;

    beforeAll(async () => {
      database = await openInsideDatabase(engine);
      const own = newSettings(database.url);
      emulator = await startEmulator({
        inside: database.inside,
        apiServices: [liveWithoutStreams],
        otherCredentials: [
          { secretId: own['TENCENT_SECRET_ID'] ?? '', secretKey: own['TENCENT_SECRET_KEY'] ?? '' },
        ],
      });
      emulator.state.settling = { polls: 0, ms: 0 };
      project = copyProject();
      settings = { ...own, ...deployerSettings(emulator) };
      const surroundings = {
        root: project.root,
        environment: settings,
        agent: emulator.agent,
        print: () => undefined,
      };
      await runCommand('deploy', {}, surroundings);
      await endBuild();
    });

    afterAll(async () => {
      await emulator.close();
      project.remove();
      await database.close();
    });

    const functions = () =>
      [...emulator.state.functions.values()].map((fn) => ({
        ...fn,
        short: fn.name.slice(prefix.length - 'default/'.length),
      }));

    test('hold the code and the licence and nothing else, in less than 1 MB, and no secret', () => {
      const licence = readFileSync(join(project.root, 'LICENSE'), 'utf8');
      for (const { short, latest } of functions()) {
        const files = unzipSync(latest.code);
        expect([short, Object.keys(files).sort()]).toEqual([short, ['LICENSE', 'index.js']]);
        expect(Buffer.from(files['LICENSE'] ?? []).toString()).toBe(licence);
        const code = Buffer.from(files['index.js'] ?? []).toString();
        expect([short, secretsIn(code, settings), latest.code.length < 1024 * 1024]).toEqual([
          short,
          [],
          true,
        ]);
        expect(code).not.toContain('sourcesContent');
        expect(code).not.toContain(project.root);
      }
    });

    test('are the same bytes when they are built again, in another process and another time zone', async () => {
      emulator.forgetCalls();
      // npm itself would look for a newer npm.
      const quiet = { npm_config_update_notifier: 'false', TZ: 'Asia/Shanghai' };
      const environment = { ...emulator.environment(), ...settings, ...quiet };
      const { code, output } = await start(project.root, ['npm', 'run', 'deploy'], environment).ended;
      expect({ code, given: secretsIn(output, settings) }).toEqual({ code: 0, given: [] });
      expect(emulator.writes()).toEqual([]);
      expect(emulator.calls().length).toBeGreaterThan(0);
    });

    test('answer every event of the samples, and log no secret', async () => {
      for (const { name, short } of functions()) {
        for (const { name: sample, event } of events) {
          const { returned, fault, lines } = await emulator.invoke(name, event, 'current');
          const what = `${short} ${sample}`;
          expect([what, fault]).toEqual([what, undefined]);
          const value: unknown = JSON.parse(returned ?? 'null');
          // Not answers to HTTP: what the timer's function did, and what the deployment asks of the migrations.
          const own =
            !('httpMethod' in event) && (short === 'migrate' || (short === 'reconcile' && 'Type' in event));
          expect([what, v.is(own ? v.looseObject({}) : wholeAnswer, value)]).toEqual([what, true]);
          expect([what, secretsIn(lines.join('\n'), settings)]).toEqual([what, []]);
        }
      }
      // The timer's function asked the live service, with the key that it was given for that.
      expect(emulator.calls('DescribeLiveStreamOnlineList').map(({ refused }) => refused)).toContain(
        undefined,
      );
      expect(emulator.unexpected()).toEqual([]);
    });

    test('do not start with a setting missing or with a published default, and say which', async () => {
      const [fn] = functions().filter(({ short }) => short === 'imSig');
      if (fn === undefined) throw new Error('not deployed');
      const { TOKEN_SECRET: _, ...environment } = fn.latest.configuration.environment;
      fn.latest.configuration = {
        ...fn.latest.configuration,
        environment: { ...environment, IM_SECRET_KEY: 'x'.repeat(40) },
      };
      const { fault } = await emulator.invoke(fn.name, {});
      expect(fault?.statusCode).toBe(443);
      expect(fault?.errorMessage).toMatch(/TOKEN_SECRET is missing/);
      expect(fault?.errorMessage).toMatch(/IM_SECRET_KEY is a published default/);
      expect(fault?.errorMessage).not.toContain('x'.repeat(40));
    });

    test('reach the database only from inside the VPC', async () => {
      const [fn] = functions().filter(({ short }) => short === 'migrate');
      if (fn === undefined) throw new Error('not deployed');
      const inside = await emulator.invoke(fn.name, { check: true }, 'current');
      expect(inside.returned).toMatch(/"ok":true/);
      fn.latest.configuration = { ...fn.latest.configuration, VpcConfig: { VpcId: '', SubnetId: '' } };
      const outside = await emulator.invoke(fn.name, { check: true });
      expect(outside.returned).toMatch(/"ok":false/);
      expect(secretsIn(outside.returned + outside.lines.join('\n'), settings)).toEqual([]);
    });
  });
}
