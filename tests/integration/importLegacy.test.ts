import { randomBytes } from 'node:crypto';
import { importLegacy, type ImportOptions } from '../../scripts/importLegacy/importLegacy';
import type { Problem, Tally } from '../../scripts/importLegacy/tally';
import { isRecord } from '../../shared/http/request';
import { isReservedUserId } from '../../shared/reservedUserId';
import { Secret } from '../../shared/secret';
import type { Database } from '../../shared/store/database';
import { makeBackend, type Backend } from '../backend';
import { v2Phone, v2Server } from '../contract/v2Phone';
import { engines } from '../servers/engines';
import {
  ago,
  chinaTime,
  day,
  doubleEncoded,
  hour,
  legacyServer,
  now,
  tape,
  v2Account,
  type LegacyServer,
} from './legacyServer';
import { stateOf } from './importedState';

jest.setTimeout(60_000);

const all = engines();
const sources = all.filter(({ name }) => name !== 'embedded');
const pairs = sources.flatMap((source) =>
  all.map((target) => ({ from: source.name, to: target.name, source, target })),
);

const open: LegacyServer[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

async function oldServer(url: string, generation: 1 | 2): Promise<LegacyServer> {
  const server = await legacyServer(url, generation);
  open.push(server);
  return server;
}

function run(
  from: string,
  target: Database,
  more: Partial<ImportOptions> = {},
  problems?: Problem[],
): Promise<Tally> {
  const options: ImportOptions = {
    from: new Secret(from),
    target,
    targetName: 'DATABASE_URL',
    migrations: 1,
    dryRun: false,
    offsetMinutes: 480,
    windowDays: 7,
    keptDays: 37,
    isReserved: (userId) => isReservedUserId({ IM_ADMIN: undefined }, userId),
    now: Date.now(),
    random: randomBytes,
    ...more,
  };
  return importLegacy(options, { onProblem: (problem) => problems?.push(problem) });
}

/** `[read, new, changed, there, skipped]` of each table. */
const countsOf = ({ tables }: Tally) =>
  Object.fromEntries(tables.map((t) => [t.table, [t.read, t.new, t.changed, t.there, t.skipped]]));

const live = (userid: string, row: Record<string, string | number | null> = {}) => ({
  userid,
  stream_id: `8888_${userid.replace(/[@#-]/g, '_')}`,
  groupid: `@TGS#${userid}`,
  title: `${userid} live`,
  nickname: `${userid} nick`,
  headpic: `http://pic.example.com/${userid}.jpg`,
  frontcover: `http://pic.example.com/${userid}-cover.jpg`,
  location: '深圳',
  push_url: 'rtmp://8888.livepush.myqcloud.com/live/8888?txSecret=0123',
  play_url: `http://8888.liveplay.myqcloud.com/live/8888_${userid}.flv`,
  hls_play_url: `http://8888.liveplay.myqcloud.com/live/8888_${userid}.m3u8`,
  status: 1,
  create_time: ago(3 * hour),
  ...row,
});

async function fillV1(server: LegacyServer): Promise<void> {
  await server.put(
    'live_data',
    live('user1', { like_count: 12, viewer_count: 99, title: '😀 直播', desc: "it's" }),
    live('dead', { create_time: '2018-05-01 12:00:00' }),
    live('banned', { create_time: '2018-05-01 12:00:00', forbidflag: 1, status: 0 }),
    live('a-b'),
    live('a_b'),
    live('x'.repeat(70)),
    live('zero', { create_time: '0000-00-00 00:00:00', headpic: 'no address' }),
    {
      ...live('nulls'),
      groupid: null,
      title: null,
      nickname: null,
      headpic: null,
      frontcover: null,
      location: null,
    },
    { ...live('garbled'), nickname: doubleEncoded('张三😀') },
  );
  await server.put(
    'tape_data',
    tape('user1', 'file1', { like_count: 5, viewer_count: 7 }),
    tape('user1', 'file2', { play_url: null, like_count: -3 }),
    { ...tape('gone', 'file3'), title: doubleEncoded('回放'), hls_play_url: null },
    tape('user1', 'none', { play_url: '', hls_play_url: null }),
    tape('user1', 'zero', { start_time: '0000-00-00 00:00:00', create_time: '0000-00-00 00:00:00' }),
    tape('user1', 'weeks', { start_time: ago(21 * day), create_time: ago(20 * day) }),
    tape('user1', 'months', { start_time: ago(61 * day), create_time: ago(60 * day) }),
    tape('user1', 'f'.repeat(70)),
    tape('zz', 'file1'),
    tape('user1', 'ahead', { create_time: chinaTime(now + 2 * hour) }),
  );
  const { hls_play_url: _hls, start_time: _start, ...ugc } = tape('user1', 'short1');
  await server.put(
    'UGC_data',
    { ...ugc, play_url: 'http://2000.vod.myqcloud.com/short1.mp4' },
    { ...ugc, file_id: 'short2', play_url: null },
  );
}

const v1Counts = {
  live_data: [9, 8, 0, 0, 1],
  tape_data: [10, 4, 0, 0, 6],
  UGC_data: [2, 1, 0, 0, 1],
};

async function fillV2(server: LegacyServer): Promise<void> {
  await server.put(
    'tb_account',
    v2Account('alice2'),
    v2Account('bob2', { password: null, nickname: null, sex: null, avatar: null }),
    v2Account('Administrator'),
    v2Account('9lives'),
  );
  await server.put('tb_room', {
    userid: 'alice2',
    title: '标'.repeat(200),
    location: '广州',
    create_time: ago(day),
  });
  const {
    nickname: _nickname,
    headpic: _headpic,
    ...vod
  } = tape('alice2', 'vod1', { like_count: 3, viewer_count: 4 });
  await server.put(
    'tb_vod',
    { ...vod, play_url: 'http://2000.vod.myqcloud.com/vod1.mp4' },
    { ...vod, file_id: 'vod2', play_url: null, hls_play_url: 'http://2000.vod.myqcloud.com/vod2.flv' },
  );
  await server.put('tb_ugc', {
    userid: 'alice2',
    file_id: 'short1',
    title: 'v2 short',
    play_url: 'http://2000.vod.myqcloud.com/v2short1.mp4',
    create_time: ago(2 * hour),
  });
}

const v2Counts = {
  tb_account: [4, 2, 0, 0, 2],
  tb_room: [1, 1, 0, 0, 0],
  tb_vod: [2, 2, 0, 0, 0],
  tb_ugc: [1, 1, 0, 0, 0],
};

const allThere = (counts: Record<string, number[]>) =>
  Object.fromEntries(
    Object.entries(counts).map(([table, [read = 0, added = 0, , , skipped = 0]]) => [
      table,
      [read, 0, 0, added, skipped],
    ]),
  );

async function v1List(backend: Backend, flag: number): Promise<Record<string, unknown>[]> {
  const { data } = await backend.v1({ Action: 'FetchList', flag, pageno: 1, pagesize: 100 });
  const list: unknown = data['pusherlist'];
  if (!Array.isArray(list) || !list.every(isRecord)) throw new Error('no list');
  expect(data['totalcount']).toBe(list.length);
  return list;
}

const reasonsOf = (problems: readonly Problem[], kind: Problem['kind']) =>
  Object.fromEntries(
    problems.filter((one) => one.kind === kind).map(({ table, key, reason }) => [`${table} ${key}`, reason]),
  );

const begin = (backend: Backend, as: string) => backend.ask('getPushUrl', { as, body: { title: 'new' } });

const item = (list: readonly Record<string, unknown>[], fileid: string) =>
  list.find((one) => one['fileid'] === fileid);

describe.each(pairs)('from $from to $to', ({ source, target }) => {
  test('the first generation: in the lists as it was, nothing is live, and again changes nothing', async () => {
    const server = await oldServer(await source.freshUrl(), 1);
    await fillV1(server);
    const before = await server.checksums();
    const database = await target.open();
    expect(countsOf(await run(server.url, database))).toEqual(v1Counts);
    const once = await stateOf(database);
    expect(countsOf(await run(server.url, database))).toEqual(allThere(v1Counts));
    expect(await stateOf(database)).toEqual(once);
    expect(await server.checksums()).toEqual(before);

    const backend = makeBackend(database, { REPLAY_WINDOW_DAYS: '7' });
    expect(await v1List(backend, 1)).toEqual([]);
    const replays = await v1List(backend, 2);
    expect(replays.map(({ fileid }) => fileid).sort()).toEqual(['file1', 'file2', 'file3']);
    expect(item(replays, 'file1')).toMatchObject({
      userid: 'user1',
      timestamp: Math.floor((now - 25 * hour) / 1000),
      viewercount: 7,
      likecount: 5,
      title: 'file1 title',
      playurl: 'http://2000.vod.myqcloud.com/file1.f0.flv',
      hls_play_url: 'http://2000.vod.myqcloud.com/file1.m3u8',
      userinfo: { nickname: 'user1 nick', headpic: 'http://pic.example.com/user1.jpg' },
    });
    expect(item(replays, 'file2')).toMatchObject({
      playurl: 'http://2000.vod.myqcloud.com/file2.m3u8',
      likecount: 0,
    });
    expect(item(replays, 'file3')).toMatchObject({ userid: 'gone', title: '回放' });
    expect(await v1List(backend, 5)).toMatchObject([
      { userid: 'user1', fileid: 'short1', playurl: 'http://2000.vod.myqcloud.com/short1.mp4' },
    ]);
    expect((await backend.ask('getVodList')).data).toMatchObject({ total: 3 });
    expect((await backend.ask('getLiveList')).data).toMatchObject({ total: 0, items: [] });
  });

  test('the second generation: lists, and logins with the old passwords', async () => {
    const server = await oldServer(await source.freshUrl(), 2);
    await fillV2(server);
    const before = await server.checksums();
    const database = await target.open();
    const problems: Problem[] = [];
    expect(countsOf(await run(server.url, database, {}, problems))).toEqual(v2Counts);
    expect(problems.map(({ table, key, reason }) => [`${table} ${key}`, reason])).toEqual([
      ['tb_account "9lives"', expect.stringContaining('of this form')],
      ['tb_account "Administrator"', expect.stringContaining('reserved')],
      ['tb_account "bob2"', expect.stringContaining('nobody can log in')],
      ['tb_room "alice2"', 'title: cut to 128 characters'],
    ]);
    const once = await stateOf(database);
    expect(countsOf(await run(server.url, database))).toEqual(allThere(v2Counts));
    expect(await stateOf(database)).toEqual(once);
    expect(await server.checksums()).toEqual(before);

    const backend = makeBackend(database, { REPLAY_WINDOW_DAYS: '7' });
    const phone = v2Phone(v2Server(backend), { userId: 'alice2', password: 'their password' });
    expect(await phone.login()).toMatchObject({ code: 200 });
    expect((await phone.call('get_user_info')).data).toMatchObject({
      nickname: 'alice2 nick',
      avatar: 'http://pic.example.com/alice2.jpg',
      frontcover: 'http://pic.example.com/alice2-cover.jpg',
      sex: 1,
    });
    const { list } = (await phone.call('get_vod_list', { index: 0, count: 20 })).data;
    expect(list).toHaveLength(2);
    expect(list).toContainEqual(
      expect.objectContaining({
        file_id: 'vod1',
        userid: 'alice2',
        nickname: 'alice2 nick',
        play_url: 'http://2000.vod.myqcloud.com/vod1.mp4',
        hls_play_url: 'http://2000.vod.myqcloud.com/vod1.m3u8',
        create_time: ago(25 * hour),
        start_time: ago(26 * hour),
        like_count: 3,
        viewer_count: 4,
      }),
    );
    expect((await phone.call('get_ugc_list', { index: 0, count: 20 })).data).toMatchObject({
      list: [{ file_id: 'short1', nickname: 'alice2 nick', create_time: ago(2 * hour) }],
    });
    const wrong = v2Phone(v2Server(backend), { userId: 'alice2', password: 'another' });
    expect(await wrong.login()).toMatchObject({ code: 621 });
    const login = { userId: 'alice2', password: 'their password' };
    expect(await backend.ask('account', { path: '/account/login', body: login })).toMatchObject({
      status: 200,
    });
  });
});

describe.each(sources.slice(0, 1))('from $name', (source) => {
  const target = all.find(({ name }) => name !== 'embedded' && name !== source.name) ?? source;
  let server: LegacyServer;
  let database: Database;
  beforeEach(async () => {
    server = await oldServer(await source.freshUrl(), 1);
    database = await target.open();
  });

  test('every row that does not come over, or not as it is, is told with its reason', async () => {
    await fillV1(server);
    const problems: Problem[] = [];
    const { problems: kept } = await run(server.url, database, {}, problems);
    expect(kept).toEqual(problems);
    expect(reasonsOf(problems, 'skipped')).toEqual({
      [`live_data "${'x'.repeat(70)}"`]: expect.stringContaining('userid'),
      'tape_data "user1" "none"': expect.stringContaining('play_url'),
      'tape_data "user1" "zero"': expect.stringContaining('create_time'),
      'tape_data "user1" "months"': expect.stringContaining('37 days'),
      [`tape_data "user1" "${'f'.repeat(70)}"`]: expect.stringContaining('file_id'),
      'tape_data "zz" "file1"': expect.stringContaining("another user's replay"),
      'tape_data "user1" "ahead"': expect.stringContaining('--time-zone'),
      'UGC_data "user1" "short2"': expect.stringContaining('play_url'),
    });
    expect(reasonsOf(problems, 'altered')).toEqual({
      'live_data "a_b"': expect.stringContaining('stream_id'),
      'live_data "zero"': expect.stringContaining('headPic'),
      'live_data "garbled"': expect.stringContaining('double-encoded'),
      'tape_data "gone" "file3"': expect.stringContaining('double-encoded'),
    });
  });

  test('a host whose id is reserved here comes over, and that it may only watch is said', async () => {
    const hosts = ['guest_anna', 'VISITOR_1', 'admin', 'guestanna'];
    await server.put('live_data', ...hosts.map((userid) => live(userid)));
    const problems: Problem[] = [];
    const tally = await run(server.url, database, {}, problems);
    expect(countsOf(tally)['live_data']).toEqual([4, 4, 0, 0, 0]);
    const reason = expect.stringContaining('reserved here, so this user may only watch');
    expect(reasonsOf(problems, 'altered')).toEqual({
      'live_data "guest_anna"': reason,
      'live_data "VISITOR_1"': reason,
      'live_data "admin"': reason,
    });
  });

  test('what was known of users is known, with the prohibitions', async () => {
    await fillV1(server);
    await run(server.url, database);
    const backend = makeBackend(database);
    const shown = async (of: string) =>
      (await backend.ask('account', { path: '/account/profile', as: 'user1', body: { of } })).data;
    expect(await shown('dead')).toMatchObject({
      nickname: 'dead nick',
      headPic: 'http://pic.example.com/dead.jpg',
      frontCover: 'http://pic.example.com/dead-cover.jpg',
      location: '深圳',
    });
    expect(await shown('garbled')).toMatchObject({ nickname: '张三😀' });
    expect(await shown('nulls')).toMatchObject({ nickname: '', headPic: '', location: '' });
    expect(await begin(backend, 'banned')).toMatchObject({ status: 403 });
    expect(await begin(backend, 'dead')).toMatchObject({ status: 200 });
    const { body } = await backend.v1({ Action: 'GetUserInfo', userid: 'user1', type: 0, fileid: '' });
    expect(body).toMatchObject({
      returnData: { status: '0', title: '😀 直播', groupid: '@TGS#user1', likecount: 12 },
    });
  });

  test('the other name of the prohibition, and rows without columns that are of no matter', async () => {
    await server.run(
      'ALTER TABLE live_data CHANGE forbidflag forbid_status int(2) DEFAULT NULL, DROP COLUMN `desc`',
    );
    await server.put('live_data', {
      ...live('banned'),
      forbid_status: 1,
    });
    await run(server.url, database);
    expect(await begin(makeBackend(database), 'banned')).toMatchObject({ status: 403 });
  });

  test('what came over and is too old for the lists is counted', async () => {
    await fillV1(server);
    const { tables } = await run(server.url, database, { windowDays: 1 });
    expect(tables.map(({ table, unlisted }) => [table, unlisted])).toEqual([
      ['live_data', 0],
      ['tape_data', 4],
      ['UGC_data', 1],
    ]);
  });

  test('a dry run counts the same and writes nothing', async () => {
    await fillV1(server);
    const before = await stateOf(database);
    const problems: Problem[] = [];
    const dry = await run(server.url, database, { dryRun: true }, problems);
    expect(await stateOf(database)).toEqual(before);
    const real: Problem[] = [];
    expect(await run(server.url, database, {}, real)).toEqual(dry);
    expect(real).toEqual(problems);
  });

  test('a user who may only SELECT is enough', async () => {
    await fillV1(server);
    expect(countsOf(await run(await server.readOnlyUrl(), database))).toEqual(v1Counts);
  });

  test('the times are those of the clock that is named', async () => {
    await server.put('tape_data', tape('user1', 'file1'));
    await run(server.url, database, { offsetMinutes: 0 });
    const [row] = await database.rows('SELECT started_at, ended_at FROM replays');
    expect(row).toEqual({ started_at: now - 18 * hour, ended_at: now - 17 * hour });
  });

  test('the last run of a switch brings what has changed there since, and keeps what was done here', async () => {
    await server.put('live_data', live('user1'), live('user2'), live('leaves', { create_time: ago(day) }));
    await server.put('tape_data', tape('user1', 'file1', { play_url: null }), tape('leaves', 'file2'));
    await run(server.url, database);
    const backend = makeBackend(database, { REPLAY_WINDOW_DAYS: '7' });
    const account = { userId: 'leaves', password: 'long enough' };
    await backend.ask('account', { path: '/account/register', body: account });
    await backend.ask('account', { path: '/account/delete', as: 'leaves', body: account });
    expect(await begin(backend, 'user2')).toMatchObject({
      status: 200,
    });

    const later = { title: 'the next', groupid: '@TGS#next', forbidflag: 1, create_time: ago(hour) };
    await server.run('DELETE FROM live_data');
    await server.put('live_data', live('user1', later), live('user2', later), live('leaves'));
    await server.run(
      "UPDATE tape_data SET play_url = 'http://2000.vod.myqcloud.com/file1.flv', like_count = 9",
    );
    await server.put('tape_data', tape('user3', 'file3'));
    const problems: Problem[] = [];
    expect(countsOf(await run(server.url, database, {}, problems))).toEqual({
      live_data: [3, 0, 2, 0, 1],
      tape_data: [3, 1, 1, 0, 1],
      UGC_data: [0, 0, 0, 0, 0],
    });
    expect(reasonsOf(problems, 'skipped')).toEqual({
      'live_data "leaves"': expect.stringContaining('deleted'),
      'tape_data "leaves" "file2"': expect.stringContaining('deleted'),
    });
    expect(reasonsOf(problems, 'altered')).toEqual({
      'live_data "user2"': expect.stringContaining('forbidUser'),
    });
    const replays = await v1List(backend, 2);
    expect(replays.map(({ fileid }) => fileid).sort()).toEqual(['file1', 'file3']);
    expect(item(replays, 'file1')).toMatchObject({
      playurl: 'http://2000.vod.myqcloud.com/file1.flv',
      hls_play_url: 'http://2000.vod.myqcloud.com/file1.m3u8',
      likecount: 9,
    });
    expect(await begin(backend, 'user1')).toMatchObject({ status: 403 });
    const settled = await stateOf(database);
    await run(server.url, database);
    expect(await stateOf(database)).toEqual(settled);
  });

  test('what was done here counts beside what came over, and stays when it comes over again', async () => {
    await server.put('tape_data', tape('user1', 'file1', { like_count: 5, viewer_count: 7 }));
    await run(server.url, database);
    const backend = makeBackend(database, { REPLAY_WINDOW_DAYS: '7' });
    await backend.ask('room', { path: '/room/enter', as: 'viewer', body: { fileId: 'file1' } });
    await backend.ask('room', { path: '/room/like', as: 'viewer', body: { fileId: 'file1', count: 1 } });
    await server.run('UPDATE tape_data SET like_count = 0, viewer_count = 0');
    const shown = async () => item(await v1List(backend, 2), 'file1');
    expect(await shown()).toMatchObject({ likecount: 6, viewercount: 8 });
    await run(server.url, database);
    expect(await shown()).toMatchObject({ likecount: 1, viewercount: 1 });
  });

  test('notices that come after the switch find the broadcasts from before it', async () => {
    await server.put('live_data', live('user1', { title: 'begun there' }));
    await server.put('tape_data', tape('user1', 'file1', { hls_play_url: null }));
    await run(server.url, database);
    const backend = makeBackend(database, { REPLAY_WINDOW_DAYS: '7' });
    const ended = Math.floor(now / 1000) - 25 * 3600;
    const recorded = (file: string, format: string, end: number) =>
      backend.notify({
        event_type: 100,
        stream_id: '8888_user1',
        file_id: file,
        video_id: file,
        video_url: `http://2000.vod.myqcloud.com/${file}.${format}`,
        file_format: format,
        file_size: 1,
        start_time: end - 3600,
        end_time: end,
      });
    expect(await recorded('again', 'hls', ended + 2)).toMatchObject({ status: 200 });
    expect(await recorded('whole', 'flv', Math.floor(now / 1000) - 60)).toMatchObject({ status: 200 });
    expect(await v1List(backend, 2)).toMatchObject([
      { userid: 'user1', title: 'begun there', fileid: 'whole' },
      { userid: 'user1', hls_play_url: 'http://2000.vod.myqcloud.com/again.hls' },
    ]);
    const pushed = {
      event_type: 1,
      stream_id: '8888_user1',
      sequence: '77',
      event_time: Math.floor(now / 1000),
    };
    await backend.notify({ ...pushed, appname: 'live', app: 'push.example.com' });
    expect(await v1List(backend, 1)).toMatchObject([{ userid: 'user1', title: 'begun there' }]);
  });

  test('the sweep removes nothing that has just come over', async () => {
    await fillV1(server);
    await run(server.url, database);
    const before = await stateOf(database);
    await makeBackend(database, { REPLAY_WINDOW_DAYS: '7' }).timer();
    expect(await stateOf(database)).toEqual(before);
  });

  test('a table without a primary key: rows that differ by case only, and several of one user', async () => {
    await server.run('ALTER TABLE live_data DROP PRIMARY KEY');
    await server.run('ALTER TABLE live_data MODIFY userid varchar(128) NULL');
    const many = Array.from({ length: 450 }, (_, at) =>
      live(at % 2 === 0 ? 'Bob' : 'bob', { title: `${at}` }),
    );
    await server.put('live_data', ...many, live('bob', { title: 'newest', create_time: ago(hour) }));
    await server.put('live_data', live('alice'), { ...live('carol'), userid: null });
    expect(countsOf(await run(server.url, database))).toMatchObject({ live_data: [453, 3, 0, 0, 450] });
    const rows = await database.rows('SELECT user_id, title FROM broadcasts ORDER BY user_id');
    expect(rows).toMatchObject([
      { user_id: 'Bob' },
      { user_id: 'alice' },
      { user_id: 'bob', title: 'newest' },
    ]);
  });

  test('a control character in a key, also where a page ends', async () => {
    const tapes = Array.from({ length: 199 }, (_, at) => tape('a', `file${String(at).padStart(3, '0')}`));
    await server.put('tape_data', ...tapes, tape('b\0', 'x\0'), tape('c', 'last'));
    const problems: Problem[] = [];
    expect(countsOf(await run(server.url, database, {}, problems))).toMatchObject({
      tape_data: [201, 200, 0, 0, 1],
    });
    expect(problems).toMatchObject([
      { key: '"b\\u0000" "x\\u0000"', reason: expect.stringContaining('userid') },
    ]);
  });

  test('UTF-8 in tables that say latin1', async () => {
    await server.run('ALTER TABLE live_data CONVERT TO CHARACTER SET latin1');
    const bytes = (text: string) => ({ sql: `CAST(X'${Buffer.from(text).toString('hex')}' AS BINARY)` });
    await server.put('live_data', {
      ...live('user1'),
      location: '',
      title: bytes('直播😀'),
      nickname: bytes('国'.repeat(43).slice(0, 42) + 'ab国'),
    });
    await run(server.url, database);
    // The old column held 128 bytes, so the last character had lost its end.
    expect(await database.rows('SELECT title, nickname FROM broadcasts')).toEqual([
      { title: '直播😀', nickname: `${'国'.repeat(42)}ab` },
    ]);
  });

  test('tables of another character set, names in another case', async () => {
    await server.run('ALTER TABLE live_data CONVERT TO CHARACTER SET gbk');
    await server.run('ALTER TABLE tape_data CONVERT TO CHARACTER SET utf8');
    await server.run('RENAME TABLE UGC_data TO ugc_data_');
    await server.run('RENAME TABLE ugc_data_ TO Ugc_Data');
    await server.put('live_data', live('王五', { title: '直播' }));
    await server.put('tape_data', tape('王五', 'file1', { title: '回放' }));
    expect(Object.keys(countsOf(await run(server.url, database)))).toEqual([
      'live_data',
      'tape_data',
      'UGC_data',
    ]);
    const rows = await database.rows('SELECT user_id, title, location FROM broadcasts');
    expect(rows).toEqual([{ user_id: '王五', title: '直播', location: '深圳' }]);
    expect(await database.rows('SELECT user_id, title, stream_id FROM replays')).toMatchObject([
      { user_id: '王五', title: '回放' },
    ]);
  });

  test('more rows than a page, of which another run has begun some', async () => {
    const tapes = Array.from({ length: 450 }, (_, at) => tape(`user${at % 7}`, `file${at}`));
    await server.put('tape_data', ...tapes);
    const both = await Promise.all([run(server.url, database), run(server.url, database)]);
    const added = both.map((tally) => countsOf(tally)['tape_data']?.[1] ?? 0);
    expect(added.reduce((sum, one) => sum + one)).toBe(450);
    expect(await database.rows('SELECT COUNT(*) AS total FROM replays')).toEqual([{ total: 450 }]);
    expect(await database.rows('SELECT COUNT(*) AS total FROM replay_files')).toEqual([{ total: 900 }]);
  });

  test.each([
    ['not a URL at all', /^--from cannot be read; expected mysql:/],
    ['sqlite:somewhere', /^--from has another scheme/],
    ['mysql://root:hidden@127.0.0.1:1/old', /^--from: .*ECONNREFUSED.*VPC/],
  ])('%s is refused by name', async (url, message) => {
    const error: unknown = await run(url, database).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ message: expect.stringMatching(message) });
    expect(String(error)).not.toContain('hidden');
  });

  test('an empty old database and a target without tables are refused by name', async () => {
    await expect(run(await source.freshUrl(), database)).rejects.toThrow(
      '--from: has none of the tables tb_account',
    );
    await expect(run(server.url, await target.openEmpty())).rejects.toThrow(
      /DATABASE_URL: has not our tables.*migrate/,
    );
    await expect(run(server.url, database, { migrations: 9999 })).rejects.toThrow(
      /DATABASE_URL: .*of 9999.*migrate/,
    );
    await server.run('ALTER TABLE live_data DROP COLUMN stream_id, CHANGE userid uid varchar(64) NOT NULL');
    await server.run('ALTER TABLE live_data DROP PRIMARY KEY');
    await expect(run(server.url, database)).rejects.toThrow('--from: live_data has no column userid');
  });
});
