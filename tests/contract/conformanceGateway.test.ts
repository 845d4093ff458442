import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server as HttpServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildFunctions, buildInstanceProgram, endBuild } from '../../scripts/build';
import { serveDatabase } from '../../scripts/local/embeddedHost';
import { startGateway, type Gateway } from '../../scripts/local/gateway';
import { createInstances, type Instances } from '../../scripts/local/instances';
import { readFunctions } from '../../scripts/local/routes';
import { localSettings } from '../../scripts/local/settings';
import { callbackSign } from '../../shared/signing/callbackSign';
import type { Database } from '../../shared/store/database';
import { openEmbedded } from '../../shared/store/embedded';
import { migrate } from '../../shared/store/migrate';
import { readMigrations } from '../../shared/store/readMigrations';
import { portOf } from '../e2e/startedProduct';
import { call } from '../integration/gatewayUnderTest';
import { v1Cases, type ClientCase, type WireRequest } from './clientCases';
import { httpFaults, readAnswer, type RawAnswer } from './clientReader';
import { listsIn, requestIn, setUpCases, type CaseWorld } from './conformanceWorld';
import type { Server } from './oldApps';

const root = join(__dirname, '..', '..');
const list = '{"flag":1,"pageno":1,"pagesize":20,"Action":"FetchList"}';

let folder: string;
let database: Database;
let instances: Instances;
let gateway: Gateway;
let mixing: HttpServer;
let world: CaseWorld;

/** The functions of this project as `npm start` runs them, with the live API answered by a server that agrees to all. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'conformance-'));
  mixing = createServer((_request, response) => response.end('{"Response":{"RequestId":"test"}}'));
  await new Promise<void>((resolve) => mixing.listen(0, '127.0.0.1', resolve));
  const path = join(folder, 'test.db');
  database = openEmbedded(path);
  await migrate(database, readMigrations(join(root, 'schema')));
  await buildFunctions(root, folder);
  const program = await buildInstanceProgram(root, folder);
  await endBuild();
  const functions = readFunctions(join(root, 'serverless.yml'), settings(path));
  instances = createInstances({
    functions,
    program,
    bundleOf: (name) => join(folder, name, 'index.js'),
    database: { path, serve: (port) => serveDatabase(database, port) },
    log: () => undefined,
  });
  gateway = await startGateway({ host: '127.0.0.1', port: 0, functions, instances, log: () => undefined });
  world = await setUpCases(server, { now, pass: () => undefined }, true);
}, 60_000);

afterAll(async () => {
  await Promise.all([gateway.close(1_000), instances.close(1_000)]);
  await database.close();
  mixing.closeAllConnections();
  await new Promise((resolve) => mixing.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

function settings(path: string): Record<string, string> {
  return {
    ...localSettings({ DATABASE_URL: `sqlite:${path}`, LOG_LEVEL: 'error' }),
    LIVE_PUSH_DOMAIN: 'push.example.com',
    LIVE_PLAY_DOMAIN: 'play.example.com',
    TENCENT_LIVE_ENDPOINT: `http://127.0.0.1:${portOf(mixing)}`,
  };
}

const now = () => Math.floor(Date.now() / 1000);

const server: Server = {
  send: ({ path, ...request }: WireRequest) => ask(path, request),
  async notify(notice) {
    const t = now() + 600;
    const key = localSettings({}).LIVE_CALLBACK_KEY;
    const body = JSON.stringify({ ...notice, t, sign: callbackSign({ key, t }) });
    const headers = { 'content-type': 'application/json' };
    return ask('/callback/Live_callback.php', { method: 'POST', headers, body });
  },
};

async function ask(path: string, request: Parameters<typeof call>[2]): Promise<RawAnswer> {
  const { status, headers, body } = await call(gateway.port, path, request);
  const texts = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]);
  return { status, headers: Object.fromEntries(texts), body };
}

/** One set-up serves all: what leaves or ends comes last, and before it what begins another broadcast. */
function inOrder(cases: readonly ClientCase[]): ClientCase[] {
  const last = [
    'i1-RequestLVBAddr-replaykit',
    'a-QuitGroup',
    'i1-QuitGroup',
    'a37-ChangeStatus-offline',
    'i1-ChangeStatus-offline',
  ];
  return [...cases].sort((one, other) => last.indexOf(one.id) - last.indexOf(other.id));
}

test.each(inOrder(v1Cases))('$id through the gateway', async (clientCase) => {
  const { request, sent } = requestIn(world, clientCase, 'rtmp://play.example.com');
  const reading = readAnswer(clientCase, await server.send(request), sent);
  expect(reading).toMatchObject({ faults: [], ok: true });
  for (const path of listsIn(clientCase)) expect(reading.values.get(path)).not.toHaveLength(0);
});

test('the deployment check of the integration guide', async () => {
  const { status, body, headers } = await ask('/interface.php', { method: 'GET' });
  expect(status).toBe(200);
  expect(body).toBe('{"returnValue":4001,"returnMsg":"json format error","returnData":[]}');
  expect(headers['content-type']).toBe('application/json; charset=utf-8');
});

test('a page of another origin may ask first, and then gets its answer', async () => {
  const asked = await ask('/interface.php', {
    method: 'OPTIONS',
    headers: {
      origin: 'https://share.example.com',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type',
    },
  });
  expect(asked.status).toBe(200);
  expect(asked.headers).toMatchObject({
    'access-control-allow-origin': '*',
    'access-control-allow-methods': expect.stringContaining('POST'),
    'access-control-allow-headers': expect.stringMatching(/content-type/i),
  });
  const answer = await ask('/interface.php', {
    method: 'POST',
    headers: {
      origin: 'https://share.example.com',
      'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
    },
    body: '{"Action":"GetUserInfo","userid":"user1","type":"0","fileid":""}',
  });
  expect(httpFaults('h5', answer)).toEqual([]);
  expect(JSON.parse(answer.body)).toMatchObject({ returnValue: 0, returnData: { type: 0 } });
});

test('nothing is answered from memory: no 304, whatever the app believes to have', async () => {
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'if-none-match': '*',
    'if-modified-since': new Date().toUTCString(),
  };
  const answers = await Promise.all(
    [list, '{"Action":"GetCOSSign"}'].map((body) => ask('/interface.php', { method: 'POST', headers, body })),
  );
  for (const answer of answers) expect(httpFaults('android', answer)).toEqual([]);
  expect(answers[0]?.body).not.toBe(answers[1]?.body);
});

test('an answer is not compressed for an app that would take it so', async () => {
  const headers = { 'content-type': 'application/json', 'accept-encoding': 'gzip, deflate, br' };
  const answer = await ask('/interface.php', { method: 'POST', headers, body: list });
  expect(httpFaults('ios', answer)).toEqual([]);
  expect(JSON.parse(answer.body)).toMatchObject({ returnValue: 0 });
});

test.each([
  ['in chunks', { 'transfer-encoding': 'chunked', 'content-type': 'text/plain;' }, list],
  ['without a type', {}, list],
  ['in bytes above ASCII', { 'content-type': 'text/plain;' }, list.replace('}', ',"note":"连麦 🎉"}')],
])('a body that comes %s is read whole', async (_how, headers: Record<string, string>, body) => {
  const answer = await ask('/interface.php', { method: 'POST', headers, body: Buffer.from(body) });
  expect(httpFaults('android', answer)).toEqual([]);
  expect(JSON.parse(answer.body)).toMatchObject({ returnValue: 0 });
});

test.each([
  ['nothing', ''],
  ['no JSON', 'hello'],
  ['too much', `{"Action":"FetchList","x":"${'x'.repeat(100_000)}"}`],
  ['an action nobody knows', '{"Action":"Nope"}'],
])('an app that sends %s gets the envelope all the same', async (_what, body) => {
  const answer = await ask('/interface.php', { method: 'POST', body });
  expect(httpFaults('android', answer)).toEqual([]);
  const envelope: unknown = JSON.parse(answer.body);
  expect(envelope).toMatchObject({ returnMsg: expect.any(String), returnData: [] });
  expect(envelope).not.toMatchObject({ returnValue: 0 });
});
