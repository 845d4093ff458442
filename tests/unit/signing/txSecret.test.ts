import { createHash } from 'node:crypto';
import { txSecret, txTime, verifyTxSecret } from '../../../shared/signing/txSecret';

const now = 1_700_000_000;
const key = 'localonlykey';
const time = txTime(now + 60);
const secret = txSecret({ key, streamName: 'room_1', txTime: time });

const check = (changes: Partial<Parameters<typeof verifyTxSecret>[0]>) =>
  verifyTxSecret({ keys: [key], streamName: 'room_1', txSecret: secret, txTime: time, now, ...changes });

describe('verifyTxSecret', () => {
  it('accepts until the last second and not after it', () => {
    expect(check({})).toBe('ok');
    expect(check({ now: now + 60 })).toBe('ok');
    expect(check({ now: now + 61 })).toBe('expired');
  });

  it('adds the validity of a play key to its start', () => {
    expect(check({ now: now + 60 + 600, validSeconds: 600 })).toBe('ok');
    expect(check({ now: now + 61 + 600, validSeconds: 600 })).toBe('expired');
  });

  it('accepts the backup key', () => {
    expect(check({ keys: ['another', key] })).toBe('ok');
    expect(check({ keys: ['another'] })).toBe('wrong');
  });

  it('never takes an empty key for a key', () => {
    expect(check({ keys: [] })).toBe('wrong');
    const forged = createHash('md5').update(`room_1${time}`).digest('hex');
    expect(check({ keys: [''], txSecret: forged })).toBe('wrong');
  });

  it('says missing, malformed, wrong before expired', () => {
    expect(check({ txSecret: undefined })).toBe('missing');
    expect(check({ txTime: '' })).toBe('missing');
    expect(check({ txTime: '0x6553f13c' })).toBe('malformed');
    expect(check({ streamName: undefined })).toBe('malformed');
    expect(check({ streamName: ['room_1'] })).toBe('malformed');
    expect(check({ streamName: 'room_2', now: now + 1000 })).toBe('wrong');
  });

  it('hashes the time as it is written, so its case matters', () => {
    const upper = time.toUpperCase();
    expect(upper).not.toBe(time);
    expect(check({ txTime: upper })).toBe('wrong');
    expect(check({ txTime: upper, txSecret: txSecret({ key, streamName: 'room_1', txTime: upper }) })).toBe(
      'ok',
    );
  });

  it('does not let digits wander between the name and the time', () => {
    const streamName = `room_${txTime(now + 60)}`;
    const shifted = { streamName: streamName.slice(0, -2), txTime: streamName.slice(-2) + time };
    const signed = txSecret({ key, streamName, txTime: time });
    expect(check({ streamName, txSecret: signed })).toBe('ok');
    expect(check({ ...shifted, txSecret: signed })).toBe('malformed');
  });

  it('checks SHA-256 where that is set', () => {
    const sha = txSecret({ key, streamName: 'room_1', txTime: time, algorithm: 'sha256' });
    expect(check({ txSecret: sha, algorithm: 'sha256' })).toBe('ok');
    expect(check({ txSecret: sha })).toBe('wrong');
  });
});

describe('mistakes of the caller', () => {
  test.each([-1, 1.5, NaN, Infinity, 2 ** 32])('txTime(%p) throws', (seconds) => {
    expect(() => txTime(seconds)).toThrow(
      new TypeError('unixSeconds must be a whole number from 0 to 4294967295'),
    );
  });

  it('names the argument and keeps its value to itself', () => {
    expect(() => txSecret({ key: '', streamName: 'a', txTime: time })).toThrow(/^key must be text/);
    expect(() => txSecret({ key, streamName: '', txTime: time })).toThrow(/^streamName must be text/);
    expect(() => txSecret({ key, streamName: 'a', txTime: 'secret value' })).toThrow(TypeError);
    expect(() => txSecret({ key, streamName: 'a', txTime: 'secret value' })).not.toThrow(/secret value/);
  });
});
