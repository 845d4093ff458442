import { createHash } from 'node:crypto';
import { callbackSign, verifyCallbackSign } from '../../../shared/signing/callbackSign';

const now = 1_700_000_000;
const key = 'localonlykey';
const signed = (t: number | string) => ({ t, sign: callbackSign({ key, t }) });

const check = (changes: Partial<Parameters<typeof verifyCallbackSign>[0]>) =>
  verifyCallbackSign({
    keys: [key],
    ...signed(now + 600),
    now,
    graceSeconds: 900,
    maxAheadSeconds: 3600,
    ...changes,
  });

describe('verifyCallbackSign', () => {
  it('takes t as a number or as digits', () => {
    expect(check({})).toBe('ok');
    expect(check(signed(String(now)))).toBe('ok');
  });

  it('takes a notice until t and the grace are over', () => {
    expect(check(signed(now - 900))).toBe('ok');
    expect(check(signed(now - 901))).toBe('expired');
    expect(check({ ...signed(now), graceSeconds: 0 })).toBe('ok');
    expect(check({ ...signed(now - 1), graceSeconds: 0 })).toBe('expired');
  });

  it('does not take one from too far ahead', () => {
    expect(check(signed(now + 3600))).toBe('ok');
    expect(check(signed(now + 3601))).toBe('tooFarAhead');
  });

  it('accepts the previous key during a change of keys, and an empty one never', () => {
    expect(check({ keys: ['new', key] })).toBe('ok');
    expect(check({ keys: ['new'] })).toBe('wrong');
    const forged = createHash('md5').update(String(now)).digest('hex');
    expect(check({ keys: ['new', ''], t: now, sign: forged })).toBe('wrong');
  });

  it('is not taken in by values that only look equal', () => {
    expect(check({ t: [now + 600] })).toBe('malformed');
    expect(check({ sign: [signed(now + 600).sign] })).toBe('malformed');
    expect(check({ sign: 0 })).toBe('malformed');
    expect(check({ sign: true })).toBe('malformed');
    expect(check({ t: now + 600.5 })).toBe('malformed');
    expect(check({ t: 1e21 })).toBe('malformed');
    expect(check({ t: ` ${now + 600}` })).toBe('malformed');
    expect(check({ sign: signed(now + 600).sign.toUpperCase() })).toBe('malformed');
  });

  it('says missing when either is missing, and wrong before expired', () => {
    expect(check({ t: undefined })).toBe('missing');
    expect(check({ sign: null })).toBe('missing');
    expect(check({ t: 5 })).toBe('wrong');
  });
});

it('callbackSign throws on what is no time', () => {
  expect(() => callbackSign({ key, t: '1e3' })).toThrow(/^t must be text/);
  expect(() => callbackSign({ key, t: -1 })).toThrow(TypeError);
  expect(() => callbackSign({ key: '', t: 1 })).toThrow(/^key must be/);
});
