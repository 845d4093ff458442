/** The studio's side on this machine (scripts/local/studioHost): for its own page, in a browser here, and nobody else. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request, type IncomingHttpHeaders, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { banner } from '../../scripts/local/banner';
import type { Delivery } from '../../scripts/local/cloud/notices';
import { localSettings, type LocalSettings } from '../../scripts/local/settings';
import { isLocal } from '../../scripts/local/studioHost/guard';
import { openStudioHost, studioPlace, type StudioHost } from '../../scripts/local/studioHost/studioHost';
import { Secret } from '../../shared/secret';
import { readToken } from '../../shared/token';
import { portOf } from '../e2e/startedProduct';

const folder = mkdtempSync(join(tmpdir(), 'studio-'));
const given = { LIVE_PUSH_KEY: 'keyOfADeployer', COS_REGION: 'ap-guangzhou', VOD_SECRET_ID: '' };
let listeners: ((delivery: Delivery) => void)[] = [];
let settings: LocalSettings;
let studio: StudioHost;
let server: Server;
let origin: string;

beforeAll(async () => {
  mkdirSync(join(folder, 'page', 'chunks'), { recursive: true });
  writeFileSync(join(folder, 'secret.js'), 'not of the page');
  writeFileSync(join(folder, 'page', 'index.html'), '<!doctype html>');
  writeFileSync(join(folder, 'page', 'main.js'), '1');
  writeFileSync(join(folder, 'page', 'notes.txt'), 'no file of the page');
  writeFileSync(join(folder, 'page', 'chunks', 'hls-AB12.js'), '2');
  server = createServer((req, res) => {
    if (!studio.handle(req, res)) res.writeHead(418).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${portOf(server)}`;
  settings = localSettings({ PORT: String(portOf(server)), ...given });
  studio = openStudioHost({
    settings,
    environment: given,
    ffmpeg: undefined,
    page: join(folder, 'page'),
    cloud: {
      deliveries: () => [delivery(1)],
      onDelivery(listener) {
        listeners.push(listener);
        return () => (listeners = listeners.filter((one) => one !== listener));
      },
      pictures: async () => ({ stream1: `${origin}/vod/1/shots/stream1.jpg` }),
    },
    log: () => undefined,
  });
});

afterAll(async () => {
  await studio.close();
  expect(listeners).toEqual([]);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});

function delivery(eventType: number): Delivery {
  const body = { event_type: eventType, t: 1, sign: 'abcdef...' };
  return { at: 1, eventType, streamId: 's', attempt: 1, result: 200, answer: '', body, againAt: undefined };
}

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/** A request as written, also with headers that no browser would send, and a path that none would leave as it is. */
function send(
  path: string,
  headers: Record<string, string> = {},
  { method = 'GET', body = '' }: { method?: string; body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(origin);
    const outgoing = request({ hostname, port, path, method, headers, agent: false }, (response) => {
      let text = '';
      response.on('data', (part: Buffer) => (text += part.toString()));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
      );
      response.on('error', reject);
    });
    outgoing.on('error', reject).end(body);
  });
}

const ours = { 'X-Studio': '1' };
const browser = { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
const post = (name: string, body: unknown, headers: Record<string, string> = ours) =>
  send(`/studio/local/${name}`, headers, { method: 'POST', body: JSON.stringify(body) });

test('the page is served at / and /studio, with a policy that lets nothing else in', async () => {
  for (const path of ['/', '/?from=link', '/studio', '/studio/', '/studio/index.html']) {
    const { status, headers, text } = await send(path, browser);
    expect([path, status, text]).toEqual([path, 200, '<!doctype html>']);
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain('https://local-1250000000.cos.ap-guangzhou.myqcloud.com');
    expect(policy).not.toMatch(/unsafe|\*|https:[ ;]/);
    expect(headers['x-content-type-options']).toBe('nosniff');
  }
  expect((await send('/studio/chunks/hls-AB12.js')).text).toBe('2');
  expect((await send('/', browser, { method: 'HEAD' })).text).toBe('');
});

test('calls of the live API at / are left to it, and so is everything else', async () => {
  expect((await send('/', browser, { method: 'POST' })).status).toBe(418);
  expect((await send('/getLiveList')).status).toBe(418);
  expect((await send('/studios')).status).toBe(418);
});

test('who asks at / without wanting a page, such as an app or a script, is left to the gateway', async () => {
  for (const headers of [{}, { Accept: '*/*' }, { Accept: 'application/json', Host: 'evil.example' }])
    expect((await send('/', headers)).status).toBe(418);
});

test.each([
  '/studio/../secret.js',
  '/studio/%2e%2e/secret.js',
  '/studio/chunks/../../secret.js',
  '/studio/..%2fsecret.js',
  '/studio//etc/passwd.js',
  '/studio/notes.txt',
  '/studio/main.js%00.html',
  '/studio/chunks',
])('%s leads nowhere', async (path) => {
  expect((await send(path)).status).toBe(404);
});

test('a page whose domain points at this machine gets nothing (DNS rebinding)', async () => {
  const port = portOf(server);
  for (const host of [
    `evil.example:${port}`,
    'evil.example',
    `127.0.0.1.evil.example:${port}`,
    '127.0.0.1:1',
  ]) {
    for (const path of ['/', '/studio/main.js', '/studio/local/session', '/studio/local/events'])
      expect([host, path, (await send(path, { ...ours, ...browser, Host: host })).status]).toEqual([
        host,
        path,
        403,
      ]);
  }
  const local = await send('/', { ...browser, Host: `localhost:${port}` });
  expect([local.status, local.headers.location]).toEqual([302, `${origin}/`]);
});

test.each([
  ['127.0.0.1', true],
  ['127.0.0.53', true],
  ['::1', true],
  ['::ffff:127.0.0.1', true],
  ['192.168.1.20', false],
  ['::ffff:192.168.1.20', false],
  ['10.127.0.1', false],
  ['1270.0.0.1', false],
  [undefined, false],
])('a client at %s is of this machine: %s', (remoteAddress, expected) => {
  const request = { headers: { host: '127.0.0.1:9000' }, socket: { remoteAddress } };
  expect(isLocal(request, 'http://127.0.0.1:9000')).toBe(expected);
});

test.each([
  ['127.0.0.1', 'http://127.0.0.1:80', true],
  ['localhost', 'http://127.0.0.1:80', true],
  ['[::1]', 'http://127.0.0.1:80', true],
  ['127.0.0.53:9000', 'http://127.0.0.53:9000', true],
  ['localhost:9000', 'http://[::1]:9000', true],
  ['127.0.0.1', 'http://127.0.0.1:9000', false],
  ['127.0.0.53:9000', 'http://127.0.0.1:9000', false],
])('a request that names %s is one to the gateway at %s: %s', (host, url, expected) => {
  expect(isLocal({ headers: { host }, socket: { remoteAddress: '127.0.0.1' } }, url)).toBe(expected);
});

test('where HOST is no loopback address there is no studio, and both banner and answer say what to set', () => {
  for (const HOST of ['192.168.1.20', 'fd00::1']) {
    const lan = localSettings({ HOST });
    expect(banner(lan, undefined)).toContainEqual(expect.stringMatching(/studio +off at HOST .*0\.0\.0\.0/));
    expect(studioPlace(lan)).toMatch(/off, because HOST is .* http:\/\/127\.0\.0\.1:9000\/ on this machine/);
  }
  for (const HOST of ['127.0.0.1', '127.0.0.53', 'localhost', '::1', '0.0.0.0']) {
    const here = localSettings({ HOST });
    expect(banner(here, undefined)).toContainEqual(expect.stringMatching(/studio +http:/));
    expect(studioPlace(here)).toMatch(/for a browser on this machine, at http:/);
  }
});

test.each<[string, Record<string, string>]>([
  ['without the header of the studio', {}],
  ['of a foreign origin', { ...ours, Origin: 'https://evil.example' }],
  ['of another port of this machine', { ...ours, Origin: 'http://127.0.0.1:1' }],
  ['of a page without an origin', { ...ours, Origin: 'null' }],
  ['from another site', { ...ours, 'Sec-Fetch-Site': 'cross-site' }],
  ['from a sister site', { ...ours, 'Sec-Fetch-Site': 'same-site' }],
  ['typed into the address line', { ...ours, 'Sec-Fetch-Site': 'none' }],
])('nothing is done for a request %s', async (_what, headers) => {
  expect((await send('/studio/local/session', headers)).status).toBe(403);
  const token = await post('token', { userId: 'alice' }, headers);
  expect([token.status, token.text]).not.toContain('token');
  expect(token.status).toBe(403);
});

test('an event stream, to which a browser adds no header, wants the same origin', async () => {
  for (const headers of [{ Origin: 'https://evil.example' }, { 'Sec-Fetch-Site': 'cross-site' }])
    expect((await send('/studio/local/events', headers)).status).toBe(403);
});

test('no call is answered across origins, not even to the question whether it would', async () => {
  const asked = { Origin: 'https://evil.example', 'Access-Control-Request-Headers': 'x-studio' };
  const { status, headers } = await send('/studio/local/token', asked, { method: 'OPTIONS' });
  expect([status, headers['access-control-allow-origin'] === origin]).toEqual([403, false]);
  expect((await post('token', { userId: 'alice' })).headers['access-control-allow-origin']).toBeUndefined();
});

test('a token is for the user asked for', async () => {
  const { status, text } = await post('token', { userId: '用户 1' }, { ...ours, Origin: origin });
  const answer = JSON.parse(text) as { token: string };
  expect(status).toBe(200);
  const secret = new Secret(settings.TOKEN_SECRET);
  expect(await readToken(answer.token, secret, Date.now())).toBe('用户 1');
});

test.each<[string, unknown, string]>([
  ['token', { userId: '' }, 'userId'],
  ['token', { userId: 'x'.repeat(65) }, 'userId'],
  ['token', [], 'userId'],
  ['push', { pushUrl: 'rtmp://127.0.0.1:11935/live/x?txSecret=1' }, 'ffmpeg'],
  ['stopPush', { streamName: 7 }, 'streamName'],
])('%s refuses %j and says what is wrong', async (name, body, said) => {
  const { status, text } = await post(name, body);
  expect([status, text]).toEqual([400, expect.stringContaining(said)]);
});

test('calls that do not exist, and other methods, are refused', async () => {
  expect((await post('else', {})).status).toBe(404);
  expect((await send('/studio/local/token', ours)).status).toBe(405);
});

test('the health of the settings names every variable at fault and no value', async () => {
  const { text } = await send('/studio/local/session', ours);
  const answer = JSON.parse(text) as {
    adminToken: string;
    health: { settings: { name: string; source: string; deployed: string }[] }[];
  };
  const health = new Map(answer.health.flatMap((one) => one.settings.map((each) => [each.name, each])));
  expect(health.get('LIVE_PUSH_KEY')).toMatchObject({ source: 'given', deployed: 'ready' });
  expect(health.get('LIVE_CALLBACK_KEY')).toMatchObject({ source: 'local', deployed: 'default' });
  expect(health.get('DATABASE_URL')).toMatchObject({ source: 'local', deployed: 'default' });
  expect(health.get('VOD_SECRET_ID')).toMatchObject({ source: 'empty', deployed: 'missing' });
  expect(health.get('LIVE_PLAY_KEY')).toMatchObject({ source: 'empty', deployed: 'optional' });
  expect(answer.adminToken).toBe(settings.ADMIN_TOKEN);
  for (const [name, value] of Object.entries(settings)) {
    if (/KEY|SECRET|_TOKEN|DATABASE_URL/.test(name) && name !== 'ADMIN_TOKEN' && value !== '')
      expect([name, text.includes(value)]).toEqual([name, false]);
  }
});

test('what the local cloud tells the product is told to the page: what has been, and what comes', async () => {
  const response = await fetch(`${origin}/studio/local/events`);
  const body: AsyncIterable<Uint8Array> | null = response.body;
  if (body === null) throw new Error('no stream');
  let text = '';
  for await (const part of body) {
    text += Buffer.from(part).toString();
    if (text.includes('event: delivery\n')) break;
    if (text.includes('event: deliveries\n')) for (const listener of listeners) listener(delivery(100));
  }
  expect(text).toContain(`event: deliveries\ndata: ${JSON.stringify({ deliveries: [delivery(1)] })}\n\n`);
  expect(text).toContain(`event: delivery\ndata: ${JSON.stringify(delivery(100))}\n\n`);
});
