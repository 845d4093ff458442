import COS from 'cos-nodejs-sdk-v5';
import fc from 'fast-check';
import { SignJWT } from 'jose';
import Sign from 'tencentcloud-sdk-nodejs/tencentcloud/common/sign';
import { Api } from 'tls-sig-api-v2/TLSSigAPIv2.js';
import { cosV4SignOriginal, verifyCosV4Sign } from '../../shared/signing/cosLegacy';
import {
  cosAuthorization,
  cosKeyTime,
  presignedUrl,
  verifyCosAuthorization,
} from '../../shared/signing/cosRequest';
import { privateMapKey } from '../../shared/signing/privateMapKey';
import { psign } from '../../shared/signing/psign';
import { tc3Authorization, tcV1Signature } from '../../shared/signing/tc3';
import { makeUserSig } from '../../shared/signing/userSig';

/** The official packages sign the same random inputs at the same frozen moment; every byte has to agree. */

const moment = fc.integer({ min: 1_000_000_000, max: 4_000_000_000 });
const uint32 = fc.integer({ min: 0, max: 0xffffffff });
const secret = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 64 });
const secretId = fc.stringMatching(/^[A-Za-z0-9]{1,40}$/);
const anyText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom("用户 1/头像(1)!*'.jpg", 'a+b=c&d', '%E4%BD%A0', '~-._', '😀/流.png'),
);

function frozen<T>(now: number, random: number, work: () => T): T {
  const spies = [
    jest.spyOn(Date, 'now').mockReturnValue(now * 1000),
    jest.spyOn(Math, 'random').mockReturnValue(random),
  ];
  try {
    return work();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

describe('tls-sig-api-v2', () => {
  const sdkAppId = fc.integer({ min: 1, max: 0xffffffff });
  const life = fc.integer({ min: 0, max: 200 * 86_400 });
  const asciiId = fc.stringMatching(/^[A-Za-z0-9_-]{1,32}$/);
  const printable = anyText.filter((id) => id !== '' && !/\p{Cc}/u.test(id));

  it('makes the same UserSig', () => {
    fc.assert(
      fc.property(sdkAppId, secret, printable, life, moment, (sdkAppId, key, userId, expire, now) => {
        const official = frozen(now, 0, () => new Api(sdkAppId, key).genUserSig(userId, expire));
        expect(makeUserSig({ sdkAppId, key, userId, now, expire })).toBe(official);
      }),
      { numRuns: 300 },
    );
  });

  it('makes the same room key for a numeric room', () => {
    const privileges = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(
        sdkAppId,
        secret,
        asciiId,
        life,
        moment,
        uint32,
        privileges,
        (sdkAppId, key, userId, expire, now, room, privileges) => {
          const official = frozen(now, 0, () =>
            new Api(sdkAppId, key).genPrivateMapKey(userId, expire, room, privileges),
          );
          expect(privateMapKey({ sdkAppId, key, userId, now, expire, room, privileges })).toBe(official);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('makes the same room key for a text room', () => {
    fc.assert(
      fc.property(
        sdkAppId,
        secret,
        asciiId,
        life,
        moment,
        asciiId,
        (sdkAppId, key, userId, expire, now, room) => {
          const official = frozen(now, 0, () =>
            new Api(sdkAppId, key).genPrivateMapKeyWithStringRoomID(userId, expire, room, 42),
          );
          expect(privateMapKey({ sdkAppId, key, userId, now, expire, room, privileges: 42 })).toBe(official);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('cos-nodejs-sdk-v5', () => {
  const ids = fc.record(
    { SecretId: secretId, SecretKey: fc.stringMatching(/^[!-~]{1,40}$/) },
    { noNullPrototype: true },
  );
  const method = fc.constantFrom('GET' as const, 'PUT' as const, 'POST' as const, 'DELETE' as const);
  const objectKey = fc
    .tuple(fc.constantFrom('a', '中', '('), anyText)
    .map(([first, rest]) => `${first}${rest}`);
  const value = fc.oneof(anyText, fc.nat());
  /** The SDK asks the object itself hasOwnProperty, so a parameter must not take the place of what objects have. */
  const isFree = (name: string) => name !== '' && !(name in {});
  /** One name of any kind, or many of unreserved ASCII: for several others the SDK's lists and sums differ in order. */
  const query = fc.oneof(
    fc.dictionary(fc.stringMatching(/^[A-Za-z0-9._~-]{1,12}$/).filter(isFree), value, {
      maxKeys: 6,
      noNullPrototype: true,
    }),
    fc.tuple(anyText.filter(isFree), value).map(([name, value]) => ({ [name]: value })),
  );
  const headers = fc.dictionary(
    fc.constantFrom(
      'Host',
      'Content-Type',
      'cache-control',
      'Content-MD5',
      'Range',
      'x-cos-acl',
      'x-cos-meta-名',
    ),
    anyText,
    { maxKeys: 5, noNullPrototype: true },
  );

  it('makes the same Authorization, which verifies', () => {
    fc.assert(
      fc.property(ids, method, objectKey, query, headers, moment, (ids, method, key, query, headers, now) => {
        const official = frozen(now, 0, () =>
          COS.getAuthorization({
            ...ids,
            Method: method,
            Key: key,
            Query: query,
            Headers: headers,
            Expires: 600,
          }),
        );
        const { SecretId: secretId, SecretKey: secretKey } = ids;
        const request = { method, pathname: `/${key}`, query, headers };
        const keyTime = cosKeyTime(now - 1, now + 599);
        expect(cosAuthorization({ secretId, secretKey, keyTime, ...request })).toBe(official);
        expect(
          verifyCosAuthorization({ authorization: official, secretId, secretKey, ...request, now }),
        ).toBe('ok');
      }),
      { numRuns: 500 },
    );
  });

  it('makes the same presigned URL', () => {
    fc.assert(
      fc.property(ids, method, objectKey, moment, (ids, method, key, now) => {
        const [Bucket, Region] = ['examplebucket-1250000000', 'ap-guangzhou'];
        const official = frozen(now, 0, () =>
          new COS({ ...ids, Protocol: 'https:' }).getObjectUrl({
            Bucket,
            Region,
            Method: method,
            Key: key,
            Expires: 600,
            Sign: true,
          }),
        );
        const url = presignedUrl({
          secretId: ids.SecretId,
          secretKey: ids.SecretKey,
          method,
          host: `${Bucket}.cos.${Region}.myqcloud.com`,
          key,
          keyTime: cosKeyTime(now - 1, now + 599),
        });
        expect(url).toBe(official);
      }),
      { numRuns: 200 },
    );
  });

  it('makes v4 signatures from the same text, which verify', () => {
    fc.assert(
      fc.property(ids, objectKey, moment, fc.constantFrom(0, 0.25, 0.5, 0.999), (ids, key, now, random) => {
        const official = frozen(now, random, () =>
          new COS(ids).getV4Auth({ ...ids, Bucket: 'examplebucket-1250000000', Key: key, Expires: 600 }),
        );
        const { SecretId: secretId, SecretKey: secretKey } = ids;
        const original = Buffer.from(String(official), 'base64').subarray(20).toString();
        expect(cosV4SignOriginal({ secretKey, original })).toBe(official);
        const place = { appId: '1250000000', bucket: 'examplebucket', path: `/${key}` };
        expect(verifyCosV4Sign({ sign: official, ...place, secretId, secretKey, now })).toBe('ok');
      }),
      { numRuns: 200 },
    );
  });
});

describe('tencentcloud-sdk-nodejs', () => {
  const service = fc.constantFrom('live', 'vod', 'sts', 'cvm');
  const contentType = fc.constantFrom(
    'application/json',
    'application/json; charset=utf-8',
    'application/octet-stream',
  );

  it('makes the same Authorization of a POST with any bytes', () => {
    fc.assert(
      fc.property(
        secretId,
        secret,
        service,
        contentType,
        moment,
        fc.uint8Array({ maxLength: 300 }),
        (secretId, secretKey, service, contentType, timestamp, bytes) => {
          const payload = Buffer.from(bytes);
          const host = `${service}.tencentcloudapi.com`;
          const request = { method: 'POST' as const, timestamp, service, secretId, secretKey, payload };
          const official = Sign.sign3({
            ...request,
            url: `https://${host}`,
            multipart: false,
            boundary: '',
            headers: { 'Content-Type': contentType },
          });
          expect(tc3Authorization({ ...request, headers: { 'Content-Type': contentType, Host: host } })).toBe(
            official,
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  it('makes the same Authorization of a GET with any parameters', () => {
    const parameters = fc.dictionary(fc.stringMatching(/^[A-Za-z.0-9]{1,12}$/), anyText, { maxKeys: 5 });
    fc.assert(
      fc.property(
        secretId,
        secret,
        service,
        moment,
        parameters,
        (secretId, secretKey, service, timestamp, given) => {
          const host = `${service}.tencentcloudapi.com`;
          const query = new URLSearchParams(given).toString();
          const contentType = 'application/x-www-form-urlencoded';
          const request = { method: 'GET' as const, timestamp, service, secretId, secretKey };
          const official = Sign.sign3({
            ...request,
            payload: undefined,
            url: `https://${host}/?${query}`,
            multipart: false,
            boundary: '',
            headers: { 'Content-Type': contentType },
          });
          const headers = { 'content-type': contentType, host };
          expect(tc3Authorization({ ...request, query, headers, payload: '' })).toBe(official);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('makes the same version 1 signature', () => {
    fc.assert(
      fc.property(secret, anyText, (secretKey, text) => {
        expect(tcV1Signature({ secretKey, text })).toBe(Sign.sign(secretKey, text, 'HmacSHA1'));
        expect(tcV1Signature({ secretKey, text, algorithm: 'sha256' })).toBe(
          Sign.sign(secretKey, text, 'HmacSHA256'),
        );
      }),
    );
  });
});

describe('jose', () => {
  it('makes the same player signature', async () => {
    const settings = fc.dictionary(fc.stringMatching(/^[a-zA-Z]{1,10}$/), fc.oneof(anyText, fc.nat()), {
      maxKeys: 4,
    });
    const payload = fc.record({
      appId: fc.integer({ min: 1, max: 0xffffffff }),
      fileId: fc.stringMatching(/^[0-9]{1,19}$/),
      contentInfo: settings,
      currentTimeStamp: moment,
      expireTimeStamp: moment,
      urlAccessInfo: settings,
    });
    const playKey = fc.stringMatching(/^[A-Za-z0-9]{8,20}$/);
    await fc.assert(
      fc.asyncProperty(playKey, payload, async (key, payload) => {
        const official = await new SignJWT(payload)
          .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
          .sign(new TextEncoder().encode(key));
        expect(psign({ key, payload })).toBe(official);
      }),
      { numRuns: 200 },
    );
  });
});
