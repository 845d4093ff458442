import { callbackSign } from '../../../shared/signing/callbackSign';
import { cosV4Sign, cosV4SignOriginal } from '../../../shared/signing/cosLegacy';
import { cosKeyTime, cosSignKey } from '../../../shared/signing/cosRequest';
import { legacyPasswordHash, liteavSig } from '../../../shared/signing/liteavSig';
import { legacyPlayUrls, linkMicPlayUrl } from '../../../shared/signing/playUrl';
import { legacyPushUrl } from '../../../shared/signing/pushUrl';
import { streamNameInUrl } from '../../../shared/signing/streamName';
import { txSecret, txTime } from '../../../shared/signing/txSecret';
import { vodUploadSignature, vodUploadSignatureV1 } from '../../../shared/signing/vodUpload';

/** What the original PHP backend answered with these made-up keys at this moment. */
const key = 'pushkey';
const secretKey = 'sk';
const secretId = 'sid';
const now = 1795358274;
const inThreeHours = now + 10800;

describe('[original backend] live', () => {
  it('txTime', () => {
    expect(txTime(inThreeHours)).toBe('6b032872');
  });

  test.each([
    ['8888_u2', '8010a0f02c90bc94e964ad7b9c3a9053'],
    ['8888_u6_6b032872', '5d093ea5cab3d3c1520e5423dcaaf71a'],
  ])('txSecret of %s', (streamName, expected) => {
    expect(txSecret({ key, streamName, txTime: '6b032872' })).toBe(expected);
  });

  it('push URL', () => {
    const url = legacyPushUrl({
      bizId: '8888',
      streamName: '8888_u2',
      key,
      expiresAt: inThreeHours,
      record: 'flv|hls',
      recordInterval: 10800,
    });
    expect(url).toBe(
      'rtmp://8888.livepush.myqcloud.com/live/8888_u2?bizid=8888&record_interval=10800&record=flv|hls' +
        '&txSecret=8010a0f02c90bc94e964ad7b9c3a9053&txTime=6b032872',
    );
  });

  it('push URL without recording', () => {
    const url = legacyPushUrl({ bizId: '8888', streamName: '8888_u2', key, expiresAt: inThreeHours });
    expect(url).toBe(
      'rtmp://8888.livepush.myqcloud.com/live/8888_u2?bizid=8888' +
        '&txSecret=8010a0f02c90bc94e964ad7b9c3a9053&txTime=6b032872',
    );
  });

  it('play URL signed for link-mic', () => {
    const originUrl = 'http://8888.liveplay.myqcloud.com/live/8888_u2.flv';
    expect(legacyPlayUrls({ bizId: '8888', streamName: '8888_u2' }).flv).toBe(originUrl);
    expect(streamNameInUrl(originUrl)).toBe('8888_u2');
    expect(linkMicPlayUrl({ originUrl, key, txTime: '6b032873', bizId: '8888' })).toBe(
      `${originUrl}?txSecret=bcb2b9538f0657033b5924ceb23e0315&txTime=6b032873&bizid=8888`,
    );
  });

  it('sign of a notice', () => {
    expect(callbackSign({ key: 'cbkey', t: 1795358898 })).toBe('4aab3ef171affcd6c8f4f086a290c853');
    expect(callbackSign({ key: 'cbkey', t: '1795358898' })).toBe('4aab3ef171affcd6c8f4f086a290c853');
  });
});

describe('[original backend] uploads', () => {
  it('COS V2, the sign key', () => {
    expect(cosSignKey({ secretKey, keyTime: cosKeyTime(now, now + 30) })).toBe(
      '75bea5f08267763f64a50bd646ee1ca96a19963b',
    );
  });

  it('COS v4', () => {
    const original = 'a=1251000000&b=bkt&k=sid&e=1795358304&t=1795358274&r=1767375542&f=';
    const expected =
      'NORwZeIOYNKHklw/zQCki28UZoVhPTEyNTEwMDAwMDAmYj1ia3Qmaz1zaWQmZT0xNzk1MzU4MzA0JnQ9MTc5NTM1ODI3NCZyPTE3NjczNzU1NDImZj0=';
    const given = { appId: '1251000000', bucket: 'bkt', secretId, secretKey, now, expiresAt: now + 30 };
    expect(cosV4SignOriginal({ secretKey, original })).toBe(expected);
    expect(cosV4Sign({ ...given, random: 1767375542 })).toBe(expected);
  });

  it('VOD V1', () => {
    const given = { secretId, secretKey, now, expiresAt: now + 86400, procedure: 'XIAOZHIBO-DEFAULT' };
    expect(vodUploadSignatureV1({ ...given, random: 1238913683 })).toBe(
      'Dif6pxo+4pVUvu+T+FG52XUhdS9zPXNpZCZ0PTE3OTUzNTgyNzQmZT0xNzk1NDQ0Njc0JnA9WElBT1pISUJPLURFRkFVTFQmcj0xMjM4OTEzNjgz',
    );
  });

  it('VOD V2', () => {
    const params = {
      secretId,
      currentTimeStamp: now,
      expireTime: now + 86400,
      procedure: 'XIAOZHIBO-DEFAULT',
      random: 100986785,
    };
    expect(vodUploadSignature({ secretKey, params })).toBe(
      'JZES60MJxqvQHa1AvC8jlwLbga9zZWNyZXRJZD1zaWQmY3VycmVudFRpbWVTdGFtcD0xNzk1MzU4Mjc0JmV4cGlyZVRpbWU9MTc5NTQ0NDY3NCZwcm9jZWR1cmU9WElBT1pISUJPLURFRkFVTFQmcmFuZG9tPTEwMDk4Njc4NQ==',
    );
  });
});

describe('[original backend] second generation', () => {
  it('password', () => {
    expect(legacyPasswordHash({ password: '123456', userId: 'userabc' })).toBe(
      'f155afd57b1118e72a91df8b947bf24c',
    );
  });

  it('Liteav-Sig, over text and over bytes', () => {
    const rawBody = '{"userid":"userabc","timestamp":1795358933,"expires":10}';
    expect(liteavSig({ token: 'tok123', rawBody })).toBe('cd1a44e44a31854f1e5e8a73012a5444');
    expect(liteavSig({ token: 'tok123', rawBody: Buffer.from(rawBody) })).toBe(
      'cd1a44e44a31854f1e5e8a73012a5444',
    );
  });
});
