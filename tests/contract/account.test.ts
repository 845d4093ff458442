import { makeBackend, type Backend, type Reply } from '../backend';
import { engines } from '../servers/engines';
import type { Database } from '../../shared/store/database';
import { emptyTables, stopClock, type TestClock } from './oldApps';

const begin = 1_795_358_274;
const password = 'correct horse';

describe.each(engines())('accounts on $name', ({ open }) => {
  let database: Database;
  let backend: Backend;
  let clock: TestClock;

  beforeAll(async () => {
    database = await open({ connections: 8 });
    backend = makeBackend(database);
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    clock = stopClock(begin);
    await emptyTables(database);
  });
  afterEach(() => clock.restore());

  const call = (command: string, body: object, headers: Record<string, string> = {}): Promise<Reply> =>
    backend.ask('account', { path: `/account/${command}`, body, headers });
  const asCaller = (command: string, accessToken: unknown, body: object = {}): Promise<Reply> =>
    call(command, body, { authorization: `Bearer ${String(accessToken)}` });
  const join = async (userId = 'user1') => (await call('register', { userId, password })).data;

  test('register, log in, use, refresh, change and delete', async () => {
    const registered = await call('register', { userId: 'user1', password, nickname: '昵称' });
    expect(registered).toMatchObject({ status: 200, data: { userId: 'user1', expiresAt: begin + 3600 } });
    const loggedIn = await call('login', { userId: 'user1', password });
    expect(Object.keys(loggedIn.data).sort()).toEqual([
      'accessToken',
      'expiresAt',
      'refreshExpiresAt',
      'refreshToken',
      'userId',
    ]);
    const own = await asCaller('profile', loggedIn.data['accessToken']);
    expect(own.data).toEqual({
      userId: 'user1',
      nickname: '昵称',
      headPic: '',
      frontCover: '',
      location: '',
      sex: -1,
      createdAt: begin,
    });
    clock.pass(3_601);
    expect((await asCaller('profile', loggedIn.data['accessToken'])).status).toBe(401);
    const next = await call('refresh', { refreshToken: loggedIn.data['refreshToken'] });
    const token = next.data['accessToken'];
    const changes = {
      nickname: '新',
      headPic: 'https://covers-1250000000.cos.ap-guangzhou.myqcloud.com/avatar/a.jpg',
      sex: 1,
    };
    expect((await asCaller('updateProfile', token, changes)).status).toBe(200);
    expect((await asCaller('profile', token)).data).toMatchObject(changes);
    expect((await asCaller('delete', token, { password: 'wrong' })).status).toBe(403);
    expect((await asCaller('delete', token, { password })).status).toBe(200);
    expect((await call('login', { userId: 'user1', password })).status).toBe(401);
    expect((await call('register', { userId: 'user1', password })).status).toBe(409);
  });

  test('a used refresh token ends its family, but not within 30 s', async () => {
    const { refreshToken } = await join();
    const first = await call('refresh', { refreshToken });
    clock.pass(30);
    const again = await call('refresh', { refreshToken });
    expect([first.status, again.status]).toEqual([200, 200]);
    clock.pass(1);
    expect((await call('refresh', { refreshToken })).status).toBe(401);
    for (const { data } of [first, again])
      expect((await call('refresh', { refreshToken: data['refreshToken'] })).status).toBe(401);
    expect((await call('login', { userId: 'user1', password })).status).toBe(200);
  });
});
