import fc from 'fast-check';
import data from '../data/callback-samples.json';
import { makeBackend, type Backend } from '../backend';
import { engines } from '../servers/engines';
import { isRecord } from '../../shared/http/request';
import { callbackSign } from '../../shared/signing/callbackSign';
import { addBroadcast } from '../../shared/store/broadcasts';
import type { Database } from '../../shared/store/database';

const { callbackKey: key, now: sampleNow } = data.meta;
const begin = sampleNow * 1000;
const profile = { nickname: 'Host', headPic: '', frontCover: 'https://c.example/1.jpg', location: '' };

function named(name: string): Record<string, unknown> {
  const sample = data.samples.find((one) => one.name === name);
  if (sample === undefined || !isRecord(sample.body)) throw new Error(`no sample ${name}`);
  return sample.body;
}

const signed = (body: Record<string, unknown>, now: number): Record<string, unknown> => {
  const t = Math.floor(now / 1000) + 600;
  return { ...body, t, sign: callbackSign({ key, t }) };
};

describe.each(engines())('live callback on $name', ({ open }) => {
  let database: Database;
  let backend: Backend;
  let clock: jest.SpyInstance<number, []>;

  const at = (now: number) => clock.mockReturnValue(now);
  const post = (body: unknown, headers?: Record<string, string>) =>
    backend.ask('liveCallback', headers === undefined ? { body } : { body, headers });
  const begun = (streamId: string, now = begin) =>
    database.transaction((tx) =>
      addBroadcast(
        tx,
        {
          ...profile,
          streamId,
          userId: `user of ${streamId}`,
          groupId: 'g',
          title: `title of ${streamId}`,
          description: '',
        },
        now,
      ),
    );

  async function state(streamId: string): Promise<{ online: boolean; replays: Record<string, unknown>[] }> {
    const lives = await backend.ask('getLiveList', { body: { pageSize: 100 } });
    const replays = await backend.ask('getVodList', { body: { pageSize: 100 } });
    const of = (list: unknown) =>
      (Array.isArray(list) ? list.filter(isRecord) : []).filter((item) => item['streamId'] === streamId);
    return { online: of(lives.data['items']).length === 1, replays: of(replays.data['items']) };
  }

  beforeAll(async () => {
    database = await open({ connections: 8 });
    backend = makeBackend(database, {
      LIVE_CALLBACK_KEY: key,
      REPLAY_MIN_SECONDS: '60',
      REPLAY_WINDOW_DAYS: '3650',
    });
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    clock = jest.spyOn(Date, 'now').mockReturnValue(begin);
    for (const table of ['broadcasts', 'pushes', 'notices', 'replays', 'replay_files'])
      await database.run(`DELETE FROM ${table}`);
    await begun('room_1001');
  });
  afterEach(() => clock.mockRestore());

  const signedLive = data.samples.filter((sample) => sample.kind === 'live' && sample.signed);
  test.each(signedLive.map((sample) => [sample.name, sample.body] as const))(
    'takes the sample %s, once',
    async (_name, body) => {
      at(Number(isRecord(body) ? body['t'] : 0) * 1000 - 300_000);
      expect(await post(body)).toMatchObject({ status: 200, body: { code: 0 } });
      expect(await post(body)).toMatchObject({ status: 200, body: { code: 0 } });
      expect(await database.rows('SELECT notice_key FROM notices')).toHaveLength(1);
    },
  );

  test.each(data.negative.map((one) => [one.name, one] as const))(
    'treats %s as the samples expect',
    async (name, sample) => {
      at(sample.now * 1000);
      const reply = await post('rawBody' in sample ? sample.rawBody : sample.body, {
        'content-type': sample.contentType,
      });
      const accepted =
        sample.expect.startsWith('accept') || name === 'expired_t' || name === 'duplicate_keys';
      expect(reply.status).toBe(
        accepted ? 200 : ['empty_body', 'not_json', 'json_array', 'json_null'].includes(name) ? 400 : 401,
      );
      expect((await state('room_1001')).online).toBe(
        accepted && !['unknown_event_type', 'unknown_stream', 'duplicate_keys'].includes(name),
      );
    },
  );

  test('a notice is refused once the grace after t is over, and its text says what is wrong', async () => {
    const body = named('run_push_start');
    at((1_700_000_600 + 901) * 1000);
    expect(await post(body)).toMatchObject({ status: 401, body: { code: 4010 } });
    expect(await post({ ...body, sign: ['x'], t: [1] })).toMatchObject({
      status: 401,
      body: { message: expect.stringContaining('sign, t: expected') },
    });
    expect(await database.rows('SELECT notice_key FROM notices')).toHaveLength(0);
  });

  test('the previous callback key is taken as well', async () => {
    const t = sampleNow + 600;
    const body = { ...named('run_push_start'), t, sign: callbackSign({ key: 'testcallbackkeybefore', t }) };
    expect((await post(body)).status).toBe(200);
    expect((await state('room_1001')).online).toBe(true);
  });

  test('a sequence written as a number is kept with all its digits', async () => {
    const raw = data.negative.find((one) => one.name === 'numeric_sequence_beyond_2_53');
    await post(raw?.rawBody ?? '');
    expect(await database.rows('SELECT sequence FROM pushes')).toEqual([{ sequence: '7300000000000000001' }]);
  });

  test('what is kept of a notice holds neither its signature nor the push secret', async () => {
    await post(named('run_push_start'));
    const [row] = await database.rows('SELECT body FROM notices');
    expect(row?.['body']).toContain('"stream_id":"room_1001"');
    expect(row?.['body']).not.toMatch(/08c0edcdc8eb2e4b1115178e73c995af|"sign"/);
  });

  test.each(data.sequences.map((one) => [one.name, one] as const))(
    'sequence %s ends as described',
    async (name, { order }) => {
      for (const sample of order) await post(signed(named(sample), begin));
      const { online, replays } = await state('room_1001');
      expect(online).toBe(['duplicate_push', 'late_cut_of_replaced_push'].includes(name));
      expect(replays).toHaveLength(order.some((sample) => sample.startsWith('run_record')) ? 1 : 0);
    },
  );

  test('two formats of one recording are one replay with both URLs, in either order', async () => {
    const expected = {
      fileId: '5285890800000000001',
      playUrl: 'http://1250000000.vod2.myqcloud.com/aaa/bbb/f0.mp4',
      hlsPlayUrl: 'http://1250000000.vod2.myqcloud.com/aaa/bbb/f0.m3u8',
      title: 'title of room_1001',
      startedAt: 1_700_000_000,
      endedAt: 1_700_000_300,
    };
    await begun('room_other');
    for (const streamId of ['room_1001', 'room_other']) {
      const files = ['run_record_mp4', 'run_record_second_file_same_stream'].map((name) => ({
        ...named(name),
        stream_id: streamId,
      }));
      const ids =
        streamId === 'room_1001'
          ? files
          : files.reverse().map((file) => ({ ...file, file_id: `${String(Reflect.get(file, 'file_id'))}0` }));
      for (const file of ids) await post(signed(file, begin));
    }
    expect((await state('room_1001')).replays).toEqual([expect.objectContaining(expected)]);
    expect((await state('room_other')).replays).toEqual([
      expect.objectContaining({ ...expected, fileId: '52858908000000000010', title: 'title of room_other' }),
    ]);
  });

  test('slices of a long broadcast are replays of their own; a recording of a minute or less is none', async () => {
    const slice = (index: number, seconds: number) => ({
      ...named('run_record_mp4'),
      file_id: `slice${index}`,
      start_time: sampleNow + index * 1800,
      end_time: sampleNow + index * 1800 + seconds,
    });
    for (const body of [slice(0, 1801), slice(1, 1801), slice(2, 60)]) await post(signed(body, begin));
    expect((await state('room_1001')).replays.map((replay) => replay['fileId'])).toEqual([
      'slice1',
      'slice0',
    ]);
  });

  test('one file announced for two streams belongs to the first and is no failure', async () => {
    await begun('room_other');
    const file = named('run_record_mp4');
    expect((await post(signed(file, begin))).status).toBe(200);
    expect((await post(signed({ ...file, stream_id: 'room_other' }, begin))).status).toBe(200);
    expect((await state('room_1001')).replays).toHaveLength(1);
    expect((await state('room_other')).replays).toHaveLength(0);
  });

  test('a whole recording and slices of it in another format are replays of their own, in any order', async () => {
    const file = (id: string, format: string, from: number, to: number) => ({
      ...named('run_record_mp4'),
      file_id: id,
      file_format: format,
      video_url: `https://v.example/${id}`,
      start_time: sampleNow + from,
      end_time: sampleNow + to,
    });
    const files = [
      file('whole', 'hls', 0, 7200),
      file('first', 'mp4', 0, 3600),
      file('second', 'mp4', 3600, 7200),
    ];
    const seen = new Set<string>();
    for (const [index, order] of [
      [0, 1, 2],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
    ].entries()) {
      const streamId = `sliced_${index}`;
      await begun(streamId);
      for (const place of order) {
        const body = {
          ...files[place],
          stream_id: streamId,
          file_id: `${String(files[place]?.file_id)}_${index}`,
        };
        expect((await post(signed(body, begin))).status).toBe(200);
      }
      const urls = (await state(streamId)).replays.map((replay) => replay['playUrl']).sort();
      seen.add(JSON.stringify(urls));
    }
    expect([...seen]).toEqual([
      JSON.stringify(['https://v.example/first', 'https://v.example/second', 'https://v.example/whole']),
    ]);
  });

  test('notices without a sequence count by their time', async () => {
    const notice = (event: number, at: number) => ({
      event_type: event,
      stream_id: 'room_1001',
      event_time: sampleNow + at,
    });
    for (const [event, at, online] of [
      [1, 0, true],
      [0, 10, false],
      [1, 20, true],
      [0, 15, true],
      [1, 20, true],
      [0, 30, false],
    ] as const) {
      expect((await post(signed(notice(event, at), begin))).status).toBe(200);
      expect((await state('room_1001')).online).toBe(online);
    }
  });

  test.each([
    [{ event_type: 1, stream_id: 'a\u0000b', sequence: '1' }, 'stream_id'],
    [{ event_type: 99_999_999_999, stream_id: 'room_1001' }, 'event_type'],
    [{ event_type: 1.5, stream_id: 'room_1001' }, 'event_type'],
    [{ event_type: 1, stream_id: 'room_1001', sequence: 'x\n' }, 'sequence'],
    [
      {
        event_type: 100,
        stream_id: 'room_1001',
        file_id: 'f',
        file_format: 'mp4',
        video_url: 'ftp://x',
        start_time: 1,
        end_time: 2,
      },
      'video_url',
    ],
  ])('%j is refused and names the member', async (body, member) => {
    const reply = await post(signed(body, begin));
    expect(reply.status).toBe(400);
    expect(reply.body['message']).toMatch(new RegExp(`^${member}: expected`));
  });

  test('a size that cannot be read does not cost the recording', async () => {
    expect((await post(signed({ ...named('run_record_mp4'), file_size: '' }, begin))).status).toBe(200);
    expect((await state('room_1001')).replays).toHaveLength(1);
  });

  test("an old broadcast's late notices leave the user's new one alone", async () => {
    await post(signed(named('run_push_start'), begin));
    at(begin + 100_000);
    await database.transaction((tx) =>
      addBroadcast(
        tx,
        {
          ...profile,
          streamId: 'room_1002',
          userId: 'user of room_1001',
          groupId: 'g2',
          title: 'new',
          description: '',
        },
        begin + 100_000,
      ),
    );
    await post(
      signed(
        { ...named('run_push_start'), stream_id: 'room_1002', sequence: '9', event_time: sampleNow + 101 },
        begin,
      ),
    );
    await post(signed(named('run_push_cut_client_stop'), begin));
    await post(signed(named('run_push_restart'), begin));
    await post(signed(named('run_record_mp4'), begin));
    expect((await state('room_1001')).online).toBe(false);
    expect((await state('room_1002')).online).toBe(true);
    expect((await state('room_1001')).replays[0]).toMatchObject({ title: 'title of room_1001' });
  });

  test('any order and any number of repeats of the same notices ends in the same state', async () => {
    const notices = [
      'run_push_start',
      'run_push_cut_client_stop',
      'run_push_restart',
      'run_record_mp4',
      'run_record_second_file_same_stream',
    ].map(named);
    const restartCut = {
      ...named('run_push_cut_client_stop'),
      sequence: '7300000000000000002',
      event_time: sampleNow + 900,
      push_duration: '600000',
    };
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.boolean().chain((cutAgain) => {
          const all = cutAgain ? [...notices, restartCut] : notices;
          return fc.tuple(
            fc.constant(all),
            fc.shuffledSubarray(all, { minLength: all.length }),
            fc.array(fc.constantFrom(...all), { maxLength: 4 }),
          );
        }),
        async ([inOrder, shuffled, repeats]) => {
          const [expectedId, shuffledId] = [`run_${(runs += 1)}_a`, `run_${runs}_b`];
          await begun(expectedId);
          await begun(shuffledId);
          const send = (streamId: string, body: Record<string, unknown>) =>
            post(
              signed(
                {
                  ...body,
                  stream_id: streamId,
                  ...('file_id' in body ? { file_id: `${String(body['file_id'])}_${streamId}` } : {}),
                },
                begin,
              ),
            );
          for (const body of inOrder) await send(expectedId, body);
          for (const body of [...shuffled, ...repeats]) await send(shuffledId, body);
          const comparable = async (streamId: string) =>
            JSON.stringify([
              await state(streamId),
              await database.rows(
                'SELECT online, online_at, offline_at FROM broadcasts WHERE stream_id = ?',
                [streamId],
              ),
              await database.rows(
                'SELECT sequence, started_at, cut_at FROM pushes WHERE stream_id = ? ORDER BY sequence',
                [streamId],
              ),
            ]).replaceAll(streamId, 'stream');
          expect(await comparable(shuffledId)).toBe(await comparable(expectedId));
        },
      ),
      { numRuns: 40 },
    );
  });

  test('the same notice many times at once is applied once', async () => {
    const bodies = Array.from({ length: 10 }, () => signed(named('run_record_mp4'), begin));
    const replies = await Promise.all(bodies.map((body) => post(body)));
    expect(replies.map((reply) => reply.status)).toEqual(bodies.map(() => 200));
    expect((await state('room_1001')).replays).toHaveLength(1);
  });
});
