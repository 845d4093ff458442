import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { environment, makeBackend } from '../backend';
import { engines } from '../servers/engines';
import { isRecord } from '../../shared/http/request';
import { makeUserSig } from '../../shared/signing/userSig';
import { weixinSign } from '../../shared/signing/weixinSign';
import type { Database } from '../../shared/store/database';

const now = 1_795_358_274_000;

const sigOf = (userId: string, change: Partial<Parameters<typeof makeUserSig>[0]> = {}) =>
  makeUserSig({
    sdkAppId: 1_400_000_000,
    key: environment.IM_SECRET_KEY,
    userId,
    now: now / 1000,
    expire: 600,
    ...change,
  });

const broadcast = (userId: string, more: object = {}) => ({
  Action: 'RequestLVBAddr',
  userid: userId,
  groupid: 'g',
  title: 't',
  ...more,
});
const list = { Action: 'FetchList', flag: 1, pageno: 1, pagesize: 20 };
const like = (more: object = {}) => ({
  Action: 'ChangeCount',
  userid: 'host',
  type: 1,
  optype: 0,
  flag: 0,
  fileid: '',
  ...more,
});

describe.each(engines())('access to v1 on $name', ({ open }) => {
  let database: Database;
  let clock: jest.SpyInstance<number, []>;

  beforeAll(async () => {
    database = await open();
  });
  beforeEach(async () => {
    clock = jest.spyOn(Date, 'now').mockReturnValue(now);
    for (const table of [
      'users',
      'broadcasts',
      'counters',
      'like_budgets',
      'rate_windows',
      'reports',
      'tickets',
    ])
      await database.run(`DELETE FROM ${table}`);
  });
  afterEach(() => clock.mockRestore());

  const valueOf = async (
    backend: ReturnType<typeof makeBackend>,
    body: object,
    headers: Record<string, string> = {},
  ) => (await backend.v1(body, headers)).body['returnValue'];
  const likesOf = async (backend: ReturnType<typeof makeBackend>) => {
    const { data } = await backend.ask('getLiveList');
    const [item] = Array.isArray(data['items']) ? data['items'].filter(isRecord) : [];
    return item?.['likeCount'];
  };

  test('off: nothing is answered but the deployment check', async () => {
    const backend = makeBackend(database, { V1_ACCESS: 'off' });
    for (const body of [broadcast('host'), list, like()]) {
      expect(await backend.v1(body)).toMatchObject({
        status: 200,
        body: { returnValue: 4030, returnData: [] },
      });
    }
    expect(await backend.v1('')).toMatchObject({
      body: { returnValue: 4001, returnMsg: 'json format error', returnData: [] },
    });
  });

  test('usersig: every action wants the UserSig of the user who acts', async () => {
    const backend = makeBackend(database, { V1_ACCESS: 'usersig' });
    for (const usersig of [
      undefined,
      '',
      7,
      [],
      'garbage',
      sigOf('host', { now: now / 1000 - 601 }),
      sigOf('host', { sdkAppId: 1 }),
      sigOf('host', { key: '0'.repeat(64) }),
    ]) {
      expect(await valueOf(backend, broadcast('host', { usersig }))).toBe(4010);
      expect(await valueOf(backend, { ...list, usersig })).toBe(4010);
    }
    expect(await valueOf(backend, broadcast('host', { usersig: sigOf('viewer') }))).toBe(4030);
    expect(await valueOf(backend, broadcast('host', { usersig: sigOf('host') }))).toBe(0);
    expect(
      await valueOf(backend, { Action: 'ChangeStatus', userid: 'host', status: 0, usersig: sigOf('host') }),
    ).toBe(0);
    expect(await valueOf(backend, { ...list, usersig: sigOf('viewer') })).toBe(0);
  });

  test('usersig: the number of a v3 user is no user of its own', async () => {
    const backend = makeBackend(database, { V1_ACCESS: 'usersig' });
    await database.run("INSERT INTO v3_users (user_id, number, valid_from) VALUES ('banned', 123456789, 0)");
    await database.run(
      "INSERT INTO v3_users (user_id, number, valid_from) VALUES ('987654321', 987654321, 0)",
    );
    const asked = (userId: string) => valueOf(backend, broadcast(userId, { usersig: sigOf(userId) }));
    expect(await asked('123456789')).toBe(4030);
    expect(await asked('987654321')).toBe(0);
  });

  test("usersig: a like names the host, and counts within the allowance of the UserSig's user", async () => {
    const backend = makeBackend(database, { V1_ACCESS: 'usersig' });
    await backend.v1(broadcast('host', { usersig: sigOf('host') }));
    await backend.v1({ Action: 'ChangeStatus', userid: 'host', status: 0, usersig: sigOf('host') });
    for (let time = 0; time < 25; time += 1)
      expect(await valueOf(backend, like({ usersig: sigOf('viewer') }))).toBe(0);
    expect(await likesOf(backend)).toBe(20);
    await backend.v1(like({ usersig: sigOf('viewer2') }));
    expect(await likesOf(backend)).toBe(21);
  });

  test('open: one address cannot like without end', async () => {
    const backend = makeBackend(database);
    await backend.v1(broadcast('host'));
    await backend.v1({ Action: 'ChangeStatus', userid: 'host', status: 0 });
    for (let time = 0; time < 410; time += 1) await backend.v1(like());
    expect(await likesOf(backend)).toBe(400);
    await backend.v1(like(), { 'x-scf-remote-addr': '203.0.113.8' });
    expect(await likesOf(backend)).toBe(401);
  }, 60_000);

  test('open: too many writes of one address in ten seconds are refused in the v1 envelope, others go on', async () => {
    const backend = makeBackend(database);
    for (let time = 0; time < 20; time += 1) expect(await valueOf(backend, broadcast(`host${time}`))).toBe(0);
    expect(await backend.v1(broadcast('host20'))).toMatchObject({
      status: 200,
      body: { returnValue: 4003, returnData: [] },
    });
    expect(await valueOf(backend, broadcast('host20'), { 'x-scf-remote-addr': '203.0.113.8' })).toBe(0);
    expect(await valueOf(backend, list)).toBe(0);
    clock.mockReturnValue(now + 10_000);
    expect(await valueOf(backend, broadcast('host20'))).toBe(0);
  });

  test('operator actions want ADMIN_TOKEN, whatever V1_ACCESS says', async () => {
    for (const access of ['open', 'usersig']) {
      const backend = makeBackend(database, { V1_ACCESS: access });
      const operator = { authorization: `Bearer ${environment.ADMIN_TOKEN}` };
      for (const body of [
        { Action: 'StopLVB', userid: 'host' },
        { Action: 'ForbidLive', userid: 'host', forbidflag: 1 },
        { ...list, flag: 4 },
      ]) {
        const usersig = sigOf('host');
        expect(await valueOf(backend, { ...body, usersig })).toBe(4010);
        expect(
          await valueOf(backend, { ...body, usersig }, { authorization: 'Bearer tests-only-admin-tokeN' }),
        ).toBe(4010);
        expect(await valueOf(backend, body, operator)).toBe(0);
      }
      expect(await valueOf(backend, { Action: 'ForbidLive', userid: 'host', forbidflag: 0 }, operator)).toBe(
        0,
      );
    }
  });

  test('a forbidden user gets no push URL until it is lifted', async () => {
    const backend = makeBackend(database);
    const operator = { authorization: `Bearer ${environment.ADMIN_TOKEN}` };
    await backend.v1({ Action: 'ForbidLive', userid: 'host', forbidflag: 1 }, operator);
    expect(await valueOf(backend, broadcast('host'))).toBe(4030);
    await backend.v1({ Action: 'ForbidLive', userid: 'host', forbidflag: 0 }, operator);
    expect(await valueOf(backend, broadcast('host'))).toBe(0);
  });

  test('a forbidden user does not come back by its own word, nor by a notice of an older push', async () => {
    const backend = makeBackend(database);
    const operator = { authorization: `Bearer ${environment.ADMIN_TOKEN}` };
    const { data } = await backend.v1(broadcast('host'));
    const streamId = /live\/(\w+)\?/.exec(String(data['pushurl']))?.[1];
    await backend.v1({ Action: 'ChangeStatus', userid: 'host', status: 0 });
    expect((await backend.v1(list)).data['totalcount']).toBe(1);
    await backend.v1({ Action: 'ForbidLive', userid: 'host', forbidflag: 1 }, operator);
    clock.mockReturnValue(now + 5_000);
    await backend.v1({ Action: 'ChangeStatus', userid: 'host', status: 0 });
    await backend.notify({ event_type: 1, stream_id: streamId, sequence: '9', event_time: now / 1000 + 6 });
    expect((await backend.v1(list)).data['totalcount']).toBe(0);
    expect((await backend.v1({ ...list, flag: 4 }, operator)).data['pusherlist']).toEqual([
      expect.objectContaining({ userid: 'host', forbid_status: 1, status: '0' }),
    ]);
  });

  test.each([
    ['RequestLVBAddr', 'groupid', { userid: 'u', title: 't' }],
    ['EnterGroup', 'groupid', { userid: 'u', liveuserid: 'h', flag: 0 }],
    ['QuitGroup', 'groupid', { userid: 'u', liveuserid: 'h', flag: 1 }],
    ['FetchGroupMemberList', 'groupid', { liveuserid: 'h', pageno: 1, pagesize: 20 }],
    ['ChangeCount', 'fileid', { userid: 'h', type: 1, optype: 0, flag: 1 }],
    ['GetUserInfo', 'fileid', { userid: 'h', type: 1 }],
    ['UploadUGCVideo', 'file_id', { userid: 'u', title: 't', play_url: 'http://v.example/1.mp4' }],
    ['UploadUGCVideo', 'play_url', { userid: 'u', title: 't', file_id: 'f' }],
  ])('%s: a control character in %s is a fault that names it', async (action, member, body) => {
    const reply = await makeBackend(database).v1({ Action: action, ...body, [member]: 'http://a\u0000b' });
    expect(reply.body).toMatchObject({
      returnValue: 1000,
      returnMsg: `invalid param in json from client! | ${member} has a control character!`,
    });
  });

  test.each([
    { ...list, pageno: 999_999_999_999_999 },
    {
      Action: 'FetchGroupMemberList',
      liveuserid: 'host',
      groupid: 'g',
      pageno: 999_999_999_999_999,
      pagesize: 100,
    },
  ])('a page far behind the end is empty: %j', async (body) => {
    const backend = makeBackend(database);
    await backend.v1(broadcast('host'));
    const { body: answer, data } = await backend.v1(body);
    expect(answer['returnValue']).toBe(0);
    expect(data['pusherlist'] ?? data['memberlist']).toEqual([]);
  });

  test("an old app's request leaves the profile of whom it names alone", async () => {
    const backend = makeBackend(database);
    await backend.v1(
      broadcast('host', { userinfo: { nickname: 'mallory', headpic: 'http://tracker.example/1.png' } }),
    );
    expect(await database.rows('SELECT nickname, head_pic FROM users')).toEqual([
      { nickname: '', head_pic: '' },
    ]);
  });

  test('a report is recorded and takes nothing away', async () => {
    const backend = makeBackend(database);
    await backend.v1(broadcast('host'));
    await backend.v1({ Action: 'ChangeStatus', userid: 'host', status: 0 });
    for (const reported of ['host', 'host', 'nobody']) {
      expect(
        (await backend.v1({ Action: 'ReportUser', userid: reported, hostuserid: 'viewer' })).body,
      ).toEqual({
        returnValue: 0,
        returnMsg: 'return successfully!',
        returnData: [],
      });
    }
    expect((await backend.v1(list)).data['totalcount']).toBe(1);
    expect(await database.rows('SELECT reported, reporter FROM reports')).toEqual([
      { reported: 'host', reporter: 'viewer' },
    ]);
  });

  test.each(['constructor', '__proto__', 'toString', '../index', '<b>"x"&', 'fetchlist'])(
    'there is no action %s',
    async (action) => {
      const reply = await makeBackend(database).v1(JSON.stringify({ Action: action }));
      expect(reply.body).toEqual({
        returnValue: 1000,
        returnMsg: `invalid interface name:${action.replace(/[<>"&]/g, '')}`,
        returnData: [],
      });
    },
  );

  describe('GetWeixinSignature', () => {
    let wechat: Server;
    let endpoint: string;
    let asked: string[];
    let answer: (path: string) => object | undefined;

    beforeEach(async () => {
      asked = [];
      answer = (path) =>
        path.startsWith('/cgi-bin/token')
          ? { access_token: 'access', expires_in: 7200 }
          : { errcode: 0, errmsg: 'ok', ticket: 'ticket1', expires_in: 7200 };
      wechat = createServer((request, response) => {
        asked.push(request.url ?? '');
        const body = answer(request.url ?? '');
        if (body !== undefined) response.end(JSON.stringify(body));
      }).listen(0, '127.0.0.1');
      await once(wechat, 'listening');
      const address = wechat.address();
      endpoint = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
    });
    afterEach(async () => {
      wechat.closeAllConnections();
      wechat.close();
      await once(wechat, 'close');
    });

    const backendOf = (write?: (line: string) => void) =>
      makeBackend(
        database,
        {
          WECHAT_APPID: 'wx0123456789abcdef',
          WECHAT_SECRET: 'made-up-app-secret',
          WECHAT_ENDPOINT: endpoint,
          LOG_LEVEL: 'warn',
        },
        write === undefined ? {} : { write },
      );
    const body = { Action: 'GetWeixinSignature', url: 'https://share.example/?userid=1&type=0#top' };

    test('signs with a ticket that is got once and kept', async () => {
      const backend = backendOf();
      for (let time = 0; time < 3; time += 1) {
        const { data } = await backend.v1(body);
        const config = isRecord(data['data']) ? data['data'] : {};
        expect(config).toEqual({
          appId: 'wx0123456789abcdef',
          nonceStr: expect.stringMatching(/^[0-9a-f]{16}$/),
          timestamp: now / 1000,
          signature: expect.any(String),
        });
        expect(config['signature']).toBe(
          weixinSign({
            ticket: 'ticket1',
            nonceStr: String(config['nonceStr']),
            timestamp: now / 1000,
            url: 'https://share.example/?userid=1&type=0',
          }),
        );
      }
      expect(asked).toHaveLength(2);
      clock.mockReturnValue(now + 7_000_000);
      await backend.v1(body);
      expect(asked).toHaveLength(4);
    });

    test.each<[string, string, (path: string) => object | undefined]>([
      ['a refusal', 'WeChat refused with errcode 40164', () => ({ errcode: 40164, errmsg: 'invalid ip' })],
      ['an answer without a token', 'WeChat gave no access_token', () => ({})],
      ['silence', 'no answer within', () => undefined],
    ])('%s of WeChat is a clear failure, and the log alone says which', async (_name, reason, failing) => {
      answer = failing;
      const lines: string[] = [];
      const reply = await backendOf((line) => lines.push(line)).v1(body);
      expect(reply.body).toMatchObject({
        returnValue: 2002,
        returnMsg: 'WeChat gave no ticket, try again later',
      });
      expect(lines.filter((line) => line.includes(reason))).toHaveLength(1);
      for (const text of [reply.text, ...lines]) expect(text).not.toContain('made-up-app-secret');
    });

    test('WeChat is not asked again for 30 s after it gave no ticket', async () => {
      const backend = backendOf(() => undefined);
      const given = answer;
      answer = () => ({ errcode: 40164, errmsg: 'invalid ip' });
      for (let time = 0; time < 3; time += 1)
        expect((await backend.v1(body)).body).toMatchObject({ returnValue: 2002 });
      expect(asked).toHaveLength(1);
      answer = given;
      clock.mockReturnValue(now + 29_999);
      expect((await backend.v1(body)).body).toMatchObject({ returnValue: 2002 });
      clock.mockReturnValue(now + 30_000);
      expect((await backend.v1(body)).body).toMatchObject({ returnValue: 0 });
      expect(asked).toHaveLength(3);
    });

    test('of one address there are so many in ten seconds, here and at the share page together', async () => {
      const backend = backendOf();
      const url = body.url;
      const here = async () => Number((await backend.v1(body)).body['returnValue']);
      const there = async (last: string) => {
        const headers = { 'x-scf-remote-addr': `203.0.113.${last}` };
        return (await backend.ask('watch', { path: '/watch/weixinSignature', body: { url }, headers }))
          .status;
      };
      for (let time = 0; time < 150; time += 1) expect([await here(), await there('7')]).toEqual([0, 200]);
      expect(await there('7')).toBe(429);
      expect(await here()).not.toBe(0);
      expect(await there('8')).toBe(200);
    });

    test('without an account it says what is not set', async () => {
      expect((await makeBackend(database).v1(body)).body).toMatchObject({
        returnMsg: 'WECHAT_APPID and WECHAT_SECRET are not set',
      });
    });
  });
});
