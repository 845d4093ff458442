import { makeBackend, type Backend } from '../backend';
import { addAccount } from '../../shared/store/accounts';
import type { Database } from '../../shared/store/database';
import { legacyPasswordHash } from '../../shared/signing/liteavSig';
import { hashPassword } from '../../shared/password';
import { engines } from '../servers/engines';
import { md5, v3Phone } from './v3Phone';
import { v2Phone, v2Server } from './v2Phone';

const password = 'correct horse';
const ids = ['administrator', 'Admin', 'root', 'imBoss', 'IMBOSS', 'visitor_0123456789abcdef'];

/** A guest of the share page has a UserSig, and no account either. */
const guestIds = ['guest_0123456789abcdef', 'Guest_1'];

describe.each(engines().slice(0, 1))('ids that are not for users, on $name', ({ open }) => {
  let database: Database;
  let backend: Backend;

  beforeAll(async () => {
    database = await open();
    backend = makeBackend(database, { IM_ADMIN: 'imboss' });
  });

  const phone = (userId: string) => v2Phone(v2Server(backend), { userId, password });
  const register = (userId: string) =>
    backend.ask('account', { path: '/account/register', body: { userId, password } });

  test.each([...ids, ...guestIds])('%s is registered at no door', async (userId) => {
    const native = await register(userId);
    expect(native.status).toBe(409);
    expect(native.body['returnMsg']).toContain('userId: is reserved');
    expect(await phone(userId).register()).toMatchObject({ code: 612 });
    const v3 = await backend.ask('app', {
      path: '/base/v1/oauth/register',
      body: { username: userId, salt: md5(`${userId}-${password}`) },
    });
    expect(v3).toMatchObject({ status: 200, body: { errorCode: 98, data: null } });
    expect(await database.rows('SELECT user_id FROM accounts WHERE user_id = ?', [userId])).toEqual([]);
  });

  test.each(ids)('there is no UserSig of %s, whoever has a token or an account of it', async (userId) => {
    const answer = await backend.ask('imSig', { as: userId });
    expect(answer.status).toBe(403);
    expect(answer.text).not.toContain('userSig');
    const passwordHash = await hashPassword(legacyPasswordHash({ password, userId }), (bytes) =>
      new Uint8Array(bytes).fill(7),
    );
    await addAccount(database, userId, { passwordHash }, Date.now());
    const login = await phone(userId).login();
    expect(login.code).toBe(602);
    expect(login.raw.body).not.toContain('userSig');
  });

  test.each(guestIds)(
    '%s, made before that was reserved, may log in, log out and be deleted',
    async (userId) => {
      const passwordHash = await hashPassword(legacyPasswordHash({ password, userId }), (bytes) =>
        new Uint8Array(bytes).fill(7),
      );
      await addAccount(database, userId, { passwordHash }, Date.now());
      const call = (path: string, body: object, as?: string) =>
        backend.ask('account', { path, body, ...(as === undefined ? {} : { as }) });
      const login = await call('/account/login', { userId, password });
      expect(login.status).toBe(200);
      const { refreshToken } = login.data;
      expect((await call('/account/profile', {}, userId)).status).toBe(403);
      expect((await call('/account/logout', {}, userId)).status).toBe(200);
      expect((await call('/account/refresh', { refreshToken })).status).toBe(401);
      expect((await call('/account/delete', { password: 'another one' }, userId)).status).toBe(403);
      expect((await call('/account/delete', { password }, userId)).status).toBe(200);
      expect((await call('/account/login', { userId, password })).status).toBe(401);
    },
  );

  test('without IM_ADMIN its usual names are reserved, and no other', async () => {
    const without = makeBackend(database);
    expect((await without.ask('imSig', { as: 'administrator' })).status).toBe(403);
    expect((await without.ask('imSig', { as: 'imboss' })).status).toBe(200);
    expect((await without.ask('imSig', { as: 'administrator2' })).status).toBe(200);
  });

  test('a number of a v3 user that is the name of the administrator gets no UserSig', async () => {
    const user = await v3Phone(backend, { username: 'user3' }).join();
    expect(user.userId).toMatch(/^\d{9}$/);
    const ruled = makeBackend(database, { IM_ADMIN: user.userId });
    const query = { token: user.token, userId: user.userId };
    const path = '/base/v1/auth_users/user_login_token';
    const answer = await ruled.ask('app', { method: 'GET', path, query });
    expect(answer.body).toMatchObject({ errorCode: 98, data: null });
    expect((await user.call('auth_users/user_login_token')).errorCode).toBe(0);
  });

  test('a visitor still gets an IM login', async () => {
    const { code, data } = await phone('anybody').call('get_visitor_info', {}, {});
    expect(code).toBe(200);
    expect(data).toMatchObject({
      userid: expect.stringMatching(/^visitor_[0-9a-f]{16}$/),
      roomservice_sign: { userID: data['userid'], userSig: expect.any(String) },
    });
  });
});
