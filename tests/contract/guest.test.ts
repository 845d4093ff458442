import { guestPrefix } from '../../shared/reservedUserId';
import { makeUserSig, verifyUserSig } from '../../shared/signing/userSig';
import type { Database } from '../../shared/store/database';
import { Secret } from '../../shared/secret';
import { readToken, signToken } from '../../shared/token';
import { environment, makeBackend, type Backend } from '../backend';
import { engines } from '../servers/engines';

describe.each(engines().slice(0, 1))('a guest of the share page, on $name', ({ open }) => {
  let database: Database;
  let backend: Backend;

  beforeAll(async () => {
    database = await open();
    backend = makeBackend(database);
  });

  let address = 0;
  const arrive = (body: object = {}) =>
    backend.ask('watch', {
      path: '/watch/guest',
      body,
      headers: { 'x-scf-remote-addr': `198.51.100.${(address += 1)}` },
    });
  const secret = new Secret(environment.TOKEN_SECRET);

  test('gets an id of its own and a token that ends', async () => {
    const [one, other] = [await arrive(), await arrive()];
    expect(one.status).toBe(200);
    expect(one.data['userId']).toMatch(/^guest_[0-9a-f]{16}$/);
    expect(other.data['userId']).not.toBe(one.data['userId']);
    const token = String(one.data['token']);
    const end = Number(one.data['expiresAt']) * 1000;
    expect(await readToken(token, secret, end - 1_000)).toBe(one.data['userId']);
    expect(await readToken(token, secret, end + 1_000)).toBeUndefined();
    expect(end - Date.now()).toBeLessThanOrEqual(7_200_000);
  });

  test('stays the same one with its token, and only with a good one of a guest', async () => {
    const { data } = await arrive();
    expect((await arrive({ token: data['token'] })).data['userId']).toBe(data['userId']);
    const userId = `${guestPrefix}0000000000000000`;
    const others = [
      await backend.tokenOf('user1'),
      await signToken({ secret: new Secret('x'.repeat(40)), userId, now: Date.now(), ttlSeconds: 60 }),
      await signToken({ secret, userId, now: Date.now() - 120_000, ttlSeconds: 60 }),
      'x',
    ];
    for (const token of others) {
      const fresh = await arrive({ token });
      expect(fresh.status).toBe(200);
      expect(fresh.data['userId']).toMatch(/^guest_[0-9a-f]{16}$/);
      expect(fresh.data['userId']).not.toBe(userId);
    }
  });

  test('does not come by GET, whose answer might be kept', async () => {
    expect((await backend.ask('watch', { path: '/watch/guest', method: 'GET' })).status).toBe(400);
  });

  test('may enter, like, see members and leave, and has a UserSig to chat with', async () => {
    const { data: live } = await backend.ask('getPushUrl', {
      as: 'guestsHost',
      body: { title: 'open house' },
    });
    await backend.ask('room', { as: 'guestsHost', path: '/room/status', body: { online: true } });
    const guest = (await arrive()).data;
    const authorization = `Bearer ${String(guest['token'])}`;
    const call = (path: string, body: object = {}) =>
      backend.ask(path === '/imSig' ? 'imSig' : 'room', { path, body, headers: { authorization } });
    const room = { streamId: live['streamId'] };
    expect((await call('/room/enter', { ...room, nickname: 'Guest 1' })).data).toMatchObject({ viewers: 1 });
    expect((await call('/room/like', room)).data).toEqual({ accepted: 1, likes: 1 });
    expect((await call('/room/members', room)).data).toEqual({
      total: 1,
      items: [{ userId: guest['userId'], nickname: 'Guest 1', headPic: '' }],
    });
    expect((await call('/room/quit', room)).status).toBe(200);
    const { data: im } = await call('/imSig');
    expect(im['userId']).toBe(guest['userId']);
    const check = verifyUserSig({
      sdkAppId: Number(environment.IM_SDKAPPID),
      key: environment.IM_SECRET_KEY,
      userSig: String(im['userSig']),
      now: Math.floor(Date.now() / 1000),
    });
    expect(check).toMatchObject({ ok: true, userId: guest['userId'] });
  });

  test('has a UserSig no longer than a token, whatever IM_USERSIG_TTL says; a user has it as long as that', async () => {
    const sigOf = async (userId: string, IM_USERSIG_TTL: string) => {
      const of = makeBackend(database, { IM_USERSIG_TTL });
      const { data } = await of.ask('imSig', { as: userId });
      const now = Math.floor(Date.now() / 1000);
      const check = (later: number) =>
        verifyUserSig({
          sdkAppId: Number(environment.IM_SDKAPPID),
          key: environment.IM_SECRET_KEY,
          userSig: String(data['userSig']),
          now: now + later,
        }).ok;
      return { check, left: Number(data['expiresAt']) - now };
    };
    const [guest, user, short] = [
      await sigOf('guest_0123456789abcdef', '86400'),
      await sigOf('anna', '86400'),
      await sigOf('guest_0123456789abcdef', '600'),
    ];
    expect([guest.check(7_000), guest.check(7_300), guest.left <= 7_200]).toEqual([true, false, true]);
    expect([user.check(86_000), user.left > 86_000]).toEqual([true, true]);
    expect([short.check(500), short.check(700), short.left <= 600]).toEqual([true, false, true]);
  });

  test('with V1_ACCESS=usersig its UserSig watches, and neither pushes nor uploads; a visitor’s the same', async () => {
    const v1 = makeBackend(database, { V1_ACCESS: 'usersig' });
    for (const userid of ['guest_0123456789abcdef', 'visitor_0123456789abcdef']) {
      const usersig = makeUserSig({
        sdkAppId: Number(environment.IM_SDKAPPID),
        key: environment.IM_SECRET_KEY,
        userId: userid,
        now: Math.floor(Date.now() / 1000),
        expire: 600,
      });
      const call = (Action: string, body: object = {}) => v1.v1({ Action, userid, usersig, ...body });
      for (const Action of [
        'RequestLVBAddr',
        'GetCOSSign',
        'GetVodSignature',
        'UploadUGCVideo',
        'ReportUser',
      ])
        expect((await call(Action, { groupid: 'g', title: 't' })).body).toMatchObject({ returnValue: 4030 });
      const list = { flag: 1, pageno: 1, pagesize: 20 };
      expect((await call('FetchList', list)).body).toMatchObject({ returnValue: 0 });
      const room = { liveuserid: 'guestsHost', groupid: 'g', flag: 0, nickname: 'n', headpic: '' };
      expect((await call('EnterGroup', room)).body).toMatchObject({ returnValue: 0 });
    }
  });

  test('of one address there are so many in ten seconds', async () => {
    const from = (last: number) =>
      backend.ask('watch', { path: '/watch/guest', headers: { 'x-scf-remote-addr': `2001:db8::${last}` } });
    const statuses: number[] = [];
    // More than two windows' worth, so that one of them is full wherever the first began.
    for (let count = 0; count < 62; count += 1) statuses.push((await from(count)).status);
    expect(new Set(statuses)).toEqual(new Set([200, 429]));
  });

  test('is not let in when WATCH_GUESTS is off', async () => {
    const closed = makeBackend(database, { WATCH_GUESTS: 'off' });
    const answer = await closed.ask('watch', { path: '/watch/guest' });
    expect(answer.status).toBe(403);
    expect(answer.body['returnMsg']).toContain('WATCH_GUESTS');
  });
});
