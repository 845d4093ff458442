import { cosV4Sign, cosV4SignOriginal, verifyCosV4Sign } from '../../../shared/signing/cosLegacy';

const now = 1_700_000_000;
const place = { appId: '1250000000', bucket: 'covers' };
const ids = { secretId: 'localonlyid', secretKey: 'localonlysecret' };
const given = { ...place, ...ids, now, expiresAt: now + 30, random: 7 };

const check = (sign: unknown, changes: Partial<Parameters<typeof verifyCosV4Sign>[0]> = {}) =>
  verifyCosV4Sign({ sign, ...place, ...ids, path: '/头 像.png', now, ...changes });

const original = (text: string) => cosV4SignOriginal({ secretKey: ids.secretKey, original: text });

describe('verifyCosV4Sign', () => {
  it('accepts one for the whole bucket from the first second to the last', () => {
    const sign = cosV4Sign(given);
    expect(check(sign)).toBe('ok');
    expect(check(sign, { path: '/other' })).toBe('ok');
    expect(check(sign, { now: now - 1 })).toBe('notYet');
    expect(check(sign, { now: now + 30 })).toBe('ok');
    expect(check(sign, { now: now + 31 })).toBe('expired');
  });

  it('holds one for a path to that path', () => {
    const sign = cosV4Sign({ ...given, path: '/头 像.png' });
    expect(check(sign)).toBe('ok');
    expect(check(sign, { path: '/other' })).toBe('otherPath');
    expect(check(sign, { path: undefined })).toBe('malformed');
  });

  it('tells one for a single operation apart', () => {
    const sign = cosV4Sign({ ...given, expiresAt: 0, path: '/头 像.png' });
    expect(check(sign)).toBe('okOnce');
    expect(check(sign, { path: '/other' })).toBe('otherPath');
    const forEverywhere = original(`a=1250000000&b=covers&k=localonlyid&e=0&t=${now}&r=1&f=`);
    expect(check(forEverywhere)).toBe('otherPath');
  });

  it('reads the fields in any order, each once', () => {
    const order = `f=&r=1&t=${now}&e=${now + 30}&k=localonlyid&b=covers&a=1250000000`;
    expect(check(original(order))).toBe('ok');
    expect(check(original(`${order}&a=1250000000`))).toBe('malformed');
    expect(check(original(order.replace('r=1', 'e=9')))).toBe('malformed');
    expect(check(original(order.replace('r=1', 'r=x')))).toBe('malformed');
    expect(check(original(order.replace('f=', 'f=%')))).toBe('otherPath');
  });

  it('refuses another application, bucket, id or key, and more than 90 days', () => {
    const sign = cosV4Sign(given);
    expect(check(sign, { appId: '1' })).toBe('unknownId');
    expect(check(sign, { bucket: 'other' })).toBe('unknownId');
    expect(check(sign, { secretId: 'other' })).toBe('unknownId');
    expect(check(sign, { secretKey: 'other' })).toBe('wrong');
    const long = original(`a=1250000000&b=covers&k=localonlyid&e=${now + 7_776_001}&t=${now}&r=1&f=`);
    expect(check(long)).toBe('expired');
    expect(check(undefined)).toBe('missing');
    expect(check('AAAA')).toBe('malformed');
  });
});

test.each([
  ['appId', { appId: 'a' }],
  ['bucket', { bucket: 'a&b' }],
  ['secretId', { secretId: 'a&b' }],
  ['secretKey', { secretKey: '' }],
  ['expiresAt', { expiresAt: now }],
  ['expiresAt', { expiresAt: now + 7_776_001 }],
  ['path', { expiresAt: 0 }],
  ['random', { random: 2 ** 32 }],
])('cosV4Sign throws naming %s for %j', (name, change) => {
  expect(() => cosV4Sign({ ...given, ...change })).toThrow(new RegExp(`^${name} must be`));
});
