import { makeBackend, type Backend } from '../backend';
import { engines } from '../servers/engines';
import { isRecord } from '../../shared/http/request';
import { liteavSig, roomserviceSign } from '../../shared/signing/liteavSig';
import { verifyUserSig } from '../../shared/signing/userSig';
import { verifyVodUploadSignature } from '../../shared/signing/vodUpload';
import type { Database } from '../../shared/store/database';
import { httpFaults } from './clientReader';
import {
  emptyTables,
  inProcess,
  oldApp,
  pushNotice,
  recordingNotice,
  stopClock,
  type TestClock,
} from './oldApps';
import { v2Phone, v2Server, type V2Phone } from './v2Phone';

const begin = 1_795_358_274;
const password = '12345678';
const day = 86_400;

const listOf = (data: Record<string, unknown>, name = 'list'): Record<string, unknown>[] =>
  Array.isArray(data[name]) ? data[name].filter(isRecord) : [];

describe.each(engines())('apps of the second generation on $name', ({ open }) => {
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

  const phoneOf = (userId: string, given: Partial<Parameters<typeof v2Phone>[1]> = {}, over = backend) =>
    v2Phone(v2Server(over), { userId, password, ...given });
  const join = async (userId: string, given: Partial<Parameters<typeof v2Phone>[1]> = {}) => {
    const phone = phoneOf(userId, given);
    await phone.register();
    await phone.login();
    return phone;
  };
  const native = (command: string, body: object) =>
    backend.ask('account', { path: `/account/${command}`, body });

  test('from registration to the replay that everybody sees', async () => {
    const host = phoneOf('userabc');
    expect(await host.register()).toMatchObject({ code: 200, message: 'OK', rawData: {} });
    expect(await host.register()).toMatchObject({ code: 612 });
    const { data, raw } = await host.login();
    expect(httpFaults('android', raw)).toEqual([]);
    expect(data).toEqual({
      token: expect.stringMatching(/^\w+$/),
      refresh_token: expect.stringMatching(/^\w+$/),
      expires: 86_400,
      roomservice_sign: { sdkAppID: 1_400_000_000, userID: 'userabc', userSig: expect.any(String) },
      cos_info: {
        Bucket: 'covers',
        Region: 'ap-guangzhou',
        Appid: 1_250_000_000,
        SecretId: 'test-cos-id',
      },
    });
    const sign = isRecord(data['roomservice_sign']) ? data['roomservice_sign'] : {};
    const key = backend.config.IM_SECRET_KEY.reveal();
    expect(
      verifyUserSig({
        sdkAppId: 1_400_000_000,
        key,
        userSig: sign['userSig'],
        userId: 'userabc',
        now: begin,
      }),
    ).toMatchObject({ ok: true });

    await host.send('a2-get_user_info');
    await host.send('a2-upload_user_info', { nickname: '主播', avatar: 'http://h.example/a.jpg', sex: 1 });
    expect((await host.call('get_user_info')).data).toEqual({
      userid: 'userabc',
      nickname: '主播',
      avatar: 'http://h.example/a.jpg',
      sex: 1,
      frontcover: '',
    });
    await host.send('a2-get_cos_sign');
    await host.send('a2-upload_room', { title: '标题', frontcover: 'http://h.example/c.jpg' });

    // The room service calls the stream after its user; the cloud tells of it.
    const start = pushNotice('start', '8888_userabc', clock.now());
    await backend.notify(start);
    const lives = listOf((await backend.ask('getLiveList')).data, 'items');
    expect(lives).toMatchObject([{ userId: 'userabc', title: '标题', streamId: '8888_userabc' }]);
    const v1Lives = await oldApp(inProcess(backend), '198.18.0.9')('a37-FetchList-live');
    expect(listOf(v1Lives.data, 'pusherlist')).toMatchObject([
      { userid: 'userabc', playurl: 'https://play.example.com/live/8888_userabc.flv' },
    ]);

    clock.pass(700);
    await backend.notify(pushNotice('cut', '8888_userabc', clock.now(), start.sequence));
    expect((await backend.ask('getLiveList')).data['total']).toBe(0);
    const took = { startedAt: begin, endedAt: clock.now() };
    await backend.notify(recordingNotice('8888_userabc', { fileId: '9002', format: 'hls', ...took }));
    await backend.notify(recordingNotice('8888_userabc', { fileId: '9001', format: 'mp4', ...took }));

    const viewer = await join('viewer1', { client: 'ios' });
    expect(listOf((await viewer.call('get_vod_list', { index: 0, count: 20 })).data)).toEqual([
      {
        userid: 'userabc',
        nickname: '主播',
        avatar: 'http://h.example/a.jpg',
        file_id: '9001',
        title: '标题',
        likecount: 0,
        like_count: 0,
        viewercount: 0,
        viewer_count: 0,
        frontcover: 'http://h.example/c.jpg',
        location: '深圳',
        play_url: 'http://200000.vod.example.com/9001/f0.mp4',
        hls_play_url: 'http://200000.vod.example.com/9002/f0.m3u8',
        create_time: '2026-11-22 22:49:34',
        start_time: '2026-11-22 22:37:54',
      },
    ]);
    expect((await backend.ask('getVodList')).data['total']).toBe(1);
  });

  describe('signatures', () => {
    test('cover the bytes as they came, escaped slashes and odd order and all', async () => {
      const phone = await join('userabc');
      for (const body of [
        '{"userid":"userabc","x":"a\\/b"}',
        '{"x":"a/b", "userid" : "userabc"}\n',
        '{"x":"\\u4e2d中","timestamp":1795358933123.456,"expires":86400,"userid":"userabc"}',
      ]) {
        const send = (sig: string) =>
          backend.ask('app', { path: '/get_user_info', body, headers: { 'Liteav-Sig': sig } });
        const sig = liteavSig({ token: phone.token, rawBody: body });
        expect((await send(sig)).body['code']).toBe(200);
        expect((await send(sig.toUpperCase())).body).toMatchObject({ code: 498, data: [] });
        expect((await send(liteavSig({ token: phone.token, rawBody: `${body} ` }))).body['code']).toBe(498);
      }
    });

    test('of another user, of no user and none at all are 498, after the members', async () => {
      const [mine, other] = [await join('userabc'), await join('other1')];
      expect(await mine.call('get_user_info', { userid: 'other1' })).toMatchObject({
        code: 498,
        rawData: [],
      });
      expect(await mine.call('get_user_info', { userid: 'nobody1' })).toMatchObject({ code: 498 });
      expect(await other.call('get_vod_list', {}, {})).toMatchObject({ code: 602, rawData: {} });
      expect(await other.call('get_vod_list', { index: 0, count: 10 }, {})).toMatchObject({ code: 498 });
      expect(await other.call('get_cos_sign', { userid: undefined }, {})).toMatchObject({ code: 498 });
      expect(await other.call('nope')).toMatchObject({ code: 400, rawData: [] });
    });
  });

  describe('sessions', () => {
    test('five phones stay logged in, the sixth takes the place of the first', async () => {
      const phones: V2Phone[] = [await join('userabc')];
      for (let number = 2; number <= 6; number += 1) {
        clock.pass(1);
        const phone = phoneOf('userabc');
        await phone.login();
        phones.push(phone);
      }
      const codes = [];
      for (const phone of phones) codes.push((await phone.call('get_user_info')).code);
      expect(codes).toEqual([498, 200, 200, 200, 200, 200]);
    });

    test('lives as long as it is used, and 30 days more', async () => {
      const phone = await join('userabc');
      clock.pass(29 * day);
      expect((await phone.call('get_user_info')).code).toBe(200);
      clock.pass(29 * day);
      expect((await phone.call('get_user_info')).code).toBe(200);
      clock.pass(30 * day);
      expect((await phone.call('get_user_info')).code).toBe(498);
    });

    test('refresh gives new tokens for the old ones, once, and leaves other phones alone', async () => {
      const [phone, other] = [await join('userabc'), phoneOf('userabc')];
      clock.pass(1);
      await other.login();
      expect(await phone.call('refresh', { refresh_token: other.refreshToken })).toMatchObject({
        code: 498,
        rawData: {},
      });
      const refresh = () => phone.call('refresh', { refresh_token: phone.refreshToken });
      const answers = await Promise.all([refresh(), refresh()]);
      expect(answers.map(({ code }) => code).sort()).toEqual([200, 498]);
      const given = answers.find(({ code }) => code === 200)?.data ?? {};
      expect((await phone.call('get_user_info')).code).toBe(498);
      phone.token = String(given['token']);
      expect((await phone.call('get_user_info')).code).toBe(200);
      expect((await other.call('get_user_info')).code).toBe(200);
    });

    test('outlives a change of TOKEN_SECRET while the old one is still listed', async () => {
      const phone = await join('userabc');
      const old = backend.config.TOKEN_SECRET.reveal();
      const next = 'a-newer-secret-0123456789abcdef0123456789';
      const codeWith = async (secrets: string) => {
        const other = phoneOf('userabc', {}, makeBackend(database, { TOKEN_SECRET: secrets }));
        other.token = phone.token;
        return (await other.call('get_user_info')).code;
      };
      expect(await codeWith(`${next},${old}`)).toBe(200);
      expect(await codeWith(next)).toBe(498);
    });
  });

  describe('one account for all generations', () => {
    test('an account of our own API logs in with a v2 app', async () => {
      await native('register', { userId: 'userabc', password, nickname: 'n' });
      const phone = phoneOf('userabc');
      expect((await phone.login()).code).toBe(200);
      expect((await phone.call('get_user_info')).data).toMatchObject({ nickname: 'n' });
    });

    test('a v2 account logs in with our own API, and what v3 apps need is filled in then', async () => {
      await join('userabc');
      const salt = () => database.rows('SELECT v3_salt FROM accounts');
      expect(await salt()).toEqual([{ v3_salt: null }]);
      expect((await native('login', { userId: 'userabc', password: 'wrong' })).status).toBe(401);
      expect((await native('login', { userId: 'userabc', password })).status).toBe(200);
      expect(await salt()).toEqual([{ v3_salt: expect.stringMatching(/^[0-9a-f]{8}\.[\w-]+\.[\w-]+$/) }]);
    });

    test('what v3 apps need is encrypted anew at the login after a change of TOKEN_SECRET', async () => {
      await native('register', { userId: 'userabc', password });
      const keyIds = async () =>
        (await database.rows('SELECT v3_salt FROM accounts')).map((row) =>
          String(row['v3_salt']).slice(0, 8),
        );
      const before = await keyIds();
      const old = backend.config.TOKEN_SECRET.reveal();
      const secrets = `a-newer-secret-0123456789abcdef0123456789,${old}`;
      const body = { userId: 'userabc', password };
      await makeBackend(database, { TOKEN_SECRET: secrets }).ask('account', { path: '/account/login', body });
      expect(await keyIds()).not.toEqual(before);
    });

    test('logging out everywhere and deleting the account end v2 logins too', async () => {
      const phone = await join('userabc');
      const { data } = await native('login', { userId: 'userabc', password });
      const authorization = `Bearer ${String(data['accessToken'])}`;
      const ask = (path: string, body: object) =>
        backend.ask('account', { path, body, headers: { authorization } });
      await ask('/account/logout', {});
      expect((await phone.call('get_user_info')).code).toBe(498);
      await phone.login();
      await phone.send('a2-upload_room');
      const took = { startedAt: begin - 800, endedAt: begin - 100 };
      await backend.notify(recordingNotice('8888_userabc', { fileId: '9001', format: 'mp4', ...took }));
      expect((await ask('/account/delete', { password })).status).toBe(200);
      expect((await phone.call('get_user_info')).code).toBe(498);
      expect((await phone.login()).code).toBe(620);
      expect((await phone.register()).code).toBe(612);
      await backend.notify(recordingNotice('8888_userabc', { fileId: '9002', format: 'hls', ...took }));
      expect((await backend.ask('getVodList')).data['total']).toBe(0);
    });
  });

  describe('the streams of the room service', () => {
    const titles = async () =>
      listOf((await backend.ask('getLiveList')).data, 'items').map((one) => one['title']);
    const online = (streamId: string) => backend.notify(pushNotice('start', streamId, clock.now()));

    test('a stream of a user who has never named a room, or of nobody, is not listed', async () => {
      await join('userabc');
      for (const stream of ['8888_userabc', '8888_nobody', 'nounderscore', '8888_ab-c', '_userabc'])
        await online(stream);
      expect(await titles()).toEqual([]);
    });

    test('nobody can claim a stream of our own by choosing a user id', async () => {
      const { data } = await backend.ask('linkMic', {
        path: '/linkMic/guestPushUrl',
        as: 'bob',
        body: {},
      });
      const stream = String(data['streamId']);
      const thief = await join(stream.slice(stream.indexOf('_') + 1));
      expect((await thief.call('upload_room', { title: 'mine' })).code).toBe(200);
      await online(stream);
      // Nor by choosing a stream's name: the room service puts LIVE_BIZID before the user id.
      const victim = await join('alice1');
      expect((await victim.call('upload_room', { title: 'hers' })).code).toBe(200);
      for (const named of ['x_alice1', '88888_alice1', '8888__alice1']) await online(named);
      expect(await titles()).toEqual([]);
    });

    test('the next broadcast of the same stream has the new name, and so has its recording', async () => {
      const phone = await join('userabc');
      await phone.call('upload_room', { title: 'first' });
      const first = pushNotice('start', '8888_userabc', clock.now());
      await backend.notify(first);
      clock.pass(700);
      const cut = pushNotice('cut', '8888_userabc', clock.now(), first.sequence);
      await backend.notify(cut);
      clock.pass(100);
      await phone.call('upload_room', { title: 'second' });
      const took = { startedAt: begin, endedAt: begin + 700 };
      await backend.notify(recordingNotice('8888_userabc', { fileId: '9001', format: 'mp4', ...took }));
      await online('8888_userabc');
      await backend.notify({ ...cut, sequence: first.sequence });
      expect(await titles()).toEqual(['second']);
      await phone.call('upload_room', { title: 'renamed' });
      expect(await titles()).toEqual(['renamed']);
      clock.pass(700);
      const again = { startedAt: begin + 800, endedAt: clock.now() };
      await backend.notify(recordingNotice('8888_userabc', { fileId: '9003', format: 'mp4', ...again }));
      const { data } = await phone.call('get_vod_list', { index: 1, count: 10 });
      expect(listOf(data).map((one) => one['title'])).toEqual(['renamed', 'first']);
    });

    test('a user has one live at a time, whatever the generation of the app', async () => {
      const phone = await join('userabc');
      await phone.call('upload_room', { title: 'of v2' });
      await online('8888_userabc');
      clock.pass(100);
      const { data } = await backend.ask('getPushUrl', { as: 'userabc', body: { title: 'of v1' } });
      await online(String(data['streamId']));
      expect(await titles()).toEqual(['of v1']);
      clock.pass(100);
      await online('8888_userabc');
      expect(await titles()).toEqual(['of v2']);
    });

    test('a forbidden user is not listed', async () => {
      const phone = await join('userabc');
      await phone.call('upload_room', { title: 'of v2' });
      await database.run('UPDATE users SET forbidden = 1');
      await online('8888_userabc');
      expect(await titles()).toEqual([]);
    });
  });

  describe('members', () => {
    test('at fault are 602, and named', async () => {
      const phone = await join('userabc');
      const faults = [
        ['upload_user_info', { nickname: 'n', avatar: '', sex: 'x' }, 'sex:x is not int!'],
        ['upload_user_info', { nickname: '', avatar: '', sex: 0 }, 'nickname is null or empty!'],
        ['upload_user_info', { avatar: '', sex: 0 }, 'nickname is null or empty!'],
        ['upload_room', { title: ' \u0000 ' }, 'title is null or empty!'],
        ['upload_ugc', { file_id: 'a b', title: 't', play_url: 'http://v/1' }, 'file_id preg_match error!'],
        ['upload_ugc', { file_id: 'a', title: 't', play_url: 'javascript:1' }, 'play_url is not a URL!'],
        ['get_vod_list', { index: -1, count: 10 }, '-1 is not in range [0,+)'],
        ['get_ugc_list', { index: 1.5, count: 10 }, 'index:1.5 is not int!'],
        ['getsig', {}, 'type is null or empty!'],
        ['refresh', {}, 'refresh_token is null or empty!'],
      ] as const;
      for (const [method, members, message] of faults) {
        const answer = await phone.call(method, members);
        expect(answer).toMatchObject({ code: 602, rawData: {} });
        expect(answer.message).toContain(message);
      }
    });

    test('a picture that is no address counts as none, text is cut, an unknown sex is unknown', async () => {
      const phone = await join('userabc');
      const odd = {
        nickname: '😀'.repeat(200),
        avatar: 'javascript:alert(1)',
        sex: 7,
        frontcover: 'file:///etc/passwd',
      };
      expect((await phone.call('upload_user_info', odd)).code).toBe(200);
      expect((await phone.call('upload_user_info', odd)).code).toBe(200);
      expect((await phone.call('get_user_info')).data).toMatchObject({
        nickname: '😀'.repeat(128),
        avatar: '',
        sex: -1,
        frontcover: '',
      });
    });

    test('lists give what is asked for, up to 200', async () => {
      const phone = await join('userabc');
      await phone.call('upload_room', { title: 't' });
      for (let number = 0; number < 25; number += 1) {
        const startedAt = begin - 100_000 + number * 1000;
        const file = { fileId: `f${number}`, format: 'mp4', startedAt, endedAt: startedAt + 700 } as const;
        await backend.notify(recordingNotice('8888_userabc', file));
      }
      const page = async (index: unknown, count: number) =>
        listOf((await phone.call('get_vod_list', { index, count })).data).map((one) => one['file_id']);
      expect(await page('0', 200)).toHaveLength(25);
      expect(await page(0, 20)).toHaveLength(20);
      expect(await page(2, 20)).toEqual(['f4', 'f3', 'f2', 'f1', 'f0']);
      expect(await page(0, 0)).toHaveLength(10);
      expect(await page(999_999_999, 200)).toEqual([]);
    });
  });

  test('the signatures of the 2018 build, and getsig that gives each by number', async () => {
    const phone = await join('userabc');
    const key = backend.config.LIVE_CALLBACK_KEY.reveal();
    const live = (await phone.call('get_roomservice_sign')).data;
    const expected = {
      txTime: begin + 600,
      sign: roomserviceSign({ apiKey: key, txTime: begin + 600, userId: 'userabc' }),
    };
    expect(live).toEqual(expected);
    expect((await phone.call('getsig', { type: 1 })).data).toEqual(expected);
    expect((await phone.call('getsig', { type: '2' })).data).toEqual((await phone.call('get_cos_sign')).data);
    const { data } = await phone.call('getsig', { type: 3 });
    const { VOD_SECRET_ID: secretId, VOD_SECRET_KEY: secret } = backend.config;
    const signature = { signature: data['signature'], secretId, secretKey: secret.reveal(), now: begin };
    expect(verifyVodUploadSignature(signature)).toMatchObject({
      ok: true,
      params: { sourceContext: '{"userId":"userabc"}' },
    });
    expect((await phone.call('getsig', { type: 9 })).rawData).toEqual({});
  });

  test('a visitor gets an IM login of its own, and no more than 60 an hour come from one address', async () => {
    const visit = async () => phoneOf('userabc').call('get_visitor_info', {}, {});
    const ids = new Set<unknown>();
    for (let number = 0; number < 60; number += 1) ids.add((await visit()).data['userid']);
    expect(ids.size).toBe(60);
    expect(await visit()).toMatchObject({ code: 500 });
  });
});
