import { randomBytes } from 'node:crypto';
import { enter } from '../../functions/room/enter';
import { like } from '../../functions/room/like';
import { guest } from '../../functions/watch/guest';
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

  test('is told what a token is, and not what it sent', async () => {
    for (const token of [5, ['x'], { secret: 'word' }]) {
      const { status, body } = await backend.ask('watch', { path: '/watch/guest', body: { token } });
      expect([status, body['returnMsg']]).toEqual([400, 'token: expected a token']);
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

  describe('of one address', () => {
    const hour = 3_600_000;
    const begun = Math.floor(Date.now() / hour) * hour;
    const needs = () => ({ config: backend.config, database, random: randomBytes });
    const call = (clientAddress: string, now = begun) => ({
      ...{ clientAddress, now, requestId: 'test', caller: undefined },
    });
    const roomOf = async (as: string) => {
      const { data } = await backend.ask('getPushUrl', { as, body: { title: 'crowded' } });
      await backend.ask('room', { as, path: '/room/status', body: { online: true } });
      return { streamId: String(data['streamId']) };
    };

    test('there are so many new ones in an hour, while known ones come again', async () => {
      // So far apart that the limit of ten seconds takes no part.
      const at = (count: number) => call('192.0.2.1', begun + count * 1_000);
      const { token } = await guest.run({}, at(0), needs());
      for (let count = 1; count < 600; count += 1) await guest.run({}, at(count), needs());
      await expect(guest.run({}, at(600), needs())).rejects.toMatchObject({ code: 'tooMany' });
      await expect(guest.run({ token }, at(601), needs())).resolves.toMatchObject({
        token: expect.any(String),
      });
      await expect(guest.run({}, call('192.0.2.2', begun + 601_000), needs())).resolves.toBeDefined();
      await expect(guest.run({}, call('192.0.2.1', begun + hour), needs())).resolves.toBeDefined();
    });

    test('likes are 400 at once, however many give them, and each has no more than 20', async () => {
      const room = await roomOf('likedHost');
      const give = async (caller: string, clientAddress = '192.0.2.3', count = 20) => {
        const request = { ...room, count, likeId: '' };
        return (await like.run(request, { ...call(clientAddress), caller }, { database })).accepted;
      };
      let accepted = 0;
      for (let one = 0; one < 25; one += 1) accepted += await give(`guest_${one}`);
      expect(accepted).toBe(400);
      expect(await give('guest_0', '192.0.2.4')).toBe(0);
      // What the address was not given is left to the guest.
      expect(await give('guest_24', '192.0.2.4')).toBe(20);
      expect(await give('anna')).toBe(20);
    });

    test('likes of one go by the allowance of both', async () => {
      const room = await roomOf('likedToo');
      const give = (caller: string, now: number, likeId: string) =>
        like.run({ ...room, count: 20, likeId }, { ...call('192.0.2.5', now), caller }, { database });
      for (let one = 0; one < 19; one += 1) await give(`guest_${one}`, begun, 'a');
      expect(await give('guest_19', begun, 'a')).toMatchObject({ accepted: 20, likes: 400 });
      expect(await give('guest_20', begun + 250, 'a')).toMatchObject({ accepted: 10, likes: 410 });
      expect(await give('guest_20', begun + 1_000, 'a')).toMatchObject({ accepted: 0 });
      expect(await give('guest_20', begun + 1_000, 'b')).toMatchObject({ accepted: 11, likes: 421 });
    });

    test('300 enter or stay in ten seconds, and users with an account are not among them', async () => {
      const room = { ...(await roomOf('enteredHost')), nickname: 'n', headPic: '' };
      const come = (caller: string, clientAddress: string) =>
        enter.run(room, { ...call(clientAddress), caller }, needs());
      for (let one = 0; one < 300; one += 1) await come(`guest_${one}`, '2001:db8:1::1');
      await expect(come('guest_300', '2001:db8:1::2')).rejects.toMatchObject({ code: 'tooMany' });
      await expect(come('anna', '2001:db8:1::2')).resolves.toMatchObject({ viewers: 301 });
      await expect(come('guest_300', '2001:db8:2::1')).resolves.toMatchObject({ viewers: 302 });
    });

    test('with their UserSigs at the door of the first apps they count as one as well', async () => {
      const v1 = makeBackend(database, { V1_ACCESS: 'usersig' });
      await roomOf('likedOld');
      const sigOf = (userId: string) =>
        makeUserSig({
          ...{ sdkAppId: Number(environment.IM_SDKAPPID), key: environment.IM_SECRET_KEY, userId },
          ...{ now: Math.floor(Date.now() / 1000), expire: 600 },
        });
      const give = async (userid: string) => {
        const body = { Action: 'ChangeCount', userid: 'likedOld', type: 1, optype: 0, flag: 0, fileid: '' };
        const answer = await v1.v1({ ...body, usersig: sigOf(userid) }, { 'x-scf-remote-addr': '192.0.2.6' });
        expect(answer.body).toMatchObject({ returnValue: 0 });
      };
      await give('guest_0');
      await give('visitor_0');
      await give('anna');
      const likers = await database.rows(
        'SELECT liker FROM like_budgets WHERE room_id = (SELECT stream_id FROM broadcasts WHERE user_id = ?) ORDER BY liker',
        ['likedOld'],
      );
      expect(likers.map(({ liker }) => liker)).toEqual(['a:192.0.2.6', 'u:anna']);
    });
  });

  test('is not let in when WATCH_GUESTS is off', async () => {
    const closed = makeBackend(database, { WATCH_GUESTS: 'off' });
    const answer = await closed.ask('watch', { path: '/watch/guest' });
    expect(answer.status).toBe(403);
    expect(answer.body['returnMsg']).toContain('WATCH_GUESTS');
  });
});
