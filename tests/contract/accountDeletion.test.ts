import { join } from 'node:path';
import { makeBackend, type Backend } from '../backend';
import type { Database } from '../../shared/store/database';
import { migrate } from '../../shared/store/migrate';
import { readMigrations } from '../../shared/store/readMigrations';
import { mysqlEngines, openUrl } from '../servers/engines';
import { v2Phone, v2Server } from './v2Phone';

const password = 'correct horse';

describe.each(mysqlEngines())(
  'a deletion beside other requests, on two instances of $name',
  ({ freshUrl }) => {
    let databases: Database[];
    let deleting: Backend;
    let other: Backend;

    beforeAll(async () => {
      const url = await freshUrl();
      databases = [openUrl(url), openUrl(url)];
      const [first, second] = databases;
      if (first === undefined || second === undefined) throw new Error('expected two databases');
      await migrate(first, readMigrations(join(__dirname, '..', '..', 'schema')));
      deleting = makeBackend(first);
      other = makeBackend(second);
    });
    afterAll(async () => {
      for (const database of databases) await database.close();
    });

    const account = (backend: Backend, command: string, body: object, as?: string) =>
      backend.ask('account', { path: `/account/${command}`, body, ...(as === undefined ? {} : { as }) });

    const rowsOf = async (userId: string) => {
      const rows = await Promise.all(
        ['refresh_tokens', 'v2_sessions'].map((table) =>
          deleting.database.rows(`SELECT user_id FROM ${table} WHERE user_id = ?`, [userId]),
        ),
      );
      return rows.flat();
    };

    test.each([0, 1, 2, 3, 4, 5, 6, 7])('leaves no login that works (%i)', async (round) => {
      const userId = `user${round}`;
      const phone = v2Phone(v2Server(other), { userId, password });
      const { data } = await account(other, 'register', { userId, password });
      await phone.login();
      const [deleted, login, refreshed, v2] = await Promise.all([
        account(deleting, 'delete', { password }, userId),
        account(other, 'login', { userId, password }),
        account(other, 'refresh', { refreshToken: data['refreshToken'] }),
        phone.login(),
      ]);
      expect(deleted.status).toBe(200);
      expect([200, 401]).toContain(login.status);
      expect([200, 620]).toContain(v2.code);
      for (const refreshToken of [login, refreshed].map((one) => one.data['refreshToken']))
        if (refreshToken !== undefined)
          expect((await account(other, 'refresh', { refreshToken })).status).toBe(401);
      expect(await phone.call('get_user_info')).toMatchObject({ code: 498 });
      expect(await rowsOf(userId)).toEqual([]);
    });

    test('sessions that were left behind by an earlier version are over', async () => {
      const userId = 'left';
      const phone = v2Phone(v2Server(other), { userId, password });
      const { data } = await account(other, 'register', { userId, password });
      await phone.login();
      await deleting.database.run('UPDATE accounts SET deleted_at = 1 WHERE user_id = ?', [userId]);
      expect((await account(other, 'refresh', { refreshToken: data['refreshToken'] })).status).toBe(401);
      expect(await phone.call('get_user_info')).toMatchObject({ code: 498 });
    });
  },
);
