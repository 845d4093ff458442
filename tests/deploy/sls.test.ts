import { parse } from 'yaml';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { v2Phone } from '../contract/v2Phone';
import { v3Phone } from '../contract/v3Phone';
import { mysqlEngines } from '../servers/engines';
import { deployedProduct, type DeployedProduct } from './deployedProduct';
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

const file = v.parse(
  v.object({
    functions: v.record(
      v.string(),
      v.looseObject({
        events: v.optional(
          v.array(v.object({ http: v.optional(v.object({ paths: v.array(v.string()) })) })),
          [],
        ),
      }),
    ),
  }),
  parse(readFileSync(join(__dirname, '..', '..', 'serverless.yml'), 'utf8')),
);
const names = Object.keys(file.functions).sort();

// The real command line, plugin, engine and SDK, over the whole product, from an empty account to an empty account. The
// settings come from `.env`, one of them with every character that a shell or a parser could stumble over.
for (const engine of mysqlEngines().slice(0, 1)) {
  describe(`npx sls over the whole product, with ${engine.name} inside the VPC`, () => {
    let emulator: Emulator;
    let database: InsideDatabase;
    let project: ProjectCopy;
    let settings: Record<string, string>;
    let domain: DeployedProduct;

    beforeAll(async () => {
      database = await openInsideDatabase(engine);
      emulator = await startEmulator({
        inside: database.inside,
        domains: ['live.example.com'],
        certificates: ['cert1'],
        roles: ['SCF_LiveRole'],
      });
      project = copyProject();
      settings = {
        ...newSettings(database.url),
        ...deployerSettings(emulator),
        TOKEN_SECRET: `$HOME \${PATH} #1 'a" b\\n %20 & ; | 你好 ${newSettings('')['TOKEN_SECRET']}`,
        EXECUTION_ROLE: 'SCF_LiveRole',
        PUBLIC_DOMAIN: 'live.example.com',
        CERTIFICATE_ID: 'cert1',
      };
      const quoted = (value: string): string => (value.includes("'") ? `\`${value}\`` : `'${value}'`);
      const lines = Object.entries(settings).map(([name, value]) => `${name}=${quoted(value)}\n`);
      project.write('.env', lines.join(''));
      domain = deployedProduct(emulator, 'https://live.example.com', settings);
    });

    afterAll(async () => {
      await emulator.close();
      project.remove();
      await database.close();
    });

    /** Runs `sls`, which must end well, give nothing away, and send nothing that nobody foresaw. */
    async function run(...args: string[]): Promise<string> {
      const ran = await attempt(...args);
      expect(ran).toMatchObject({ code: 0, signal: null });
      return ran.output;
    }

    async function attempt(...args: string[]): Promise<Ran> {
      emulator.forgetCalls();
      const ran = await sls(project.root, args, { ...emulator.environment(), TZ: 'Asia/Shanghai' });
      expect({ given: secretsIn(ran.output, settings), unexpected: emulator.unexpected() }).toEqual({
        given: [],
        unexpected: [],
      });
      return ran;
    }

    /** What changed the account, without reads. */
    const sent = (): string[] =>
      emulator.writes().map(({ action, parameters: { FunctionName } }) => {
        const name = typeof FunctionName === 'string' ? FunctionName.replace('xiaozhibo-dev-', '') : '';
        return `${action} ${name}`.trim();
      });

    const functionOf = (name: string) => {
      const found = emulator.state.functions.get(`default/xiaozhibo-dev-${name}`);
      if (found === undefined) throw new Error(`${name} is not deployed`);
      return found;
    };

    const urlOf = (name: string): string => {
      const trigger = functionOf(name).triggers.find(({ type }) => type === 'http');
      if (trigger === undefined) throw new Error(`${name} has no URL`);
      return `https://${trigger.host}`;
    };

    test('deploys from nothing', async () => {
      const output = await run('deploy');
      expect(output).toContain('https://live.example.com/liveCallback');
      expect([...emulator.state.functions.keys()].sort()).toEqual(
        names.map((name) => `default/xiaozhibo-dev-${name}`).sort(),
      );
      for (const name of names) {
        const { latest, aliases } = functionOf(name);
        expect([name, latest.status, aliases.get('current')?.version]).toEqual([name, 'Active', '1']);
      }
      expect(functionOf('imSig').latest.configuration).toMatchObject({
        Role: 'SCF_LiveRole',
        environment: { TOKEN_SECRET: settings['TOKEN_SECRET'] },
      });
      expect(
        functionOf('reconcile')
          .triggers.map(({ type }) => type)
          .sort(),
      ).toEqual(['http', 'timer']);
    });

    test('a second time uploads nothing and touches nothing', async () => {
      await run('deploy');
      expect(sent()).toEqual([]);
    });

    test('the deployed zips answer: a signature, a list out of MySQL, a broadcast from push to replay', async () => {
      const host = await domain.ask('/imSig', { as: 'host' });
      expect(host).toMatchObject({ status: 200, data: { userId: 'host', sdkAppId: 1_400_000_000 } });
      expect(
        (await deployedProduct(emulator, urlOf('imSig'), settings).ask('/', { as: 'host' })).status,
      ).toBe(200);
      expect((await domain.ask('/getLiveList')).data).toMatchObject({ items: [] });
      const live = await domain.ask('/getPushUrl', { as: 'host', body: { title: 'a title' } });
      expect(live.status).toBe(200);
      const notice = {
        appid: 1_250_000_000,
        app: 'push.example.com',
        appname: 'live',
        stream_id: live.data['streamId'],
        channel_id: live.data['streamId'],
        event_type: 1,
        event_time: Math.floor(Date.now() / 1000),
        sequence: '6674468118806626493',
        node: '203.0.113.50',
        user_ip: '203.0.113.7',
        stream_param: '',
        errcode: 0,
        errmsg: 'ok',
      };
      expect(await domain.notify(notice)).toMatchObject({ status: 200, body: { code: 0 } });
      const listed = { items: [expect.objectContaining({ userId: 'host', title: 'a title' })] };
      expect((await domain.ask('/getLiveList')).data).toMatchObject(listed);
      // Without a domain, the address of the app function alone has every command.
      const door = deployedProduct(emulator, urlOf('app'), settings);
      expect((await door.ask('/getLiveList')).data).toMatchObject(listed);
      expect(await door.ask('/room/info', { body: { streamId: live.data['streamId'] } })).toMatchObject({
        status: 200,
      });
    });

    test.each(['the custom domain', 'the URL of the app function'])(
      'every generation of apps is served at %s',
      async (where) => {
        const address = where === 'the custom domain' ? 'https://live.example.com' : urlOf('app');
        const product = deployedProduct(emulator, address, settings);
        const empty = await product.ask('/interface.php', { body: '' });
        expect([empty.status, empty.text]).toEqual([
          200,
          '{"returnValue":4001,"returnMsg":"json format error","returnData":[]}',
        ]);
        const suffix = where.length;
        const second = v2Phone(
          {
            send: async (path, body, headers) => {
              const { status, headers: got, text } = await product.ask(path, { body, headers });
              return { status, headers: got, body: text };
            },
          },
          { userId: `second${suffix}`, password: 'apassword' },
        );
        expect((await second.register()).code).toBe(200);
        expect((await second.login()).code).toBe(200);
        expect((await second.call('get_user_info')).code).toBe(200);
        const third = v3Phone(
          { ask: (_name, { path = '', ...ask } = {}) => product.ask(path, ask) },
          { username: `third${suffix}` },
        );
        await third.join();
        expect((await third.call('auth_users/user_query', { userId: third.userId })).errorCode).toBe(0);
      },
    );

    test('each path of serverless.yml leads to its function', () => {
      const endpoints = emulator.state.domains.get('live.example.com')?.EndpointsConfig ?? [];
      const led = endpoints.map(({ PathMatch, FunctionName }) => [
        PathMatch,
        FunctionName.replace('xiaozhibo-dev-', ''),
      ]);
      const paths = Object.entries(file.functions).flatMap(([name, { events }]) =>
        events.flatMap(({ http }) => (http?.paths ?? []).map((path) => [path, name])),
      );
      expect(Object.fromEntries(led)).toEqual({ ...Object.fromEntries(paths), '/*': 'app' });
    });

    test('npm run verify proves the deployment: every stored zip is asked', async () => {
      const command = [process.execPath, 'scripts/run.cjs', 'verify', 'https://live.example.com'];
      const { code, output } = await start(project.root, command, emulator.environment()).ended;
      expect(output).not.toMatch(/^ +wrong /m);
      expect(output).toMatch(/^ +ok +\/liveCallback +takes a notice signed with LIVE_CALLBACK_KEY/m);
      expect(output).toMatch(/^ +ok +TLS +the certificate is trusted/m);
      expect(code).toBe(0);
      expect({ given: secretsIn(output, settings), unexpected: emulator.unexpected() }).toEqual({
        given: [],
        unexpected: [],
      });
    });

    test('changed code of one function: one upload, and then the new code answers', async () => {
      project.edit(
        'functions/imSig/index.ts',
        'export const main_handler = ',
        `export const main_handler: typeof before = async (event, context) => {
          const answer = await before(event, context);
          return { ...answer, headers: { ...answer.headers, 'X-Release': 'second' } };
        };
        const before = `,
      );
      const before = urlOf('imSig');
      await run('deploy');
      expect(sent()).toEqual([
        'UpdateFunctionConfiguration imSig',
        'UpdateFunctionCode imSig',
        'PublishVersion imSig',
        'Invoke migrate',
        'UpdateAlias imSig',
      ]);
      expect((await domain.ask('/imSig', { as: 'host' })).headers['x-release']).toBe('second');
      expect(urlOf('imSig')).toBe(before);
    });

    test('rollback: the old code answers again', async () => {
      await run('rollback');
      expect(sent()).toEqual(['UpdateAlias imSig']);
      expect(await domain.ask('/imSig', { as: 'host' })).toMatchObject({
        status: 200,
        headers: expect.not.objectContaining({ 'x-release': expect.anything() }),
      });
    });

    test('info, invoke, logs', async () => {
      const info = await run('info');
      for (const name of names) expect(info).toMatch(new RegExp(`^ *${name} +Active, version 1\\b`, 'm'));
      const event = { httpMethod: 'POST', path: '/interface.php', headers: {}, queryString: {}, body: '' };
      expect(await run('invoke', '-f', 'app', '--data', JSON.stringify(event))).toContain(
        'json format error',
      );
      const logs = await run('logs', '-f', 'getLiveList');
      expect(logs).toMatch(/"status":200/);
      // What it returned is not shown: the platform keeps it, but a terminal does not have to.
      expect(logs).not.toContain('a title');
      expect(sent()).toEqual([]);
    });

    test('remove: nothing is left of it, and the database is untouched', async () => {
      expect(await attempt('remove')).toMatchObject({ code: 1 });
      expect(sent()).toEqual([]);
      await run('remove', '--yes');
      expect(emulator.state.functions.size).toBe(0);
      expect(emulator.state.domains.size).toBe(0);
      // Another stage has functions of its own, here over the same database.
      expect(await run('deploy', '--stage', 'other')).toContain('database: up to date');
      expect([...emulator.state.functions.keys()].sort()).toEqual(
        names.map((name) => `default/xiaozhibo-other-${name}`).sort(),
      );
      expect((await domain.ask('/getLiveList')).data).toMatchObject({
        items: [expect.objectContaining({ userId: 'host' })],
      });
    });
  });
}
