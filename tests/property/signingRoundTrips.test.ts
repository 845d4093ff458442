import fc from 'fast-check';
import { callbackSign, verifyCallbackSign } from '../../shared/signing/callbackSign';
import { cosV4Sign, verifyCosV4Sign } from '../../shared/signing/cosLegacy';
import { cosPostPolicy, verifyCosPostPolicy } from '../../shared/signing/cosPostPolicy';
import {
  cosAuthorization,
  cosAuthorizationFromQuery,
  cosKeyTime,
  presignedUrl,
  verifyCosAuthorization,
} from '../../shared/signing/cosRequest';
import { imWebhookSign, verifyImWebhook } from '../../shared/signing/imWebhook';
import { liteavSig, verifyLiteavSig } from '../../shared/signing/liteavSig';
import { linkMicPlayUrl, playUrls } from '../../shared/signing/playUrl';
import { pushUrls } from '../../shared/signing/pushUrl';
import { tc3Authorization, verifyTc3 } from '../../shared/signing/tc3';
import { verifyTxSecret } from '../../shared/signing/txSecret';
import { makeUserSig, verifyUserSig } from '../../shared/signing/userSig';
import {
  verifyVodUploadSignature,
  vodUploadSignature,
  vodUploadSignatureV1,
} from '../../shared/signing/vodUpload';
import { unpacked } from '../unit/signing/unpacked';

const now = 1_700_000_000;
const key = 'localonlykey';
const secretId = 'localonlyid';
const secretKey = 'localonlysecret';

const streamName = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);
const anyText = fc.string({ unit: 'grapheme', maxLength: 30 });
const filled = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 });

/**
 * What a client holds: some texts, in whatever a product calls them. `judge` says how the library finds them.
 * Every one must be 'ok' as it was made, and nothing else with any character of any text changed.
 */
interface Held {
  texts: Record<string, string>;
  judge: (texts: Record<string, string>) => string;
  /** Where two texts can stand for the same content: that content. */
  content?: (text: string) => string;
}

const pushUrl = streamName.map((streamName): Held => {
  const url = new URL(
    pushUrls({ domain: 'push.example.com', appName: 'live', streamName, key, expiresAt: now + 60 }).rtmp,
  );
  const texts = Object.fromEntries(url.searchParams);
  const judge = ({ name, ...query }: Record<string, string>) =>
    verifyTxSecret({
      keys: ['other', key],
      streamName: name,
      txSecret: query.txSecret,
      txTime: query.txTime,
      now,
    });
  return { texts: { ...texts, name: streamName }, judge };
});

const playUrl = streamName.map((streamName): Held => {
  const origins = { http: 'https://play.example.com' };
  const url = new URL(playUrls({ origins, appName: 'live', streamName, key, startsAt: now }).flv ?? '');
  const judge = ({ name, txSecret, txTime }: Record<string, string>) =>
    verifyTxSecret({ keys: [key], streamName: name, txSecret, txTime, now: now + 600, validSeconds: 600 });
  return { texts: { ...Object.fromEntries(url.searchParams), name: streamName }, judge };
});

const linkMicUrl = streamName.map((streamName): Held => {
  const originUrl = `rtmp://play.example.com/live/${streamName}?token=a`;
  const url = new URL(linkMicPlayUrl({ originUrl, key, txTime: '6553ff10', bizId: '8888' }));
  const { txSecret = '', txTime = '' } = Object.fromEntries(url.searchParams);
  const judge = (texts: Record<string, string>) =>
    verifyTxSecret({
      keys: [key],
      streamName: texts.name,
      txSecret: texts.txSecret,
      txTime: texts.txTime,
      now,
    });
  return { texts: { txSecret, txTime, name: streamName }, judge };
});

const notice = fc.integer({ min: now - 900, max: now + 900 }).map((t): Held => {
  const judge = ({ t, sign }: Record<string, string>) =>
    verifyCallbackSign({ keys: [key, ''], sign, t, now, graceSeconds: 900, maxAheadSeconds: 900 });
  return { texts: { t: String(t), sign: callbackSign({ key, t }) }, judge };
});

const cosRequest = fc
  .record({ method: fc.constantFrom('put', 'GET'), path: anyText, value: filled, header: filled })
  .map(({ method, path, value, header }): Held => {
    const request = (given: Record<string, string>) => ({
      method,
      pathname: `/${given.path}`,
      query: { prefix: given.value ?? '', 'max-keys': 20 },
      headers: { Host: 'b-1.cos.example.com', 'x-cos-meta-a': given.header ?? '' },
    });
    const texts = { path, value, header };
    const keyTime = cosKeyTime(now - 60, now + 60);
    const authorization = cosAuthorization({ secretId, secretKey, keyTime, ...request(texts) });
    const judge = (given: Record<string, string>) =>
      verifyCosAuthorization({
        authorization: given.authorization,
        secretId,
        secretKey,
        ...request(given),
        now,
      });
    return { texts: { ...texts, authorization }, judge };
  });

const presigned = filled
  .filter((key) => !key.startsWith('/'))
  .map((objectKey): Held => {
    const host = 'b-1.cos.example.com';
    const keyTime = cosKeyTime(now, now + 60);
    const token = 'a+b/c=';
    const url = new URL(
      presignedUrl({ secretId, secretKey, method: 'PUT', host, key: objectKey, keyTime, token }),
    );
    const { 'x-cos-security-token': session, ...query } = Object.fromEntries(url.searchParams);
    expect(session).toBe(token);
    const judge = ({ host, objectKey, ...query }: Record<string, string>) =>
      verifyCosAuthorization({
        authorization: cosAuthorizationFromQuery(query),
        secretId,
        secretKey,
        method: 'PUT',
        pathname: `/${objectKey}`,
        query,
        headers: { host },
        now,
      });
    return { texts: { ...query, objectKey, host }, judge };
  });

const uploadForm = fc
  .record({ key: filled, size: fc.integer({ min: 1, max: 1000 }) })
  .filter(({ key }) => !key.startsWith('/'))
  .map(({ key, size }): Held => {
    const place = { bucket: 'covers-1250000000', contentType: 'image/png' };
    const limits = { minBytes: 1, maxBytes: 1000, startsAt: now, expiresAt: now + 60 };
    const { fields } = cosPostPolicy({ secretId, secretKey, ...place, key, ...limits });
    const judge = (fields: Record<string, string>) =>
      verifyCosPostPolicy({ fields, fileSize: size, ...place, secretId, secretKey, now });
    return { texts: fields, judge };
  });

const cosV4 = fc.option(filled, { nil: undefined }).map((name): Held => {
  const place = { appId: '1250000000', bucket: 'covers' };
  const path = name === undefined ? undefined : `/${name}`;
  const times = { now: now - 5, expiresAt: now + 60, random: 7 };
  const sign = cosV4Sign({ ...place, secretId, secretKey, ...times, path });
  const judge = ({ sign }: Record<string, string>) =>
    verifyCosV4Sign({ sign, ...place, secretId, secretKey, path: path ?? '/any', now });
  return { texts: { sign }, judge };
});

const vodUpload = fc
  .record({ sourceContext: anyText, oneTimeValid: fc.constantFrom(0 as const, 1 as const) })
  .map((extra): Held => {
    const params = { secretId, currentTimeStamp: now, expireTime: now + 600, random: 9, ...extra };
    const signature = vodUploadSignature({ secretKey, params });
    const judge = ({ signature }: Record<string, string>) => {
      const check = verifyVodUploadSignature({ signature, secretId, secretKey, now });
      if (check.ok) expect(check.params.sourceContext).toBe(extra.sourceContext);
      return check.ok ? 'ok' : check.reason;
    };
    return { texts: { signature }, judge };
  });

const vodUploadV1 = fc.integer({ min: 0, max: 0xffffffff }).map((random): Held => {
  const given = { secretId, secretKey, now, expiresAt: now + 86_400, procedure: 'XIAOZHIBO-DEFAULT' };
  const judge = ({ signature }: Record<string, string>) => {
    const check = verifyVodUploadSignature({ signature, secretId, secretKey, now });
    if (check.ok)
      expect(check.params).toMatchObject({ procedure: 'XIAOZHIBO-DEFAULT', random: String(random) });
    return check.ok ? 'ok' : check.reason;
  };
  return { texts: { signature: vodUploadSignatureV1({ ...given, random }) }, judge };
});

const userSig = filled
  .filter((id) => !/\p{Cc}/u.test(id))
  .map((userId): Held => {
    const app = { sdkAppId: 1400000000, key };
    const judge = ({ userSig }: Record<string, string>) => {
      const check = verifyUserSig({ ...app, userSig, now });
      if (check.ok) expect(check).toEqual({ ok: true, userId, expiresAt: now + 50 });
      return check.ok ? 'ok' : check.reason;
    };
    const texts = { userSig: makeUserSig({ ...app, userId, now: now - 50, expire: 100 }) };
    return { texts, judge, content: unpacked };
  });

const liteav = fc.record({ rawBody: anyText, token: filled }).map(({ rawBody, token }): Held => {
  const judge = ({ rawBody = '', sig }: Record<string, string>) => verifyLiteavSig({ token, rawBody, sig });
  return { texts: { rawBody, sig: liteavSig({ token, rawBody }) }, judge };
});

const tc3 = fc
  .record({ payload: anyText, query: fc.stringMatching(/^[a-z=&]{0,20}$/) })
  .map((texts): Held => {
    const headers = { 'content-type': 'application/json', host: 'live.tencentcloudapi.com' };
    const call = { secretId, secretKey, service: 'live', method: 'POST' as const, headers };
    const authorization = tc3Authorization({ ...call, timestamp: now, ...texts });
    const judge = ({ authorization, timestamp, payload = '', query }: Record<string, string>) =>
      verifyTc3({ ...call, authorization, timestamp, payload, query, now: now + 300 });
    return { texts: { ...texts, authorization, timestamp: String(now) }, judge };
  });

const imWebhook = filled.map((token): Held => {
  const judge = ({ sign, requestTime }: Record<string, string>) =>
    verifyImWebhook({ token, sign, requestTime, now, maxDifferenceSeconds: 60 });
  return { texts: { sign: imWebhookSign({ token, requestTime: now }), requestTime: String(now) }, judge };
});

const held = {
  pushUrl,
  playUrl,
  linkMicUrl,
  notice,
  cosRequest,
  presigned,
  uploadForm,
  cosV4,
  vodUpload,
  vodUploadV1,
  userSig,
  liteav,
  tc3,
  imWebhook,
};

/** Replaces one character, wherever it falls, by one that is another in every sense (no lone half of a pair). */
function withOneChanged(text: string, at: number, by: string): string | undefined {
  const characters = [...text];
  const index = at % Math.max(characters.length, 1);
  if (characters.length === 0 || characters[index] === by) return undefined;
  return [...characters.slice(0, index), by, ...characters.slice(index + 1)].join('');
}

const replacement = fc.oneof(
  fc.constantFrom(...'AZaz09+/=*-_&;%., \n\0'),
  fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 1 }),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
);

describe.each(Object.entries(held))('%s', (_name, arbitrary) => {
  it('is accepted as it was made', () => {
    fc.assert(
      fc.property(arbitrary, ({ texts, judge }) => {
        expect(judge(texts)).toBe('ok');
      }),
    );
  });

  it('is refused with any one character changed', () => {
    fc.assert(
      fc.property(
        arbitrary,
        fc.nat(),
        fc.nat(),
        replacement,
        ({ texts, judge, content = String }, which, at, by) => {
          const names = Object.keys(texts);
          const name = names[which % names.length] ?? '';
          const changed = withOneChanged(texts[name] ?? '', at, by);
          fc.pre(changed !== undefined);
          const accepted = judge({ ...texts, [name]: changed }) === 'ok';
          expect(accepted && content(changed) !== content(texts[name] ?? '')).toBe(false);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('is refused with a text cut short, made longer or left out', () => {
    fc.assert(
      fc.property(
        arbitrary,
        fc.nat(),
        fc.constantFrom('cut', 'longer', 'out'),
        ({ texts, judge }, which, how) => {
          const names = Object.keys(texts).filter((name) => texts[name] !== '');
          const name = names[which % names.length] ?? '';
          const { [name]: text = '', ...others } = texts;
          const left = how === 'out' ? {} : { [name]: how === 'cut' ? text.slice(0, -1) : `${text}0` };
          expect(judge({ ...others, ...left })).not.toBe('ok');
        },
      ),
    );
  });
});

describe('whatever a client sends', () => {
  const times = { now, graceSeconds: 900, maxAheadSeconds: 900 };
  const ids = { secretId, secretKey };
  const verifiers: Record<string, (a: unknown, b: unknown, c: unknown) => unknown> = {
    verifyTxSecret: (a, b, c) =>
      verifyTxSecret({ keys: [key, ''], streamName: a, txSecret: b, txTime: c, now }),
    verifyCallbackSign: (a, b) => verifyCallbackSign({ keys: [key, ''], sign: a, t: b, ...times }),
    verifyCosAuthorization: (a, b, c) =>
      verifyCosAuthorization({
        authorization: a,
        ...ids,
        method: 'PUT',
        pathname: b,
        query: c,
        headers: c,
        now,
      }),
    'verifyCosAuthorization with a formed one': (a, b, c) => {
      const request = { method: 'PUT', pathname: '/', query: { a: 1 }, headers: { host: 'h' } };
      const authorization = cosAuthorization({ ...ids, keyTime: `${now};${now}`, ...request });
      return verifyCosAuthorization({
        authorization,
        ...ids,
        method: 'PUT',
        pathname: a,
        query: b,
        headers: c,
        now,
      });
    },
    verifyCosPostPolicy: (a) =>
      verifyCosPostPolicy({ fields: a, fileSize: 1, contentType: 'image/png', bucket: 'b-1', ...ids, now }),
    'verifyCosPostPolicy with odd fields': (a, b, c) =>
      verifyCosPostPolicy({
        fields: {
          policy: a,
          'q-key-time': b,
          'q-signature': c,
          'q-ak': secretId,
          'q-sign-algorithm': 'sha1',
        },
        fileSize: 1,
        contentType: 'image/png',
        bucket: 'b-1',
        ...ids,
        now,
      }),
    verifyCosV4Sign: (a, b) => verifyCosV4Sign({ sign: a, appId: '1', bucket: 'b', ...ids, path: b, now }),
    verifyVodUploadSignature: (a) => verifyVodUploadSignature({ signature: a, ...ids, now }),
    verifyUserSig: (a) => verifyUserSig({ sdkAppId: 1, key, userSig: a, now }),
    verifyLiteavSig: (a) => verifyLiteavSig({ token: 't', rawBody: '', sig: a }),
    verifyTc3: (a, b, c) =>
      verifyTc3({
        ...ids,
        service: 'live',
        method: 'POST',
        payload: '',
        authorization: a,
        timestamp: b,
        headers: c,
        now,
      }),
    verifyImWebhook: (a, b) =>
      verifyImWebhook({ token: 't', sign: a, requestTime: b, now, maxDifferenceSeconds: 1 }),
  };
  const huge = 'A'.repeat(5_000_000);
  const anything = fc.oneof(
    fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withNullPrototype: true }),
    fc.constantFrom<unknown>(
      huge,
      Number(huge.length),
      [huge],
      NaN,
      -1,
      1e300,
      '\ud800',
      '__proto__',
      () => huge,
    ),
    fc.base64String(),
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'binary' }).map((text) => ({ [text]: text, host: '\udfff' })),
  );

  test.each(Object.entries(verifiers))('%s neither throws nor accepts', (_name, verify) => {
    fc.assert(
      fc.property(anything, anything, anything, (a, b, c) => {
        const result = verify(a, b, c);
        const word = typeof result === 'string' ? result : JSON.stringify(result);
        expect(word).not.toMatch(/^ok|"ok":true/);
      }),
      { numRuns: 500 },
    );
  });
});
