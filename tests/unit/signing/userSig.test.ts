import { createHmac } from 'node:crypto';
import { deflateRawSync, deflateSync } from 'node:zlib';
import { inflateExactly } from '../../../shared/signing/inflateExactly';
import { privateMapKey } from '../../../shared/signing/privateMapKey';
import { makeUserSig, verifyUserSig } from '../../../shared/signing/userSig';
import { unpacked } from './unpacked';

const now = 1_700_000_000;
const app = { sdkAppId: 1400000000, key: 'localonlykey' };
const given = { ...app, userId: 'user_01', now, expire: 100 };
const userSig = makeUserSig(given);

const check = (changes: Partial<Parameters<typeof verifyUserSig>[0]>) => {
  const result = verifyUserSig({ ...app, userSig, now, ...changes });
  return result.ok ? 'ok' : result.reason;
};

const packed = (bytes: Buffer) =>
  bytes.toString('base64').replaceAll('+', '*').replaceAll('/', '-').replaceAll('=', '_');

const sig = (key = app.key) =>
  createHmac('sha256', key)
    .update(`TLS.identifier:user_01\nTLS.sdkappid:1400000000\nTLS.time:${now}\nTLS.expire:100\n`)
    .digest('base64');

const content = {
  'TLS.ver': '2.0',
  'TLS.identifier': 'user_01',
  'TLS.sdkappid': 1400000000,
  'TLS.time': now,
  'TLS.expire': 100,
  'TLS.sig': sig(),
};

describe('verifyUserSig', () => {
  it('accepts until the last second and says whose it is', () => {
    expect(verifyUserSig({ ...app, userSig, now: now + 100 })).toEqual({
      ok: true,
      userId: 'user_01',
      expiresAt: now + 100,
    });
    expect(check({ now: now + 101 })).toBe('expired');
  });

  it('says of genuine content what does not fit, in order', () => {
    expect(check({ sdkAppId: 5, userId: 'other', now: now + 101 })).toBe('otherApp');
    expect(check({ userId: 'other', now: now + 101 })).toBe('otherUser');
    expect(check({ userId: 'user_01' })).toBe('ok');
  });

  it('says nothing but wrong of content another key signed', () => {
    expect(check({ key: 'other', sdkAppId: 5, userId: 'other', now: now + 101 })).toBe('wrong');
  });

  it('accepts other spellings of the same content: stored blocks, other order, a line end', () => {
    const reversed = Object.fromEntries(Object.entries(content).reverse());
    expect(check({ userSig: packed(deflateSync(`${JSON.stringify(reversed)}\n`, { level: 0 })) })).toBe('ok');
    expect(check({ userSig: packed(deflateSync(JSON.stringify(content), { level: 1 })) })).toBe('ok');
  });

  test.each<[string, unknown]>([
    ['missing', undefined],
    ['missing', ''],
    ['malformed', [userSig]],
    ['malformed', `${userSig}A`],
    ['malformed', userSig.replaceAll('*', '+').replaceAll('-', '/').replaceAll('_', '=')],
    ['malformed', packed(Buffer.from(JSON.stringify(content)))],
    ['malformed', packed(deflateRawSync(JSON.stringify(content)))],
    ['malformed', packed(Buffer.concat([deflateSync(JSON.stringify(content)), Buffer.from('more')]))],
    ['malformed', packed(deflateSync('not json'))],
    ['malformed', packed(deflateSync('null'))],
    ['malformed', packed(deflateSync(JSON.stringify({ ...content, 'TLS.ver': '1.0' })))],
    ['malformed', packed(deflateSync(JSON.stringify({ ...content, 'TLS.time': String(now) })))],
    ['malformed', packed(deflateSync(JSON.stringify({ ...content, 'TLS.expire': -1 })))],
    ['malformed', packed(deflateSync(JSON.stringify({ ...content, 'TLS.identifier': 5 })))],
    ['malformed', packed(deflateSync(JSON.stringify({ ...content, 'TLS.sig': null })))],
    ['wrong', packed(deflateSync(JSON.stringify({ ...content, 'TLS.expire': 101 })))],
    ['wrong', packed(deflateSync(JSON.stringify({ ...content, 'TLS.sig': sig('other') })))],
  ])('%s: case %#', (reason, userSig) => {
    expect(check({ userSig })).toBe(reason);
  });

  it('does not take a room key for a UserSig', () => {
    const roomKey = privateMapKey({ ...given, room: 7, privileges: 255 });
    expect(check({ userSig: roomKey })).toBe('malformed');
  });

  it('does not unpack a bomb', () => {
    const padded = JSON.stringify(content) + ' '.repeat(2_000_000);
    const bomb = packed(deflateSync(padded));
    expect(bomb.length).toBeLessThan(4096);
    expect(check({ userSig: bomb })).toBe('malformed');
    expect(check({ userSig: packed(deflateSync(JSON.stringify(content) + ' '.repeat(2_000))) })).toBe('ok');
    expect(check({ userSig: 'A'.repeat(10_000_000) })).toBe('malformed');
  });

  const alphabet = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789*-_+/= '];
  /** All texts that differ in one character from `from` on, are accepted, and yet say something else. */
  const misread = (whole: string, from: number) =>
    [...whole.slice(from)].flatMap((_, i) =>
      alphabet
        .filter((by) => by !== whole[from + i])
        .map((by) => whole.slice(0, from + i) + by + whole.slice(from + i + 1))
        .filter((changed) => check({ userSig: changed }) === 'ok' && unpacked(changed) !== unpacked(whole)),
    );

  it('is not misled by any single changed character', () => {
    expect(misread(userSig, 0)).toEqual([]);
  });

  it.each(Array.from({ length: 20 }, (_, i) => 'u'.repeat(i + 1)))(
    'refuses a changed last character, whatever bits are left over there: %s',
    (userId) => {
      const whole = makeUserSig({ ...given, userId });
      const last = whole.replace(/_*$/, '').length - 1;
      for (const by of alphabet) {
        const changed = whole.slice(0, last) + by + whole.slice(last + 1);
        expect(check({ userSig: changed })).toBe(changed === whole ? 'ok' : 'malformed');
      }
    },
  );
});

describe('makeUserSig', () => {
  test.each([
    ['userId', { userId: '' }],
    ['userId', { userId: 'a\nTLS.sdkappid:1' }],
    ['userId', { userId: '\ud800' }],
    ['sdkAppId', { sdkAppId: 0 }],
    ['key', { key: '' }],
    ['now', { now: now * 1000 }],
    ['expire', { expire: -1 }],
  ])('throws naming %s for %j', (name, change) => {
    expect(() => makeUserSig({ ...given, ...change })).toThrow(new RegExp(`^${name} must be`));
  });
});

describe('inflateExactly', () => {
  /** Repeats can be written in two ways, which no check of the bytes can tell apart. */
  const NO_REPEATS = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRST';

  it('gives the content up to the bound', () => {
    const bytes = deflateSync('a'.repeat(100));
    expect(inflateExactly(bytes, 100)?.toString()).toBe('a'.repeat(100));
    expect(inflateExactly(bytes, 99)).toBeUndefined();
  });

  const acceptedWithOneBitChanged = (bytes: Buffer) =>
    Array.from({ length: bytes.length * 8 }, (_, bit) => {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      return changed;
    }).filter((changed) => inflateExactly(changed, 100) !== undefined);

  it.each([1, 6, 9])('refuses every single changed bit of what was compressed, level %i', (level) => {
    const lengths = Array.from({ length: 24 }, (_, length) => length);
    const packed = lengths.map((length) => deflateSync(NO_REPEATS.slice(0, length), { level }));
    expect(packed.map((bytes) => inflateExactly(bytes, 100)?.length)).toEqual(lengths);
    expect(packed.flatMap(acceptedWithOneBitChanged)).toEqual([]);
  });

  it('refuses nothing, and bytes after the end', () => {
    expect(inflateExactly(Buffer.alloc(0), 100)).toBeUndefined();
    expect(inflateExactly(Buffer.concat([deflateSync('a'), Buffer.alloc(1)]), 100)).toBeUndefined();
  });
});
