import COS from 'cos-nodejs-sdk-v5';
import { request } from 'node:http';
import { createHash } from 'node:crypto';
import { MAX_UPLOAD_BYTES } from '../../scripts/local/cloud/upload';
import { cosV4Sign } from '../../shared/signing/cosLegacy';
import { cosPostPolicy } from '../../shared/signing/cosPostPolicy';
import { cosAuthorization, cosKeyTime, presignedUrl } from '../../shared/signing/cosRequest';
import { APP_ID, COS_ID, COS_SECRET, standUp, type Stand } from './cloudStand';

const BUCKET = `pictures-${APP_ID}`;
const PNG = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(2000, 7)]);

let stand: Stand;
beforeAll(async () => {
  stand = await standUp({ ffmpeg: false });
});
afterAll(() => stand.close());

const now = (): number => Math.floor(Date.now() / 1000);
const base = (): string => `${stand.publicUrl}/cos/${BUCKET}`;

describe('the official SDK', () => {
  const key = 'covers/u1/直播 (1)!+&=.png';
  const client = (secretKey = COS_SECRET): COS => {
    const Domain = `${stand.publicUrl.replace('http://', '')}/cos/{Bucket}`;
    return new COS({ SecretId: COS_ID, SecretKey: secretKey, Protocol: 'http:', Domain });
  };
  const place = { Bucket: BUCKET, Region: 'ap-guangzhou' };

  test('stores and reads an object', async () => {
    const cos = client();
    const put = await cos.putObject({ ...place, Key: key, Body: PNG, ContentType: 'image/png' });
    expect(put.ETag).toBe(`"${createHash('md5').update(PNG).digest('hex')}"`);
    const got = await cos.getObject({ ...place, Key: key });
    expect(Buffer.from(got.Body)).toEqual(PNG);
    const head = await cos.headObject({ ...place, Key: key });
    expect(head.headers?.['content-type']).toBe('image/png');
    expect(head.headers?.['content-length']).toBe(String(PNG.length));
  });

  test('is refused with another key, and nothing is stored', async () => {
    const attempt = client('anothersecret').putObject({
      ...place,
      Key: 'covers/wrong.png',
      Body: PNG,
    });
    await expect(attempt).rejects.toMatchObject({ statusCode: 403, code: 'SignatureDoesNotMatch' });
    await expect(client().getObject({ ...place, Key: 'covers/wrong.png' })).rejects.toMatchObject({
      statusCode: 404,
      code: 'NoSuchKey',
    });
  });

  test('is told of an object that is too large', async () => {
    const Body = Buffer.alloc(MAX_UPLOAD_BYTES + 1);
    await expect(client().putObject({ ...place, Key: 'large', Body })).rejects.toMatchObject({
      statusCode: 400,
      code: 'EntityTooLarge',
    });
  });
});

test('a signature over the whole path of the address is as good', async () => {
  const { host } = new URL(stand.publicUrl);
  const pathname = `/cos/${BUCKET}/whole path.png`;
  const authorization = cosAuthorization({
    secretId: COS_ID,
    secretKey: COS_SECRET,
    method: 'put',
    pathname,
    query: {},
    headers: { host },
    keyTime: cosKeyTime(now() - 10, now() + 60),
  });
  const headers = { Authorization: authorization };
  expect((await fetch(`${stand.publicUrl}${pathname}`, { method: 'PUT', body: PNG, headers })).status).toBe(
    200,
  );
});

describe('a presigned URL', () => {
  const signed = (method: string, key: string, life = 60): string => {
    const host = stand.publicUrl.replace('http://', '');
    const keyTime = cosKeyTime(now() + Math.min(0, life) - 10, now() + life);
    const url = new URL(
      presignedUrl({ secretId: COS_ID, secretKey: COS_SECRET, method, host, key, keyTime }),
    );
    return `${base()}${url.pathname}${url.search}`;
  };

  test('lets one object be stored, which everybody can then read', async () => {
    const stored = await fetch(signed('PUT', 'avatars/头像.png'), { method: 'PUT', body: PNG });
    expect(stored.status).toBe(200);
    const read = await fetch(`${base()}/avatars/头像.png`);
    expect(Buffer.from(await read.arrayBuffer())).toEqual(PNG);
    expect(read.headers.get('x-content-type-options')).toBe('nosniff');
    expect(read.headers.get('access-control-allow-origin')).toBe('*');
  });

  test('stops an upload that does not say its size when it grows too large', async () => {
    const answer = await sendWithoutEnd(signed('PUT', 'endless'));
    expect(answer).toContain('<Code>EntityTooLarge</Code>');
    expect((await fetch(`${base()}/endless`)).status).toBe(404);
  });

  test.each([
    [
      'for another object',
      () => signed('PUT', 'avatars/other.png').replace('other.png', 'mine.png'),
      'SignatureDoesNotMatch',
    ],
    ['for reading', () => signed('GET', 'avatars/mine.png'), 'SignatureDoesNotMatch'],
    ['that has expired', () => signed('PUT', 'avatars/mine.png', -60), 'AccessDenied'],
    ['without its signature', () => `${base()}/avatars/mine.png`, 'AccessDenied'],
    ['into another bucket', () => signed('PUT', 'mine.png').replace(BUCKET, 'other-1'), 'NoSuchBucket'],
  ])('%s stores nothing', async (_what, url, code) => {
    const answer = await fetch(url(), { method: 'PUT', body: PNG });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.headers.get('content-type')).toBe('application/xml');
    expect(await answer.text()).toContain(`<Code>${code}</Code>`);
    expect((await fetch(`${base()}/avatars/mine.png`)).status).toBe(404);
  });
});

describe('a form with a policy', () => {
  const fields = (
    changes: { key?: string; expiresAt?: number; secretKey?: string } = {},
  ): Record<string, string> =>
    cosPostPolicy({
      secretId: COS_ID,
      secretKey: COS_SECRET,
      bucket: BUCKET,
      key: 'covers/form.png',
      contentType: 'image/png',
      minBytes: 100,
      maxBytes: 3000,
      startsAt: now() - 60,
      expiresAt: now() + 60,
      ...changes,
    }).fields;
  const post = (form: Record<string, string>, content = PNG, extra = 0): Promise<Response> => {
    const body = new FormData();
    for (const [name, value] of Object.entries(form)) body.append(name, value);
    const type = form['Content-Type'] ?? '';
    for (let i = 0; i <= extra; i += 1) body.append('file', new Blob([content], { type }), 'cover.png');
    return fetch(base(), { method: 'POST', body });
  };

  test('stores the object under its key and type', async () => {
    const answer = await post(fields());
    expect(answer.status).toBe(204);
    const read = await fetch(`${base()}/covers/form.png`);
    expect([read.status, read.headers.get('content-type'), read.headers.get('etag')]).toEqual([
      200,
      'image/png',
      answer.headers.get('etag'),
    ]);
  });

  test.each([
    ['too large', () => post(fields({ key: 'no' }), Buffer.alloc(3001)), 'EntityTooLarge'],
    ['too small', () => post(fields({ key: 'no' }), Buffer.alloc(99)), 'EntityTooSmall'],
    [
      'larger than any object may be',
      () => post(fields({ key: 'no' }), Buffer.alloc(MAX_UPLOAD_BYTES + 1)),
      'EntityTooLarge',
    ],
    [
      'of another type',
      () => post({ ...fields({ key: 'no' }), 'Content-Type': 'text/html' }),
      'AccessDenied',
    ],
    ['under another key', () => post({ ...fields({ key: 'yes' }), key: 'no' }), 'AccessDenied'],
    ['that climbs', () => post({ ...fields({ key: 'yes' }), key: '../../no' }), 'InvalidURI'],
    [
      'signed with another key',
      () => post(fields({ key: 'no', secretKey: 'another' })),
      'SignatureDoesNotMatch',
    ],
    ['after its end', () => post(fields({ key: 'no', expiresAt: now() - 30 })), 'AccessDenied'],
    ['with two files', () => post(fields({ key: 'no' }), PNG, 1), 'MalformedPOSTRequest'],
    ['that is none', () => fetch(base(), { method: 'POST', body: 'x=1' }), 'MalformedPOSTRequest'],
  ])('%s is refused', async (_what, send, code) => {
    const answer = await send();
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(await answer.text()).toContain(`<Code>${code}</Code>`);
    expect((await fetch(`${base()}/no`)).status).toBe(404);
  });

  test('with a broken or unfinished body gets an answer', async () => {
    const headers = { 'Content-Type': 'multipart/form-data; boundary=b' };
    for (const body of [
      '',
      '--b\r\nnonsense',
      '--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\nabc',
    ]) {
      const answer = await fetch(base(), { method: 'POST', headers, body });
      expect(await answer.text()).toContain('<Code>MalformedPOSTRequest</Code>');
    }
    const noBoundary = await fetch(base(), {
      method: 'POST',
      headers: { 'Content-Type': 'multipart/form-data' },
      body: 'x',
    });
    expect(noBoundary.status).toBe(400);
  });
});

/** Sends and sends, until there is an answer. Out: its text. */
function sendWithoutEnd(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const outgoing = request(url, { method: 'PUT', agent: false }, (answer) => {
      answer.setEncoding('utf8');
      answer.on('data', (part: string) => (text += part));
      answer.on('end', () => {
        outgoing.destroy();
        resolve(text);
      });
    });
    const more = (): void => {
      if (!outgoing.destroyed) outgoing.write(Buffer.alloc(256 * 1024), () => setImmediate(more));
    };
    outgoing.on('error', (error) => (text === '' ? reject(error) : undefined));
    more();
  });
}

/** A request whose path is sent as it stands; fetch would tidy it up. */
function rawGet(path: string): Promise<number | undefined> {
  const { hostname, port } = new URL(stand.publicUrl);
  return new Promise((resolve, reject) => {
    const outgoing = request({ hostname, port, path, agent: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    outgoing.on('error', reject).end();
  });
}

test.each([
  '/../../live.json',
  '/%2e%2e/%2e%2e/live.json',
  '/a/..%2f..%2flive.json',
  '/%00',
  '/%ff',
  '//etc/passwd',
  '/..%5c..%5clive.json',
])('the key %s is refused', async (path) => {
  expect(await rawGet(`/cos/${BUCKET}${path}`)).toBe(400);
});

test('a browser may ask first', async () => {
  const answer = await fetch(`${base()}/x`, { method: 'OPTIONS' });
  expect(answer.headers.get('access-control-allow-methods')).toContain('PUT');
});

describe('the upload of the 2017 app', () => {
  const upload = (path: string, sign: string): Promise<Response> => {
    const body = new FormData();
    body.append('op', 'upload');
    body.append('filecontent', new Blob([PNG]));
    return fetch(`${stand.publicUrl}/files/v2/${APP_ID}/pictures/${path}`, {
      method: 'POST',
      headers: { Authorization: sign },
      body,
    });
  };
  const sign = (secretKey: string): string =>
    cosV4Sign({
      appId: String(APP_ID),
      bucket: 'pictures',
      secretId: COS_ID,
      secretKey,
      now: now(),
      expiresAt: now() + 600,
      random: 1,
    });

  test('is stored and its address is told', async () => {
    const answer: unknown = await (await upload('u1/cover.png', sign(COS_SECRET))).json();
    expect(answer).toMatchObject({ code: 0, data: { access_url: `${base()}/u1/cover.png` } });
    const read = await fetch(`${base()}/u1/cover.png`);
    expect([read.status, read.headers.get('content-type')]).toEqual([200, 'image/png']);
  });

  test('is refused with a wrong signature', async () => {
    expect((await upload('u1/no.png', sign('another'))).status).toBe(401);
    expect((await fetch(`${base()}/u1/no.png`)).status).toBe(404);
  });
});
