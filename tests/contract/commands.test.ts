import { environment, makeBackend, type Backend } from '../backend';
import { engines } from '../servers/engines';
import { isRecord } from '../../shared/http/request';
import { Secret } from '../../shared/secret';
import { verifyCosPostPolicy } from '../../shared/signing/cosPostPolicy';
import { verifyTxSecret } from '../../shared/signing/txSecret';
import { verifyUserSig } from '../../shared/signing/userSig';
import { verifyVodUploadSignature } from '../../shared/signing/vodUpload';
import type { Database } from '../../shared/store/database';
import { signToken } from '../../shared/token';

const begin = 1_795_358_274_000;

const itemsOf = (data: Record<string, unknown>): Record<string, unknown>[] =>
  Array.isArray(data['items']) ? data['items'].filter(isRecord) : [];

describe.each(engines())('commands on $name', ({ open }) => {
  let database: Database;
  let backend: Backend;
  let clock: jest.SpyInstance<number, []>;

  beforeAll(async () => {
    database = await open({ connections: 8 });
    backend = makeBackend(database);
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    clock = jest.spyOn(Date, 'now').mockReturnValue(begin);
    for (const table of [
      'users',
      'broadcasts',
      'pushes',
      'notices',
      'replays',
      'replay_files',
      'rate_windows',
    ])
      await database.run(`DELETE FROM ${table}`);
  });
  afterEach(() => clock.mockRestore());

  async function goLive(userId: string, title = `title of ${userId}`): Promise<string> {
    const { data } = await backend.ask('getPushUrl', { as: userId, body: { title } });
    const streamId = String(data['streamId']);
    await backend.notify({
      event_type: 1,
      stream_id: streamId,
      sequence: '7300000000000000001',
      event_time: Math.floor(Date.now() / 1000),
    });
    return streamId;
  }

  async function recorded(streamId: string, fileId: string, endedAt: number): Promise<void> {
    await backend.notify({
      event_type: 100,
      stream_id: streamId,
      file_id: fileId,
      file_format: 'mp4',
      video_url: `https://v.example/${fileId}.mp4`,
      start_time: Math.floor(endedAt / 1000) - 100,
      end_time: Math.floor(endedAt / 1000),
      file_size: 1,
    });
  }

  describe('getPushUrl', () => {
    test('gives a URL that an old app and the live service both accept', async () => {
      const { status, body, data } = await backend.ask('getPushUrl', {
        as: 'user1',
        body: { title: '标题', groupId: '@TGS#1' },
      });
      expect({ status, returnValue: body['returnValue'], requestId: body['requestId'] }).toEqual({
        status: 200,
        returnValue: 0,
        requestId: 'test-request',
      });
      const url =
        /^rtmp:\/\/push\.example\.com\/live\/(8888_[a-z0-9_]+)\?bizid=8888&record_interval=5400&record=flv\|hls&txSecret=(\w+)&txTime=(\w+)$/.exec(
          String(data['pushUrl']),
        );
      expect(url?.[1]).toBe(data['streamId']);
      expect(
        verifyTxSecret({
          keys: [environment.LIVE_PUSH_KEY],
          streamName: url?.[1],
          txSecret: url?.[2],
          txTime: url?.[3],
          now: begin / 1000,
        }),
      ).toBe('ok');
      expect(data).toMatchObject({
        expiresAt: begin / 1000 + 10_800,
        createdAt: begin / 1000,
        playUrls: { flv: `https://play.example.com/live/${url?.[1]}.flv` },
      });
    });

    test('the same request within a minute gets the same broadcast, later or changed it gets a new one', async () => {
      const ask = async (body: object, as = 'user1') =>
        (await backend.ask('getPushUrl', { as, body })).data['streamId'];
      const first = await ask({ title: 'a', groupId: 'g' });
      clock.mockReturnValue(begin + 59_000);
      expect(await ask({ title: 'a', groupId: 'g' })).toBe(first);
      expect(await ask({ title: 'a', groupId: 'g' }, 'user2')).not.toBe(first);
      const changed = await ask({ title: 'b', groupId: 'g' });
      expect(changed).not.toBe(first);
      clock.mockReturnValue(begin + 59_000 + 60_000);
      expect(await ask({ title: 'b', groupId: 'g' })).not.toBe(changed);
    });

    test('twenty equal requests at once make one broadcast', async () => {
      const replies = await Promise.all(
        Array.from({ length: 20 }, () => backend.ask('getPushUrl', { as: 'user1', body: { title: 'a' } })),
      );
      expect(new Set(replies.map(({ data }) => data['streamId'])).size).toBe(1);
      expect(await database.rows('SELECT stream_id FROM broadcasts')).toHaveLength(1);
    });

    test('a broadcast that has ended is not resumed', async () => {
      const streamId = await goLive('user1', 'a');
      await backend.notify({
        event_type: 0,
        stream_id: streamId,
        sequence: '7300000000000000001',
        event_time: begin / 1000 + 5,
      });
      clock.mockReturnValue(begin + 10_000);
      expect(
        (await backend.ask('getPushUrl', { as: 'user1', body: { title: 'a' } })).data['streamId'],
      ).not.toBe(streamId);
    });

    test('a user has one live at a time', async () => {
      await goLive('user1', 'old');
      clock.mockReturnValue(begin + 100_000);
      await goLive('user1', 'new');
      const { data } = await backend.ask('getLiveList');
      expect(itemsOf(data).map((item) => item['title'])).toEqual(['new']);
      expect(data['total']).toBe(1);
    });

    test.each([
      'a-b',
      'a_b',
      'A_B',
      'a@b',
      'a#b',
      'a.b',
      "O'Neil",
      '用户😀',
      'x'.repeat(64),
      '😀'.repeat(64),
      '\\',
      '%',
    ])('user id %s has a stream id of its own and is listed unchanged', async (userId) => {
      const streamId = await goLive(userId);
      expect(streamId).toMatch(/^8888_[a-z0-9_]{1,59}$/);
      expect(itemsOf((await backend.ask('getLiveList')).data)).toEqual([
        expect.objectContaining({ userId, streamId }),
      ]);
    });

    test('user ids that differ only by case or punctuation are different users', async () => {
      const ids = ['a_b', 'A_B', 'a-b', 'a.b', 'a_b_'];
      const streams = new Set<string>();
      for (const id of ids) streams.add(await goLive(id));
      expect(streams.size).toBe(ids.length);
      expect((await backend.ask('getLiveList')).data['total']).toBe(ids.length);
    });

    test.each([`O'Neil "said" \\ 100% --`, '😀'.repeat(128), '<script>alert(1)</script>', '标题'])(
      'title %s comes back as it was sent',
      async (title) => {
        await goLive('user1', title);
        expect(itemsOf((await backend.ask('getLiveList')).data)[0]).toMatchObject({ title });
      },
    );

    test.each([
      [{}, 'title: expected text of 1 to 128 characters'],
      [{ title: '' }, 'title: expected text'],
      [{ title: ' \u0000 ' }, 'title: expected text'],
      [{ title: 7 }, 'title: expected text'],
      [{ title: ['a'] }, 'title: expected text'],
      [{ title: 'x'.repeat(129) }, 'title: expected text'],
      [{ title: 'a', groupId: 'g'.repeat(129) }, 'groupId: expected text of at most 128'],
      [{ title: 'a', headPic: {} }, 'headPic: expected the URL of a picture'],
      [{ title: 'a', headPic: 'https://tracker.example/x.png' }, 'headPic: expected a URL in the COS bucket'],
      [{ title: 'a', frontCover: 'javascript:alert(1)' }, 'frontCover: expected a URL in the COS bucket'],
    ])('%j is refused and names the field', async (body, message) => {
      const reply = await backend.ask('getPushUrl', { as: 'user1', body });
      expect(reply.status).toBe(400);
      expect(reply.body['returnValue']).toBe(1000);
      expect(reply.body['returnMsg']).toContain(message);
    });

    test('a forbidden user gets no push URL', async () => {
      await goLive('user1');
      await database.run('UPDATE users SET forbidden = 1');
      clock.mockReturnValue(begin + 100_000);
      expect(await backend.ask('getPushUrl', { as: 'user1', body: { title: 'a' } })).toMatchObject({
        status: 403,
        body: { returnValue: 4030 },
      });
    });
  });

  describe('lists', () => {
    test('pages deliver each live once, newest first, and the total agrees', async () => {
      for (let index = 0; index < 23; index += 1) {
        clock.mockReturnValue(begin + Math.floor(index / 2) * 1000);
        await goLive(`user${index}`);
      }
      const pages = await Promise.all(
        [1, 2, 3, 4].map((page) => backend.ask('getLiveList', { body: { page, pageSize: 10 } })),
      );
      const users = pages.flatMap(({ data }) => itemsOf(data).map((item) => item['userId']));
      expect(pages.map(({ data }) => data['total'])).toEqual([23, 23, 23, 23]);
      expect(new Set(users).size).toBe(23);
      expect(users).toHaveLength(23);
      const times = pages.flatMap(({ data }) => itemsOf(data).map((item) => Number(item['createdAt'])));
      expect(times).toEqual([...times].sort((a, b) => b - a));
    });

    test('a cursor neither skips nor repeats while lives begin and end', async () => {
      const streams: string[] = [];
      for (let index = 0; index < 12; index += 1) {
        clock.mockReturnValue(begin + index * 1000);
        streams.push(await goLive(`user${index}`));
      }
      const seen: unknown[] = [];
      let cursor: unknown;
      for (let page = 0; page < 6; page += 1) {
        const { data } = await backend.ask('getLiveList', {
          method: 'GET',
          query: { pageSize: '5', ...(typeof cursor === 'string' ? { cursor } : {}) },
        });
        seen.push(...itemsOf(data).map((item) => item['userId']));
        cursor = data['nextCursor'];
        if (cursor === undefined) break;
        clock.mockReturnValue(begin + 60_000 + page * 1000);
        await goLive(`newcomer${page}`);
        await backend.notify({
          event_type: 0,
          stream_id: streams[11 - page],
          sequence: '7300000000000000001',
          event_time: begin / 1000 + 100,
        });
      }
      expect(seen).toEqual(Array.from({ length: 12 }, (_, index) => `user${11 - index}`));
    });

    test('replays are listed for the window, newest first, page by page and by cursor', async () => {
      const streamId = await goLive('user1');
      const day = 86_400_000;
      for (let index = 0; index < 12; index += 1)
        await recorded(streamId, `file${index}`, begin - index * (day - 1000));
      const all = await backend.ask('getVodList', { body: { pageSize: 100 } });
      expect(all.data['total']).toBe(8);
      expect(itemsOf(all.data).map((item) => item['fileId'])).toEqual(
        [0, 1, 2, 3, 4, 5, 6, 7].map((index) => `file${index}`),
      );
      const first = await backend.ask('getVodList', { body: { pageSize: 5 } });
      const rest = await backend.ask('getVodList', {
        body: { pageSize: 5, cursor: first.data['nextCursor'] },
      });
      expect([...itemsOf(first.data), ...itemsOf(rest.data)]).toEqual(itemsOf(all.data));
      expect(rest.data).not.toHaveProperty('nextCursor');
      expect(itemsOf(all.data)[0]).toMatchObject({
        playUrl: 'https://v.example/file0.mp4',
        hlsPlayUrl: 'https://v.example/file0.mp4',
      });
    });

    test.each(['getLiveList', 'getVodList'] as const)(
      '%s: an empty list, a page past the end, and input that is wrong',
      async (name) => {
        expect((await backend.ask(name)).data).toEqual({ total: 0, items: [] });
        expect((await backend.ask(name, { body: '' })).data).toEqual({ total: 0, items: [] });
        expect((await backend.ask(name, { body: { page: 100_000 } })).data).toEqual({ total: 0, items: [] });
        for (const [body, field] of [
          [{ page: -1 }, 'page'],
          [{ page: 0 }, 'page'],
          [{ page: 1e9 }, 'page'],
          [{ page: 1.5 }, 'page'],
          [{ page: 'x' }, 'page'],
          [{ page: null }, 'page'],
          [{ pageSize: 101 }, 'pageSize'],
          [{ pageSize: [5] }, 'pageSize'],
          [{ cursor: 'forged' }, 'cursor'],
          [{ cursor: Buffer.from('1.a b').toString('base64url') }, 'cursor'],
          [{ cursor: 'x'.repeat(5000) }, 'cursor'],
        ] as const) {
          const reply = await backend.ask(name, { body });
          expect(reply.status).toBe(400);
          expect(reply.body['returnMsg']).toMatch(new RegExp(`^${field}: expected`));
        }
        expect((await backend.ask(name, { method: 'DELETE' })).status).toBe(400);
      },
    );
  });

  describe('uploadSig', () => {
    test.each(['cover', 'avatar'])(
      'a %s: one key of the caller, one type, a bounded size, for five minutes',
      async (kind) => {
        const { data } = await backend.ask('uploadSig', {
          as: 'user1',
          body: { kind, contentType: 'image/jpeg' },
        });
        const fields = Object.fromEntries(
          Object.entries(isRecord(data['fields']) ? data['fields'] : {}).map(([name, value]) => [
            name,
            String(value),
          ]),
        );
        expect(data).toMatchObject({
          url: 'https://covers-1250000000.cos.ap-guangzhou.myqcloud.com',
          publicUrl: `https://covers-1250000000.cos.ap-guangzhou.myqcloud.com/${fields['key']}`,
          expiresAt: begin / 1000 + 300,
        });
        expect(fields['key']).toMatch(new RegExp(`^${kind}/[0-9a-f]{24}/[0-9a-f]{24}\\.jpg$`));
        const verify = (
          change: Record<string, string>,
          fileSize: number,
          contentType = 'image/jpeg',
          now = begin / 1000,
        ) =>
          verifyCosPostPolicy({
            fields: { ...fields, ...change },
            bucket: 'covers-1250000000',
            fileSize,
            contentType,
            secretId: environment.COS_SECRET_ID,
            secretKey: environment.COS_SECRET_KEY,
            now,
          });
        expect(verify({}, 1000)).toBe('ok');
        expect(verify({}, Number(data['maxBytes']))).toBe('ok');
        expect(verify({}, Number(data['maxBytes']) + 1)).not.toBe('ok');
        expect(verify({ key: 'cover/other.jpg' }, 1000)).not.toBe('ok');
        expect(verify({ 'Content-Type': 'text/html' }, 1000, 'text/html')).not.toBe('ok');
        expect(verify({}, 1000, 'image/jpeg', begin / 1000 + 301)).not.toBe('ok');
      },
    );

    test('a video: a VOD signature for one upload, bound to the caller', async () => {
      const { data, text } = await backend.ask('uploadSig', { as: 'user1', body: { kind: 'video' } });
      const check = verifyVodUploadSignature({
        signature: data['signature'],
        secretId: environment.VOD_SECRET_ID,
        secretKey: environment.VOD_SECRET_KEY,
        now: begin / 1000,
      });
      expect(check).toMatchObject({
        ok: true,
        params: { oneTimeValid: '1', sourceContext: '{"userId":"user1"}' },
      });
      expect(text).not.toContain(environment.VOD_SECRET_KEY);
    });

    test.each([
      [{}, 'kind: expected cover, avatar or video'],
      [{ kind: 'exe' }, 'kind: expected cover, avatar or video'],
      [{ kind: 'cover' }, 'contentType: expected image/jpeg'],
      [{ kind: 'cover', contentType: 'image/svg+xml' }, 'contentType: expected image/jpeg'],
    ])('%j is refused', async (body, message) => {
      const reply = await backend.ask('uploadSig', { as: 'user1', body });
      expect(reply.status).toBe(400);
      expect(reply.body['returnMsg']).toContain(message);
    });
  });

  describe('imSig', () => {
    test("is the caller's UserSig, for a day", async () => {
      const { data } = await backend.ask('imSig', { as: 'user1', body: {} });
      expect(data).toMatchObject({
        sdkAppId: 1_400_000_000,
        userId: 'user1',
        expiresAt: begin / 1000 + 86_400,
      });
      const check = verifyUserSig({
        sdkAppId: 1_400_000_000,
        key: environment.IM_SECRET_KEY,
        userSig: data['userSig'],
        userId: 'user1',
        now: begin / 1000,
      });
      expect(check).toEqual({ ok: true, userId: 'user1', expiresAt: begin / 1000 + 86_400 });
    });

    test('a user id that IM does not take is refused in bytes', async () => {
      expect((await backend.ask('imSig', { as: 'x'.repeat(32) })).status).toBe(200);
      expect(await backend.ask('imSig', { as: '播'.repeat(11) })).toMatchObject({
        status: 400,
        body: { returnMsg: expect.stringContaining('userId: IM takes at most 32 bytes') },
      });
    });
  });

  describe('access', () => {
    const bodies = { getPushUrl: { title: 'a' }, uploadSig: { kind: 'video' }, imSig: {} } as const;
    describe.each(['getPushUrl', 'uploadSig', 'imSig'] as const)('%s', (name) => {
      const with_ = (authorization: string) =>
        backend.ask(name, { body: bodies[name], headers: { authorization } });
      const token = (change: Partial<{ secret: Secret; userId: string; now: number; ttlSeconds: number }>) =>
        signToken({
          secret: new Secret(environment.TOKEN_SECRET),
          userId: 'user1',
          now: begin,
          ttlSeconds: 60,
          ...change,
        });

      test('refuses no token, an expired one, a forged one and garbage', async () => {
        const good = await token({});
        const [head, , signature] = good.split('.');
        const payload = Buffer.from(
          JSON.stringify({ iss: 'xiaozhibo', sub: 'admin', exp: begin / 1000 + 60 }),
        ).toString('base64url');
        const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`;
        for (const authorization of [
          '',
          'Bearer',
          'Bearer x',
          `Basic ${good}`,
          good,
          `Bearer ${await token({ now: begin - 61_000 })}`,
          `Bearer ${await token({ secret: new Secret('another-secret-another-secret-another') })}`,
          `Bearer ${await token({ userId: '' })}`,
          `Bearer ${head}.${payload}.${signature}`,
          `Bearer ${unsigned}`,
          `Bearer ${'x'.repeat(9000)}`,
        ]) {
          expect(await with_(authorization)).toMatchObject({ status: 401, body: { returnValue: 4010 } });
        }
        expect((await with_(`Bearer ${good}`)).status).toBe(200);
      });

      test('refuses a user id in the body that is not the caller, and GET', async () => {
        const authorization = `Bearer ${await token({})}`;
        const mine = await backend.ask(name, {
          body: { ...bodies[name], userId: 'user1' },
          headers: { authorization },
        });
        const theirs = await backend.ask(name, {
          body: { ...bodies[name], userId: 'user2' },
          headers: { authorization },
        });
        expect([mine.status, theirs.status]).toEqual([200, 403]);
        expect((await backend.ask(name, { method: 'GET', headers: { authorization } })).status).toBe(400);
      });
    });

    test('bodies that are no JSON object, too large or too deep get a clear answer', async () => {
      const deep = '{"title":'.repeat(200) + '1' + '}'.repeat(200);
      for (const [body, status, value] of [
        ['{', 400, 4001],
        ['[]', 400, 4001],
        ['null', 400, 4001],
        [deep, 400, 4001],
        [`{"title":"${'x'.repeat(1_000_000)}"}`, 413, 4130],
      ] as const) {
        expect(await backend.ask('getPushUrl', { as: 'user1', body })).toMatchObject({
          status,
          body: { returnValue: value, requestId: 'test-request' },
        });
      }
    });

    test('a preflight is answered, and every answer may be read across origins and is never cached', async () => {
      const preflight = await backend.ask('getPushUrl', { method: 'OPTIONS' });
      expect(preflight.headers).toMatchObject({
        'Access-Control-Allow-Headers': 'Authorization, Content-Type',
      });
      for (const reply of [preflight, await backend.ask('getLiveList'), await backend.ask('imSig')]) {
        expect(reply.headers).toMatchObject({
          'Access-Control-Allow-Origin': '*',
          'Cache-Control': 'no-store',
          'Content-Type': 'application/json; charset=utf-8',
        });
        expect(Object.keys(reply.headers).map((name) => name.toLowerCase())).not.toEqual(
          expect.arrayContaining(['etag', 'expires', 'last-modified']),
        );
      }
    });
  });
});
