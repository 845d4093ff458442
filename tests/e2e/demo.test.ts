import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localSettings } from '../../scripts/local/settings';
import { standUp } from '../integration/cloudStand';
import { until } from '../integration/media';
import { freePorts, projectRoot, startProduct, type StartedProduct } from './startedProduct';

jest.setTimeout(90_000);

let dataDir: string;
let environment: Record<string, string>;
let product: StartedProduct | undefined;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'demo-'));
  const [port, rtmpPort] = await freePorts(2);
  environment = { DATA_DIR: dataDir, PORT: String(port), RTMP_PORT: String(rtmpPort) };
});

afterEach(async () => {
  product?.kill('SIGKILL');
  await product?.ended;
  product = undefined;
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(extra: Record<string, string> = {}): Promise<void> {
  product = startProduct({ ...environment, ...extra });
  await product.ready;
}

/** Runs `npm run demo` to its end, as that starts it. */
function demo(
  args: string[] = [],
  extra: Record<string, string> = {},
): Promise<{ code: number; out: string; err: string }> {
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], ...environment, ...extra };
  return new Promise((resolve) => {
    const command = [join('scripts', 'run.cjs'), 'demo', ...args];
    execFile(process.execPath, command, { cwd: projectRoot, env }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

/** Runs a demo that must succeed. @returns its output, without a credential in it */
async function wholeBroadcast(...args: string[]): Promise<string> {
  await start();
  const { code, out, err } = await demo(args);
  expect({ code, err, out }).toMatchObject({ code: 0, err: '' });
  const numbers = [...out.matchAll(/^ ?(\d+) {2}\S/gm)].map(([, number]) => Number(number));
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  expect(out).not.toMatch(/txSecret=[0-9a-f]{32}|eyJ[\w-]+\.[\w-]+\.[\w-]+/);
  return out;
}

function expectInOrder(out: string, lines: RegExp[]): void {
  const places = lines.map((line) => out.search(line));
  expect(lines.filter((_, index) => places[index] === -1)).toEqual([]);
  expect(places).toEqual([...places].sort((a, b) => a - b));
}

const watched = [
  /HTTP-FLV\n +[1-9].* s of H\.264: \d+ pictures, [1-9]\d* of them key frames; [1-9]\d* sound tags/,
  /HLS\n +a playlist of [1-9].* bytes of MPEG-TS/,
  /FetchList.*flag 1.*\n +the same live/,
];
const stopped = /stop the push.*\n +off the list .*; 0 other/;
const listedAsReplay = /getVodList\n +after .* one item\n +http.*\.flv, http.*\.m3u8/;
const replayed = [
  /Range request.*\n +HTTP 206, flv of \d+ bytes, decodes/,
  /recording as HLS\n +a playlist of [1-9].*, decodes/,
  /FetchList.*flag 2.*\n +the same recording, once/,
];

test('a whole broadcast: every step is printed with what came back', async () => {
  expectInOrder(await wholeBroadcast(), [
    /access tokens .*\n +alice_\w+, bob_\w+, carol_\w+: /,
    /imSig.*\n +three valid UserSigs/,
    /uploadSig.*\n +\d+ bytes of JPEG, the same back from http/,
    /getPushUrl.*\n +rtmp:\/\/.*txSecret=\w{6}\.\.\./,
    /push a test picture.*\n +listed after .* with http.*\.flv/,
    ...watched,
    /enters twice.*\n +2 viewers/,
    /member list.*\n +both: carol_\w+, bob_\w+/,
    /likes 5 times.*\n +2 viewers and 6 likes/,
    /leaves.*\n +1 viewer left, 6 likes stay/,
    stopped,
    listedAsReplay,
    ...replayed,
    /^done: 17 steps in [\d.]+ s$/m,
  ]);
});

test('a broadcast of a v2 app, in its own order of calls, which all generations see', async () => {
  expectInOrder(await wholeBroadcast('--generation', '2'), [
    /alice_\w+ registers \(POST \/register\) and logs in.*\n +a token, a valid UserSig: /,
    /carol_\w+ registers once.*\n +one account: carol_\w+ in v2, number \d{9} in v3/,
    /get_user_info.*\n +"" before, "Alice" after/,
    /get_cos_sign.*\n +\d+ bytes of JPEG, the same back from http.*\/alice_\w+\.jpg/,
    /upload_room.*\n +kept; .* rtmp:\/\/.*\/8888_alice_\w+\?.*txSecret=\w{6}\.\.\./,
    /push a test picture.*\n +listed after .* with http.*\/8888_alice_\w{6}\.flv/,
    ...watched,
    /query_room.*\n +the same live of alice_.* as room 8888_alice_\w{6} among 1/,
    stopped,
    listedAsReplay,
    /get_vod_list.*\n +the same recording of Alice, once among 1/,
    ...replayed,
    /^done: 16 steps in [\d.]+ s$/m,
  ]);
});

test('a broadcast of a v3 app, in its own order of calls, which all generations see', async () => {
  expectInOrder(await wholeBroadcast('--generation', '3'), [
    /alice_\w+ registers .*oauth\/register.*\n +number \d{9}, a token, a valid UserSig: /,
    /user_login_token, user_keepalive\n +logged in as \d{9} without the password/,
    /carol_\w+ registers once.*\n +one account: carol_\w+ in v2, number \d{9} in v3/,
    /enter_room \d{9} as anchor.*\n +on the list as 8888_alice_\w+, .*\/\d{9}\.flv/,
    /push a test picture.* as \d{9}, .*\n +up after .* with http.*\/\d{9}\.flv/,
    ...watched,
    /query_room.*\n +the same live of alice_.* as room \d{9} among 1/,
    /enter_room as audience.*\n +\d{9} anchor, \d{9} audience; 1 viewer on the list/,
    /leave_room.*\n +0 viewers on the list/,
    stopped,
    /destroy_room.*\n +0 other room\(s\) in query_room, 0 in FetchList/,
    listedAsReplay,
    /get_vod_list.*\n +the same recording of alice_\w+, once among 1/,
    ...replayed,
    /^done: 18 steps in [\d.]+ s$/m,
  ]);
});

test.each(['2', '3'])('a v%s app with another push key: fails at the push', async (generation) => {
  await start();
  const { code, out } = await demo(['--generation', generation], { LIVE_PUSH_KEY: 'anotherPushKey' });
  expect(out).toMatch(
    /expected +a push that is let in\n +came +ffmpeg ended: .*\n +look .*LIVE_PUSH_KEY.*\nFAILED at step \d: push .*\n$/,
  );
  expect(code).toBe(1);
});

test('a callback signed with another key: fails at the callback, and says what to compare', async () => {
  const url = `http://127.0.0.1:${environment['PORT']}`;
  const cloud = await standUp({
    callbackUrl: `${url}/liveCallback`,
    callbackKey: 'anotherCallbackKey',
    pushKeys: [localSettings({}).LIVE_PUSH_KEY],
  });
  try {
    await start({ LIVE_PUSH_DOMAIN: `127.0.0.1:${cloud.cloud.rtmpPort}` });
    const { code, out } = await demo();
    expect(out).toMatch(/FAILED at step 5: push .* wait for the signed callback to list it\n$/);
    expect(out).toMatch(/expected +8888_alice_\w+ on \/getLiveList within \d+ s\n +came +0 other live/);
    expect(out).toMatch(/look .*LIVE_CALLBACK_KEY/);
    expect(out).not.toContain('done:');
    expect(code).toBe(1);
    expect(cloud.cloud.deliveries().map(({ eventType, result }) => [eventType, result])).toContainEqual([
      1, 401,
    ]);
    await until('the push to be stopped', () => cloud.cloud.liveStreams().length === 0);
  } finally {
    await cloud.close();
  }
});

test('a token signed with another secret: fails at the first command that wants one', async () => {
  await start();
  const { code, out } = await demo([], { TOKEN_SECRET: 'another-0123456789abcdef0123456789abcdef' });
  expect(out).toMatch(/came +HTTP 401 .*\n +look .*TOKEN_SECRET.*\nFAILED at step 2: POST \/imSig/);
  expect(code).toBe(1);
});

test('Ctrl-C in the middle of a broadcast stops the push', async () => {
  await start();
  const child = spawn(process.execPath, ['scripts/run.cjs', 'demo'], {
    cwd: projectRoot,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...environment },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(child, 'exit');
  let out = '';
  child.stdout.on('data', (bytes: Buffer) => (out += bytes.toString()));
  await until('a push that is up', () => out.includes('listed after'));
  child.kill('SIGINT');
  expect(await ended).toEqual([130, null]);
  await until('the end of the push', () => product?.output().includes('ended:'));
});

test.each([[[]], [['--generation', '1']]])(
  '%j without a product: one line that says to start it',
  async (args) => {
    const { code, out, err } = await demo(args);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/^nothing answers at http:\/\/127\.0\.0\.1:\d+: run npm start first.*\n$/);
  },
);

test.each([
  [['--generation', '4'], /^--generation 4: expected 1, 2, 3\nusage: npm run demo/],
  [['--generation', ''], /^--generation : expected 1, 2, 3\n/],
  [['--generations', '2'], /^Unknown option '--generations'/],
  [['--input'], /--input/],
  [['--input', 'no/such/file.mp4'], /^--input no\/such\/file\.mp4: no such file/],
])('%j is refused with the reason', async (args, reason) => {
  const { code, err } = await demo(args);
  expect(code).toBe(1);
  expect(err).toMatch(reason);
});
