import { join } from 'node:path';
import { makeBackend, type Backend } from '../backend';
import { mysqlEngines, openUrl } from '../servers/engines';
import { notePresence } from '../../shared/store/imPresence';
import { migrate } from '../../shared/store/migrate';
import { readMigrations } from '../../shared/store/readMigrations';
import type { Database } from '../../shared/store/database';

/** Two instances of every function over one database, each with its own connection, as SCF runs them. */
describe.each(mysqlEngines())('two instances at once on $name', ({ freshUrl }) => {
  let first: Database;
  let second: Database;
  let one: Backend;
  let other: Backend;

  beforeAll(async () => {
    const url = await freshUrl();
    [first, second] = [openUrl(url), openUrl(url)];
    await migrate(first, readMigrations(join(__dirname, '..', '..', 'schema')));
    [one, other] = [makeBackend(first), makeBackend(second)];
  });
  afterAll(async () => {
    await first.close();
    await second.close();
  });

  const push = (streamId: unknown, type: 0 | 1, sequence: string, at: number) => ({
    event_type: type,
    stream_id: streamId,
    sequence,
    event_time: at,
  });

  test('the start of a new push and the late cut of the old one arrive together', async () => {
    const now = Math.floor(Date.now() / 1000);
    for (let run = 0; run < 30; run += 1) {
      const { data } = await one.ask('getPushUrl', { as: `host${run}`, body: { title: 'title' } });
      await one.notify(push(data['streamId'], 1, '1', now));
      const replies = await Promise.all([
        one.notify(push(data['streamId'], 1, '2', now + 20)),
        other.notify(push(data['streamId'], 0, '1', now + 21)),
      ]);
      expect(replies.map(({ status }) => status)).toEqual([200, 200]);
      const { data: info } = await one.ask('room', {
        path: '/room/info',
        body: { streamId: data['streamId'] },
      });
      expect(info['online']).toBe(true);
    }
  });

  test('two formats of one recording arrive together', async () => {
    const now = Math.floor(Date.now() / 1000);
    const { data } = await one.ask('getPushUrl', { as: 'recorded', body: { title: 'title' } });
    for (let run = 0; run < 30; run += 1) {
      const file = (format: string) => ({
        event_type: 100,
        stream_id: data['streamId'],
        file_id: `${format}${run}`,
        file_format: format,
        video_url: `https://v.example/${run}.${format}`,
        start_time: now - 1000 * (run + 2),
        end_time: now - 1000 * (run + 2) + 900,
      });
      await Promise.all([one.notify(file('flv')), other.notify(file('hls'))]);
    }
    const list = await one.ask('getVodList', { body: { pageSize: 100 } });
    expect(list.data['total']).toBe(30);
  });

  test('one user asks both for a push URL', async () => {
    for (let run = 0; run < 10; run += 1) {
      const ask = { as: `twice${run}`, body: { title: 'title' } };
      const replies = await Promise.all([one.ask('getPushUrl', ask), other.ask('getPushUrl', ask)]);
      expect(new Set(replies.map(({ data }) => data['streamId'])).size).toBe(1);
    }
  });

  test('one viewer enters and leaves by both: members and count agree', async () => {
    const { data } = await one.ask('getPushUrl', { as: 'roomhost', body: { title: 'title' } });
    const body = { streamId: data['streamId'] };
    for (let run = 0; run < 20; run += 1) {
      const enter = { path: '/room/enter', as: `viewer${run % 3}`, body };
      const quit = { ...enter, path: '/room/quit' };
      await Promise.all([one.ask('room', enter), other.ask('room', run % 2 === 0 ? enter : quit)]);
    }
    const [row] = await first.rows('SELECT COUNT(*) AS total FROM room_members WHERE room_id = ?', [
      String(data['streamId']),
    ]);
    const members = await one.ask('room', { path: '/room/members', as: 'roomhost', body });
    expect(members.data['total']).toBe(row?.['total']);
  });

  test('a transaction that has looked before sees what another committed since', async () => {
    const earlierCounts = await first.transaction(async (tx) => {
      await tx.rows('SELECT user_id FROM users');
      await second.transaction((later) => notePresence(later, 'room', 'viewer', 2000));
      return notePresence(tx, 'room', 'viewer', 1000);
    });
    expect(earlierCounts).toBe(false);
  });
});
