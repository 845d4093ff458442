import {
  cosAuthorization,
  cosAuthorizationByApp,
  cosAuthorizationFromQuery,
  cosHttpString,
  cosKeyTime,
  cosSignKey,
  presignedUrl,
  verifyCosAuthorization,
} from '../../../shared/signing/cosRequest';

const now = 1_700_000_000;
const ids = { secretId: 'localonlyid', secretKey: 'localonlysecret' };
const request = {
  method: 'PUT',
  pathname: '/covers/头像.png',
  query: { uploadId: 7, partNumber: 1 },
  headers: { Host: 'covers-1.cos.example.com', 'Content-Type': 'image/png' },
};
const authorization = cosAuthorization({ ...ids, ...request, keyTime: cosKeyTime(now, now + 60) });

const check = (changes: Partial<Parameters<typeof verifyCosAuthorization>[0]>) =>
  verifyCosAuthorization({ authorization, ...ids, ...request, now, ...changes });

describe('verifyCosAuthorization', () => {
  it('accepts from the first second to the last', () => {
    expect(check({})).toBe('ok');
    expect(check({ now: now - 1 })).toBe('notYet');
    expect(check({ now: now + 60 })).toBe('ok');
    expect(check({ now: now + 61 })).toBe('expired');
  });

  it('looks only at what is listed, whatever else a request carries', () => {
    const headers = { ...request.headers, 'user-agent': 'x', cookie: ['a', 'b'], odd: '\ud800' };
    expect(check({ headers, query: { ...request.query, unsigned: 'x' } })).toBe('ok');
  });

  it('refuses a listed part that is absent, doubled or of another kind', () => {
    expect(check({ headers: { Host: request.headers.Host } })).toBe('wrong');
    expect(check({ headers: { ...request.headers, host: 'other' } })).toBe('wrong');
    expect(check({ headers: { ...request.headers, Host: [request.headers.Host] } })).toBe('wrong');
    expect(check({ query: null })).toBe('wrong');
  });

  it('does not care for the case of the method and of header names', () => {
    const headers = { host: request.headers.Host, 'CONTENT-TYPE': 'image/png' };
    expect(check({ method: 'put', headers })).toBe('ok');
  });

  it('knows another id, another key, another path', () => {
    expect(check({ secretId: 'other' })).toBe('unknownId');
    expect(check({ secretKey: 'other' })).toBe('wrong');
    expect(check({ pathname: '/covers/other.png' })).toBe('wrong');
    expect(check({ pathname: undefined })).toBe('malformed');
    expect(check({ authorization: '' })).toBe('missing');
  });

  it('wants both times of the authorization to be the same', () => {
    const longer = authorization.replace(/q-sign-time=[^&]*/, `q-sign-time=${now};${now + 999}`);
    expect(check({ authorization: longer })).toBe('malformed');
  });

  it('says wrong of an expired one that is not genuine', () => {
    expect(check({ secretKey: 'other', now: now + 1000 })).toBe('wrong');
  });
});

it('the HttpString is sorted by encoded lower-case name', () => {
  const query = { b: '2', 中: '(1)', A: "!'*" };
  expect(cosHttpString({ method: 'GET', pathname: '/a b', query, headers: {} })).toBe(
    'get\n/a b\n%e4%b8%ad=%281%29&a=%21%27%2A&b=2\n\n',
  );
});

it('an absent authorization in the query is missing, a partial one is malformed', () => {
  const from = (query: Record<string, unknown>) => check({ authorization: cosAuthorizationFromQuery(query) });
  const parts: Record<string, unknown> = {};
  for (const [, name, value] of authorization.matchAll(/(q-[a-z-]+)=([^&]*)/g)) parts[String(name)] = value;
  expect(from({ prefix: 'a' })).toBe('missing');
  expect(from({ 'q-ak': ids.secretId })).toBe('malformed');
  expect(from(parts)).toBe('ok');
  expect(from({ ...parts, 'q-ak': ['a'] })).toBe('malformed');
});

describe('mistakes of the caller', () => {
  it('throws naming the argument', () => {
    const keyTime = cosKeyTime(now, now + 1);
    expect(() => cosSignKey({ secretKey: '', keyTime })).toThrow(/^secretKey must be/);
    expect(() => cosSignKey({ secretKey: 'a', keyTime: 'now' })).toThrow(/^keyTime must be/);
    expect(() => cosKeyTime(now, now * 1000)).toThrow(/^expiresAt must be/);
    const byApp = { secretId: ids.secretId, signKey: '', keyTime };
    expect(() => cosAuthorizationByApp({ ...byApp, ...request })).toThrow(/^signKey must be/);
    expect(() => cosAuthorization({ ...ids, secretId: '', ...request, keyTime })).toThrow(
      /^secretId must be/,
    );
    const url = { ...ids, method: 'PUT', host: 'h', key: 'a', keyTime };
    expect(() => presignedUrl({ ...url, host: 'h/x' })).toThrow(/^host must be/);
    expect(() => presignedUrl({ ...url, key: '/a' })).toThrow(/^key must be/);
  });
});
