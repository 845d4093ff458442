import { makeBackend, type Backend } from '../backend';
import { standLiveApi, type Fault, type LiveApiStand } from '../liveApiStand';
import { engines } from '../servers/engines';
import { isRecord } from '../../shared/http/request';
import { takeLease } from '../../shared/store/leases';
import { noteMix } from '../../shared/store/mixes';
import { int, text, type Database } from '../../shared/store/database';
import { addV3Room, noteBeat } from '../../shared/store/v3Rooms';
import { dropUnusedBroadcast } from '../../shared/store/sweptBroadcasts';

const begin = 1_795_358_274_000;
const minute = 60_000;
const day = 86_400_000;

const tables = [
  'users broadcasts pushes notices replays room_members counters like_budgets rate_windows',
  'guest_streams mixes leases videos replay_files reports v3_rooms',
]
  .join(' ')
  .split(' ');

describe.each(engines())('reconcile on $name', ({ open }) => {
  let database: Database;
  let backend: Backend;
  let live: LiveApiStand;
  let clock: jest.SpyInstance<number, []>;
  let logged: Record<string, unknown>[];
  let sequence = 0;

  const at = (now: number) => clock.mockReturnValue(now);
  const later = (milliseconds: number) => at(Date.now() + milliseconds);
  const parsed = (line: string): Record<string, unknown> => {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? value : {};
  };
  const made = (changes = {}) =>
    makeBackend(
      database,
      { ...live.settings, LOG_LEVEL: 'info', ...changes },
      { write: (line) => logged.push(parsed(line)) },
    );

  beforeAll(async () => {
    database = await open();
    live = await standLiveApi();
    logged = [];
    backend = made();
  });
  afterAll(async () => {
    await live.close();
    await database.close();
  });
  beforeEach(async () => {
    clock = jest.spyOn(Date, 'now').mockReturnValue(begin);
    for (const table of tables) await database.run(`DELETE FROM ${table}`);
    live.up.clear();
    live.forbidden.clear();
    live.calls.length = 0;
    live.fault = undefined;
    live.meanwhile = undefined;
    logged = [];
  });
  afterEach(() => clock.mockRestore());

  async function begun(userId: string): Promise<string> {
    const { data } = await backend.ask('getPushUrl', { as: userId, body: { title: `title of ${userId}` } });
    return String(data['streamId']);
  }
  const seconds = (milliseconds: number) => Math.floor(milliseconds / 1000);
  async function started(streamId: string, name = String((sequence += 1))): Promise<string> {
    await backend.notify({
      event_type: 1,
      stream_id: streamId,
      sequence: name,
      event_time: seconds(Date.now()),
    });
    return name;
  }
  const cut = (streamId: string, name: string) =>
    backend.notify({ event_type: 0, stream_id: streamId, sequence: name, event_time: seconds(Date.now()) });

  /** On the air in the cloud and here, for a minute already. */
  async function onAir(userId: string): Promise<string> {
    const streamId = await begun(userId);
    live.up.set(streamId, Date.now());
    await started(streamId);
    later(minute);
    return streamId;
  }
  async function listed(): Promise<unknown[]> {
    const { data } = await backend.ask('getLiveList', { body: { pageSize: 100 } });
    return (Array.isArray(data['items']) ? data['items'] : []).map((item: unknown) =>
      isRecord(item) ? item['streamId'] : item,
    );
  }
  const repairs = () => logged.filter((line) => line['message'] === 'repaired');
  const count = async (table: string) => {
    const [row] = await database.rows(`SELECT COUNT(*) AS total FROM ${table}`);
    return row === undefined ? -1 : int(row, 'total');
  };

  describe('lives against the list of the cloud', () => {
    test('a live whose cut notice was lost goes at the third miss in a row, with its reason in the log', async () => {
      const gone = await onAir('gone');
      const stays = await onAir('stays');
      live.up.delete(gone);
      for (const expected of [[stays, gone], [stays, gone], [stays]]) {
        await backend.timer();
        expect(await listed()).toEqual(expected);
        later(minute);
      }
      expect(repairs()).toEqual([
        expect.objectContaining({
          streamId: gone,
          step: 'sweepLives',
          reason: expect.stringContaining('three times'),
        }),
      ]);
      expect(await backend.timer()).toMatchObject({ repairs: [] });
    });

    test('a hit resets the misses', async () => {
      const streamId = await onAir('host');
      for (const up of [false, false, true, false, false]) {
        if (up) live.up.set(streamId, begin);
        else live.up.delete(streamId);
        await backend.timer();
        later(minute);
      }
      expect(await listed()).toEqual([streamId]);
      await backend.timer();
      expect(await listed()).toEqual([]);
    });

    test('a new push resets the misses as well', async () => {
      const streamId = await onAir('host');
      live.up.delete(streamId);
      for (let run = 0; run < 2; run += 1) {
        await backend.timer();
        later(minute);
      }
      await started(streamId);
      later(minute);
      for (let run = 0; run < 2; run += 1) {
        await backend.timer();
        later(minute);
      }
      expect(await listed()).toEqual([streamId]);
    });

    test('runs that follow each other closely count one miss', async () => {
      const streamId = await onAir('host');
      live.up.delete(streamId);
      for (let run = 0; run < 5; run += 1) {
        expect(await backend.timer()).toMatchObject({ ran: true, cloud: 'done' });
        later(1_000);
      }
      expect(await listed()).toEqual([streamId]);
    });

    test('a live that began while the list was on its way has no miss', async () => {
      const streamId = await begun('host');
      for (let run = 0; run < 4; run += 1) {
        live.meanwhile = async () => void (await started(streamId));
        await backend.timer();
        live.meanwhile = undefined;
        expect(await listed()).toEqual([streamId]);
        later(minute);
      }
      expect(repairs()).toEqual([]);
    });

    test('a live younger than the list may know has no miss', async () => {
      const streamId = await begun('host');
      for (let run = 0; run < 4; run += 1) {
        await started(streamId);
        later(20_000);
        await backend.timer();
        later(40_000);
      }
      expect(await database.rows('SELECT misses FROM broadcasts')).toEqual([{ misses: 0 }]);
    });

    test('a live whose start notice was lost comes onto the list', async () => {
      const streamId = await begun('host');
      live.up.set(streamId, Date.now());
      later(minute);
      await backend.timer();
      expect(await listed()).toEqual([streamId]);
      expect(repairs()).toEqual([
        expect.objectContaining({ streamId, reason: expect.stringContaining('lost') }),
      ]);
      later(minute);
      expect(await backend.timer()).toMatchObject({ repairs: [] });
    });

    test('so does one whose host pushed again without a notice', async () => {
      const streamId = await begun('host');
      const first = await started(streamId);
      later(minute);
      await cut(streamId, first);
      later(minute);
      live.up.set(streamId, Date.now());
      later(minute);
      await backend.timer();
      expect(await listed()).toEqual([streamId]);
    });

    test('and one that the sweep took off by mistake', async () => {
      const streamId = await onAir('host');
      live.up.delete(streamId);
      for (let run = 0; run < 3; run += 1) {
        await backend.timer();
        later(minute);
      }
      expect(await listed()).toEqual([]);
      live.up.set(streamId, begin);
      await backend.timer();
      expect(await listed()).toEqual([streamId]);
    });

    test('a cut that the list does not know of yet is believed', async () => {
      const streamId = await begun('host');
      live.up.set(streamId, Date.now());
      const name = await started(streamId);
      later(minute);
      await cut(streamId, name);
      later(10_000);
      await backend.timer();
      expect(await listed()).toEqual([]);
    });

    test('what its host or an operator ended stays ended while the same push goes on', async () => {
      const byHost = await onAir('host');
      const byOperator = await onAir('other');
      await backend.ask('room', { path: '/room/status', as: 'host', body: { online: false } });
      await backend.ask('moderation', {
        path: '/moderation/stopLive',
        operator: true,
        body: { userId: 'other' },
      });
      live.up.set(byOperator, begin);
      later(2 * minute);
      await backend.timer();
      expect(await listed()).toEqual([]);
      live.up.set(byHost, Date.now());
      later(minute);
      await backend.timer();
      expect(await listed()).toEqual([byHost]);
    });

    test('a forbidden user does not come back', async () => {
      const streamId = await begun('host');
      await backend.ask('moderation', {
        path: '/moderation/forbidUser',
        operator: true,
        body: { userId: 'host', forbidden: true },
      });
      later(minute);
      live.up.set(streamId, Date.now());
      later(minute);
      await backend.timer();
      expect(await listed()).toEqual([]);
    });

    test('nor does a broadcast that was replaced, nor a stream that is none of ours', async () => {
      const old = await begun('host');
      later(2 * minute);
      await begun('host');
      for (const name of [old, '8888_stranger', 'Foreign-Stream', 'x'.repeat(120)])
        live.up.set(name, Date.now());
      later(2 * minute);
      expect(await backend.timer()).toMatchObject({ cloud: 'done', repairs: [] });
      expect(await listed()).toEqual([]);
    });

    test('a thousand lives are compared by one call', async () => {
      for (let first = 0; first < 1_050; first += 150) {
        const rows = Array.from({ length: 150 }, (_, index) => `8888_many_${first + index}`);
        await database.run(
          `INSERT INTO broadcasts (stream_id, user_id, group_id, title, nickname, head_pic, front_cover, location,
             description, online, misses, created_at, online_at)
           VALUES ${rows.map(() => `(?, ?, '', '', '', '', '', '', '', 1, 2, ?, ?)`).join(', ')}`,
          rows.flatMap((name) => [name, name, begin - minute, begin - minute]),
        );
        for (const name of rows) live.up.set(name, begin - minute);
      }
      live.up.delete('8888_many_700');
      await backend.timer();
      expect(live.calls).toEqual(['DescribeLiveStreamOnlineList']);
      expect(repairs().map((line) => line['streamId'])).toEqual(['8888_many_700']);
      const [misses] = await database.rows('SELECT SUM(misses) AS total FROM broadcasts WHERE online = 1');
      expect(misses).toEqual({ total: 0 });
    });
  });

  describe('a cloud in trouble', () => {
    const refusal = JSON.stringify({
      Response: { Error: { Code: 'InternalError', Message: 'secret details' }, RequestId: 'r' },
    });
    const entry = (members: object) => JSON.stringify({ Response: { TotalPage: 1, ...members } });
    test.each<[string, Fault]>([
      ['breaks the connection', 'cut'],
      ['answers with another status', { status: 502, text: '<html>' }],
      ['answers garbage', { status: 200, text: '<html>' }],
      ['answers something else', { status: 200, text: '{"Response":{"RequestId":"r"}}' }],
      ['answers null', { status: 200, text: '{"Response":null}' }],
      ['lists something else', { status: 200, text: entry({ OnlineInfo: [{ StreamName: 5 }] }) }],
      ['lists nothing readable', { status: 200, text: entry({ OnlineInfo: {} }) }],
      ['refuses', { status: 200, text: refusal }],
    ])('that %s takes no live off, and the other steps are done', async (_name, fault) => {
      const streamId = await onAir('host');
      await database.run(
        `INSERT INTO guest_streams (stream_id, user_id, created_at, expires_at) VALUES ('8888_g', 'g', 1, 2)`,
      );
      live.fault = fault;
      for (let run = 0; run < 4; run += 1) {
        expect(await backend.timer()).toMatchObject({
          ran: true,
          cloud: expect.stringMatching(/^failed: DescribeLiveStreamOnlineList: /),
          failed: ['sweepLives'],
        });
        later(minute);
      }
      expect(await listed()).toEqual([streamId]);
      expect(await count('guest_streams')).toBe(0);
      const text = JSON.stringify(logged);
      expect(text).not.toContain('secret details');
      expect(text).not.toContain(String(live.settings.TENCENT_SECRET_KEY));
    });

    test.each<[string, Fault]>([
      ['hangs', 'hang'],
      ['never ends its answer', 'trickle'],
    ])('that %s is given up in time for an operator to be answered', async (_name, fault) => {
      const streamId = await onAir('host');
      live.fault = fault;
      const { status, data } = await backend.ask('reconcile', { operator: true });
      expect(status).toBe(200);
      expect(data).toMatchObject({ ran: true, cloud: expect.stringContaining('no answer in time') });
      expect(await listed()).toEqual([streamId]);
    });

    test('that lists more than can be looked at takes no live off', async () => {
      const streamId = await onAir('host');
      const page = { TotalPage: 1_000, OnlineInfo: [{ StreamName: 'another' }] };
      live.fault = { status: 200, text: JSON.stringify({ Response: page }) };
      for (let run = 0; run < 4; run += 1) {
        expect(await backend.timer()).toMatchObject({ cloud: 'done' });
        later(minute);
      }
      expect(await listed()).toEqual([streamId]);
      expect(logged).toContainEqual(expect.objectContaining({ level: 'warn', step: 'sweepLives' }));
    });

    test('wrong keys are told by the code of the refusal', async () => {
      const wrong = made({ TENCENT_SECRET_KEY: 'another-key' });
      expect(await wrong.timer()).toMatchObject({
        cloud: 'failed: DescribeLiveStreamOnlineList: AuthFailure.SignatureFailure',
      });
    });

    test('without credentials everything else is done', async () => {
      const without = made({ TENCENT_SECRET_ID: '', TENCENT_SECRET_KEY: '' });
      const streamId = await onAir('host');
      live.up.clear();
      await database.run(
        `INSERT INTO guest_streams (stream_id, user_id, created_at, expires_at) VALUES ('8888_g', 'g', 1, 2)`,
      );
      for (let run = 0; run < 4; run += 1) {
        expect(await without.timer()).toMatchObject({ ran: true, cloud: 'not configured', failed: [] });
        later(minute);
      }
      expect(live.calls).toEqual([]);
      expect(await listed()).toEqual([streamId]);
      expect(await count('guest_streams')).toBe(0);
    });
  });

  describe('mixes without a host', () => {
    async function mixed(userId: string): Promise<string> {
      const host = await onAir(userId);
      const guest = String(
        (await backend.ask('linkMic', { path: '/linkMic/guestPushUrl', as: 'guest' })).data['streamId'],
      );
      live.up.set(guest, Date.now());
      later(10_000);
      const place = { imageLayer: 2, imageWidth: 160, imageHeight: 240 };
      const { status } = await backend.ask('linkMic', {
        path: '/linkMic/mergeStreams',
        as: userId,
        body: {
          outputStreamId: host,
          inputs: [
            { streamId: host, imageLayer: 1 },
            { streamId: guest, ...place },
          ],
        },
      });
      expect(status).toBe(200);
      expect([...live.mixes.keys()]).toContain(host);
      return host;
    }
    const goodbye = (userId: string) =>
      backend.ask('room', { path: '/room/status', as: userId, body: { online: false } });

    test('end when the host has been offline for a while, and only then', async () => {
      const host = await mixed('host');
      await backend.timer();
      expect([...live.mixes.keys()]).toContain(host);
      await goodbye('host');
      live.up.delete(host);
      later(20_000);
      await backend.timer();
      expect([...live.mixes.keys()]).toContain(host);
      later(minute);
      await backend.timer();
      expect([...live.mixes.keys()]).not.toContain(host);
      expect(repairs()).toEqual([expect.objectContaining({ step: 'endMixes', streamId: host })]);
      expect(await count('mixes')).toBe(0);
    });

    test('are tried again while the cloud fails, and a mix that is not there any more is done with', async () => {
      const host = await mixed('host');
      await noteMix(database, { sessionId: '8888_unknown', streamId: '8888_unknown', startedAt: Date.now() });
      await goodbye('host');
      later(2 * minute);
      live.fault = 'cut';
      await backend.timer();
      expect(await count('mixes')).toBe(2);
      live.fault = undefined;
      later(minute);
      await backend.timer();
      expect([...live.mixes.keys()]).not.toContain(host);
      expect(await count('mixes')).toBe(0);
    });
  });

  describe('what is over', () => {
    test('members whose app is silent leave, and the count with them', async () => {
      const streamId = await onAir('host');
      const enter = (userId: string) =>
        backend.ask('room', { path: '/room/enter', as: userId, body: { streamId } });
      await enter('viewer1');
      await enter('viewer2');
      later(80_000);
      await enter('viewer2');
      later(20_000);
      await backend.timer();
      const { data } = await backend.ask('room', { path: '/room/members', as: 'x', body: { streamId } });
      expect(data).toMatchObject({ total: 1 });
      expect(repairs()).toContainEqual(expect.objectContaining({ step: 'expireMembers', count: 1 }));
    });

    test('broadcasts never pushed go after a day and an hour, others stay', async () => {
      const never = await begun('never');
      const ended = await onAir('ended');
      live.up.clear();
      await backend.ask('room', { path: '/room/status', as: 'ended', body: { online: false } });
      await backend.ask('room', { path: '/room/enter', as: 'viewer', body: { streamId: never } });
      at(begin + day + 59 * minute);
      await backend.timer();
      expect(await count('broadcasts')).toBe(2);
      at(begin + day + 61 * minute);
      await backend.timer();
      expect(await database.rows('SELECT stream_id FROM broadcasts')).toEqual([{ stream_id: ended }]);
      expect(await count('room_members')).toBe(0);
      expect(repairs()).toContainEqual(expect.objectContaining({ step: 'dropUnpushed', streamId: never }));
    });

    test('a broadcast waits for its push for as long as the push URL is good', async () => {
      const patient = made({ LIVE_URL_TTL: String((7 * day) / 1000) });
      const streamId = await begun('host');
      at(begin + 7 * day + 59 * minute);
      await patient.timer();
      await started(streamId);
      expect(await listed()).toEqual([streamId]);
      const never = await begun('never');
      later(7 * day + 59 * minute);
      await patient.timer();
      const stays = () => database.rows('SELECT stream_id FROM broadcasts WHERE stream_id = ?', [never]);
      expect(await stays()).toHaveLength(1);
      later(2 * minute);
      await patient.timer();
      expect(await stays()).toEqual([]);
    });

    test('a broadcast of which anything was heard is not dropped as never pushed', async () => {
      const dropped = (streamId: string) =>
        database.transaction((tx) => dropUnusedBroadcast(tx, 'neverPushed', Date.now() - day, streamId));
      const cutOnly = await begun('cut');
      await cut(cutOnly, 'lost start');
      const recorded = await begun('recorded');
      await addReplay(1, recorded, begin);
      const never = await begun('never');
      at(begin + 2 * day);
      expect(await database.rows('SELECT online_at FROM broadcasts WHERE stream_id = ?', [cutOnly])).toEqual([
        { online_at: null },
      ]);
      expect([await dropped(cutOnly), await dropped(recorded), await dropped(never)]).toEqual([
        false,
        false,
        true,
      ]);
      expect(await count('pushes')).toBe(1);
      await backend.timer();
      expect(await count('broadcasts')).toBe(2);
    });

    test('guests, old notices, request counts and like allowances go, young ones stay', async () => {
      const rows: [string, string, number][] = [
        ['guest_streams', `(stream_id, user_id, created_at, expires_at) VALUES (?, 'u', 1, ?)`, 0],
        [
          'notices',
          `(notice_key, event_type, stream_id, body, outcome, received_at) VALUES (?, 1, '', '', '', ?)`,
          30 * day,
        ],
        ['rate_windows', '(source, window_at, hits) VALUES (?, ?, 1)', day],
        ['like_budgets', `(room_id, liker, remaining, counted_at, last_id) VALUES (?, 'u', 1, ?, '')`, day],
      ];
      for (const [table, values, age] of rows) {
        await database.run(`INSERT INTO ${table} ${values}`, ['old', begin - age - 1]);
        await database.run(`INSERT INTO ${table} ${values}`, ['young', begin - age + minute]);
      }
      await backend.timer();
      for (const [table] of rows) expect([table, await count(table)]).toEqual([table, 1]);
      expect(repairs()).toHaveLength(rows.length);
    });

    test('more than one batch goes in one run', async () => {
      for (let first = 0; first < 1_200; first += 200) {
        const keys = Array.from({ length: 200 }, (_, index) => `source ${first + index}`);
        await database.run(
          `INSERT INTO rate_windows (source, window_at, hits) VALUES ${keys.map(() => '(?, 1, 1)').join(', ')}`,
          keys,
        );
      }
      await backend.timer();
      expect(await count('rate_windows')).toBe(0);
      expect(repairs()).toEqual([expect.objectContaining({ step: 'dropOld', count: 1_200 })]);
    });
  });

  async function addReplay(replayId: number, streamId: string, endedAt: number): Promise<void> {
    await database.run(
      `INSERT INTO replays (replay_id, file_id, stream_id, user_id, group_id, title, nickname, head_pic, front_cover,
         location, description, play_url, hls_play_url, started_at, ended_at)
       VALUES (?, ?, ?, 'u', 'g', 't', '', '', '', '', '', 'http://v.example.com/r', '', ?, ?)`,
      [replayId, `file${replayId}`, streamId, endedAt - 600_000, endedAt],
    );
    for (const format of ['flv', 'hls']) {
      await database.run(
        `INSERT INTO replay_files (file_id, replay_id, format, url, bytes, started_at, ended_at, received_at)
         VALUES (?, ?, ?, 'http://v.example.com/r', 1, ?, ?, ?)`,
        [
          `file${replayId}${format === 'flv' ? '' : format}`,
          replayId,
          format,
          endedAt - 600_000,
          endedAt,
          endedAt,
        ],
      );
    }
    await addRoom(`r${replayId}`);
  }
  /** Somebody who is in the room, and has liked it. */
  async function addRoom(roomId: string): Promise<void> {
    await database.run(
      `INSERT INTO room_members (room_id, user_id, nickname, head_pic, entered_at, expires_at, entries)
       VALUES (?, 'viewer', '', '', 1, ?, 1)`,
      [roomId, begin + 9_999 * day],
    );
    for (const [kind, value] of [
      ['viewers', 1],
      ['likes', 7],
    ] as const)
      await database.run('INSERT INTO counters (room_id, kind, shard, value) VALUES (?, ?, 3, ?)', [
        roomId,
        kind,
        value,
      ]);
    await database.run(
      `INSERT INTO like_budgets (room_id, liker, remaining, counted_at, last_id) VALUES (?, 'viewer', 1, ?, '')`,
      [roomId, begin + 9_999 * day],
    );
  }

  describe('what no list shows any more', () => {
    const window = 7 * day;
    const kept = window + 30 * day;

    async function addVideo(videoId: number, createdAt: number): Promise<void> {
      await database.run(
        `INSERT INTO videos (video_id, user_id, file_id, title, nickname, head_pic, front_cover, location, play_url, created_at)
         VALUES (?, 'u', ?, 't', '', '', '', '', 'http://v.example.com/v', ?)`,
        [videoId, `video${videoId}`, createdAt],
      );
      await addRoom(`v${videoId}`);
    }
    async function addBroadcast(
      streamId: string,
      createdAt: number,
      { online = false, superseded = false, offlineAt = createdAt + minute },
    ): Promise<void> {
      await database.run(
        `INSERT INTO broadcasts (stream_id, user_id, group_id, title, nickname, head_pic, front_cover, location,
           description, online, superseded, created_at, online_at, offline_at)
         VALUES (?, ?, '', '', '', '', '', '', '', ?, ?, ?, ?, ?)`,
        [
          streamId,
          streamId,
          online ? 1 : 0,
          superseded ? 1 : 0,
          createdAt,
          createdAt,
          online ? null : offlineAt,
        ],
      );
      await database.run('INSERT INTO pushes (stream_id, sequence, started_at, cut_at) VALUES (?, ?, ?, ?)', [
        streamId,
        streamId,
        createdAt,
        online ? null : offlineAt,
      ]);
      if (online) live.up.set(streamId, createdAt);
      await addRoom(streamId);
    }
    const addReport = (reporter: string, reportedAt: number) =>
      database.run(
        `INSERT INTO reports (reported, reporter, stream_id, title, reported_at) VALUES ('u', ?, 's', '', ?)`,
        [reporter, reportedAt],
      );
    const columnOf = async (table: string, column: string) =>
      (await database.rows(`SELECT ${column} AS name FROM ${table} ORDER BY ${column}`)).map((row) =>
        text(row, 'name'),
      );
    const rooms = async () => ({
      members: await columnOf('room_members', 'room_id'),
      likes: await columnOf('like_budgets', 'room_id'),
      counts: [...new Set(await columnOf('counters', 'room_id'))],
    });
    const same = (ids: string[]) => ({ members: ids, likes: ids, counts: ids });

    test('goes a month after it left the lists, with its room, files and pushes', async () => {
      for (const [id, endedAt] of [
        [1, begin - kept - 1],
        [2, begin - kept],
        [3, begin - window],
      ] as const) {
        await addReplay(id, 'foreign', endedAt);
        await addVideo(id, endedAt);
      }
      await backend.timer();
      expect(
        (await database.rows('SELECT replay_id FROM replays')).map((row) => int(row, 'replay_id')),
      ).toEqual([2, 3]);
      expect(await count('replay_files')).toBe(4);
      expect(await columnOf('videos', 'file_id')).toEqual(['video2', 'video3']);
      expect(await rooms()).toEqual(same(['r2', 'r3', 'v2', 'v3']));
      expect(repairs().map(({ step, reason, count: dropped }) => [step, reason, dropped])).toEqual([
        ['dropUnlisted', 'videos older than 37 days', 1],
        ['dropUnlisted', 'replays older than 37 days', 1],
      ]);
    });

    test('broadcasts go when they are over for as long and no replay of theirs is left', async () => {
      const old = begin - kept - day;
      await addBroadcast('over', old, {});
      await addBroadcast('replaced', old, { superseded: true });
      await addBroadcast('still_on', old, { online: true });
      await addBroadcast('ended_late', old, { offlineAt: begin - kept + minute });
      await addBroadcast('young', begin - kept + minute, {});
      await addBroadcast('shown', old, {});
      await addReplay(5, 'shown', begin - kept + minute);
      await addBroadcast('room_open', old, {});
      await addV3Room(
        database,
        { streamId: 'room_open', roomId: 'r', userId: 'u', category: '', beatAt: begin },
        old,
      );
      await backend.timer();
      const stay = ['ended_late', 'room_open', 'shown', 'still_on', 'young'];
      expect(await columnOf('broadcasts', 'stream_id')).toEqual(stay);
      expect(await columnOf('pushes', 'stream_id')).toEqual(stay);
      expect(await rooms()).toEqual(same([...stay, 'r5'].sort()));
      expect(await listed()).toEqual(['still_on']);
    });

    test('reports go after a year', async () => {
      await addReport('old', begin - 365 * day - 1);
      await addReport('young', begin - 365 * day);
      await backend.timer();
      expect(await columnOf('reports', 'reporter')).toEqual(['young']);
    });

    test('nothing that any list shows goes, whatever its age, and a second run finds nothing', async () => {
      const ages = [0, 1, 6, 7, 8, 30, 36, 37, 38, 60, 364, 366].flatMap((days) => [
        days * day - minute,
        days * day + minute,
      ]);
      let id = 0;
      for (const age of ages) {
        id += 1;
        const then = Math.min(begin - age, begin);
        await addBroadcast(`on${id}`, then, { online: true });
        await addBroadcast(`off${id}`, then, { superseded: id % 2 === 0, offlineAt: then });
        await addReplay(id, `off${id}`, then);
        await addVideo(id, then);
        await addReport(`reporter${id}`, then);
      }
      const shown = async () => {
        const pages = [
          await backend.ask('getLiveList', { body: { pageSize: 100 } }),
          await backend.ask('getVodList', { body: { pageSize: 100 } }),
          await backend.ask('video', { path: '/video/list', body: { pageSize: 100 } }),
          ...(await Promise.all(
            [1, 2, 3].map((flag) => backend.v1({ Action: 'FetchList', flag, pageno: 1, pagesize: 100 })),
          )),
        ];
        return pages.map(({ body: { requestId: _requestId, ...body } }) => body);
      };
      const before = await shown();
      expect(JSON.stringify(before)).toContain('file5');
      await backend.timer();
      expect(await shown()).toEqual(before);
      expect(repairs().length).toBeGreaterThan(3);
      logged = [];
      later(minute);
      await backend.timer();
      expect(repairs()).toEqual([]);
    });

    test('a longer window keeps more', async () => {
      await addReplay(1, 'foreign', begin - 300 * day);
      await addVideo(1, begin - 300 * day);
      await made({ REPLAY_WINDOW_DAYS: '270' }).timer();
      expect([await count('replays'), await count('videos')]).toEqual([1, 1]);
      await made({ REPLAY_WINDOW_DAYS: '269' }).timer();
      expect([await count('replays'), await count('videos')]).toEqual([0, 0]);
    });

    test('more than one batch goes in one run', async () => {
      for (let id = 1; id <= 120; id += 1) await addBroadcast(`over${id}`, begin - 2 * kept, {});
      await backend.timer();
      expect([await count('broadcasts'), await count('pushes'), await count('counters')]).toEqual([0, 0, 0]);
      expect(repairs()).toEqual([expect.objectContaining({ step: 'dropUnlisted', count: 120 })]);
    });
  });

  describe('without credentials', () => {
    const without = () => made({ TENCENT_SECRET_ID: '', TENCENT_SECRET_KEY: '' });

    test('a live goes when nothing was heard of it for a day, with its reason in the log', async () => {
      const streamId = await begun('host');
      await started(streamId);
      at(begin + day);
      await without().timer();
      expect(await listed()).toEqual([streamId]);
      at(begin + day + 1_000);
      await without().timer();
      expect(await listed()).toEqual([]);
      expect(repairs()).toContainEqual(
        expect.objectContaining({
          step: 'endSilentLives',
          streamId,
          reason: 'nothing was heard of it for a day',
        }),
      );
      const claims = await database.rows('SELECT claim_up, claim_by FROM broadcasts');
      expect(claims).toEqual([{ claim_up: 0, claim_by: 'sweep' }]);
      // Its next push brings it back.
      later(minute);
      await started(streamId);
      expect(await listed()).toEqual([streamId]);
    });

    test('any word keeps it for another day: a push, the host, the beat of its app', async () => {
      const [pushed, claimed, beating] = [
        await begun('pushed'),
        await begun('claimed'),
        await begun('beating'),
      ];
      for (const streamId of [pushed, claimed, beating]) await started(streamId);
      await addV3Room(
        database,
        { streamId: beating, roomId: 'r', userId: 'beating', category: '', beatAt: begin },
        begin,
      );
      later(20 * 60 * minute);
      await started(pushed);
      await backend.ask('room', { path: '/room/status', as: 'claimed', body: { online: true } });
      await noteBeat(database, beating, Date.now());
      later(20 * 60 * minute);
      await without().timer();
      expect((await listed()).sort()).toEqual([pushed, claimed, beating].sort());
      later(5 * 60 * minute);
      await without().timer();
      expect(await listed()).toEqual([]);
    });

    test('with credentials the list of the cloud alone decides', async () => {
      const streamId = await onAir('host');
      later(3 * day);
      await backend.timer();
      expect(await listed()).toEqual([streamId]);
      live.fault = 'cut';
      later(minute);
      await backend.timer();
      expect(await listed()).toEqual([streamId]);
    });
  });

  describe('one at a time', () => {
    test('of two runs at once one does nothing', async () => {
      const results = await Promise.all([backend.timer(), backend.timer(), backend.timer()]);
      expect(results.filter(({ ran }) => ran)).toHaveLength(1);
      expect(live.calls).toHaveLength(1);
      expect(await backend.timer()).toMatchObject({ ran: true });
    });

    test('a runner that died keeps nobody away for more than a minute', async () => {
      expect(await takeLease(database, 'reconcile', 'dead', begin, 55_000)).toBe(true);
      later(50_000);
      expect(await backend.timer()).toEqual({ ran: false });
      later(10_000);
      expect(await backend.timer()).toMatchObject({ ran: true });
    });

    test('of many who find an expired lease one takes it', async () => {
      expect(await takeLease(database, 'job', 'first', begin, 1_000)).toBe(true);
      const takers = Array.from({ length: 8 }, (_, index) =>
        takeLease(database, 'job', `taker ${index}`, begin + 1_000, 1_000),
      );
      expect((await Promise.all(takers)).filter(Boolean)).toHaveLength(1);
    });
  });

  test('is for operators only', async () => {
    expect((await backend.ask('reconcile')).status).toBe(401);
    expect((await backend.ask('reconcile', { as: 'user' })).status).toBe(401);
    const forged = { Type: 'Timer', TriggerName: 'everyMinute' };
    expect((await backend.ask('reconcile', { body: forged })).status).toBe(401);
    expect(live.calls).toEqual([]);
    expect((await backend.ask('reconcile', { operator: true })).data).toMatchObject({ ran: true });
  });
});
