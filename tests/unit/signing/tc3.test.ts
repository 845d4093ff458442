import { tc3Authorization, verifyTc3 } from '../../../shared/signing/tc3';

const now = 1_700_000_000;
const headers = { 'content-type': 'application/json', host: 'live.tencentcloudapi.com' };
const call = {
  secretId: 'localonlyid',
  secretKey: 'localonlysecret',
  service: 'live',
  method: 'POST' as const,
  payload: '{"a":1}',
};
const authorization = tc3Authorization({ ...call, headers, timestamp: now });

const check = (changes: Partial<Parameters<typeof verifyTc3>[0]>) =>
  verifyTc3({ ...call, authorization, timestamp: String(now), headers, now, ...changes });

describe('verifyTc3', () => {
  it('allows clocks to differ by five minutes', () => {
    expect(check({})).toBe('ok');
    expect(check({ timestamp: now })).toBe('ok');
    expect(check({ now: now + 300 })).toBe('ok');
    expect(check({ now: now + 301 })).toBe('expired');
    expect(check({ now: now - 300 })).toBe('ok');
    expect(check({ now: now - 301 })).toBe('tooFarAhead');
  });

  it('looks at the signed headers and no others', () => {
    expect(check({ headers: { ...headers, 'user-agent': 'x', list: ['a'] } })).toBe('ok');
    expect(check({ headers: { ...headers, host: 'other' } })).toBe('wrong');
    expect(check({ headers: { host: headers.host } })).toBe('wrong');
    expect(check({ headers: null })).toBe('wrong');
  });

  it('wants content-type and host signed', () => {
    const onlyHost = tc3Authorization({ ...call, headers: { host: 'h' }, timestamp: now });
    expect(check({ authorization: onlyHost, headers: { host: 'h' } })).toBe('malformed');
  });

  it('hashes the bytes as sent', () => {
    expect(check({ payload: Buffer.from(call.payload) })).toBe('ok');
    expect(check({ payload: '{"a": 1}' })).toBe('wrong');
  });

  it('refuses another id, key, service, time', () => {
    expect(check({ secretId: 'other' })).toBe('unknownId');
    expect(check({ secretKey: 'other' })).toBe('wrong');
    expect(check({ service: 'vod' })).toBe('wrong');
    expect(check({ timestamp: String(now + 1) })).toBe('wrong');
    expect(check({ timestamp: `${now}0` })).toBe('malformed');
    expect(check({ timestamp: '9999999999' })).toBe('malformed');
    expect(check({ timestamp: undefined })).toBe('missing');
    expect(check({ authorization: undefined })).toBe('missing');
    expect(check({ authorization: 'Bearer a' })).toBe('malformed');
  });
});

test.each([
  ['secretId', { secretId: '' }],
  ['secretKey', { secretKey: '' }],
  ['service', { service: 'live/x' }],
  ['timestamp', { timestamp: now * 1000 }],
])('tc3Authorization throws naming %s', (name, change) => {
  const given = { ...call, headers, timestamp: now, ...change };
  expect(() => tc3Authorization(given)).toThrow(new RegExp(`^${name} must be`));
});
