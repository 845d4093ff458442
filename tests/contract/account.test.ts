import { makeBackend, type Backend, type Reply } from '../backend';
import { engines } from '../servers/engines';
import { addAccount } from '../../shared/store/accounts';
import type { Database } from '../../shared/store/database';
import { networkOf } from '../../functions/account/loginLimits';
import { emptyTables, pushNotice, recordingNotice, stopClock, type TestClock } from './oldApps';

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
  /** An account whose password nobody needs: hashing one takes a tenth of a second. */
  const withAccount = (userId = 'user1') => addAccount(database, userId, {}, Date.now());
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

  test('two exchanges of one refresh token at once both succeed, whichever is first, and no more than three', async () => {
    const { refreshToken } = await join();
    const answers = await Promise.all(Array.from({ length: 6 }, () => call('refresh', { refreshToken })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 429, 429, 429]);
    const given = new Set(answers.flatMap(({ data }) => data['refreshToken'] ?? []));
    expect(given.size).toBe(3);
    for (const one of given) expect((await call('refresh', { refreshToken: one })).status).toBe(200);
  });

  test('a login is refreshed at most 20 times in ten seconds, another one is not concerned', async () => {
    let { refreshToken } = await join();
    const other = await join('user2');
    for (let time = 0; time < 20; time += 1) {
      const { status, data } = await call('refresh', { refreshToken });
      expect(status).toBe(200);
      refreshToken = data['refreshToken'];
    }
    expect((await call('refresh', { refreshToken })).status).toBe(429);
    expect((await call('refresh', { refreshToken: other['refreshToken'] })).status).toBe(200);
    clock.pass(10);
    expect((await call('refresh', { refreshToken })).status).toBe(200);
  });

  test('the end of one family leaves the others alone', async () => {
    const [phone, tablet] = [await join(), (await call('login', { userId: 'user1', password })).data];
    await call('refresh', { refreshToken: phone['refreshToken'] });
    clock.pass(60);
    expect((await call('refresh', { refreshToken: phone['refreshToken'] })).status).toBe(401);
    expect((await call('refresh', { refreshToken: tablet['refreshToken'] })).status).toBe(200);
  });

  test('a refresh token lives 30 days', async () => {
    const { refreshToken, refreshExpiresAt } = await join();
    expect(refreshExpiresAt).toBe(begin + 30 * 86_400);
    clock.pass(30 * 86_400);
    expect((await call('refresh', { refreshToken })).status).toBe(401);
  });

  test('logging out ends the login of that refresh token, or all of the caller, and never another user', async () => {
    const [first, second, other] = [
      await join(),
      (await call('login', { userId: 'user1', password })).data,
      await join('user2'),
    ];
    const logout = (body: object) => asCaller('logout', first['accessToken'], body);
    await logout({ refreshToken: other['refreshToken'] });
    await logout({ refreshToken: first['refreshToken'] });
    const alive = async (session: Record<string, unknown>) =>
      (await call('refresh', { refreshToken: session['refreshToken'] })).status === 200;
    expect([await alive(first), await alive(second), await alive(other)]).toEqual([false, true, true]);
    await logout({});
    expect([await alive(second), await alive(other)]).toEqual([false, true]);
  });

  describe('tokens', () => {
    const profileWith = async (secrets: string, token: string) => {
      const other = makeBackend(database, { TOKEN_SECRET: secrets });
      const headers = { authorization: `Bearer ${token}` };
      return (await other.ask('account', { path: '/account/profile', body: {}, headers })).status;
    };
    const [older, newer] = ['older-secret-0123456789abcdef012345', 'newer-secret-0123456789abcdef012345'];

    test('change of TOKEN_SECRET: the first signs, all verify, what was dropped is over', async () => {
      await withAccount();
      const before = await makeBackend(database, { TOKEN_SECRET: older }).tokenOf('user1');
      const both = `${newer}, ${older}`;
      expect(await profileWith(both, before)).toBe(200);
      const after = await makeBackend(database, { TOKEN_SECRET: both }).tokenOf('user1');
      expect(await profileWith(newer, after)).toBe(200);
      expect(await profileWith(newer, before)).toBe(401);
      expect(await profileWith(older, after)).toBe(401);
    });

    test('forged in every way that is easy', async () => {
      await withAccount();
      const token = await backend.tokenOf('user1');
      const [head = '', claims = '', signature = ''] = token.split('.');
      const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
      const header: unknown = JSON.parse(Buffer.from(head, 'base64url').toString());
      const known = { ...(typeof header === 'object' ? header : {}) };
      const payload = { iss: 'xiaozhibo', sub: 'user1', exp: begin + 3600 };
      const forged = [
        '',
        'x',
        `${encode({ alg: 'none' })}.${encode(payload)}.`,
        `${encode({ ...known, alg: 'none' })}.${claims}.`,
        `${encode({ ...known, kid: '00000000' })}.${claims}.${signature}`,
        `${encode({ alg: 'HS256' })}.${claims}.${signature}`,
        `${head}.${encode({ ...payload, sub: 'admin' })}.${signature}`,
        `${head}.${claims}.${signature.slice(0, -2)}`,
        await makeBackend(database, { TOKEN_SECRET: older }).tokenOf('user1'),
      ];
      const statuses = [];
      for (const one of forged) statuses.push((await asCaller('profile', one)).status);
      expect(statuses).toEqual(forged.map(() => 401));
      expect((await asCaller('profile', token)).status).toBe(200);
    });
  });

  describe('limits', () => {
    const guess = (userId: string, address: string, given = 'wrong') =>
      call('login', { userId, password: given }, { 'x-scf-remote-addr': address });

    test('an address has 20 attempts at one account within ten minutes', async () => {
      await join();
      const statuses = new Set<number>();
      for (let attempt = 0; attempt < 20; attempt += 1)
        statuses.add((await guess('user1', '198.51.100.1')).status);
      expect([...statuses]).toEqual([401]);
      expect(await guess('user1', '198.51.100.1', password)).toMatchObject({
        status: 429,
        body: { returnMsg: 'too many attempts, try again later' },
      });
      expect((await guess('user1', '198.51.100.2', password)).status).toBe(200);
      clock.pass(600);
      expect((await guess('user1', '198.51.100.1', password)).status).toBe(200);
    });

    test('strangers at many addresses run into a limit, and do not lock the user out', async () => {
      const home = '198.51.100.1';
      await call('register', { userId: 'user1', password }, { 'x-scf-remote-addr': home });
      expect((await guess('user1', home, password)).status).toBe(200);
      const hour = Math.floor((begin * 1000) / 3_600_000) * 3_600_000;
      await database.run('INSERT INTO rate_windows (source, window_at, hits) VALUES (?, ?, ?)', [
        'login:u:user1',
        hour,
        99,
      ]);
      expect((await guess('user1', '203.0.113.99')).status).toBe(401);
      expect((await guess('user1', '203.0.113.100')).status).toBe(429);
      expect((await guess('user1', '203.0.113.101', password)).status).toBe(429);
      expect((await guess('user1', home, password)).status).toBe(200);
      expect((await guess('user2', '203.0.113.100')).status).toBe(401);
    });

    test('an address that tries many accounts runs into a limit of its own', async () => {
      const window = Math.floor((begin * 1000) / 600_000) * 600_000;
      await database.run('INSERT INTO rate_windows (source, window_at, hits) VALUES (?, ?, ?)', [
        'login:a:203.0.113.7',
        window,
        299,
      ]);
      expect((await guess('nobody1', '203.0.113.7')).status).toBe(401);
      expect((await guess('nobody2', '203.0.113.7')).status).toBe(429);
      const ofRefused = "SELECT source FROM rate_windows WHERE source LIKE '%nobody2'";
      expect(await database.rows(ofRefused)).toEqual([]);
      expect((await guess('nobody2', '203.0.113.8')).status).toBe(401);
    });

    test('addresses of one IPv6 subscriber count as one', () => {
      const same = ['2001:db8:1:2::1', '2001:0db8:0001:0002:aaaa:bbbb:cccc:dddd', '2001:DB8:1:2::'];
      expect(new Set(same.map(networkOf))).toEqual(new Set(['2001:db8:1:2::/64']));
      expect(networkOf('2001:db8::1')).toBe('2001:db8:0:0::/64');
      expect(networkOf('::1')).toBe('0:0:0:0::/64');
      expect(networkOf('203.0.113.7')).toBe('203.0.113.7');
      expect(networkOf('::ffff:203.0.113.7')).toBe('::ffff:203.0.113.7');
      expect(networkOf('')).toBe('unknown');
    });

    test('an address registers at most 60 accounts an hour', async () => {
      const hour = Math.floor((begin * 1000) / 3_600_000) * 3_600_000;
      await database.run('INSERT INTO rate_windows (source, window_at, hits) VALUES (?, ?, ?)', [
        'register:203.0.113.7',
        hour,
        59,
      ]);
      expect((await call('register', { userId: 'user1', password })).status).toBe(200);
      expect((await call('register', { userId: 'user2', password })).status).toBe(429);
    });
  });

  test('two registrations of one id at once: one wins', async () => {
    const answers = await Promise.all(
      ['a', 'b', 'c'].map((letter) => call('register', { userId: 'user1', password: password + letter })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    const winner = answers.findIndex(({ status }) => status === 200);
    const logins = await Promise.all(
      ['a', 'b', 'c'].map((letter) => call('login', { userId: 'user1', password: password + letter })),
    );
    expect(logins.findIndex(({ status }) => status === 200)).toBe(winner);
    expect(logins.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  test('user ids are exact, and any text is one', async () => {
    for (const userId of ['user', 'User', 'a.b', "O'Neil", '用户😀']) {
      expect((await call('register', { userId, password })).status).toBe(200);
      expect((await call('login', { userId, password })).data['userId']).toBe(userId);
    }
    expect((await call('login', { userId: 'USER', password })).status).toBe(401);
  });

  test('an unknown user and a wrong password are refused in the same words', async () => {
    await join();
    const [unknown, wrong] = [
      await call('login', { userId: 'nobody', password }),
      await call('login', { userId: 'user1', password: 'wrong' }),
    ];
    expect(unknown.body).toEqual(wrong.body);
    expect(unknown.status).toBe(401);
  });

  test.each([
    ['register', {}, 'userId: expected a user id'],
    ['register', { userId: 'user1' }, 'password: expected a password of 8 to 128'],
    ['register', { userId: 'user1', password: '1234567' }, 'password: expected a password of 8 to 128'],
    ['register', { userId: 'user1', password: 'x'.repeat(129) }, 'password: expected a password'],
    ['register', { userId: '', password }, 'userId: expected a user id'],
    ['register', { userId: 'u'.repeat(65), password }, 'userId: expected a user id'],
    ['register', { userId: ['user1'], password }, 'userId: expected a user id'],
    ['register', { userId: 'user1', password, nickname: 'n'.repeat(129) }, 'nickname: expected text'],
    ['login', { userId: 'user1', password: ['x'] }, 'password: expected a password'],
    ['refresh', { refreshToken: 'short' }, 'refreshToken: expected a refresh token'],
    ['refresh', {}, 'refreshToken: expected a refresh token'],
  ])('%s with %j is refused and names the field', async (command, body, message) => {
    const reply = await call(command, body);
    expect(reply.status).toBe(400);
    expect(reply.body['returnMsg']).toContain(message);
  });

  test.each(['register', 'login', 'refresh'])('%s takes nothing from a URL', async (command) => {
    const query = { userId: 'user1', password };
    const path = `/account/${command}`;
    expect((await backend.ask('account', { method: 'GET', path, query })).status).toBe(400);
  });

  describe('profiles', () => {
    const bucket = 'https://covers-1250000000.cos.ap-guangzhou.myqcloud.com';

    test.each([
      `${bucket}/a.jpg`,
      'http://covers-1250000000.file.myqcloud.com/a.jpg',
      'https://1250000000.vod2.myqcloud.com/x/f0.jpg',
      'https://img.example.net/a.jpg?x=1',
      'https://img.example.net:8443/a.jpg',
      '',
    ])('a picture at %s is taken', async (headPic) => {
      await withAccount();
      const hosts = makeBackend(database, { MEDIA_HOSTS: 'img.example.net, img.example.net:8443' });
      const ask = { path: '/account/updateProfile', as: 'user1', body: { headPic, frontCover: headPic } };
      expect((await hosts.ask('account', ask)).status).toBe(200);
      const shown = await hosts.ask('account', { path: '/account/profile', as: 'user1' });
      expect(shown.data).toMatchObject({ headPic, frontCover: headPic });
    });

    test.each([
      'https://evil.example/a.jpg',
      'https://covers-1250000000.evil.example/a.jpg',
      'https://covers-1250000000.myqcloud.com.evil.example/a.jpg',
      'https://evil.example/covers-1250000000.cos.ap-guangzhou.myqcloud.com/a.jpg',
      'https://covers-1250000000.cos.ap-guangzhou.myqcloud.com@evil.example/a.jpg',
      'https://other-1250000000.cos.ap-guangzhou.myqcloud.com/a.jpg',
      'https://9999999999.vod2.myqcloud.com/a.jpg',
      'https://img.example.net/a.jpg',
      'javascript:alert(1)',
      'data:image/png;base64,AAAA',
      '//evil.example/a.jpg',
      `${bucket}/"><script>`,
      `${bucket}/a\nb.jpg`,
      `${bucket}/${'x'.repeat(500)}`,
    ])('a picture at %s is refused', async (headPic) => {
      await withAccount();
      for (const name of ['headPic', 'frontCover']) {
        const reply = await asCaller('updateProfile', await backend.tokenOf('user1'), { [name]: headPic });
        expect(reply.status).toBe(400);
        expect(reply.body['returnMsg']).toContain(`${name}: expected`);
      }
    });

    test('with an endpoint in place of a region, pictures are in the folder of the bucket', async () => {
      await withAccount();
      const local = makeBackend(database, { COS_REGION: 'http://127.0.0.1:9000/cos' });
      const status = async (headPic: string) => {
        const ask = { path: '/account/updateProfile', as: 'user1', body: { headPic } };
        return (await local.ask('account', ask)).status;
      };
      expect(await status('http://127.0.0.1:9000/cos/covers-1250000000/a.jpg')).toBe(200);
      expect(await status('http://127.0.0.1:9000/cos/other-1250000000/a.jpg')).toBe(400);
      expect(await status('http://127.0.0.1:9001/cos/covers-1250000000/a.jpg')).toBe(400);
      expect(await status('http://127.0.0.1:9000/cos/covers-1250000000/../x/a.jpg')).toBe(400);
    });

    test('others see the public part; what is not given stays', async () => {
      await withAccount();
      const own = await backend.tokenOf('user1');
      await asCaller('updateProfile', own, { nickname: 'n', location: '深圳', sex: 1 });
      await asCaller('updateProfile', own, { nickname: 'm' });
      const seen = await asCaller('profile', await backend.tokenOf('user2'), { of: 'user1' });
      expect(seen.data).toEqual({
        userId: 'user1',
        nickname: 'm',
        headPic: '',
        frontCover: '',
        location: '深圳',
      });
      expect((await asCaller('profile', own, { of: 'nobody' })).status).toBe(404);
      expect((await asCaller('profile', await backend.tokenOf('user2'))).status).toBe(404);
      expect((await asCaller('updateProfile', await backend.tokenOf('user2'), {})).status).toBe(404);
    });
  });

  test('the access token of a deleted account begins nothing', async () => {
    const { accessToken } = await join();
    expect((await asCaller('delete', accessToken, { password })).status).toBe(200);
    const video = {
      fileId: 'v1',
      title: 'video',
      playUrl: 'https://covers-1250000000.cos.ap-guangzhou.myqcloud.com/v1.mp4',
    };
    const asked = async (as: string) =>
      Promise.all([
        backend.ask('getPushUrl', { as, body: { title: 'again' } }),
        backend.ask('linkMic', { path: '/linkMic/guestPushUrl', as }),
        backend.ask('video', { path: '/video/publish', as, body: video }),
      ]);
    for (const { status, text } of await asked('user1')) {
      expect(status).toBe(403);
      expect(text).toContain('this account has been deleted');
    }
    for (const table of ['broadcasts', 'guest_streams', 'videos'])
      expect(await database.rows(`SELECT user_id FROM ${table}`)).toEqual([]);
    // One who never had an account has a token from elsewhere.
    for (const { status } of await asked('user2')) expect(status).toBe(200);
  });

  test('a deleted account leaves nothing in the lists, and its id to nobody', async () => {
    const { accessToken } = await join();
    await asCaller('updateProfile', accessToken, { nickname: 'known', location: 'here' });
    const { data } = await backend.ask('getPushUrl', {
      as: 'user1',
      body: { title: 'live', nickname: 'known' },
    });
    const streamId = String(data['streamId']);
    await backend.notify(pushNotice('start', streamId, clock.now()));
    const took = { startedAt: begin - 800, endedAt: begin - 100 };
    await backend.notify(recordingNotice(streamId, { fileId: '9001', format: 'mp4', ...took }));
    const video = {
      fileId: 'v1',
      title: 'video',
      playUrl: 'https://covers-1250000000.cos.ap-guangzhou.myqcloud.com/v1.mp4',
    };
    await backend.ask('video', { path: '/video/publish', as: 'user1', body: video });
    await backend.ask('room', { path: '/room/enter', as: 'user2', body: { streamId } });
    await database.run('UPDATE users SET forbidden = 1');

    expect((await asCaller('delete', accessToken, { password })).status).toBe(200);
    for (const list of ['getLiveList', 'getVodList'] as const)
      expect((await backend.ask(list)).data['total']).toBe(0);
    expect((await backend.ask('video', { path: '/video/list' })).data['total']).toBe(0);
    await backend.notify(recordingNotice(streamId, { fileId: '9002', format: 'hls', ...took }));
    expect((await backend.ask('getVodList')).data['total']).toBe(0);
    expect(await database.rows('SELECT nickname, location, forbidden FROM users')).toEqual([
      { nickname: '', location: '', forbidden: 1 },
    ]);
    // The access token is good for what is left of its hour, but not for what the account had.
    expect((await backend.ask('getPushUrl', { as: 'user1', body: { title: 'again' } })).status).toBe(403);
    expect((await asCaller('updateProfile', accessToken, { nickname: 'back' })).status).toBe(404);
    expect((await asCaller('delete', accessToken, { password })).status).toBe(403);
    expect(await database.rows('SELECT nickname FROM users')).toEqual([{ nickname: '' }]);
    expect(await database.rows('SELECT * FROM room_members')).toEqual([]);
  });
});
