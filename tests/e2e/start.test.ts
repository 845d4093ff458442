import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  freePorts,
  holdPort,
  portOf,
  projectRoot,
  startProduct,
  type StartedProduct,
} from './startedProduct';

jest.setTimeout(60_000);

let dataDir: string;
let environment: Record<string, string>;
const products: StartedProduct[] = [];

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'start-'));
  environment = { DATA_DIR: dataDir, ...(await places()) };
});

afterEach(async () => {
  for (const product of products.splice(0)) {
    try {
      product.kill('SIGKILL');
    } catch {
      // It has ended by itself.
    }
    await product.ended;
  }
  rmSync(dataDir, { recursive: true, force: true });
});

async function places(): Promise<{ PORT: string; RTMP_PORT: string }> {
  const [port, rtmpPort] = await freePorts(2);
  return { PORT: String(port), RTMP_PORT: String(rtmpPort) };
}

function start(given: Record<string, string> = environment, throughNpm = false): StartedProduct {
  const product = startProduct(given, throughNpm);
  products.push(product);
  return product;
}

/** The lines of a start that is expected to be refused. */
async function refusal(given: Record<string, string>): Promise<string> {
  const product = start(given);
  expect(await product.ended).toEqual({ code: 1, signal: null });
  expect(product.output()).not.toContain('ready');
  return product.errors().trim();
}

async function accessToken(userId: string): Promise<string> {
  const args = ['scripts/run.cjs', 'token', userId];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: projectRoot });
  return stdout.trim();
}

async function post(
  url: string,
  body: unknown,
  token?: string,
): Promise<{ status: number; answer: unknown }> {
  const headers: Record<string, string> = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: response.status, answer: await response.json() };
}

function databaseMarks(): string[] {
  return readdirSync(dataDir).filter((name) => /\.(lock|pid|opening)$/.test(name));
}

test('starts, prints its addresses, answers, and Ctrl-C leaves everything clean', async () => {
  const product = start();
  const url = await product.ready;
  expect(url).toBe(`http://127.0.0.1:${environment['PORT']}`);
  const lines = product.output().split('\n');
  for (const part of [
    `${url}/interface.php`,
    `${url}/liveCallback`,
    `:${environment['RTMP_PORT']}/`,
    dataDir,
  ]) {
    expect(lines.some((line) => line.includes(part))).toBe(true);
  }
  expect(product.output()).toMatch(/^ {2}database +embedded, .*\n {2}ffmpeg +\S/m);
  expect(product.output()).not.toContain('localonly');

  expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ status: 'ok' });
  const empty = await fetch(`${url}/interface.php`, { method: 'POST' });
  expect(await empty.text()).toBe('{"returnValue":4001,"returnMsg":"json format error","returnData":[]}');
  expect(await post(`${url}/getLiveList`, {})).toMatchObject({ status: 200, answer: { returnValue: 0 } });

  product.kill('SIGINT');
  expect(await product.ended).toEqual({ code: 0, signal: null });
  expect(product.errors()).toBe('');
  expect(databaseMarks()).toEqual([]);
  await expect(fetch(`${url}/healthz`)).rejects.toThrow();
});

test('npm start ended by Ctrl-C in a terminal, which signals npm and the program alike, closes in order', async () => {
  const product = start(environment, true);
  await product.ready;
  product.kill('SIGINT');
  await product.ended;
  expect(databaseMarks()).toEqual([]);
});

test('kept alive over kill -9: the next start on the same folder works and keeps everything', async () => {
  const first = start();
  const token = await accessToken('alice');
  const request = { title: '直播 "1" 😀' };
  const before = await post(`${await first.ready}/getPushUrl`, request, token);
  expect(before).toMatchObject({ status: 200, answer: { returnValue: 0 } });
  first.kill('SIGKILL');
  expect(await first.ended).toMatchObject({ signal: 'SIGKILL' });
  expect(existsSync(join(dataDir, 'xiaozhibo.db'))).toBe(true);

  const second = start();
  // The same request again within a minute gets the same broadcast: it has been kept.
  const after = await post(`${await second.ready}/getPushUrl`, request, token);
  expect(streamIdOf(after.answer)).toBe(streamIdOf(before.answer));
  second.kill('SIGTERM');
  expect(await second.ended).toEqual({ code: 0, signal: null });
  expect(databaseMarks()).toEqual([]);
});

function streamIdOf(answer: unknown): string {
  const match = /"streamId":"(\w+)"/.exec(JSON.stringify(answer));
  if (match?.[1] === undefined) throw new Error(`no stream id in ${JSON.stringify(answer)}`);
  return match[1];
}

test.each(['PORT', 'RTMP_PORT'])(
  '%s in use is one line that names it, and nothing stays behind',
  async (name) => {
    const holder = await holdPort();
    try {
      const message = await refusal({ ...environment, [name]: String(portOf(holder)) });
      expect(message.split('\n')).toHaveLength(1);
      expect(message).toMatch(new RegExp(`\\b${name} ${portOf(holder)}\\b`));
      expect(databaseMarks()).toEqual([]);
    } finally {
      await new Promise((resolve) => holder.close(resolve));
    }
  },
);

test('a data folder held by a running product is one line that names DATA_DIR, and does not disturb it', async () => {
  const first = start();
  const url = await first.ready;
  const message = await refusal({ ...environment, ...(await places()) });
  expect(message.split('\n')).toHaveLength(1);
  expect(message).toContain('DATA_DIR');
  expect(await post(`${url}/getLiveList`, {})).toMatchObject({ status: 200 });
});

test.each([
  ['PORT', 'nine thousand'],
  ['PORT', '70000'],
  ['PORT', ''],
  ['RTMP_PORT', '0'],
  ['HOST', 'not a host'],
  ['HOST', '192.0.2.1'],
  ['DATA_DIR', ''],
  ['DATABASE_URL', 'postgres://someone:hidden-word@db.example/live'],
  ['LIVE_PUSH_KEY', 'hidden word'],
  ['LIVE_CALLBACK_KEY', ''],
  ['V1_ACCESS', 'hidden-word'],
  ['LIVE_APPID', 'hidden-word'],
])('%s=%j is refused by a line that names the variable and not its value', async (name, value) => {
  const message = await refusal({ ...environment, [name]: value });
  expect(message).toMatch(new RegExp(`\\b${name}\\b`));
  expect(message).not.toContain('hidden');
  expect(message.split('\n').length).toBeLessThanOrEqual(2);
});

test('several variables at fault are all named at once', async () => {
  const message = await refusal({
    ...environment,
    TOKEN_SECRET: 'short',
    V1_ACCESS: 'maybe',
    IM_SDKAPPID: 'x',
  });
  for (const name of ['TOKEN_SECRET', 'V1_ACCESS', 'IM_SDKAPPID']) expect(message).toContain(name);
});

test('ended while it starts, it leaves nothing behind', async () => {
  const product = start();
  // From the moment the database is open there is something to close.
  while (databaseMarks().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  product.kill('SIGTERM');
  expect(await product.ended).toEqual({ code: 0, signal: null });
  expect(databaseMarks()).toEqual([]);
});

test('npm run token without a user id says how it is called', async () => {
  const args = ['scripts/run.cjs', 'token'];
  const run = promisify(execFile)(process.execPath, args, { cwd: projectRoot });
  await expect(run).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('USERID') as string });
});
