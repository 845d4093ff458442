import fc from 'fast-check';
import { makeBackend, type Backend } from '../backend';
import { engines } from '../servers/engines';
import { isRecord } from '../../shared/http/request';
import { fullBudget, spendLikes, userLikes } from '../../shared/likeBudget';
import { addBroadcast, lockBroadcast, settleBroadcast } from '../../shared/store/broadcasts';
import type { Database } from '../../shared/store/database';
import { sweepMembers } from '../../shared/store/roomMembers';

const begin = 1_795_358_274_000;
const profile = { nickname: 'Host', headPic: '', frontCover: '', location: '' };

describe.each(engines())('rooms on $name', ({ open }) => {
  let database: Database;
  let backend: Backend;
  let clock: jest.SpyInstance<number, []>;

  beforeAll(async () => {
    database = await open({ connections: 8 });
    backend = makeBackend(database);
  });
  beforeEach(async () => {
    clock = jest.spyOn(Date, 'now').mockReturnValue(begin);
    const tables = [
      'broadcasts',
      'replays',
      'replay_files',
      'videos',
      'room_members',
      'counters',
      'like_budgets',
      'rate_windows',
    ];
    for (const table of tables) await database.run(`DELETE FROM ${table}`);
    await live('8888_host_1', 'host');
  });
  afterEach(() => clock.mockRestore());

  const live = (streamId: string, userId: string) =>
    database.transaction(async (tx) => {
      await addBroadcast(
        tx,
        { ...profile, streamId, userId, groupId: `group of ${streamId}`, title: 'title', description: '' },
        begin,
      );
      const locked = await lockBroadcast(tx, streamId);
      if (locked !== undefined) await settleBroadcast(tx, locked, { up: true, at: begin, by: 'host' });
    });

  const room = (path: string, as: string, body: object) =>
    backend.ask('room', { path: `/room/${path}`, as, body });
  const inLive = (body: object = {}) => ({ streamId: '8888_host_1', ...body });

  async function counts(): Promise<{
    viewers: unknown;
    likes: unknown;
    listed: unknown;
    members: unknown[];
  }> {
    const { data } = await room('members', 'host', inLive({ pageSize: 100 }));
    const list = await backend.ask('getLiveList');
    const item =
      Array.isArray(list.data['items']) && isRecord(list.data['items'][0]) ? list.data['items'][0] : {};
    const members = (Array.isArray(data['items']) ? data['items'] : [])
      .filter(isRecord)
      .map((member) => member['userId']);
    return {
      viewers: data['total'],
      likes: item['likeCount'],
      listed: item['viewerCount'],
      members: members.sort(),
    };
  }

  test('the same viewer entering three times is one viewer, and leaving twice is leaving once', async () => {
    for (let time = 0; time < 3; time += 1) {
      expect((await room('enter', 'viewer1', inLive({ nickname: '昵称' }))).data).toEqual({
        viewers: 1,
        beatSeconds: 30,
      });
    }
    await room('enter', 'viewer2', inLive());
    expect(await counts()).toMatchObject({ viewers: 2, listed: 2, members: ['viewer1', 'viewer2'] });
    await room('quit', 'viewer1', inLive());
    await room('quit', 'viewer1', inLive());
    await room('quit', 'stranger', inLive());
    expect(await counts()).toMatchObject({ viewers: 1, listed: 1, members: ['viewer2'] });
  });

  test('a member keeps its name and picture when it enters again without them', async () => {
    await room(
      'enter',
      'viewer1',
      inLive({ nickname: '昵称', headPic: 'https://covers-1250000000.cos.ap-guangzhou.myqcloud.com/1.png' }),
    );
    await room('enter', 'viewer1', inLive());
    const { data } = await room('members', 'host', inLive());
    expect(data['items']).toEqual([
      {
        userId: 'viewer1',
        nickname: '昵称',
        headPic: 'https://covers-1250000000.cos.ap-guangzhou.myqcloud.com/1.png',
      },
    ]);
  });

  test('a viewer who is not heard of for 90 s is gone, one who beats stays', async () => {
    await room('enter', 'gone', inLive());
    await room('enter', 'here', inLive());
    clock.mockReturnValue(begin + 60_000);
    await room('enter', 'here', inLive());
    expect(await sweepMembers(database, begin + 91_000, 100)).toBe(1);
    expect(await counts()).toMatchObject({ viewers: 1, listed: 1, members: ['here'] });
    expect(await sweepMembers(database, begin + 91_000, 100)).toBe(0);
  });

  test('replays and short videos have rooms of their own', async () => {
    await backend.notify({
      event_type: 100,
      stream_id: '8888_host_1',
      file_id: 'file1',
      file_format: 'flv',
      video_url: 'https://v.example/1.flv',
      start_time: begin / 1000,
      end_time: begin / 1000 + 300,
    });
    await backend.notify({
      event_type: 100,
      stream_id: '8888_host_1',
      file_id: 'file0',
      file_format: 'hls',
      video_url: 'https://v.example/1.m3u8',
      start_time: begin / 1000,
      end_time: begin / 1000 + 301,
    });
    await backend.ask('video', {
      path: '/video/publish',
      as: 'author',
      body: { fileId: 'clip1', title: 'clip', playUrl: 'https://1250000000.vod2.myqcloud.com/c.mp4' },
    });
    await room('enter', 'viewer1', { fileId: 'file1' });
    await room('enter', 'viewer2', { fileId: 'file0' });
    await room('enter', 'viewer1', { fileId: 'clip1' });
    expect((await room('members', 'host', { fileId: 'file0' })).data['total']).toBe(2);
    expect((await room('members', 'host', { fileId: 'clip1' })).data['total']).toBe(1);
    expect((await counts()).viewers).toBe(0);
    const replays = await backend.ask('getVodList');
    expect(replays.data['items']).toEqual([expect.objectContaining({ fileId: 'file0', viewerCount: 2 })]);
    expect((await backend.ask('room', { path: '/room/info', body: { fileId: 'file1' } })).data).toMatchObject(
      { kind: 'replay', viewerCount: 2, title: 'title' },
    );
    expect((await backend.ask('room', { path: '/room/info', body: { fileId: 'clip1' } })).data).toMatchObject(
      { kind: 'video', playUrl: 'https://1250000000.vod2.myqcloud.com/c.mp4' },
    );
    expect((await backend.ask('room', { path: '/room/info', body: inLive() })).data).toMatchObject({
      kind: 'live',
      online: true,
    });
  });

  test('a room that does not exist, and a request that names none', async () => {
    for (const path of ['enter', 'quit', 'members', 'like']) {
      expect(await room(path, 'viewer1', { streamId: 'nowhere' })).toMatchObject({
        status: 404,
        body: { returnValue: 2003 },
      });
      expect(await room(path, 'viewer1', { fileId: 'nothing' })).toMatchObject({ status: 404 });
      expect(await room(path, 'viewer1', {})).toMatchObject({
        status: 400,
        body: { returnMsg: expect.stringContaining('streamId') },
      });
    }
    expect((await room('dance', 'viewer1', inLive())).status).toBe(404);
    expect((await backend.ask('room', { path: '/room/enter', body: inLive() })).status).toBe(401);
  });

  test("likes count up to the user's allowance, which grows again; a re-sent request counts once", async () => {
    expect((await room('like', 'viewer1', inLive({ count: 15, likeId: 'a' }))).data).toEqual({
      accepted: 15,
      likes: 15,
    });
    expect((await room('like', 'viewer1', inLive({ count: 15, likeId: 'a' }))).data).toEqual({
      accepted: 0,
      likes: 15,
    });
    expect((await room('like', 'viewer1', inLive({ count: 15, likeId: 'b' }))).data).toEqual({
      accepted: 5,
      likes: 20,
    });
    expect((await room('like', 'viewer1', inLive())).data).toEqual({ accepted: 0, likes: 20 });
    expect((await room('like', 'viewer2', inLive())).data).toEqual({ accepted: 1, likes: 21 });
    clock.mockReturnValue(begin + 1_500);
    expect((await room('like', 'viewer1', inLive({ count: 20 }))).data).toEqual({ accepted: 3, likes: 24 });
    expect((await room('like', 'viewer1', inLive({ count: 21 }))).status).toBe(400);
  });

  test('a live that is over takes no likes', async () => {
    await backend.ask('room', { path: '/room/status', as: 'host', body: { online: false } });
    expect((await room('like', 'viewer1', inLive())).data).toEqual({ accepted: 0, likes: 0 });
  });

  test('fifty viewers entering, liking and leaving at once leave exact counts', async () => {
    const viewers = Array.from({ length: 50 }, (_, index) => `viewer${String(index).padStart(2, '0')}`);
    await Promise.all(
      viewers.flatMap((viewer) => [
        room('enter', viewer, inLive()),
        room('enter', viewer, inLive()),
        room('like', viewer, inLive({ count: 2 })),
      ]),
    );
    expect(await counts()).toEqual({ viewers: 50, listed: 50, likes: 100, members: viewers });
    await Promise.all(
      viewers
        .slice(0, 30)
        .flatMap((viewer) => [room('quit', viewer, inLive()), room('quit', viewer, inLive())]),
    );
    expect(await counts()).toEqual({ viewers: 20, listed: 20, likes: 100, members: viewers.slice(30) });
  });

  test('random interleavings of enter, quit, like, re-send and expiry: viewers are the members, likes the accepted ones', async () => {
    const viewer = fc.constantFrom('a', 'b', 'c', 'd');
    const step = fc.oneof(
      fc.record({ kind: fc.constant('enter' as const), viewer }),
      fc.record({ kind: fc.constant('quit' as const), viewer }),
      fc.record({
        kind: fc.constant('like' as const),
        viewer,
        count: fc.integer({ min: 1, max: 20 }),
        again: fc.boolean(),
      }),
      fc.record({ kind: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 60 }) }),
    );
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        const streamId = `8888_run_${(run += 1)}`;
        await live(streamId, `host${run}`);
        const until = new Map<string, number>();
        const budgets = new Map<string, ReturnType<typeof fullBudget>>();
        let [now, likes] = [begin, 0];
        for (const [index, one] of steps.entries()) {
          clock.mockReturnValue(now);
          if (one.kind === 'wait') {
            now += one.seconds * 1000;
            await sweepMembers(database, now, 100);
            for (const [member, expiry] of until) if (expiry < now) until.delete(member);
          } else if (one.kind === 'enter') {
            await room('enter', one.viewer, { streamId });
            until.set(one.viewer, now + 90_000);
          } else if (one.kind === 'quit') {
            await room('quit', one.viewer, { streamId });
            until.delete(one.viewer);
          } else {
            const body = { streamId, count: one.count, likeId: `${index}` };
            await room('like', one.viewer, body);
            if (one.again) await room('like', one.viewer, body);
            const { accepted, left } = spendLikes(
              budgets.get(one.viewer) ?? fullBudget(userLikes, now),
              one.count,
              userLikes,
              now,
            );
            budgets.set(one.viewer, left);
            likes += accepted;
          }
        }
        clock.mockReturnValue(now);
        const { data } = await room('members', 'host', { streamId, pageSize: 100 });
        const shown = await backend.ask('room', { path: '/room/info', body: { streamId } });
        const members = (Array.isArray(data['items']) ? data['items'] : [])
          .filter(isRecord)
          .map((member) => String(member['userId']));
        expect({
          members: members.sort(),
          total: data['total'],
          viewers: shown.data['viewerCount'],
          likes: shown.data['likeCount'],
        }).toEqual({
          members: [...until.keys()].sort(),
          total: until.size,
          viewers: until.size,
          likes,
        });
      }),
      { numRuns: 350 },
    );
  }, 60_000);
});
