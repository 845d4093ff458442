import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Access } from '../../shared/command';
import { isRecord } from '../../shared/http/request';
import { Secret } from '../../shared/secret';
import { signToken } from '../../shared/token';
import { findFunction, readFunctions } from '../../scripts/local/routes';
import { localSettings } from '../../scripts/local/settings';
import { environment, makeBackend, type Backend } from '../backend';
import { engines } from '../servers/engines';

interface FoundCommand {
  name: string;
  access: Access;
  path: string;
}

const root = join(__dirname, '..', '..');
const folder = join(root, 'functions');

/** The source files of functions, without those of pages, which want a browser. */
const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !/[\\/]page[\\/]/.test(file))
  .map((file) => join(folder, file));

function isCommand(value: unknown): value is { name: string; access: Access } {
  return (
    isRecord(value) &&
    typeof value['name'] === 'string' &&
    'access' in value &&
    typeof value['run'] === 'function'
  );
}

/** index.ts reads the environment when it is loaded. */
async function findCommands(): Promise<FoundCommand[]> {
  const found: FoundCommand[] = [];
  for (const file of sources.filter((one) => !one.endsWith('index.ts'))) {
    const exported: unknown = await import(file);
    for (const value of isRecord(exported) ? Object.values(exported) : [])
      if (isCommand(value)) found.push({ name: value.name, access: value.access, path: `/${value.name}` });
  }
  return found;
}

/** How often a function serves a command. */
function countServed(): number {
  const serving = sources.filter((file) => /(index|handler)\.ts$/.test(file));
  return (
    serving
      .map((file) => readFileSync(file, 'utf8'))
      .join('\n')
      .match(/\b(publicRoute|viewerRoute|userRoute|operatorRoute)\(/g)?.length ?? 0
  );
}

const functions = readFunctions(join(root, 'serverless.yml'), localSettings({}));

describe.each(engines().slice(0, 1))('every command on $name', ({ open }) => {
  let backend: Backend;
  let commands: FoundCommand[];

  beforeAll(async () => {
    backend = makeBackend(await open());
    commands = await findCommands();
  });

  const send = async (command: FoundCommand, authorization: string | undefined, body: object = {}) => {
    const described = findFunction(functions, command.path);
    const name = described?.name ?? '';
    if (!backend.isFunction(name)) throw new Error(`nobody serves ${command.path}`);
    const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
    return backend.ask(name, { path: command.path, body, headers });
  };

  const ofAccess = (access: Access) => commands.filter((command) => command.access === access);

  test('says who may call it, has a path in serverless.yml and is served once', () => {
    expect(commands.length).toBeGreaterThan(25);
    expect(new Set(commands.map(({ name }) => name)).size).toBe(commands.length);
    expect(
      commands.filter(({ access }) => !['public', 'viewer', 'user', 'operator'].includes(access)),
    ).toEqual([]);
    expect(commands.filter(({ path }) => findFunction(functions, path) === undefined)).toEqual([]);
    expect(countServed()).toBe(commands.length);
  });

  test('for everybody asks for nothing', async () => {
    for (const command of ofAccess('public'))
      expect({ command: command.name, status: (await send(command, undefined)).status }).not.toMatchObject({
        status: 401,
      });
  });

  describe('of a guest of the share page', () => {
    const guest = async () => {
      const { data } = await backend.ask('watch', { path: '/watch/guest' });
      return `Bearer ${String(data['token'])}`;
    };

    test('is taken where anyone who watches may call, and refused everywhere else', async () => {
      const token = await guest();
      expect(
        ofAccess('viewer')
          .map(({ name }) => name)
          .sort(),
      ).toEqual([
        'account/delete',
        'account/logout',
        'imSig',
        'room/enter',
        'room/like',
        'room/members',
        'room/quit',
      ]);
      for (const command of ofAccess('viewer'))
        expect([401, 403]).not.toContain((await send(command, token)).status);
      for (const command of ofAccess('user')) {
        const { status, body } = await send(command, token, { title: 't', online: true, password: 'x' });
        expect({ command: command.name, status, message: body['returnMsg'] }).toEqual({
          command: command.name,
          status: 403,
          message: 'Authorization: a guest of the share page may not call this',
        });
      }
      for (const command of ofAccess('operator')) expect((await send(command, token)).status).toBe(401);
    });

    test("has the guest's own id, whatever else is sent", async () => {
      const token = await guest();
      for (const command of ofAccess('viewer'))
        expect((await send(command, token, { userId: 'user1' })).status).toBe(403);
    });
  });

  describe.each(['user', 'viewer'] as const)('of a %s', (access) => {
    test('refuses a request without a token, and with one that is not valid now', async () => {
      const now = Date.now();
      const tokenWith = (secret: string, ttlSeconds = 3600, at = now) =>
        signToken({ secret: new Secret(secret), userId: 'user1', now: at, ttlSeconds });
      const [head = '', , signature = ''] = (await tokenWith(environment.TOKEN_SECRET)).split('.');
      const claims = { iss: 'xiaozhibo', sub: 'user1', exp: Math.floor(now / 1000) + 3600 };
      const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
      const refused = {
        none: undefined,
        empty: 'Bearer ',
        'of another scheme': `Basic ${Buffer.from('user1:password').toString('base64')}`,
        expired: `Bearer ${await tokenWith(environment.TOKEN_SECRET, 3600, now - 3_601_000)}`,
        'of another secret': `Bearer ${await tokenWith('another-secret-0123456789abcdef0123456789')}`,
        changed: `Bearer ${head}.${encode(claims)}.${signature}`,
        unsigned: `Bearer ${encode({ alg: 'none', typ: 'JWT' })}.${encode(claims)}.`,
        'of the operator': `Bearer ${environment.ADMIN_TOKEN}`,
      };
      expect(ofAccess(access).length).toBeGreaterThan(4);
      for (const command of ofAccess(access))
        for (const [token, authorization] of Object.entries(refused)) {
          const { status, body } = await send(command, authorization);
          expect({ command: command.name, token, status, value: body['returnValue'] }).toEqual({
            command: command.name,
            token,
            status: 401,
            value: 4010,
          });
        }
    });

    test("refuses a stranger's token with somebody's user id, whatever else is sent", async () => {
      const stranger = `Bearer ${await backend.tokenOf('stranger')}`;
      for (const command of ofAccess(access)) {
        const { status, body } = await send(command, stranger, { userId: 'user1', title: 't', online: true });
        expect({ command: command.name, status, value: body['returnValue'] }).toEqual({
          command: command.name,
          status: 403,
          value: 4030,
        });
      }
    });
  });

  describe('of an operator', () => {
    test("refuses a request without ADMIN_TOKEN, and with a user's token", async () => {
      expect(ofAccess('operator').length).toBeGreaterThan(3);
      const user = `Bearer ${await backend.tokenOf('administrator')}`;
      const tokens = [undefined, user, 'Bearer x', `Bearer ${environment.ADMIN_TOKEN}x`];
      for (const command of ofAccess('operator'))
        for (const authorization of tokens)
          expect((await send(command, authorization, { userId: 'user1' })).status).toBe(401);
    });

    test('is taken with it', async () => {
      for (const command of ofAccess('operator'))
        expect((await send(command, `Bearer ${environment.ADMIN_TOKEN}`)).status).not.toBe(401);
    });
  });
});
