import { environment, makeBackend, type Backend, type Environment } from '../backend';
import { standLiveApi, type Fault, type LiveApiStand } from '../liveApiStand';
import { engines } from '../servers/engines';
import { parseV1Mix } from '../../functions/linkMic/v1Mix';
import { isRecord } from '../../shared/http/request';
import { txSecret, verifyTxSecret } from '../../shared/signing/txSecret';
import type { Database } from '../../shared/store/database';

const begin = 1_795_358_274_000;
const minute = 60_000;
const pushKey = environment.LIVE_PUSH_KEY;
const playKey = 'testplaykey';

describe.each(engines())('link-mic on $name', ({ open }) => {
  let database: Database;
  let backend: Backend;
  let live: LiveApiStand;
  let clock: jest.SpyInstance<number, []>;

  const later = (milliseconds: number) => clock.mockReturnValue(Date.now() + milliseconds);
  const made = (changes: Environment = {}) => makeBackend(database, { ...live.settings, ...changes });

  beforeAll(async () => {
    database = await open();
    live = await standLiveApi();
    backend = made();
  });
  afterAll(async () => {
    await live.close();
    await database.close();
  });
  beforeEach(async () => {
    // Far from the mixes of the test before, which the cloud remembers.
    clock = jest.spyOn(Date, 'now').mockReturnValue(begin);
    for (const table of [
      'users',
      'broadcasts',
      'pushes',
      'notices',
      'guest_streams',
      'mixes',
      'room_members',
      'rate_windows',
    ])
      await database.run(`DELETE FROM ${table}`);
    live.up.clear();
    live.calls.length = 0;
    live.fault = undefined;
  });
  afterEach(() => clock.mockRestore());

  const ask = (command: string, as: string, body: unknown = {}, on = backend) =>
    on.ask('linkMic', { path: `/linkMic/${command}`, as, body });

  /** A broadcast that is on the air since ten seconds ago. */
  async function host(userId: string): Promise<string> {
    const { data } = await backend.ask('getPushUrl', { as: userId, body: { title: 't' } });
    const streamId = String(data['streamId']);
    await backend.notify({
      event_type: 1,
      stream_id: streamId,
      sequence: streamId,
      event_time: Math.floor(Date.now() / 1000),
    });
    live.up.set(streamId, Date.now());
    later(10_000);
    return streamId;
  }
  async function guest(userId: string): Promise<{ streamId: string; playUrl: string }> {
    const { data } = await ask('guestPushUrl', userId);
    live.up.set(String(data['streamId']), Date.now());
    later(10_000);
    return { streamId: String(data['streamId']), playUrl: String(data['playUrl']) };
  }
  const goodbye = (userId: string) =>
    backend.ask('room', { path: '/room/status', as: userId, body: { online: false } });

  describe('guestPushUrl', () => {
    test('gives a stream of its own for each call, which is neither recorded nor listed', async () => {
      const replies = await Promise.all([ask('guestPushUrl', 'guest'), ask('guestPushUrl', 'guest')]);
      const ids = replies.map(({ data }) => String(data['streamId']));
      expect(new Set(ids).size).toBe(2);
      for (const { status, data } of replies) {
        expect(status).toBe(200);
        const [, streamId, secret, time] =
          /^rtmp:\/\/push\.example\.com\/live\/(8888_guest_[0-9a-f]{16})\?bizid=8888&txSecret=(\w+)&txTime=(\w+)$/.exec(
            String(data['pushUrl']),
          ) ?? [];
        expect(streamId).toBe(data['streamId']);
        const check = { keys: [pushKey], streamName: streamId, txSecret: secret, txTime: time };
        expect(verifyTxSecret({ ...check, now: begin / 1000 + 10_800 })).toBe('ok');
        expect(data).toMatchObject({
          playUrl: `rtmp://play.example.com/live/${streamId}`,
          createdAt: begin / 1000,
          expiresAt: begin / 1000 + 10_800,
        });
        await backend.notify({
          event_type: 1,
          stream_id: streamId,
          sequence: streamId,
          event_time: begin / 1000,
        });
      }
      expect((await backend.ask('getLiveList')).data['total']).toBe(0);
    });

    test('plays plainly although there is a play key, and on the domains of the account', async () => {
      const playUrl = async (changes: Environment) =>
        String((await ask('guestPushUrl', 'guest', {}, made(changes))).data['playUrl']);
      expect(await playUrl({ LIVE_PLAY_KEY: playKey })).toMatch(/^rtmp:\/\/play\.example\.com\/live\/\w+$/);
      expect(await playUrl({ LIVE_PLAY_DOMAIN: '' })).toMatch(
        /^rtmp:\/\/8888\.liveplay\.myqcloud\.com\/live\/\w+$/,
      );
      expect(await playUrl({ LIVE_PLAY_DOMAIN: 'http://127.0.0.1:9000' })).toMatch(
        /^rtmp:\/\/127\.0\.0\.1\/live\/\w+$/,
      );
    });

    test('refuses a forbidden user and a caller without a token', async () => {
      await backend.ask('moderation', {
        path: '/moderation/forbidUser',
        operator: true,
        body: { userId: 'guest', forbidden: true },
      });
      expect((await ask('guestPushUrl', 'guest')).status).toBe(403);
      expect((await backend.ask('linkMic', { path: '/linkMic/guestPushUrl' })).status).toBe(401);
    });
  });

  describe('signedPlayUrl', () => {
    const flv = (streamId: string) => `https://play.example.com/live/${streamId}.flv`;
    const sign = (as: string, originUrl: unknown, on = backend) =>
      ask('signedPlayUrl', as, { originUrl }, on);
    const signature = (url: unknown) => {
      const query = new URLSearchParams(String(url).split('?')[1]);
      return { txSecret: query.get('txSecret') ?? '', txTime: query.get('txTime') ?? '', query };
    };

    test('signs a guest for the host and the host for a guest, with the play key, not the push key', async () => {
      const streamId = await host('host');
      const partner = await guest('guest');
      const signing = made({ LIVE_PLAY_KEY: playKey });
      for (const [as, name, originUrl] of [
        ['host', partner.streamId, partner.playUrl],
        ['guest', streamId, flv(streamId)],
      ] as const) {
        const { status, data } = await sign(as, originUrl, signing);
        expect([as, status]).toEqual([as, 200]);
        expect(String(data['url']).startsWith(`${originUrl}?`)).toBe(true);
        const { txSecret: secret, txTime, query } = signature(data['url']);
        expect(query.get('bizid')).toBe('8888');
        // Valid from now on, as the service counts play URLs.
        expect(parseInt(txTime, 16)).toBe(Date.now() / 1000);
        expect(secret).toBe(txSecret({ key: playKey, streamName: name, txTime }));
        const asPush = { keys: [pushKey], streamName: name, txSecret: secret, txTime, now: begin / 1000 };
        expect(verifyTxSecret(asPush)).toBe('wrong');
      }
    });

    test('without a play key signs as the original did, for two minutes', async () => {
      const partner = await guest('guest');
      await host('host');
      const { data } = await sign('host', partner.playUrl);
      const { txSecret: secret, txTime } = signature(data['url']);
      expect(parseInt(txTime, 16)).toBe(Date.now() / 1000 + 120);
      expect(secret).toBe(txSecret({ key: pushKey, streamName: partner.streamId, txTime }));
    });

    test('without a play key a guest gets a host\u2019s stream only in its room', async () => {
      const streamId = await host('host');
      const other = await host('other');
      // One call makes anybody a guest, of nobody yet.
      const attacker = await guest('attacker');
      const refused = async (as: string, name: string) => {
        const { status, data } = await sign(as, flv(name));
        expect([as, status, data]).toEqual([as, 403, {}]);
      };
      await refused('attacker', streamId);
      // Nor does a broadcast of one's own open those of others.
      await refused('other', streamId);
      const enter = (as: string) => backend.ask('room', { path: '/room/enter', as, body: { streamId } });
      // The room alone does not either: viewers are no partners.
      await enter('viewer');
      await refused('viewer', streamId);
      const member = await guest('member');
      await enter('member');
      expect((await sign('member', flv(streamId))).status).toBe(200);
      await refused('member', other);
      // Guests watch each other, and hosts their guests.
      expect((await sign('member', attacker.playUrl)).status).toBe(200);
      expect((await sign('host', member.playUrl)).status).toBe(200);
      await backend.ask('room', { path: '/room/quit', as: 'member', body: { streamId } });
      await refused('member', streamId);
    });

    test('with a play key of its own the room is not asked about', async () => {
      const streamId = await host('host');
      await guest('guest');
      const signing = made({ LIVE_PLAY_KEY: playKey });
      expect((await sign('guest', flv(streamId), signing)).status).toBe(200);
    });

    test('appends with & where there is a query, and replaces an older signature', async () => {
      const streamId = await host('host');
      const { data } = await sign('host', `${flv(streamId)}?bizid=8888&txSecret=aa&txTime=bb&x=1`);
      expect(String(data['url'])).toMatch(
        new RegExp(
          `^https://play\\.example\\.com/live/${streamId}\\.flv\\?x=1&txSecret=\\w+&txTime=\\w+&bizid=8888$`,
        ),
      );
      expect(signature(data['url']).txSecret).not.toBe('aa');
    });

    test.each([
      ['another host', (id: string) => `rtmp://evil.example.com/live/${id}`],
      ['a host that begins like ours', (id: string) => `rtmp://play.example.com.evil.example/live/${id}`],
      ['a user before another host', (id: string) => `rtmp://play.example.com@evil.example/live/${id}`],
      ['another port', (id: string) => `rtmp://play.example.com:1936/live/${id}`],
      ['the push domain', (id: string) => `rtmp://push.example.com/live/${id}`],
      ['another path', (id: string) => `rtmp://play.example.com/other/${id}`],
      ['a deeper path', (id: string) => `rtmp://play.example.com/live/x/${id}`],
      ['another suffix', (id: string) => `rtmp://play.example.com/live/${id}.mp4`],
      ['another scheme', (id: string) => `file://play.example.com/live/${id}`],
      ['a fragment', (id: string) => `rtmp://play.example.com/live/${id}#x`],
      ['a line break', (id: string) => `rtmp://play.example.com/live/${id}?a\nb`],
      ['no URL', () => '12345'],
      ['nothing', () => ''],
      ['an object', () => ({ a: 1 })],
      ['too much', (id: string) => `rtmp://play.example.com/live/${id}?${'a'.repeat(2_000)}`],
    ])('signs nothing for %s', async (_name, url) => {
      const streamId = await host('host');
      const { status, data } = await sign('host', url(streamId));
      expect([status, data]).toEqual([400, {}]);
    });

    test('is no oracle for those who take no part', async () => {
      const streamId = await host('host');
      const partner = await guest('guest');
      for (const name of [streamId, partner.streamId, '8888_no_such_stream']) {
        const { status, data } = await sign('stranger', flv(name));
        expect([status, data]).toEqual([403, {}]);
      }
      await goodbye('host');
      expect((await sign('host', partner.playUrl)).status).toBe(403);
    });

    test('signs no stream that does not exist, has ended or has expired', async () => {
      const streamId = await host('host');
      const partner = await guest('guest');
      const refused = async (as: string, url: string) => {
        const { status, data } = await sign(as, url);
        expect([url, status, data]).toEqual([url, 404, {}]);
      };
      await refused('host', flv('8888_no_such_stream'));
      later(3 * 60 * minute);
      await guest('host');
      await refused('host', partner.playUrl);
      expect((await sign('guest', flv(streamId))).status).toBe(403);
      await goodbye('host');
      await refused('host', flv(streamId));
    });

    test('a broadcast that waits for its push takes part, one that was replaced does not', async () => {
      const { data } = await backend.ask('getPushUrl', { as: 'host', body: { title: 'a' } });
      const waiting = String(data['streamId']);
      expect((await sign('host', flv(waiting))).status).toBe(200);
      later(2 * minute);
      await backend.ask('getPushUrl', { as: 'host', body: { title: 'b' } });
      expect((await sign('host', flv(waiting))).status).toBe(404);
    });
  });

  describe('mergeStreams', () => {
    const place = { imageWidth: 160, imageHeight: 240, locationX: 380, locationY: 630 };
    const list = (hostId: string, ...guests: string[]) => [
      { streamId: hostId, imageLayer: 1 },
      ...guests.map((streamId, index) => ({ streamId, imageLayer: index + 2, ...place })),
    ];
    const merge = (as: string, outputStreamId: string, inputs: unknown, more = {}) =>
      ask('mergeStreams', as, { outputStreamId, inputs, ...more });

    test('mixes the host with its guests, changes the mix and ends it', async () => {
      const streamId = await host('host');
      const [first, second] = [await guest('guest1'), await guest('guest2')];
      const one = await merge('host', streamId, list(streamId, first.streamId), { sessionId: streamId });
      expect([one.status, one.data]).toEqual([
        200,
        { mixed: true, timestamp: Math.floor(Date.now() / 1000) },
      ]);
      expect(live.mixes.get(streamId)).toEqual({ output: streamId, inputs: [streamId, first.streamId] });
      await merge('host', streamId, list(streamId, first.streamId, second.streamId));
      expect(live.mixes.get(streamId)?.inputs).toEqual([streamId, first.streamId, second.streamId]);
      expect(await database.rows('SELECT session_id, stream_id FROM mixes')).toEqual([
        { session_id: streamId, stream_id: streamId },
      ]);
      const end = await merge('host', streamId, list(streamId));
      expect([end.status, end.data]).toMatchObject([200, { mixed: false }]);
      expect(live.mixes.has(streamId)).toBe(false);
      expect(await database.rows('SELECT * FROM mixes')).toEqual([]);
    });

    test('sends the places as they are to be', async () => {
      const streamId = await host('host');
      const partner = await guest('guest');
      const sent = jest.fn();
      const spying = makeBackend(
        database,
        {},
        {
          cloud: {
            configured: () => true,
            onlineStreams: () => Promise.reject(new Error('not asked for')),
            forbidStream: () => Promise.reject(new Error('not asked for')),
            resumeStream: () => Promise.reject(new Error('not asked for')),
            dropStream: () => Promise.reject(new Error('not asked for')),
            mixStreams: async (...given) => void sent(...given),
            cancelMix: () => Promise.reject(new Error('not asked for')),
          },
        },
      );
      const body = { outputStreamId: streamId, inputs: list(streamId, partner.streamId) };
      await ask('mergeStreams', 'host', body, spying);
      expect(sent.mock.calls).toEqual([
        [
          streamId,
          streamId,
          [
            { streamName: streamId, imageLayer: 1 },
            { streamName: partner.streamId, imageLayer: 2, ...place },
          ],
          expect.any(Number),
        ],
      ]);
    });

    test('ending a mix that is not there is a success, also after the broadcast', async () => {
      const streamId = await host('host');
      expect((await merge('host', streamId, list(streamId))).status).toBe(200);
      await goodbye('host');
      expect((await merge('host', streamId, [])).status).toBe(200);
      expect(live.calls).toEqual(['CancelCommonMixStream', 'CancelCommonMixStream']);
    });

    test.each([-30300, -31001, -31002])('so it is in the words of the older interface: %i', async (code) => {
      const streamId = await host('host');
      const error = { Code: 'InvalidParameter.OtherError', Message: `InnerErrCode : [ ${code} ]` };
      live.fault = { status: 200, text: JSON.stringify({ Response: { Error: error } }) };
      expect((await merge('host', streamId, [])).status).toBe(200);
    });

    test('nobody mixes or ends what is another host\u2019s', async () => {
      const streamId = await host('host');
      const other = await host('other');
      const partner = await guest('guest');
      for (const as of ['other', 'guest', 'stranger']) {
        expect((await merge(as, streamId, list(streamId, partner.streamId))).status).toBe(403);
        expect((await merge(as, streamId, [])).status).toBe(403);
      }
      // Not through the session of another either.
      const { status } = await merge('other', other, [], { sessionId: streamId });
      expect(status).toBe(400);
      expect(live.calls).toEqual([]);
    });

    test('an input is the host\u2019s own stream or a guest\u2019s that has not expired', async () => {
      const streamId = await host('host');
      const other = await host('other');
      const partner = await guest('guest');
      const statusOf = async (inputs: unknown) => (await merge('host', streamId, inputs)).status;
      expect(await statusOf(list(streamId, other))).toBe(403);
      expect(await statusOf(list(streamId, '8888_no_such_stream'))).toBe(403);
      expect(await statusOf(list(partner.streamId))).toBe(400);
      later(3 * 60 * minute);
      expect(await statusOf(list(streamId, partner.streamId))).toBe(403);
      expect(live.calls).toEqual([]);
    });

    test.each<[string, (id: string) => unknown, string]>([
      ['no list', () => undefined, 'inputs'],
      ['a list of something else', () => [1], 'inputs.0'],
      ['more than four', (id) => list(id, 'a', 'b', 'c', 'd'), 'inputs'],
      ['a stream twice', (id) => [...list(id), { streamId: id, imageLayer: 2 }], 'inputs'],
      ['a layer twice', (id) => [...list(id), { streamId: 'a', imageLayer: 1 }], 'inputs'],
      ['layer 0', (id) => [{ streamId: id, imageLayer: 0 }], 'inputs.0.imageLayer'],
      ['layer 17', (id) => [{ streamId: id, imageLayer: 17 }], 'inputs.0.imageLayer'],
      ['a place outside', (id) => [{ ...list(id)[0], locationX: -1 }], 'inputs.0.locationX'],
      ['a width too large', (id) => [{ ...list(id)[0], imageWidth: 2_001 }], 'inputs.0.imageWidth'],
      [
        'a height that is no number',
        (id) => [{ ...list(id)[0], imageHeight: '1e2' }],
        'inputs.0.imageHeight',
      ],
      [
        'a place that is no text of a number',
        (id) => [{ ...list(id)[0], locationY: '' }],
        'inputs.0.locationY',
      ],
      ['a part below a hundredth', (id) => [{ ...list(id)[0], locationY: '0.001' }], 'inputs.0.locationY'],
      ['a stream id with a dot', () => list('a.b'), 'inputs.0.streamId'],
    ])('refuses %s and names the member', async (_name, inputs, member) => {
      const streamId = await host('host');
      const { status, body } = await merge('host', streamId, inputs(streamId));
      expect([status, String(body['returnMsg']).startsWith(`${member}: `)]).toEqual([400, true]);
      expect(live.calls).toEqual([]);
    });

    test('a refusal of the cloud is a conflict that asking again may solve', async () => {
      const streamId = await host('host');
      const { data } = await ask('guestPushUrl', 'guest');
      const young = String(data['streamId']);
      const notUp = await merge('host', streamId, list(streamId, young));
      expect([notUp.status, notUp.body['returnMsg']]).toEqual([
        409,
        'mixing was refused: FailedOperation.StreamNotExist',
      ]);
      live.up.set(young, Date.now());
      expect((await merge('host', streamId, list(streamId, young))).status).toBe(409);
      later(5_000);
      expect((await merge('host', streamId, list(streamId, young))).status).toBe(200);
    });

    test('a broadcast that has ended is not mixed', async () => {
      const streamId = await host('host');
      const partner = await guest('guest');
      await goodbye('host');
      expect((await merge('host', streamId, list(streamId, partner.streamId))).status).toBe(409);
      expect(live.calls).toEqual([]);
    });

    test.each<[string, Fault]>([
      ['hangs', 'hang'],
      ['breaks the connection', 'cut'],
      ['answers garbage', { status: 200, text: 'oops' }],
    ])(
      'a cloud that %s is unavailable, and the mix it may have begun ends with the host',
      async (_name, fault) => {
        const streamId = await host('host');
        const partner = await guest('guest');
        live.fault = fault;
        const { status, body } = await merge('host', streamId, list(streamId, partner.streamId));
        expect([status, body['returnMsg']]).toEqual([503, 'mixing did not answer in time, try again']);
        expect(await database.rows('SELECT stream_id FROM mixes')).toEqual([{ stream_id: streamId }]);
      },
    );

    test('without credentials says so', async () => {
      const streamId = await host('host');
      const without = made({ TENCENT_SECRET_ID: '', TENCENT_SECRET_KEY: '' });
      const { status, body } = await ask(
        'mergeStreams',
        'host',
        { outputStreamId: streamId, inputs: [] },
        without,
      );
      expect([status, body['returnMsg']]).toEqual([503, 'mixing is not set up on this server']);
    });
  });

  describe('MergeVideoStream of old apps', () => {
    const para = (output: string, ...guests: string[]) => ({
      app_id: 1251000000,
      interface: 'mix_streamv2.start_mix_stream_advanced',
      mix_stream_session_id: output,
      output_stream_id: output,
      input_stream_list: [
        { input_stream_id: output, layout_params: { image_layer: 1 } },
        ...guests.map((guestId, index) => ({
          input_stream_id: guestId,
          layout_params: {
            image_layer: index + 2,
            image_width: 160,
            image_height: 240,
            location_x: 380,
            location_y: 630 - 240 * index,
          },
        })),
      ],
    });
    const mergeParams = (given: object) => ({
      timestamp: 1_795_358_274,
      eventId: 1_795_358_274,
      interface: { interfaceName: 'Mix_StreamV2', para: given },
    });
    async function reply(userid: string, mergeparams: unknown): Promise<Record<string, unknown>> {
      const { status, body, data } = await backend.v1({ Action: 'MergeVideoStream', userid, mergeparams });
      expect([status, body['returnValue']]).toEqual([200, 0]);
      expect(typeof data['msg']).toBe('string');
      const message: unknown = JSON.parse(String(data['msg']));
      return isRecord(message) ? message : {};
    }

    test('is answered in the words they parse', async () => {
      const streamId = await host('host');
      const partners = [await guest('guest1'), await guest('guest2'), await guest('guest3')];
      const ids = partners.map((partner) => partner.streamId);
      expect(await reply('host', mergeParams(para(streamId, ...ids)))).toEqual({
        code: 0,
        message: 'Success!',
        timestamp: Math.floor(Date.now() / 1000),
      });
      expect(live.mixes.get(streamId)?.inputs).toEqual([streamId, ...ids]);
      expect(await reply('host', mergeParams(para(streamId)))).toMatchObject({ code: 0 });
      expect(live.mixes.has(streamId)).toBe(false);
    });

    test('takes every number of a layout as text as well', async () => {
      const streamId = await host('host');
      const { streamId: guestId } = await guest('guest');
      const given = para(streamId, guestId);
      const asText = given.input_stream_list.map(({ input_stream_id, layout_params }) => ({
        input_stream_id,
        layout_params: Object.fromEntries(
          Object.entries(layout_params).map(([name, value]) => [name, String(value)]),
        ),
      }));
      const mix = mergeParams({ ...given, input_stream_list: asText });
      expect(parseV1Mix(mix)).toEqual(parseV1Mix(mergeParams(given)));
      expect(await reply('host', mix)).toMatchObject({ code: 0 });
      expect(live.mixes.get(streamId)?.inputs).toEqual([streamId, guestId]);
    });

    test('takes ids in any case and the older cancel', async () => {
      const streamId = await host('host');
      const { streamId: guestId } = await guest('guest');
      expect(
        await reply('host', mergeParams(para(streamId.toUpperCase(), guestId.toUpperCase()))),
      ).toMatchObject({ code: 0 });
      const cancel = { interface: 'mix_streamv2.cancel_mix_stream', mix_stream_session_id: streamId };
      expect(await reply('host', mergeParams(cancel))).toMatchObject({ code: 0 });
      expect(live.mixes.has(streamId)).toBe(false);
    });

    test('every refusal is a code other than 0 inside the text', async () => {
      const streamId = await host('host');
      const { streamId: guestId } = await guest('guest');
      for (const [userid, params] of [
        ['stranger', mergeParams(para(streamId, guestId))],
        ['host', mergeParams(para(streamId, '8888_no_such_stream'))],
        ['host', {}],
        ['host', 'text'],
        ['host', null],
        ['host', mergeParams({ ...para(streamId), input_stream_list: 'x' })],
      ] as const) {
        const { code, message } = await reply(userid, params);
        expect([params, typeof code, code === 0, typeof message]).toEqual([
          params,
          'number',
          false,
          'string',
        ]);
      }
      live.fault = 'hang';
      expect(await reply('host', mergeParams(para(streamId, guestId)))).toMatchObject({ code: 2002 });
    });
  });
});

test('parseV1Mix reads the body that the Android app was seen to send', () => {
  const parsed = parseV1Mix({
    timestamp: 1_795_358_274,
    eventId: 1_795_358_274,
    interface: {
      interfaceName: 'Mix_StreamV2',
      para: {
        app_id: 1_251_000_000,
        interface: 'mix_streamv2.start_mix_stream_advanced',
        mix_stream_session_id: '8888_user1',
        output_stream_id: '8888_user1',
        input_stream_list: [
          { input_stream_id: '8888_user1', layout_params: { image_layer: 1 } },
          {
            input_stream_id: '8888_user2_5a000000',
            layout_params: {
              image_layer: 2,
              image_width: 160,
              image_height: 240,
              location_x: 380,
              location_y: 630,
            },
          },
        ],
      },
    },
  });
  expect(parsed).toEqual({
    sessionId: '8888_user1',
    outputStreamId: '8888_user1',
    inputs: [
      { streamId: '8888_user1', imageLayer: 1 },
      {
        streamId: '8888_user2_5a000000',
        imageLayer: 2,
        imageWidth: 160,
        imageHeight: 240,
        locationX: 380,
        locationY: 630,
      },
    ],
  });
});
