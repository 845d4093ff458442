import { makeBackend, type Backend, type Environment } from '../backend';
import { standLiveApi, type Fault, type LiveApiStand } from '../liveApiStand';
import { engines } from '../servers/engines';
import { isRecord } from '../../shared/http/request';
import type { Database } from '../../shared/store/database';

const begin = 1_795_358_274_000;
const day = 86_400_000;

describe.each(engines())('moderation on $name', ({ open }) => {
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
    clock = jest.spyOn(Date, 'now').mockReturnValue(begin);
    for (const table of 'users broadcasts pushes notices guest_streams reports rate_windows'.split(' '))
      await database.run(`DELETE FROM ${table}`);
    live.up.clear();
    live.forbidden.clear();
    live.calls.length = 0;
    live.fault = undefined;
  });
  afterEach(() => clock.mockRestore());

  const operate = (command: string, body: unknown = {}, on = backend) =>
    on.ask('moderation', { path: `/moderation/${command}`, operator: true, body });
  const report = (as: string, reportedUserId: unknown) =>
    backend.ask('moderation', { path: '/moderation/reportUser', as, body: { reportedUserId } });
  const push = (userId: string, title = 't') => backend.ask('getPushUrl', { as: userId, body: { title } });
  async function onAir(userId: string, title = 't'): Promise<string> {
    const streamId = String((await push(userId, title)).data['streamId']);
    live.up.set(streamId, Date.now());
    await backend.notify({
      event_type: 1,
      stream_id: streamId,
      sequence: streamId,
      event_time: Math.floor(Date.now() / 1000),
    });
    later(1_000);
    return streamId;
  }
  const itemsOf = (data: Record<string, unknown>) =>
    (Array.isArray(data['items']) ? data['items'] : []).filter(isRecord);
  const listed = async () => itemsOf((await backend.ask('getLiveList')).data).map((item) => item['streamId']);

  test.each(['stopLive', 'forbidUser', 'listLives', 'listReports'])(
    '%s is for operators',
    async (command) => {
      await onAir('host');
      const path = `/moderation/${command}`;
      const body = { userId: 'host', forbidden: true };
      expect((await backend.ask('moderation', { path, body })).status).toBe(401);
      // A user is told so for the command's sake, and the own user id is no way around it.
      expect((await backend.ask('moderation', { path, body, as: 'host' })).status).toBe(401);
      const headers = { authorization: `Bearer ${backend.config.ADMIN_TOKEN.reveal()}x` };
      expect((await backend.ask('moderation', { path, body, headers })).status).toBe(401);
      expect(live.calls).toEqual([]);
      expect(await listed()).toHaveLength(1);
    },
  );

  describe('stopLive', () => {
    test('takes the live off the list and cuts the stream', async () => {
      const streamId = await onAir('host');
      await onAir('other');
      const { status, data } = await operate('stopLive', { userId: 'host' });
      expect([status, data]).toEqual([200, { streamId, cloud: 'done' }]);
      expect(await listed()).toHaveLength(1);
      expect(live.up.has(streamId)).toBe(false);
      expect(live.calls).toEqual(['DropLiveStream']);
      // The host may begin again.
      expect((await push('host', 'again')).status).toBe(200);
    });

    test('says so when there is no broadcast', async () => {
      expect((await operate('stopLive', { userId: 'nobody' })).status).toBe(404);
      expect((await operate('stopLive', {})).status).toBe(400);
    });
  });

  describe('forbidUser', () => {
    const forbid = (userId: string, forbidden = true, on = backend) =>
      operate('forbidUser', { userId, forbidden, reason: 'spam' }, on);

    test('ends the broadcast, refuses new push URLs and the old one, until it is lifted', async () => {
      const streamId = await onAir('host');
      const guest = await backend.ask('linkMic', { path: '/linkMic/guestPushUrl', as: 'host' });
      const guestId = String(guest.data['streamId']);
      live.up.set(guestId, Date.now());
      const { status, data } = await forbid('host');
      expect([status, data]).toEqual([200, { userId: 'host', forbidden: true, cloud: 'done' }]);
      expect(await listed()).toEqual([]);
      expect([...live.up.keys()]).toEqual([]);
      expect([...live.forbidden.keys()].sort()).toEqual([streamId, guestId].sort());
      for (const until of live.forbidden.values()) {
        // Longer than any push URL lives, and what the service allows.
        expect(until - Date.now()).toBeGreaterThan(7 * day);
        expect(until - Date.now()).toBeLessThanOrEqual(90 * day);
      }
      expect((await push('host', 'again')).status).toBe(403);
      expect((await push('Host')).status).toBe(200);

      expect((await forbid('host', false)).data).toMatchObject({ forbidden: false, cloud: 'done' });
      expect([...live.forbidden.keys()]).toEqual([]);
      expect((await push('host', 'again')).status).toBe(200);
    });

    test('reaches every push URL that is still good, and resumes them all', async () => {
      const hour = 3_600_000;
      const gone = String((await push('host', 'long ago')).data['streamId']);
      later(3 * hour + 61_000);
      const replaced = [await onAir('host', 'first'), await onAir('host', 'second')];
      const current = await onAir('host', 'third');
      const asGuest: string[] = [];
      for (let time = 0; time < 6; time += 1) {
        const { data } = await backend.ask('linkMic', { path: '/linkMic/guestPushUrl', as: 'host' });
        asGuest.push(String(data['streamId']));
      }
      const others = await onAir('other');
      expect((await forbid('host')).data['cloud']).toBe('done');
      const reached = [...replaced, current, ...asGuest].sort();
      expect([...live.forbidden.keys()].sort()).toEqual(reached);
      expect(reached).not.toContain(gone);
      expect([...live.up.keys()]).toEqual([others]);
      expect((await forbid('host', false)).data['cloud']).toBe('done');
      expect([...live.forbidden.keys()]).toEqual([]);
    });

    test('takes the current broadcast however old it is', async () => {
      const streamId = await onAir('host');
      later(5 * 3_600_000);
      await forbid('host');
      expect([...live.forbidden.keys()]).toEqual([streamId]);
    });

    test('of very many takes the newest, and says that there are more', async () => {
      const streams: string[] = [];
      for (let time = 0; time < 22; time += 1) streams.push(await onAir('host', `title ${time}`));
      const incomplete = 'only the newest 20 streams were tried, there are more';
      expect((await forbid('host')).data['cloud']).toBe(`incomplete: ${incomplete}`);
      expect([...live.forbidden.keys()].sort()).toEqual(streams.slice(2).sort());
      live.fault = 'cut';
      expect((await forbid('host')).data['cloud']).toBe(
        `failed: ForbidLiveStream: no connection (ECONNRESET) (20 of 20 streams); ${incomplete}`,
      );
    });

    test('holds for one who has never broadcast, and twice is once', async () => {
      expect((await forbid('newcomer')).data).toMatchObject({ forbidden: true, cloud: 'done' });
      expect((await forbid('newcomer')).status).toBe(200);
      expect(live.calls).toEqual([]);
      expect((await push('newcomer')).status).toBe(403);
      await forbid('newcomer', false);
      const { status } = await backend.ask('getPushUrl', {
        as: 'newcomer',
        body: { title: 't', nickname: 'New' },
      });
      expect(status).toBe(200);
      expect(await database.rows('SELECT user_id, forbidden FROM users')).toEqual([
        { user_id: 'newcomer', forbidden: 0 },
      ]);
    });

    const refusal = { Response: { Error: { Code: 'InternalError', Message: 'details' } } };
    test.each<[string, Fault, string]>([
      ['hangs', 'hang', 'failed: ForbidLiveStream: no answer in time'],
      ['breaks the connection', 'cut', 'failed: ForbidLiveStream: no connection (ECONNRESET)'],
      ['refuses', { status: 200, text: JSON.stringify(refusal) }, 'failed: ForbidLiveStream: InternalError'],
    ])('is stored although the cloud %s', async (_name, fault, told) => {
      await onAir('host');
      live.fault = fault;
      const { status, data } = await forbid('host');
      expect([status, data['cloud']]).toEqual([200, told]);
      expect((await push('host', 'again')).status).toBe(403);
      expect(await listed()).toEqual([]);
    });

    test('is stored without credentials, and says so', async () => {
      await onAir('host');
      const { data } = await forbid('host', true, made({ TENCENT_SECRET_ID: '', TENCENT_SECRET_KEY: '' }));
      expect(data['cloud']).toBe('not configured');
      expect((await push('host', 'again')).status).toBe(403);
      expect(live.calls).toEqual([]);
    });

    test.each([
      [{ forbidden: true }, 'userId'],
      [{ userId: 'host' }, 'forbidden'],
      [{ userId: 'host', forbidden: 1 }, 'forbidden'],
      [{ userId: 'host', forbidden: true, reason: 'x'.repeat(201) }, 'reason'],
    ])('names the member at fault of %j', async (body, member) => {
      const { status, body: answer } = await operate('forbidUser', body);
      expect([status, String(answer['returnMsg']).startsWith(`${member}: `)]).toEqual([400, true]);
    });
  });

  describe('listLives', () => {
    test('shows every broadcast with its state and whether its user is forbidden', async () => {
      await onAir('a', 'old');
      later(2 * 60_000);
      await onAir('a', 'new');
      await onAir('b', 'ended');
      await backend.ask('room', { path: '/room/status', as: 'b', body: { online: false } });
      await push('c', 'begun');
      await operate('forbidUser', { userId: 'b', forbidden: true });
      const { data } = await operate('listLives');
      const seen = itemsOf(data).map(({ title, userId, state, forbidden }) => [
        title,
        userId,
        state,
        forbidden,
      ]);
      expect(seen.sort()).toEqual([
        ['begun', 'c', 'waiting', false],
        ['ended', 'b', 'offline', true],
        ['new', 'a', 'online', false],
        ['old', 'a', 'superseded', false],
      ]);
      expect(data['total']).toBe(4);
    });

    test('is paged without a gap or a repeat', async () => {
      for (let index = 0; index < 5; index += 1) {
        await push(`user${index}`);
        later(1_000);
      }
      const seen: unknown[] = [];
      let cursor: unknown;
      for (let page = 0; page < 5; page += 1) {
        const { data } = await operate('listLives', {
          pageSize: 2,
          ...(cursor === undefined ? {} : { cursor }),
        });
        seen.push(...itemsOf(data).map((item) => item['userId']));
        cursor = data['nextCursor'];
        if (cursor === undefined) break;
        // One that begins meanwhile moves nothing.
        await push(`later${page}`);
      }
      expect(seen).toEqual(['user4', 'user3', 'user2', 'user1', 'user0']);
      const { data } = await operate('listLives', { page: 2, pageSize: 3 });
      expect(itemsOf(data)).toHaveLength(3);
    });
  });

  describe('reports', () => {
    test('a report is recorded once per reporter and broadcast, and takes nothing away', async () => {
      const streamId = await onAir('host', 'first');
      for (const as of ['viewer1', 'viewer1', 'viewer2']) {
        expect((await report(as, 'host')).data).toEqual({ recorded: true });
        later(1_000);
      }
      later(2 * 60_000);
      const next = await onAir('host', 'second');
      await report('viewer1', 'host');
      const { data } = await operate('listReports');
      expect(data['total']).toBe(3);
      expect(itemsOf(data)).toEqual([
        {
          reported: 'host',
          reporter: 'viewer1',
          streamId: next,
          title: 'second',
          reportedAt: Math.floor(Date.now() / 1000),
        },
        expect.objectContaining({ reporter: 'viewer2', streamId, title: 'first' }),
        expect.objectContaining({ reporter: 'viewer1', streamId, title: 'first' }),
      ]);
      expect(await listed()).toEqual([next]);
      expect(await database.rows('SELECT COUNT(*) AS total FROM broadcasts')).toEqual([{ total: 2 }]);
    });

    test('twenty equal reports at once are one', async () => {
      await onAir('host');
      await Promise.all(Array.from({ length: 20 }, () => report('viewer', 'host')));
      expect((await operate('listReports')).data['total']).toBe(1);
    });

    test('are paged without a gap or a repeat', async () => {
      await onAir('host');
      for (let index = 0; index < 5; index += 1) {
        await report(`viewer${index}`, 'host');
        if (index % 2 === 0) later(1_000);
      }
      const seen: unknown[] = [];
      for (let cursor: unknown = undefined, page = 0; page < 4; page += 1) {
        const { data } = await operate('listReports', {
          pageSize: 2,
          ...(cursor === undefined ? {} : { cursor }),
        });
        seen.push(...itemsOf(data).map((item) => item['reporter']));
        cursor = data['nextCursor'];
        if (cursor === undefined) break;
      }
      expect(seen).toEqual(['viewer4', 'viewer3', 'viewer2', 'viewer1', 'viewer0']);
      expect((await operate('listReports', { cursor: 'x' })).status).toBe(400);
    });

    test('need a token, and somebody who has broadcast', async () => {
      expect((await backend.ask('moderation', { path: '/moderation/reportUser' })).status).toBe(401);
      expect((await report('viewer', 'nobody')).status).toBe(404);
      expect((await report('viewer', '')).status).toBe(400);
      expect((await report('viewer', undefined)).status).toBe(400);
    });
  });
});
