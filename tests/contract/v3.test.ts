import { environment, makeBackend, type Backend, type Environment } from '../backend';
import { engines } from '../servers/engines';
import { standImApi, type ImApiStand } from '../imApiStand';
import type { Fault } from '../liveApiStand';
import { isRecord } from '../../shared/http/request';
import { Secret } from '../../shared/secret';
import { eraseAccount } from '../../functions/account/eraseAccount';
import { signV3Token } from '../../functions/app/v3Token';
import { readCounter } from '../../shared/store/counters';
import type { Database } from '../../shared/store/database';
import { emptyTables, pushNotice, recordingNotice, stopClock, type TestClock } from './oldApps';
import { v2Phone, v2Server } from './v2Phone';
import { md5, v3Phone, type V3Phone } from './v3Phone';

const begin = 1_795_358_274;

describe.each(engines())('v3 on $name', ({ open }) => {
  let database: Database;
  let clock: TestClock;
  let im: ImApiStand;
  let backend: Backend;
  let lines: string[];

  const backendWith = (overrides: Environment = {}) =>
    makeBackend(
      database,
      { LOG_LEVEL: 'debug', LIVE_PLAY_DOMAIN: 'play.example.com', ...im.settings, ...overrides },
      { write: (line) => void lines.push(line) },
    );
  const person = (username: string, client: 'android' | 'ios' = 'android') =>
    v3Phone(backend, { username, client }).join();
  const hosting = async (phone: V3Phone, title = '标题') => {
    await phone.call('rooms/enter_room', {
      roomId: phone.userId,
      role: 'anchor',
      category: 'mlvb-show-live',
    });
    return phone.call('rooms/update_room', { roomId: phone.userId, title, cover: '' });
  };
  const roomsOf = async (phone: V3Phone, members: Record<string, string> = {}) =>
    (await phone.call('rooms/query_room', { category: 'mlvb-show-live', orderBy: 'createUtc', ...members }))
      .list;
  const v1List = async () => {
    const { data } = await backend.v1({ Action: 'FetchList', flag: 1, pageno: 1, pagesize: 100 });
    const list = data['pusherlist'];
    return Array.isArray(list) ? list.filter(isRecord) : [];
  };
  const beat = (phone: V3Phone) => phone.call('auth_users/user_keepalive');
  const streamOf = async (roomId: string) => {
    const [row] = await database.rows(
      'SELECT stream_id FROM v3_rooms WHERE room_id = ? ORDER BY begun_at DESC LIMIT 1',
      [roomId],
    );
    return String(row?.['stream_id']);
  };

  beforeAll(async () => {
    database = await open();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    clock = stopClock(begin);
    lines = [];
    im = await standImApi();
    await emptyTables(database);
    backend = backendWith();
  });
  afterEach(async () => {
    clock.restore();
    await im.close();
  });

  test('a broadcast from end to end: a host and two viewers', async () => {
    const [host, android, ios] = [await person('host'), await person('first'), await person('second', 'ios')];
    expect(await hosting(host)).toMatchObject({ errorCode: 0 });
    expect(im.api.groups.get(host.userId)).toMatchObject({ owner: host.userId });

    for (const viewer of [android, ios]) {
      const [room] = await roomsOf(viewer);
      expect(room).toMatchObject({
        roomId: host.userId,
        ownBy: host.userId,
        title: '标题',
        status: 1,
        nnUsers: 0,
      });
    }
    for (const viewer of [android, ios, ios]) {
      clock.pass(1);
      const entered = await viewer.call('rooms/enter_room', { roomId: host.userId, role: 'audience' });
      expect(entered.data).toEqual({ roomId: host.userId, role: 'audience' });
    }
    expect((await host.call('rooms/room_detail', { roomId: host.userId })).data).toMatchObject({
      nnUsers: 2,
      totalJoined: 2,
    });
    const users = (await ios.call('rooms/list_users', { roomId: host.userId })).list;
    expect(users.map(({ userId, role }) => [userId, role])).toEqual([
      [host.userId, 'anchor'],
      ...[ios, android].map(({ userId }) => [userId, 'audience']),
    ]);

    await android.call('rooms/leave_room', { roomId: host.userId });
    await android.call('rooms/leave_room', { roomId: host.userId });
    expect((await host.call('rooms/room_detail', { roomId: host.userId })).data).toMatchObject({
      nnUsers: 1,
    });

    for (let time = 0; time < 2; time += 1)
      expect(await host.call('rooms/destroy_room', { roomId: host.userId })).toMatchObject({ errorCode: 0 });
    expect(await roomsOf(ios)).toEqual([]);
    expect(await ios.call('rooms/room_detail', { roomId: host.userId })).toMatchObject({ errorCode: 2004 });
    expect(im.api.groups.size).toBe(0);
    expect(await readCounter(database, await streamOf(host.userId), 'viewers')).toBe(0);
  });

  test('a host who stops beating leaves every list, and comes back with the next beat', async () => {
    const [host, viewer] = [await person('host'), await person('viewer')];
    await hosting(host);
    for (let time = 0; time < 6; time += 1) {
      clock.pass(30);
      await beat(host);
    }
    expect(await roomsOf(viewer)).toHaveLength(1);
    clock.pass(46);
    expect(await roomsOf(viewer)).toEqual([]);
    expect(await v1List()).toEqual([]);

    await beat(host);
    expect(await roomsOf(viewer)).toHaveLength(1);
    clock.pass(46);
    await backend.timer();
    expect(await v1List()).toEqual([]);
    expect(im.api.notices.at(-1)?.content).toContain('hostGone');

    await host.call('rooms/destroy_room', { roomId: host.userId });
    await beat(host);
    expect(await roomsOf(viewer)).toEqual([]);
  });

  test('a room that stays silent is closed with its IM group, and the host can open it again', async () => {
    const host = await person('host');
    await hosting(host);
    clock.pass(60);
    await backend.timer();
    clock.pass(660);
    await backend.timer();
    expect(im.api.groups.size).toBe(0);
    await beat(host);
    expect(await roomsOf(host)).toEqual([]);
    await hosting(host);
    expect(await roomsOf(host)).toHaveLength(1);
    expect(im.api.groups.size).toBe(1);
  });

  test('a viewer who stops beating is no viewer any more', async () => {
    const [host, viewer, gone] = [await person('host'), await person('viewer'), await person('gone')];
    await hosting(host);
    for (const one of [viewer, gone])
      await one.call('rooms/enter_room', { roomId: host.userId, role: 'audience' });
    for (let time = 0; time < 7; time += 1) {
      clock.pass(10);
      await beat(host);
      await beat(viewer);
    }
    await backend.timer();
    const users = (await host.call('rooms/list_users', { roomId: host.userId })).list;
    expect(users.map(({ userId }) => userId)).toEqual([host.userId, viewer.userId]);
  });

  test('the live service calls all streams of a host alike, and each notice finds its broadcast', async () => {
    const [host, viewer] = [await person('host'), await person('viewer')];
    await hosting(host, 'first');
    const first = await streamOf(host.userId);
    clock.pass(2);
    const push = pushNotice('start', host.userId, clock.now());
    expect(await backend.notify(push)).toMatchObject({ status: 200 });
    clock.pass(50);
    // Silent, but its stream is up.
    expect(await roomsOf(viewer)).toHaveLength(1);
    const cut = { ...pushNotice('cut', host.userId, clock.now(), push.sequence) };
    await host.call('rooms/destroy_room', { roomId: host.userId });
    await hosting(host, 'second');
    const second = await streamOf(host.userId);
    expect(second).not.toBe(first);
    const next = pushNotice('start', host.userId, clock.now() + 1);
    await backend.notify(next);
    await backend.notify(cut);
    expect(await roomsOf(viewer)).toMatchObject([{ title: 'second' }]);
    const [live] = await v1List();
    expect(live?.['playurl']).toBe(`https://play.example.com/live/${host.userId}.flv`);

    clock.pass(100);
    await backend.notify(pushNotice('cut', host.userId, clock.now(), next.sequence));
    expect(await v1List()).toEqual([]);
    const recording = { fileId: 'f1', format: 'mp4' as const, startedAt: begin + 2, endedAt: begin + 70 };
    await backend.notify(recordingNotice(host.userId, recording));
    const replays = await database.rows('SELECT stream_id, title FROM replays');
    expect(replays).toEqual([{ stream_id: first, title: 'first' }]);
  });

  test('a room without pushes is not judged by the list of streams that are up', async () => {
    const host = await person('host');
    await hosting(host);
    const silentCloud = {
      configured: () => true,
      onlineStreams: () => Promise.resolve({ streams: [], complete: true }),
    };
    const refuse = () => Promise.reject(new Error('not asked'));
    const cloud = {
      ...silentCloud,
      forbidStream: refuse,
      resumeStream: refuse,
      dropStream: refuse,
      mixStreams: refuse,
      cancelMix: refuse,
    };
    const swept = makeBackend(database, {}, { cloud, write: () => undefined });
    for (let time = 0; time < 5; time += 1) {
      for (let beats = 0; beats < 3; beats += 1) {
        clock.pass(20);
        await beat(host);
      }
      await swept.timer();
    }
    expect(await roomsOf(host)).toHaveLength(1);
  });

  test('one person sees the same lives with a v1, a v2 and a v3 app, and is the same person', async () => {
    const register = { userId: 'person', password: 'a good password' };
    await backend.ask('account', { path: '/account/register', body: register });
    const v3 = v3Phone(backend, { username: 'person', password: register.password });
    expect(await v3.login()).toMatchObject({ errorCode: 0 });
    const ios = v3Phone(backend, { username: 'person', password: register.password, client: 'ios' });
    await ios.login();
    expect(ios.userId).toBe(v3.userId);
    const v2 = v2Phone(v2Server(backend), { userId: 'person', password: register.password });
    expect(await v2.login()).toMatchObject({ code: 200 });

    const v1Host = await backend.v1({
      Action: 'RequestLVBAddr',
      userid: 'oldhost',
      groupid: '@TGS#old',
      title: 'from v1',
      userinfo: { nickname: 'Old', headpic: '', frontcover: '', location: '' },
    });
    expect(v1Host.data['pushurl']).toBeDefined();
    await backend.v1({ Action: 'ChangeStatus', userid: 'oldhost', status: 0 });
    const v2Host = v2Phone(v2Server(backend), { userId: 'middle', password: '12345678' });
    await v2Host.register();
    await v2Host.login();
    await v2Host.call('upload_room', { title: 'from v2', frontcover: '', location: '' });
    clock.pass(1);
    await backend.notify(pushNotice('start', '8888_middle', clock.now()));
    clock.pass(1);
    const newHost = await person('newhost');
    await hosting(newHost, 'from v3');

    const titles = ['from v3', 'from v2', 'from v1'];
    expect((await v1List()).map(({ title }) => title)).toEqual(titles);
    expect((await roomsOf(v3)).map(({ title }) => title)).toEqual(titles);
    expect((await roomsOf(ios)).map(({ title }) => title)).toEqual(titles);
    const native = await backend.ask('getLiveList', { method: 'GET' });
    expect(native.data['items']).toMatchObject(titles.map((title) => ({ title })));

    // Android reads every room's name as an int; iOS plays the stream of that name.
    for (const { roomId } of await roomsOf(v3)) expect(Number(roomId)).toBeLessThan(2 ** 31);
    const [, , old] = await roomsOf(v3);
    await v3.call('rooms/enter_room', { roomId: String(old?.['roomId']), role: 'audience' });
    const [, , oldIos] = await roomsOf(ios);
    expect(oldIos).toMatchObject({
      roomId: expect.stringMatching(/^8888_oldhost_/),
      ownBy: 'oldhost',
      nnUsers: 1,
    });
    await backend.v1({
      Action: 'EnterGroup',
      userid: 'person',
      liveuserid: 'oldhost',
      flag: 0,
      groupid: '@TGS#old',
      nickname: '',
      headpic: '',
    });
    const [, , both] = await v1List();
    expect(both).toMatchObject({ userid: 'oldhost', viewercount: 1 });
    await ios.call('rooms/leave_room', { roomId: String(oldIos?.['roomId']) });
    expect((await v1List())[2]).toMatchObject({ viewercount: 0 });
  });

  test('an account of a v3 app is an account everywhere, and says where it is not yet', async () => {
    await person('newcomer');
    const v2 = v2Phone(v2Server(backend), { userId: 'newcomer', password: '12345678' });
    expect(await v2.login()).not.toMatchObject({ code: 200 });
    const login = { userId: 'newcomer', password: '12345678' };
    expect(await backend.ask('account', { path: '/account/login', body: login })).toMatchObject({
      status: 200,
    });
    expect(await v2.login()).toMatchObject({ code: 200 });

    const older = v2Phone(v2Server(backend), { userId: 'olduser', password: '12345678' });
    await older.register();
    const phone = v3Phone(backend, { username: 'olduser' });
    const refused = await phone.login();
    expect(refused).toMatchObject({ errorCode: 98 });
    expect(refused.errorMessage).toContain('account/login');
    await backend.ask('account', { path: '/account/login', body: { ...login, userId: 'olduser' } });
    expect(await phone.login()).toMatchObject({ errorCode: 0 });
  });

  test('a login seals what the app signs with anew, so that an old TOKEN_SECRET can be dropped', async () => {
    const { TOKEN_SECRET: old } = environment;
    const next = 'tests-only-next-fedcba9876543210fedcba98765432';
    await person('rotated');
    await person('absent');
    const login = async (username: string, secret: string) =>
      (await v3Phone(backendWith({ TOKEN_SECRET: secret }), { username }).login()).errorCode;
    expect(await login('rotated', `${next},${old}`)).toBe(0);
    expect(await login('rotated', next)).toBe(0);
    expect(await login('absent', next)).toBe(98);
  });

  test("a user's number is nobody else's user id", async () => {
    const phone = await person('userabc');
    const body = { userId: phone.userId, password: 'a good password' };
    expect(await backend.ask('account', { path: '/account/register', body })).toMatchObject({ status: 409 });
    expect(await v3Phone(backend, { username: phone.userId }).register()).toMatchObject({ errorCode: 98 });
    const digits = await person('987654321');
    expect(digits.userId).toBe('987654321');
  });

  test('what is sent twice at once happens once', async () => {
    const phone = v3Phone(backend, { username: 'userabc' });
    const twice = await Promise.all([phone.register(), phone.register()]);
    expect(twice.map(({ errorCode }) => errorCode).sort()).toEqual([0, 98]);
    await Promise.all([phone.login(), phone.login()]);
    await Promise.all([hosting(phone), hosting(phone), hosting(phone)]);
    expect(await database.rows('SELECT stream_id FROM broadcasts')).toHaveLength(1);
    const viewer = await person('viewer');
    const enter = () => viewer.call('rooms/enter_room', { roomId: phone.userId, role: 'audience' });
    await Promise.all([enter(), enter(), enter(), beat(viewer)]);
    expect(await roomsOf(viewer)).toMatchObject([{ nnUsers: 1 }]);
  });

  test('registration and login take only what is right', async () => {
    const phone = await person('userabc');
    const salt = md5('userabc-12345678');
    expect(await phone.register()).toMatchObject({ errorCode: 98 });
    for (const members of [
      { username: '' },
      { username: 'other', salt: 'short' },
      { username: 'a\nb', salt },
    ])
      expect(await phone.call('oauth/register', { salt: '', ...members })).toMatchObject({ errorCode: 98 });
    const ts = String(Date.now());
    const signed = (secret: string, at = ts) => ({
      username: 'userabc',
      tag: 'xiaozhibo',
      nonce: '',
      ts: at,
      signature: md5(`userabc-xiaozhibo-${at}--${secret}`),
    });
    const weekAgo = String(Date.now() - 7 * 86_400_000);
    for (const members of [
      signed(md5('userabc-wrong')),
      signed(''),
      { ...signed(salt), username: 'nobody' },
      { ...signed(salt), nonce: 'x' },
      signed(salt, weekAgo),
      signed(salt, 'soon'),
    ])
      expect(await phone.call('oauth/signature', members)).toMatchObject({ errorCode: 98, data: {} });
    const upper = signed(salt);
    const ok = await phone.call('oauth/signature', {
      ...upper,
      signature: upper.signature.toUpperCase(),
      hash: 'md5',
    });
    expect(ok).toMatchObject({ errorCode: 0 });
  });

  test('guessing is slowed down, and the user can still log in', async () => {
    const phone = await person('userabc');
    const stranger = v3Phone(backend, { username: 'userabc', password: 'guess', address: '203.0.113.99' });
    const codes: unknown[] = [];
    for (let guess = 0; guess < 22; guess += 1) codes.push((await stranger.login()).errorCode);
    expect(codes.slice(0, 20)).toEqual(Array(20).fill(98));
    expect(codes.slice(20)).toEqual([209, 209]);
    expect(await phone.login()).toMatchObject({ errorCode: 0 });
  });

  test('tokens: expired, forged, of another kind, logged out, deleted', async () => {
    const phone = await person('userabc');
    const good = phone.token;
    const codeWith = async (token: string) => (await phone.call('rooms/query_room', { token })).errorCode;
    const secret = backend.config.TOKEN_SECRET;
    expect(await codeWith(good)).toBe(0);
    expect(await codeWith('')).toBe(204);
    expect(await codeWith(`${good}x`)).toBe(204);
    expect(
      await codeWith(await signV3Token(new Secret('another secret of 32 characters!!'), 'userabc', begin)),
    ).toBe(204);
    expect(await codeWith(await signV3Token(secret, 'nobody', begin))).toBe(204);
    expect(await codeWith(await backend.tokenOf('userabc'))).toBe(204);
    expect(await codeWith(await signV3Token(secret, 'userabc', begin - 8 * 86_400))).toBe(203);
    const native = { path: '/account/profile', headers: { authorization: `Bearer ${good}` } };
    expect((await backend.ask('account', native)).status).toBe(401);

    clock.pass(6 * 86_400);
    const renewed = await phone.call('auth_users/user_login_token');
    expect(renewed.data['token']).not.toBe(good);
    clock.pass(2 * 86_400);
    expect(await codeWith(good)).toBe(203);
    phone.token = String(renewed.data['token']);
    expect(await codeWith(phone.token)).toBe(0);

    expect(await phone.call('auth_users/user_logout')).toMatchObject({ errorCode: 0 });
    expect(await codeWith(phone.token)).toBe(204);
    expect(await phone.call('auth_users/user_logout')).toMatchObject({ errorCode: 0 });
    await phone.login();
    expect(await codeWith(phone.token)).toBe(0);

    await hosting(phone);
    expect(await phone.call('auth_users/user_delete')).toMatchObject({ errorCode: 0 });
    expect(await codeWith(phone.token)).toBe(204);
    expect(await phone.login()).toMatchObject({ errorCode: 98 });
    expect(await phone.register()).toMatchObject({ errorCode: 98 });
    await backend.timer();
    expect(im.api.groups.size).toBe(0);
  });

  test("somebody else's id and somebody else's room are refused", async () => {
    const [host, other] = [await person('host'), await person('other')];
    await hosting(host);
    for (const method of [
      'auth_users/user_keepalive',
      'auth_users/user_update',
      'rooms/query_room',
      'rooms/enter_room',
    ])
      for (const name of ['userId', 'apaasUserId'])
        expect(await other.call(method, { [name]: host.userId, name: 'x' })).toMatchObject({
          errorCode: 204,
        });
    const room = { roomId: host.userId, title: 'mine now', cover: '' };
    expect(await other.call('rooms/update_room', room)).toMatchObject({ errorCode: 2000 });
    expect(await other.call('rooms/destroy_room', room)).toMatchObject({ errorCode: 2001 });
    expect(await other.call('rooms/enter_room', { ...room, role: 'anchor' })).toMatchObject({
      errorCode: 2006,
    });
    await host.call('rooms/destroy_room', room);
    // Also when it is empty: it is the host's own number.
    expect(await other.call('rooms/enter_room', { ...room, role: 'anchor' })).toMatchObject({
      errorCode: 2006,
    });
    const live = await backend.ask('getPushUrl', { as: 'native', body: { title: 'native' } });
    const streamId = String(live.data['streamId']);
    const generated = String((await host.call('rooms/generate_roomid')).data['roomId']);
    for (const roomId of [
      streamId,
      '8888_x',
      'x_alice1',
      '',
      '@TGS#1',
      '2069623125',
      '876543210',
      generated,
    ]) {
      clock.pass(10);
      expect(await other.call('rooms/enter_room', { roomId, role: 'anchor' })).toMatchObject({
        errorCode: 2006,
      });
    }
    expect(await other.call('rooms/destroy_room', { roomId: generated })).toMatchObject({ errorCode: 0 });
    expect(im.api.groups.size).toBe(0);
    expect(await other.call('auth_users/user_doctor_auth', { doctorUserId: host.userId })).toMatchObject({
      errorCode: 98,
    });
    expect(await other.call('auth_users/user_doctor_auth')).toMatchObject({ data: { userId: other.userId } });
  });

  test('a user whom an operator forbade cannot host, and a stopped room stays stopped', async () => {
    const host = await person('host');
    await hosting(host);
    const operator = { operator: true as const, path: '/moderation/stopLive', body: { userId: 'host' } };
    expect(await backend.ask('moderation', operator)).toMatchObject({ status: 200 });
    await beat(host);
    clock.pass(60);
    await beat(host);
    expect(await roomsOf(host)).toEqual([]);
    // The app stops pushing when its group is gone.
    await backend.timer();
    expect(im.api.groups.size).toBe(0);
    await backend.ask('moderation', {
      ...operator,
      path: '/moderation/forbidUser',
      body: { userId: 'host', forbidden: true },
    });
    const refused = await host.call('rooms/enter_room', { roomId: host.userId, role: 'anchor' });
    expect(refused).toMatchObject({ errorCode: 2000 });
    expect(refused.errorMessage).toContain('forbidden');
  });

  test('profiles, and what is not for everybody', async () => {
    const [one, two] = [await person('one'), await person('two', 'ios')];
    expect(await one.call('auth_users/user_update', { name: '' })).toMatchObject({ errorCode: 205 });
    const avatar = 'https://covers-1250000000.cos.ap-guangzhou.myqcloud.com/a.png';
    await one.call('auth_users/user_update', { name: `${'名'.repeat(130)}`, avatar });
    await one.call('auth_users/user_update', { name: '一', avatar: 'https://elsewhere.example/spy.png' });
    const shown = { userId: one.userId, apaasUserId: one.userId, name: '一', avatar, phone: '', email: '' };
    expect((await two.call('auth_users/user_query', { searchUserId: one.userId })).data).toEqual(shown);
    expect((await one.call('auth_users/user_query')).data).toEqual(shown);
    expect((await two.call('auth_users/user_query', { searchUserId: 'one' })).data).toEqual(shown);
    expect(await two.call('auth_users/user_query', { searchUserId: '1' })).toMatchObject({ errorCode: 206 });
    expect(await two.call('auth_users/user_query', { searchPhone: '+861' })).toMatchObject({
      errorCode: 206,
    });
    const batch = await backend.ask('app', {
      path: '/getUserInfoBatch',
      body: new URLSearchParams({ userIdList: `${one.userId},nobody,two`, token: two.token }).toString(),
    });
    expect(batch.body['data']).toMatchObject([{ userId: one.userId }, { userId: two.userId }]);
    await backend.timer();
    expect(im.api.accounts.get(one.userId)).toEqual({ nickname: '一', headPic: avatar });
    const picture = await one.call('cos/config', { type: 'avatar' });
    expect(JSON.stringify(picture.data)).not.toContain(backend.config.COS_SECRET_KEY.reveal());
    expect(picture.data).toMatchObject({ kind: 'avatar', fields: expect.anything() });
  });

  test('generated room ids are free, and such a room works like any other', async () => {
    const [host, viewer] = [await person('host'), await person('viewer')];
    const { data } = await host.call('rooms/generate_roomid', { category: 'mlvb-shopping-live' });
    const roomId = String(data['roomId']);
    expect(Number(roomId)).toBeLessThan(2 ** 31);
    const shopping = { roomId, role: 'anchor', category: 'mlvb-shopping-live', title: '购物' };
    expect(await host.call('rooms/enter_room', shopping)).toMatchObject({ errorCode: 0 });
    expect(await roomsOf(viewer)).toEqual([]);
    expect(await roomsOf(viewer, { category: 'mlvb-shopping-live' })).toMatchObject([
      { roomId, title: '购物' },
    ]);
    expect(await roomsOf(viewer, { category: '' })).toHaveLength(1);
    expect(await viewer.call('rooms/enter_room', { roomId: 'no such room' })).toMatchObject({
      errorCode: 2004,
    });
  });

  test('an account that is deleted leaves no room and no group', async () => {
    const host = await person('host');
    await host.call('rooms/generate_roomid');
    await hosting(host);
    await host.call('rooms/destroy_room', { roomId: host.userId });
    await hosting(host);
    expect(im.api.groups.size).toBe(1);
    await database.transaction((tx) => eraseAccount(tx, 'host', Date.now()));
    await backend.timer();
    expect(im.api.groups.size).toBe(0);
    for (const table of ['v3_rooms', 'v3_room_ids'])
      expect(await database.rows(`SELECT user_id FROM ${table}`)).toEqual([]);
  });

  test("a generated room is its host's alone, off the air too and after the next was generated", async () => {
    const [host, other] = [await person('host'), await person('other')];
    const generate = async () => String((await host.call('rooms/generate_roomid')).data['roomId']);
    const open = async (phone: V3Phone, roomId: string) =>
      (await phone.call('rooms/enter_room', { roomId, role: 'anchor' })).errorCode;
    const [unused, roomId] = [await generate(), await generate()];
    expect(await open(host, unused)).toBe(2006);
    expect(await open(host, roomId)).toBe(0);
    const next = await generate();
    const push = pushNotice('start', roomId, clock.now());
    await backend.notify(push);
    clock.pass(60);
    await backend.notify(pushNotice('cut', roomId, clock.now(), push.sequence));
    expect(await open(other, roomId)).toBe(2006);
    expect(await open(host, roomId)).toBe(0);
    expect(await open(host, next)).toBe(0);
    expect(im.api.groups.get(next)).toMatchObject({ owner: host.userId });
  });

  test('a user opens six rooms in ten seconds and watches as many as it likes', async () => {
    const [host, viewer] = [await person('host'), await person('viewer')];
    const enter = async (phone: V3Phone, role: string) =>
      (await phone.call('rooms/enter_room', { roomId: host.userId, role })).errorCode;
    for (let time = 0; time < 6; time += 1) expect(await enter(host, 'anchor')).toBe(0);
    expect(await enter(host, 'anchor')).toBe(209);
    for (let time = 0; time < 7; time += 1) expect(await enter(viewer, 'audience')).toBe(0);
    clock.pass(10);
    expect(await enter(host, 'anchor')).toBe(0);
  });

  test('control characters and halves of characters are no fault of the server', async () => {
    const phone = await person('userabc');
    await phone.call('rooms/enter_room', { roomId: phone.userId, role: 'anchor' });
    for (const [method, name, errorCode] of [
      ['auth_users/user_query', 'searchUserId', 206],
      ['getUserInfoBatch', 'userIdList', 0],
      ['rooms/room_detail', 'roomId', 2004],
      ['rooms/enter_room', 'roomId', 2004],
      ['rooms/leave_room', 'roomId', 0],
      ['rooms/destroy_room', 'roomId', 0],
      ['rooms/list_users', 'roomId', 2004],
      ['rooms/update_room', 'roomId', 2004],
    ] as const)
      for (const value of ['a\u0000b', 'a\ud800b']) {
        const path = method === 'getUserInfoBatch' ? `/${method}` : `/base/v1/${method}`;
        const body = { [name]: value, token: phone.token };
        expect((await backend.ask('app', { path, body })).body).toMatchObject({ errorCode });
      }
    expect(lines.filter((line) => line.includes('"level":"error"'))).toEqual([]);
  });

  test('lists: by time and by viewers, paged, never more than 100', async () => {
    const viewer = await person('viewer');
    for (let index = 0; index < 12; index += 1) {
      clock.pass(1);
      const host = await v3Phone(backend, { username: `host${index}`, address: `198.18.2.${index}` }).join();
      await hosting(host, `room ${index}`);
      if (index === 3) await viewer.call('rooms/enter_room', { roomId: host.userId, role: 'audience' });
    }
    const titles = (list: Record<string, unknown>[]) => list.map(({ title }) => title);
    expect(titles(await roomsOf(viewer))).toEqual(
      Array.from({ length: 12 }, (_, index) => `room ${11 - index}`),
    );
    expect(titles(await roomsOf(viewer, { offset: '10', limit: '5' }))).toEqual(['room 1', 'room 0']);
    expect(titles(await roomsOf(viewer, { orderBy: 'totalJoined', limit: '2' }))).toEqual([
      'room 3',
      'room 11',
    ]);
    expect(await roomsOf(viewer, { limit: 'x', offset: '-1' })).toHaveLength(12);
  });

  test('every way of sending is read, and everything is answered with 200', async () => {
    const phone = await person('userabc');
    const own = { userId: phone.userId, token: phone.token };
    const path = '/base/v1/auth_users/user_query';
    const asks = [
      { method: 'GET', query: own, body: '' },
      { method: 'POST', body: JSON.stringify(own), headers: { 'content-type': 'text/plain' } },
      {
        method: 'POST',
        body: new URLSearchParams(own).toString(),
        headers: { 'content-type': 'text/plain' },
      },
      { method: 'POST', query: own, body: '' },
    ];
    for (const ask of asks)
      expect((await backend.ask('app', { path, ...ask })).body).toMatchObject({ errorCode: 0 });
    for (const ask of [
      { method: 'PUT', path },
      { method: 'POST', path, body: '{"a":' },
      { method: 'POST', path, body: `{"a":${'['.repeat(100)}${']'.repeat(100)}}` },
      { method: 'POST', path, body: 'x'.repeat(70_000) },
      { method: 'GET', path: '/base/v1/music/search' },
      { method: 'GET', path: '/base/v1/' },
      { method: 'GET', path: '/base/v1/__proto__' },
    ]) {
      const answer = await backend.ask('app', ask);
      expect(answer.status).toBe(200);
      expect([98, 208]).toContain(answer.body['errorCode']);
      expect(answer.body).toMatchObject({ errorMessage: expect.any(String), data: null });
    }
  });

  test.each<[string, Fault]>([
    ['hangs', 'hang'],
    ['is down', 'cut'],
    [
      'refuses everything',
      { status: 200, text: '{"ActionStatus":"FAIL","ErrorCode":10036,"ErrorInfo":"quota"}' },
    ],
  ])('an IM that %s keeps nobody from hosting, and is told later', async (_what, fault) => {
    const [host, viewer] = [await person('host'), await person('viewer')];
    im.fault = fault;
    expect(await hosting(host)).toMatchObject({ errorCode: 0 });
    expect(await roomsOf(viewer)).toHaveLength(1);
    expect(im.api.groups.size).toBe(0);
    im.fault = undefined;
    await backend.timer();
    expect([...im.api.groups.keys()]).toEqual([host.userId]);
    expect(await database.rows('SELECT subject FROM im_jobs')).toEqual([]);

    im.fault = fault;
    expect(await host.call('rooms/destroy_room', { roomId: host.userId })).toMatchObject({ errorCode: 0 });
    expect(await roomsOf(viewer)).toEqual([]);
    await backend.timer();
    im.fault = undefined;
    await backend.timer();
    expect(im.api.groups.size).toBe(1);
    clock.pass(31);
    await backend.timer();
    expect(im.api.groups.size).toBe(0);
  });

  test('of two wishes about one room the later reaches IM', async () => {
    const host = await person('host');
    im.fault = 'cut';
    await hosting(host);
    await host.call('rooms/destroy_room', { roomId: host.userId });
    im.fault = undefined;
    im.calls.length = 0;
    await backend.timer();
    expect(im.calls.filter((call) => call.endsWith('_group'))).toEqual(['destroy_group']);
    expect(im.api.groups.size).toBe(0);
  });

  test('what IM does not take within a day is forgotten', async () => {
    const host = await person('host');
    im.fault = 'cut';
    await hosting(host);
    clock.pass(86_401);
    await backend.timer();
    expect(
      await database.rows(`SELECT subject FROM im_jobs WHERE subject LIKE 'group:%' AND created_at < ?`, [
        begin * 1000 + 1,
      ]),
    ).toEqual([]);
  });

  test('without IM_ADMIN everything works and nothing is kept for IM', async () => {
    backend = backendWith({ IM_ADMIN: '' });
    const host = await person('host');
    expect(await hosting(host)).toMatchObject({ errorCode: 0 });
    expect(await roomsOf(host)).toHaveLength(1);
    expect(await host.call('rooms/destroy_room', { roomId: host.userId })).toMatchObject({ errorCode: 0 });
    expect(im.calls).toEqual([]);
    expect(await database.rows('SELECT subject FROM im_jobs')).toEqual([]);
  });

  test('no log line and no row holds a token, a signature or what was registered', async () => {
    const host = await person('host');
    const login = await host.login();
    im.fault = 'cut';
    await hosting(host);
    await host.call('oauth/signature', { username: 'host', signature: 'wrong', ts: '1' });
    await backend.timer();
    const tables = [
      'accounts',
      'v3_users',
      'v3_rooms',
      'users',
      'im_jobs',
      'broadcasts',
      'login_addresses',
      'rate_windows',
    ];
    const rows = await Promise.all(tables.map((table) => database.rows(`SELECT * FROM ${table}`)));
    const everything = JSON.stringify(rows) + lines.join('\n');
    const secrets = [
      md5('host-12345678'),
      '12345678',
      String(login.data['token']),
      String(login.data['userSig']),
      backend.config.IM_SECRET_KEY.reveal(),
      backend.config.TOKEN_SECRET.reveal(),
    ];
    for (const secret of secrets) expect(everything.includes(secret)).toBe(false);
    expect(lines.length).toBeGreaterThan(5);
  });
});
