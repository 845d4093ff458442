import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Secret } from '../../shared/secret';
import { legacyPasswordHash } from '../../shared/signing/liteavSig';
import type { Database } from '../../shared/store/database';
import { makeBackend, type Backend } from '../backend';
import { engines } from '../servers/engines';
import { inProcess, oldApp, recordingNotice, stopClock, type TestClock } from './oldApps';
import { v2Phone, v2Server } from './v2Phone';
import { v3Phone } from './v3Phone';

const md5 = (text: string) => createHash('md5').update(text).digest('hex');

const passwords = {
  native1: 'native-password-one',
  abcd1: 'second-generation-pw',
  efgh1: 'third-generation-pw',
  wrong: 'a-wrong-password-guess',
};

const schema = join(__dirname, '..', '..', 'schema');

async function everyRow(database: Database): Promise<{ tables: string[]; text: string }> {
  const tables = readdirSync(schema).flatMap((file) =>
    [...readFileSync(join(schema, file), 'utf8').matchAll(/CREATE TABLE IF NOT EXISTS (\w+)/g)].flatMap(
      ([, name]) => (name === undefined ? [] : [name]),
    ),
  );
  const rows = [];
  for (const table of tables) rows.push(await database.rows(`SELECT * FROM ${table}`));
  return { tables, text: JSON.stringify(rows) };
}

/** A backend whose answers and log lines are kept. */
function listeningBackend(database: Database) {
  const lines: string[] = [];
  const answers: { request: string; text: string }[] = [];
  const write = (line: string) => void lines.push(line);
  const backend = makeBackend(database, { LOG_LEVEL: 'debug' }, { write });
  const ask: Backend['ask'] = async (name, given = {}) => {
    const reply = await backend.ask(name, given);
    answers.push({ request: given.path ?? name, text: `${JSON.stringify(reply.headers)}${reply.text}` });
    return reply;
  };
  return { backend: { ...backend, ask }, lines, answers };
}

describe.each(engines())('what is secret stays so, on $name', ({ open }) => {
  let database: Database;
  let said: ReturnType<typeof listeningBackend>;
  /** Everything by which somebody could act as a user: what the apps were given in this run. */
  const tokens: Record<string, string> = {};

  let clock: TestClock;

  beforeAll(async () => {
    // Access tokens of one second are alike.
    clock = stopClock(1_795_358_274);
    database = await open();
    said = listeningBackend(database);
    await ourApi();
    await secondGeneration();
    await thirdGeneration();
    await firstGeneration();
    await failures();
    clock.restore();
  }, 60_000);
  afterAll(() => database.close());

  async function ourApi() {
    const { ask } = said.backend;
    const password = passwords.native1;
    const account = (command: string, body: object, token?: string) =>
      ask('account', {
        path: `/account/${command}`,
        body,
        headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      });
    const registered = await account('register', { userId: 'native1', password, nickname: 'native one' });
    clock.pass(1);
    const { data } = await account('login', { userId: 'native1', password });
    clock.pass(1);
    await account('login', { userId: 'native1', password: passwords.wrong });
    await account('login', { userId: 'nobody1', password: passwords.wrong });
    await account('register', { userId: 'native1', password: passwords.wrong });
    await account('register', { userId: 'x', password: 7 });
    const next = await account('refresh', { refreshToken: data['refreshToken'] });
    Object.assign(tokens, {
      registered: registered.data['accessToken'],
      registeredRefresh: registered.data['refreshToken'],
      access: data['accessToken'],
      refresh: data['refreshToken'],
      nextAccess: next.data['accessToken'],
      nextRefresh: next.data['refreshToken'],
    });
    const token = tokens['nextAccess'];
    await account('profile', {}, token);
    await account('updateProfile', { nickname: 'n', headPic: 'https://evil.example/x' }, token);
    await account('updateProfile', { nickname: 'native 1' }, token);
    await account('delete', { password: passwords.wrong }, token);
    await account('logout', { refreshToken: tokens['registeredRefresh'] }, token);
    await ask('imSig', { as: 'native1' });
    for (const body of [{ kind: 'cover', contentType: 'image/png' }, { kind: 'video' }])
      await ask('uploadSig', { as: 'native1', body });
    const pushed = await ask('getPushUrl', { as: 'native1', body: { title: 'live' } });
    const took = { startedAt: 1_795_358_000, endedAt: 1_795_358_200 };
    const notice = recordingNotice(String(pushed.data['streamId']), { fileId: '1', format: 'mp4', ...took });
    await said.backend.notify(notice);
    await ask('moderation', { path: '/moderation/listReports', operator: true });
  }

  async function secondGeneration() {
    const phone = v2Phone(v2Server(said.backend), { userId: 'abcd1', password: passwords.abcd1 });
    await phone.register();
    await phone.login();
    Object.assign(tokens, { v2: phone.token, v2Refresh: phone.refreshToken });
    await v2Phone(v2Server(said.backend), { userId: 'abcd1', password: passwords.wrong }).login();
    for (const method of ['get_user_info', 'get_cos_sign', 'get_vod_sign', 'get_roomservice_sign', 'nope'])
      await phone.call(method);
    await phone.call('upload_user_info', { nickname: 'n', avatar: '', sex: 0 });
    await phone.call('upload_room', { title: 'room' });
    await phone.call('get_vod_list', { index: 0, count: 20 });
    await phone.call('get_user_info', {}, { 'liteav-sig': 'x' });
    const { data } = await phone.call('refresh', { refresh_token: phone.refreshToken });
    Object.assign(tokens, { v2Next: data['token'], v2NextRefresh: data['refresh_token'] });
  }

  async function thirdGeneration() {
    const phone = v3Phone(said.backend, { username: 'efgh1', password: passwords.efgh1 });
    await phone.join();
    Object.assign(tokens, { v3: phone.token });
    await v3Phone(said.backend, { username: 'efgh1', password: passwords.wrong }).login();
    for (const method of ['auth_users/user_query', 'auth_users/user_keepalive', 'cos/config'])
      await phone.call(method);
    await phone.call('rooms/enter_room', {
      roomId: phone.userId,
      role: 'anchor',
      category: 'mlvb-show-live',
    });
    await phone.call('rooms/query_room', { category: 'mlvb-show-live', orderBy: 'createUtc' });
    // The same password at our own door fills in what v2 apps need.
    const body = { userId: 'efgh1', password: passwords.efgh1 };
    await said.backend.ask('account', { path: '/account/login', body });
  }

  async function firstGeneration() {
    const phone = oldApp(inProcess(said.backend), '198.18.0.1');
    for (const action of ['a37-RequestLVBAddr', 'a37-FetchList-live', 'a37-GetCOSSign', 'i1-GetCOSSignV2'])
      await phone(action).catch(() => undefined);
  }

  /** A database that is gone, and input that nobody expects. */
  async function failures() {
    const gone = await open();
    await gone.close();
    const { ask } = makeBackend(
      gone,
      { LOG_LEVEL: 'debug' },
      { write: (line) => void said.lines.push(line) },
    );
    const body = { userId: 'native1', password: passwords.native1 };
    for (const command of ['register', 'login'])
      said.answers.push({
        request: command,
        ...(await ask('account', { path: `/account/${command}`, body })),
      });
    const refresh = { refreshToken: tokens['nextRefresh'] };
    said.answers.push({
      request: 'refresh',
      ...(await ask('account', { path: '/account/refresh', body: refresh })),
    });
    const login = { userid: 'abcd1', password: v2Form('abcd1') };
    said.answers.push({ request: 'v2 login', ...(await ask('app', { path: '/login', body: login })) });
    for (const text of ['{', `{"password":"${passwords.native1}`, `["${passwords.native1}"]`])
      await said.backend.ask('account', { path: '/account/login', body: text });
  }

  const v2Form = (userId: keyof typeof passwords) =>
    legacyPasswordHash({ password: passwords[userId], userId });
  const v3Form = (userId: keyof typeof passwords) => md5(`${userId}-${passwords[userId]}`);

  /** What must not be anywhere at all. */
  const secrets = (): Record<string, string> => {
    const users = ['native1', 'abcd1', 'efgh1'] as const;
    return {
      ...passwords,
      ...Object.fromEntries(users.map((user) => [`v2 form of ${user}`, v2Form(user)])),
      ...Object.fromEntries(users.map((user) => [`v3 form of ${user}`, v3Form(user)])),
      ...Object.fromEntries(users.map((user) => [`md5 of ${user}`, md5(passwords[user])])),
      ...Object.fromEntries(
        Object.entries(said.backend.config).flatMap(([name, value]) =>
          value instanceof Secret ? [[name, value.reveal()]] : [],
        ),
      ),
    };
  };

  const found = (text: string, wanted: Record<string, string>) =>
    Object.entries(wanted).flatMap(([name, secret]) => (text.includes(secret) ? [name] : []));

  test('there was something to look at', async () => {
    const { tables, text } = await everyRow(database);
    expect(tables.length).toBeGreaterThan(20);
    const known = ['native 1', 'abcd1', 'efgh1', 'scrypt$'];
    expect(known.filter((one) => !text.includes(one))).toEqual([]);
    expect(said.answers.length).toBeGreaterThan(40);
    expect(said.lines.length).toBeGreaterThan(40);
    expect(said.lines.join('\n')).toContain('database failure');
    expect(Object.keys(tokens)).toHaveLength(11);
    for (const token of Object.values(tokens)) expect(token).toMatch(/^[\w.-]{40,}$/);
    expect(Object.keys(secrets()).length).toBeGreaterThan(20);
  });

  test('no row holds a password, a token or a key', async () => {
    const { text } = await everyRow(database);
    expect(found(text, { ...secrets(), ...tokens })).toEqual([]);
  });

  test('no log line holds a password, a token or a key', () => {
    expect(found(said.lines.join('\n'), { ...secrets(), ...tokens })).toEqual([]);
  });

  test('no answer holds a password or a key, and a token is only in the answer that gives it', () => {
    const all = said.answers.map(({ text }) => text);
    expect(found(all.join('\n'), secrets())).toEqual([]);
    const givenIn = Object.entries(tokens).map(([name, token]) => [
      name,
      said.answers.filter(({ text }) => text.includes(token)).length,
    ]);
    expect(givenIn).toEqual(Object.keys(tokens).map((name) => [name, 1]));
  });
});
