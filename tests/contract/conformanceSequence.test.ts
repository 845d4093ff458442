import { isRecord } from '../../shared/http/request';
import type { Database } from '../../shared/store/database';
import { makeBackend } from '../backend';
import { engines } from '../servers/engines';
import { deployments } from './deployments';
import {
  emptyTables,
  inProcess,
  oldApp,
  pushNotice,
  recordingNotice,
  stopClock,
  streamIdIn,
  type App,
  type Server,
  type TestClock,
} from './oldApps';
import { standInCloud, type StandInCloud } from './standInCloud';

const begin = 1_795_358_274;

interface Item extends Record<string, unknown> {
  userid: string;
}

function itemsOf(data: Record<string, unknown>, list: string): Item[] {
  const items: unknown[] = Array.isArray(data[list]) ? data[list] : [];
  return items.filter((item): item is Item => isRecord(item) && typeof item['userid'] === 'string');
}

const onEachDeployment = engines().flatMap((engine) =>
  deployments.map((deployment) => ({ ...engine, ...deployment })),
);

describe.each(onEachDeployment)('old apps together on $name with $domains', ({ open, settings }) => {
  let database: Database;
  let server: Server;
  let cloudService: StandInCloud;
  let clock: TestClock;

  beforeAll(async () => {
    database = await open();
    cloudService = standInCloud();
    server = inProcess(makeBackend(database, settings, { cloud: cloudService }));
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    clock = stopClock(begin);
    await emptyTables(database);
  });
  afterEach(() => clock.restore());

  const phone = (number: number): App => {
    const app = oldApp(server, `198.18.0.${number}`);
    return async (caseId, members) => {
      clock.pass(1);
      return app(caseId, members);
    };
  };

  const cloud = async (notice: Record<string, unknown>) => {
    clock.pass(1);
    expect((await server.notify(notice)).status).toBe(200);
  };

  const group = '@TGS#aHOST1';
  const room = { liveuserid: 'host1', groupid: group, flag: 0 };

  async function goLive(app: App, members: Record<string, unknown> = {}) {
    const asked = { userid: 'host1', groupid: group, title: '标题', ...members };
    const { data } = await app('a37-RequestLVBAddr', asked);
    const streamId = streamIdIn(data['pushurl']);
    const { sequence, ...start } = pushNotice('start', streamId, clock.now());
    await cloud({ ...start, sequence });
    return { streamId, sequence, timestamp: data['timestamp'] };
  }

  async function lives(app: App): Promise<Item[]> {
    return itemsOf((await app('a37-FetchList-live')).data, 'pusherlist');
  }

  async function liveOf(app: App, userid = 'host1') {
    return (await lives(app)).find((item) => item.userid === userid);
  }

  async function replays(app: App): Promise<Item[]> {
    return itemsOf((await app('a37-FetchList-replay')).data, 'pusherlist');
  }

  /** What every screen shows of the room: the list's counts and the audience strip. */
  async function seen(app: App) {
    const { data } = await app('a-FetchGroupMemberList', { liveuserid: 'host1', groupid: group });
    const live = await liveOf(app);
    const members = itemsOf(data, 'memberlist').map(({ userid }) => userid);
    return {
      viewers: live?.['viewercount'],
      likes: live?.['likecount'],
      total: data['totalcount'],
      members: members.sort(),
    };
  }

  test('a broadcast from the first list to the shared replay: host, two viewers, a guest (section 8)', async () => {
    const [host, viewer1, viewer2, guest] = [phone(1), phone(2), phone(3), phone(4)];
    expect(await lives(viewer1)).toEqual([]);

    // 3, 4: the cover, the group, the address. Not listed before the push is up.
    expect((await host('a37-RequestLVBAddr', { userid: 'other', groupid: '@TGS#b' })).returnValue).toBe(0);
    const asked = { userid: 'host1', groupid: group, title: '标题' };
    const begun = await host('a37-RequestLVBAddr', asked);
    const streamId = streamIdIn(begun.data['pushurl']);
    expect(await lives(viewer1)).toEqual([]);

    // 5: the SDK says that the push began, and so does the cloud.
    await host('a37-ChangeStatus-online', { userid: 'host1' });
    const push = pushNotice('start', streamId, clock.now());
    await cloud(push);
    expect((await lives(viewer2)).map(({ userid, type }) => [userid, type])).toEqual([['host1', 0]]);

    // 6: the viewers; Android sends again when an answer takes long.
    for (let time = 0; time < 2; time += 1)
      await viewer1('a-EnterGroup-live', { ...room, userid: 'viewer1', nickname: '观众一' });
    await viewer2('i1-EnterGroup', { ...room, userid: 'viewer2', nickname: '', headpic: '' });
    await guest('a-EnterGroup-live', { ...room, userid: 'guest1', nickname: '嘉宾' });
    const members = ['guest1', 'viewer1', 'viewer2'];
    expect(await seen(viewer1)).toEqual({ viewers: 3, likes: 0, total: 3, members });

    // 7: likes.
    for (let like = 0; like < 3; like += 1) await viewer1('i1-ChangeCount-like', { userid: 'host1' });
    for (let like = 0; like < 2; like += 1) await viewer2('i1-ChangeCount-like', { userid: 'host1' });
    expect(await seen(viewer2)).toEqual({ viewers: 3, likes: 5, total: 3, members });

    // 8: the guest pushes, each watches the other, the streams are mixed and parted again.
    const offered = await guest('a-RequestLVBAddrForLinkMic', { userid: 'guest1' });
    const guestStream = streamIdIn(offered.data['pushurl']);
    expect(streamIdIn(offered.data['playurl'])).toBe(guestStream);
    expect(guestStream).not.toBe(streamId);
    const hostUrl = (await liveOf(guest))?.['playurl'];
    await guest('a-RequestPlayUrlWithSignForLinkMic', { userid: 'guest1', originStreamUrl: hostUrl });
    const guestUrl = offered.data['playurl'];
    await host('a-RequestPlayUrlWithSignForLinkMic', { userid: 'host1', originStreamUrl: guestUrl });
    const mix = (...inputs: string[]) => ({
      userid: 'host1',
      mergeparams: mergeParams(streamId, inputs, clock.now()),
    });
    await host('a37-MergeVideoStream-add', mix(streamId, guestStream));
    expect([...cloudService.mixes.values()]).toEqual([[streamId, guestStream]]);
    await host('a37-MergeVideoStream-end', mix(streamId));
    expect(cloudService.mixes.size).toBe(0);

    // 9: they leave, one of them twice.
    await viewer1('a-QuitGroup', { ...room, userid: 'viewer1' });
    await viewer1('a-QuitGroup', { ...room, userid: 'viewer1' });
    expect(await seen(viewer2)).toEqual({ viewers: 2, likes: 5, total: 2, members: ['guest1', 'viewer2'] });
    await viewer2('i1-QuitGroup', { ...room, userid: 'viewer2' });
    await guest('a-QuitGroup', { ...room, userid: 'guest1' });
    expect(await seen(host)).toEqual({ viewers: 0, likes: 5, total: 0, members: [] });

    // 10: the end, from the host and from the cloud.
    await host('a37-ChangeStatus-offline', { userid: 'host1' });
    await cloud(pushNotice('cut', streamId, clock.now(), push.sequence));
    expect(await lives(viewer1)).toEqual([]);

    // 11: the replay comes in two formats and is watched.
    const took = { startedAt: clock.now() - 700, endedAt: clock.now() };
    await cloud(recordingNotice(streamId, { fileId: '9001', format: 'flv', ...took }));
    await cloud(recordingNotice(streamId, { fileId: '9002', format: 'hls', ...took }));
    const [replay, ...more] = await replays(viewer1);
    expect(more).toEqual([]);
    expect(replay).toMatchObject({ userid: 'host1', title: '标题', viewercount: 0, likecount: 0 });
    const watched = { liveuserid: 'host1', groupid: replay?.['fileid'], flag: 1 };
    await viewer2('i1-EnterGroup-replay', { ...watched, userid: 'viewer2' });
    await viewer1('a-EnterGroup-live', { ...watched, userid: 'viewer1' });
    expect((await replays(viewer1))[0]).toMatchObject({ viewercount: 2 });
    await viewer2('i1-QuitGroup', { ...watched, userid: 'viewer2' });
    expect((await replays(viewer1))[0]).toMatchObject({ viewercount: 1 });
    await viewer1('a-QuitGroup', { ...watched, userid: 'viewer1' });
    expect((await replays(viewer1))[0]).toMatchObject({ viewercount: 0 });

    // 12: the shared page asks what it is.
    const page = { userid: 'host1', type: '0', fileid: '' };
    expect((await viewer1('i1-GetUserInfo-live', page)).data).toMatchObject({
      type: 0,
      status: '0',
      title: '标题',
      likecount: 5,
      timestamp: begun.data['timestamp'],
    });
    const shared = { userid: 'host1', type: '1', fileid: replay?.['fileid'] };
    expect((await viewer1('i1-GetUserInfo-live', shared)).data).toMatchObject({
      type: 1,
      hls_play_url: replay?.['hls_play_url'],
    });
  });

  describe('what may arrive in any order (section 9)', () => {
    test.each(['the app first', 'the cloud first'])('online is said twice, %s', async (order) => {
      const host = phone(1);
      const { data } = await host('a37-RequestLVBAddr', { userid: 'host1', groupid: group });
      const start = pushNotice('start', streamIdIn(data['pushurl']), clock.now());
      const said = [() => host('a37-ChangeStatus-online', { userid: 'host1' }), () => cloud(start)];
      if (order === 'the cloud first') said.reverse();
      for (const say of said) {
        await say();
        expect((await lives(host)).map(({ userid }) => userid)).toEqual(['host1']);
      }
    });

    test('the cut of the push before does not end the new broadcast', async () => {
      const host = phone(1);
      const first = await goLive(host, { title: 'first' });
      const cutAt = clock.now();
      const second = await goLive(host, { title: 'second' });
      await cloud(pushNotice('cut', first.streamId, cutAt, first.sequence));
      await cloud(pushNotice('cut', first.streamId, cutAt, first.sequence));
      expect((await lives(host)).map(({ title }) => title)).toEqual(['second']);
      expect(second.streamId).not.toBe(first.streamId);
    });

    test('a start that comes late does not bring an ended broadcast back', async () => {
      const host = phone(1);
      const { data } = await host('a37-RequestLVBAddr', { userid: 'host1', groupid: group });
      const start = pushNotice('start', streamIdIn(data['pushurl']), clock.now());
      await host('a37-ChangeStatus-online', { userid: 'host1' });
      await host('a37-ChangeStatus-offline', { userid: 'host1' });
      await cloud(start);
      expect(await lives(host)).toEqual([]);
      await cloud(pushNotice('cut', streamIdIn(data['pushurl']), clock.now(), start.sequence));
      await cloud(start);
      expect(await lives(host)).toEqual([]);
    });

    test('who enters three times is one viewer, who quits twice or never entered takes nobody away', async () => {
      const [host, viewer] = [phone(1), phone(2)];
      await goLive(host);
      await viewer('i1-EnterGroup', { ...room, userid: 'other' });
      for (let time = 0; time < 3; time += 1)
        await viewer('a-EnterGroup-live', { ...room, userid: 'viewer1' });
      expect(await seen(host)).toMatchObject({ viewers: 2, total: 2, members: ['other', 'viewer1'] });
      for (let time = 0; time < 2; time += 1) await viewer('a-QuitGroup', { ...room, userid: 'viewer1' });
      await viewer('a-QuitGroup', { ...room, userid: 'stranger' });
      expect(await seen(host)).toMatchObject({ viewers: 1, total: 1, members: ['other'] });
    });

    test('a like that is sent again never counts more than what was sent', async () => {
      const [host, viewer] = [phone(1), phone(2)];
      await goLive(host);
      const sent = 5;
      for (let like = 0; like < sent; like += 1) await viewer('i1-ChangeCount-like', { userid: 'host1' });
      const likes = Number((await seen(host)).likes);
      expect(likes).toBeGreaterThan(0);
      expect(likes).toBeLessThanOrEqual(sent);
    });

    test('an address asked for again is usable again, and the same broadcast', async () => {
      const host = phone(1);
      const ask = async () =>
        streamIdIn((await host('a37-RequestLVBAddr', { userid: 'host1', groupid: group })).data['pushurl']);
      const first = await ask();
      expect(await ask()).toBe(first);
      await cloud(pushNotice('start', first, clock.now()));
      expect(await lives(host)).toHaveLength(1);
    });

    test('a recording that comes after the next broadcast began keeps its own title and cover', async () => {
      const host = phone(1);
      const cover = (name: string) => ({ userinfo: { nickname: name, frontcover: `http://c/${name}.jpg` } });
      const first = await goLive(host, { title: 'first', ...cover('before') });
      await goLive(host, { title: 'second', ...cover('after') });
      const took = { startedAt: clock.now() - 700, endedAt: clock.now() - 2 };
      await cloud(recordingNotice(first.streamId, { fileId: '9001', format: 'flv', ...took }));
      expect(await replays(host)).toMatchObject([
        { title: 'first', userinfo: { nickname: 'before', frontcover: 'http://c/before.jpg' } },
      ]);
    });

    test.each([
      ['flv, hls', ['flv', 'hls']],
      ['hls, flv', ['hls', 'flv']],
      ['each twice', ['flv', 'hls', 'hls', 'flv']],
      ['only flv', ['flv']],
      ['only hls', ['hls']],
      ['only mp4', ['mp4']],
    ] as const)('recordings come as %s: one replay that can be played', async (_order, formats) => {
      const host = phone(1);
      const { streamId } = await goLive(host);
      const took = { startedAt: clock.now() - 700, endedAt: clock.now() };
      for (const format of formats) {
        const file = { fileId: { flv: '9001', hls: '9002', mp4: '9003' }[format], format };
        await cloud(recordingNotice(streamId, { ...file, ...took }));
      }
      const found = await replays(host);
      expect(found).toHaveLength(1);
      expect(found[0]?.['playurl']).not.toBe('');
      expect(found[0]?.['hls_play_url']).not.toBe('');
    });

    test('users whose ids differ in what a stream name cannot hold do not meet', async () => {
      const ids = ['a-b', 'a_b', 'a@b', 'a#b', 'a.b', 'A_B', 'a b', 'ａ_b', '86-a_b', '🎉', '用户'];
      const streams = new Set<string>();
      for (const [number, userid] of ids.entries()) {
        const { streamId } = await goLive(phone(number + 1), { userid, title: userid });
        expect(streamId).toMatch(/^8888_[a-z0-9_]+$/);
        streams.add(streamId);
      }
      expect(streams.size).toBe(ids.length);
      const [first] = ids;
      await phone(50)('a37-ChangeStatus-offline', { userid: first });
      const online = (await lives(phone(51))).map(({ userid }) => userid);
      expect(online.sort()).toEqual(ids.slice(1).sort());
    });
  });
});

/** What Android sends to mix these streams into the host's own (protocol.md 5.4). */
function mergeParams(output: string, inputs: string[], now: number): Record<string, unknown> {
  const guestLayout = { image_width: 160, image_height: 240, location_x: 380, location_y: 630 };
  return {
    timestamp: now,
    eventId: now,
    interface: {
      interfaceName: 'Mix_StreamV2',
      para: {
        app_id: 1_251_000_000,
        interface: 'mix_streamv2.start_mix_stream_advanced',
        mix_stream_session_id: output,
        output_stream_id: output,
        input_stream_list: inputs.map((id, index) => ({
          input_stream_id: id,
          layout_params: { image_layer: index + 1, ...(index === 0 ? {} : guestLayout) },
        })),
      },
    },
  };
}
