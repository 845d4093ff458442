import { psign } from '../../../shared/signing/psign';
import { sealText } from '../../../shared/signing/sealedText';
import { vodHotlinkSign, vodHotlinkUrl } from '../../../shared/signing/vodHotlink';
import {
  verifyVodUploadSignature,
  vodUploadSignature,
  vodUploadSignatureV1,
} from '../../../shared/signing/vodUpload';

const now = 1_700_000_000;
const ids = { secretId: 'localonlyid', secretKey: 'localonlysecret' };
const params = { secretId: ids.secretId, currentTimeStamp: now, expireTime: now + 600, random: 5 };

describe('vodUploadSignature', () => {
  it('encodes values and leaves absent ones out', () => {
    const signature = vodUploadSignature({
      secretKey: ids.secretKey,
      params: { ...params, sourceContext: '用户&a=b', procedure: undefined },
    });
    expect(Buffer.from(signature, 'base64').subarray(20).toString()).toBe(
      `secretId=localonlyid&currentTimeStamp=${now}&expireTime=${now + 600}&random=5` +
        '&sourceContext=%E7%94%A8%E6%88%B7%26a%3Db',
    );
  });

  test.each([
    ['secretId', { secretId: '' }],
    ['expireTime', { expireTime: now - 1 }],
    ['expireTime', { expireTime: now + 7_776_001 }],
    ['currentTimeStamp', { currentTimeStamp: now * 1000 }],
    ['random', { random: 2 ** 32 }],
    ['taskPriority', { taskPriority: 11 }],
    ['sourceContext', { sourceContext: 'a'.repeat(251) }],
    ['sessionContext', { sessionContext: 'a'.repeat(1001) }],
  ])('throws naming %s', (name, change) => {
    expect(() => vodUploadSignature({ secretKey: 'a', params: { ...params, ...change } })).toThrow(
      new RegExp(`^${name} must be`),
    );
  });

  it('takes the limits themselves', () => {
    const most = { random: 2 ** 32 - 1, expireTime: now + 7_776_000, sourceContext: '流'.repeat(250) };
    const signature = vodUploadSignature({ secretKey: ids.secretKey, params: { ...params, ...most } });
    expect(verifyVodUploadSignature({ signature, ...ids, now })).toMatchObject({
      ok: true,
      params: { random: '4294967295', sourceContext: '流'.repeat(250) },
    });
  });
});

describe('verifyVodUploadSignature', () => {
  const signature = vodUploadSignature({ secretKey: ids.secretKey, params });
  const reason = (changes: Partial<Parameters<typeof verifyVodUploadSignature>[0]>) => {
    const check = verifyVodUploadSignature({ signature, ...ids, now, ...changes });
    return check.ok ? 'ok' : check.reason;
  };

  it('accepts from the first second to the last', () => {
    expect(reason({ now: now - 1 })).toBe('notYet');
    expect(reason({})).toBe('ok');
    expect(reason({ now: now + 600 })).toBe('ok');
    expect(reason({ now: now + 601 })).toBe('expired');
  });

  it('refuses what is not whole, of another key or id, or too long', () => {
    const sealed = (text: string) => sealText({ secretKey: ids.secretKey, text });
    expect(reason({ signature: undefined })).toBe('missing');
    expect(reason({ signature: 'AAAA' })).toBe('malformed');
    expect(reason({ signature: sealed('secretId=localonlyid') })).toBe('malformed');
    const text = Buffer.from(signature, 'base64').subarray(20).toString();
    expect(reason({ signature: sealed(text) })).toBe('ok');
    expect(reason({ signature: sealed(`${text}&secretId=other`) })).toBe('malformed');
    expect(reason({ signature: sealed(`${text}&s=other`) })).toBe('malformed');
    expect(reason({ signature: sealed(text.replace(`${now + 600}`, `${now + 7_776_001}`)) })).toBe('expired');
    expect(reason({ secretKey: 'other' })).toBe('wrong');
    expect(reason({ secretId: 'other' })).toBe('unknownId');
  });

  it('gives the short names their long ones', () => {
    const short = vodUploadSignatureV1({ ...ids, now, expiresAt: now + 60, procedure: 'P', random: 1 });
    expect(verifyVodUploadSignature({ signature: short, ...ids, now })).toEqual({
      ok: true,
      params: {
        secretId: 'localonlyid',
        currentTimeStamp: String(now),
        expireTime: String(now + 60),
        procedure: 'P',
        random: '1',
      },
    });
  });
});

describe('vodHotlinkUrl', () => {
  const given = { url: 'https://1.vod.example.com/dir1/dir2/my Video.mp4', key: '24FEQmTzro4V5u3D5epW' };

  it('signs the directory and appends what it signed, in the order of the document', () => {
    const expiresAt = 0x5a71afc0;
    expect(vodHotlinkUrl({ ...given, expiresAt, us: '72d4cd1101', exper: 300 })).toBe(
      `${given.url}?t=5a71afc0&exper=300&us=72d4cd1101&sign=547d98c4b91e81b5ea55c95cef63223f`,
    );
    expect(vodHotlinkUrl({ ...given, expiresAt, us: '72d4cd1101' })).toBe(
      `${given.url}?t=5a71afc0&us=72d4cd1101&sign=3d8488faeb37d52d6bf63b63c1b171c3`,
    );
  });

  it('throws on what it cannot sign', () => {
    expect(() => vodHotlinkUrl({ ...given, url: 'https://h/a.mp4?x=1', expiresAt: now })).toThrow(
      /^url must be/,
    );
    expect(() => vodHotlinkUrl({ ...given, url: 'https://h/', expiresAt: now })).toThrow(/^url must be/);
    expect(() => vodHotlinkSign({ key: 'k', dir: 'a/', t: 'a' })).toThrow(/^dir must be/);
    expect(() => vodHotlinkSign({ key: 'k', dir: '/a', t: 'a' })).toThrow(/^dir must be/);
    expect(() => vodHotlinkSign({ key: 'k', dir: '/a/', t: 'A' })).toThrow(/^t must be/);
    expect(() => vodHotlinkSign({ key: '', dir: '/a/', t: 'a' })).toThrow(/^key must be/);
  });
});

test.each([
  ['appId', { appId: 0 }],
  ['fileId', { fileId: '' }],
  ['currentTimeStamp', { currentTimeStamp: now * 1000 }],
])('psign throws naming %s', (name, change) => {
  const payload = { appId: 1, fileId: '1', currentTimeStamp: now, ...change };
  expect(() => psign({ key: 'k', payload })).toThrow(new RegExp(`^${name} must be`));
});
