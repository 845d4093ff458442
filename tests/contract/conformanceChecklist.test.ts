import { isRecord } from '../../shared/http/request';
import type { Database } from '../../shared/store/database';
import { makeBackend, type Reply } from '../backend';
import { engines } from '../servers/engines';
import { v1Cases, writeBody } from './clientCases';
import { httpFaults } from './clientReader';
import { setUpCases, type CaseWorld } from './conformanceWorld';
import { emptyTables, inProcess, oldApp, stopClock, streamIdIn, type TestClock } from './oldApps';
import { standInCloud } from './standInCloud';

const begin = 1_795_358_274;

/** Bodies of every kind that must get an answer in the envelope. */
const strangeBodies = [
  '',
  'hello',
  '{',
  '[]',
  'null',
  '5',
  '"text"',
  '{}',
  '{"Action":5}',
  '{"Action":"Nope"}',
  '{"Action":"../index"}',
  `{"Action":"FetchList","x":${'['.repeat(600)}${']'.repeat(600)}}`,
  `{"Action":"FetchList","x":"${'x'.repeat(70_000)}"}`,
  'Action=FetchList&flag=1',
  '\u0000',
];

/** The envelope as all clients need it: exactly three members, and a text that is one. */
function envelopeOf({ status, headers, text }: Reply) {
  const faults = httpFaults('h5', { status, headers, body: text });
  const body: unknown = JSON.parse(text);
  if (!isRecord(body)) throw new Error(`no envelope: ${text}`);
  expect({ faults, members: Object.keys(body).sort(), text: typeof body['returnMsg'] }).toEqual({
    faults: [],
    members: ['returnData', 'returnMsg', 'returnValue'],
    text: 'string',
  });
  expect(Number.isInteger(body['returnValue'])).toBe(true);
  return body;
}

/** Every number in an answer. */
function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  if (Array.isArray(value)) return value.flatMap(numbersIn);
  return isRecord(value) ? Object.values(value).flatMap(numbersIn) : [];
}

const brokenDatabase = (failure: () => Promise<never>): Database => ({
  engine: 'mysql',
  rows: failure,
  run: failure,
  transaction: failure,
  session: failure,
  close: () => Promise.resolve(),
});

describe.each(engines())('the checklist of section 14 on $name', ({ open }) => {
  let database: Database;
  let backend: ReturnType<typeof makeBackend>;
  let clock: TestClock;
  let world: CaseWorld;

  beforeAll(async () => {
    database = await open();
    backend = makeBackend(database, {}, { cloud: standInCloud() });
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    clock = stopClock(begin);
    await emptyTables(database);
    world = await setUpCases(inProcess(backend), clock, true);
  });
  afterEach(() => clock.restore());

  const app = (client: 'android' | 'ios' | 'h5', members: Record<string, unknown>, contentType: string) =>
    backend.ask('app', { body: writeBody(client, members), headers: { 'content-type': contentType } });
  const phone = oldAppOf(() => backend);

  test('1, 2: three members, HTTP 200 and no-store, whatever is asked', async () => {
    for (const clientCase of v1Cases) {
      const body = envelopeOf(await backend.v1(clientCase.request));
      if (body['returnValue'] === 0 && clientCase.reads.some(({ path }) => path.startsWith('returnData')))
        expect(isRecord(body['returnData'])).toBe(true);
      const nameOnly = envelopeOf(await backend.v1({ Action: clientCase.action }));
      if (nameOnly['returnValue'] !== 0) expect(nameOnly['returnData']).toEqual([]);
    }
    for (const body of strangeBodies) {
      const { returnValue, returnData } = envelopeOf(await backend.ask('app', { body }));
      expect(returnValue).not.toBe(0);
      expect(returnData).toEqual([]);
    }
  });

  test('2: a GET without a body is told what the integration guide expects', async () => {
    const { text, status } = await backend.ask('app', { method: 'GET', body: '' });
    expect(status).toBe(200);
    expect(text).toBe('{"returnValue":4001,"returnMsg":"json format error","returnData":[]}');
  });

  test('2: a page of another origin may ask first', async () => {
    const headers = {
      origin: 'https://share.example.com',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type',
    };
    const asked = await backend.ask('app', { method: 'OPTIONS', body: '', headers });
    const allowed = Object.fromEntries(
      Object.entries(asked.headers).map(([name, value]) => [name.toLowerCase(), value]),
    );
    expect(asked.status).toBe(200);
    expect(allowed['access-control-allow-origin']).toBe('*');
    expect(allowed['access-control-allow-methods']).toMatch(/\bPOST\b/);
    expect(allowed['access-control-allow-headers']).toMatch(/content-type/i);
  });

  test.each([
    ['application/json; charset=utf-8'],
    ['text/plain;'],
    ['application/x-www-form-urlencoded; charset=UTF-8'],
    ['nonsense'],
  ])('3: JSON is read although it is called %s', async (contentType) => {
    const members = { Action: 'FetchList', flag: 1, pageno: 1, pagesize: 20 };
    expect((await app('android', members, contentType)).data).toMatchObject({ totalcount: 1 });
  });

  test('3: numbers come as text from the page, and members nobody knows are passed over', async () => {
    const page = { Action: 'GetUserInfo', userid: 'user1', type: '0', fileid: '', extra: { deep: [1] } };
    const form = 'application/x-www-form-urlencoded; charset=UTF-8';
    expect((await app('h5', page, form)).data).toMatchObject({ type: 0, status: '1' });
    const list = { Action: 'FetchList', flag: '1', pageno: '1', pagesize: '20' };
    expect((await app('h5', list, form)).data).toMatchObject({ totalcount: 1 });
    const replay = { Action: 'GetUserInfo', userid: 'user1', type: '1', fileid: world.replayFile };
    expect((await app('h5', replay, form)).data).toMatchObject({ type: 1, fileid: world.replayFile });
  });

  test('5: every number fits in 31 bits', async () => {
    const bodies = await Promise.all(v1Cases.map(({ request }) => backend.v1(request)));
    const numbers = bodies.flatMap(({ body }) => numbersIn(body));
    expect(numbers.length).toBeGreaterThan(50);
    expect(numbers.filter((number) => !Number.isInteger(number) || number >= 2 ** 31)).toEqual([]);
  });

  test.each([
    ['left out', {}],
    ['null', { userinfo: null }],
    ['a list', { userinfo: [] }],
    ['a text', { userinfo: 'nobody' }],
    ['empty', { userinfo: {} }],
    ['full of null', { userinfo: { nickname: null, headpic: null, frontcover: null, location: null } }],
    ['full of objects', { userinfo: { nickname: {}, headpic: [], frontcover: true, location: 5 } }],
  ])('6: userinfo is an object of four texts although it was %s', async (_what, given) => {
    const { userinfo: _left, ...request } = v1CaseRequest('a37-RequestLVBAddr');
    const asked = await backend.v1({ ...request, userid: 'plain', groupid: '@TGS#plain', ...given });
    expect(asked.body).toMatchObject({ returnValue: 0 });
    await phone('a37-ChangeStatus-online', { userid: 'plain' });
    const video = { ...v1CaseRequest('a37-UploadUGCVideo'), userid: 'plain', userinfo: undefined, ...given };
    expect((await backend.v1(video)).body).toMatchObject({ returnValue: 0 });
    for (const caseId of ['a37-FetchList-live', 'a37-FetchList-ugc']) {
      const { values } = await phone(caseId);
      const users = values.get('returnData.pusherlist[].userid');
      expect(users).toContain('plain');
      for (const member of ['nickname', 'headpic', 'frontcover', 'location'])
        expect(values.get(`returnData.pusherlist[].userinfo.${member}`)).toEqual(
          users?.map((): unknown => expect.any(String)),
        );
    }
  });

  test.each([
    'user1',
    'A.B@C#D-e',
    '.',
    '🎉',
    '用户',
    '12345',
    'x'.repeat(64),
    "O'Neil",
    'a?b=c&d/e',
    '86-13800138000',
  ])('7: the push URL of %s is one the apps can cut up', async (userid) => {
    const { data } = await phone('a37-RequestLVBAddr', { userid, groupid: '@TGS#x' });
    const streamId = streamIdIn(data['pushurl']);
    expect(data['pushurl']).toMatch(/^rtmp:\/\/[^/]+\/live\/[a-z0-9_]{1,64}\?\S+$/);
    expect(String(data['pushurl'])).toContain(`/live/${streamId}?`);
  });

  test('8: lives have .flv, replays both forms, and iOS may ask for each by https', async () => {
    const lists = ['a37-FetchList-live', 'a37-FetchList-replay', 'a37-FetchList-ugc'];
    const [lives, replays, videos] = await Promise.all(
      lists.map(async (caseId) => (await phone(caseId)).values),
    );
    expect(lives?.get('returnData.pusherlist[].playurl')).toEqual([expect.stringMatching(/\.flv/)]);
    for (const list of [replays, videos]) {
      for (const member of ['playurl', 'hls_play_url'])
        expect(list?.get(`returnData.pusherlist[].${member}`)).toEqual([
          // Without a port, so that http: can be written as https:.
          expect.stringMatching(/^https?:\/\/[^/:]+\/\S+\.(flv|m3u8|mp4)/),
        ]);
    }
  });

  test('9: a request that is sent again changes nothing more', async () => {
    const state = async () => ({
      lists: await Promise.all(
        [1, 2, 3, 5].map(async (flag) => (await backend.v1({ ...listRequest, flag })).text),
      ),
      members: (await backend.v1(v1CaseRequest('a-FetchGroupMemberList'))).text,
    });
    // A like is not to be told from its repetition in this protocol.
    const repeatable = v1Cases.filter(({ action }) => action !== 'ChangeCount');
    for (const { id, request } of repeatable) {
      await backend.v1(request);
      const once = await state();
      const again = await backend.v1(request);
      expect({ id, ...(await state()) }).toEqual({ id, ...once });
      expect(again.status).toBe(200);
    }
  });

  test.each([
    ['a live that is over', { liveuserid: 'user1', groupid: '@TGS#1', flag: 0 }, true],
    ['a host nobody knows', { liveuserid: 'nobody', groupid: '@TGS#none', flag: 0 }, false],
    ['a replay that is gone', { liveuserid: 'user1', groupid: '404', flag: 1 }, false],
    ['a short video', { liveuserid: 'user1', groupid: 'ugc1', flag: 2 }, false],
    ['a flag nobody knows', { liveuserid: 'user1', groupid: '@TGS#1', flag: 7 }, false],
  ])('9: nobody is thrown out of the player of %s', async (_what, room, ended) => {
    if (ended) await phone('a37-ChangeStatus-offline');
    await phone('a-EnterGroup-live', { userid: 'v2', ...room });
    await phone('a-QuitGroup', { userid: 'v2', ...room });
  });

  test('11: the reply of a mix is text with an int code, also when it cannot be mixed', async () => {
    const { mergeparams } = v1CaseRequest('a37-MergeVideoStream-add');
    for (const given of [{ mergeparams }, { mergeparams: {} }, { mergeparams: null }, { mergeparams: 'x' }]) {
      const { body, data } = await backend.v1({ Action: 'MergeVideoStream', userid: 'user1', ...given });
      expect(body['returnValue']).toBe(0);
      const reply: unknown = JSON.parse(String(data['msg']));
      expect(reply).toMatchObject({ code: expect.any(Number) });
      expect(reply).not.toMatchObject({ code: 0 });
    }
  });
});

const listRequest = { Action: 'FetchList', flag: 1, pageno: 1, pagesize: 20 };

function v1CaseRequest(id: string): Record<string, unknown> {
  const found = v1Cases.find((clientCase) => clientCase.id === id);
  if (found === undefined) throw new Error(`no case ${id}`);
  return found.request;
}

function oldAppOf(backend: () => ReturnType<typeof makeBackend>) {
  return (caseId: string, members?: Record<string, unknown>) =>
    oldApp(inProcess(backend()), '198.18.0.9')(caseId, members);
}

describe('the checklist of section 14 without a database', () => {
  afterEach(() => jest.useRealTimers());

  const quiet = { write: () => undefined };

  test('2: a database that fails is told in the envelope, and nothing of it', async () => {
    const broken = brokenDatabase(() => Promise.reject(new Error('secret detail of 10.0.0.3')));
    for (const { action, request, reads } of v1Cases) {
      const reply = await makeBackend(broken, {}, quiet).v1(request);
      const body = envelopeOf(reply);
      if (body['returnValue'] === 0) expect(readsNothingStored(action)).toBe(true);
      expect(reply.text).not.toContain('secret detail');
      expect(reads.length).toBeGreaterThan(0);
    }
  });

  test('4: an answer comes before the apps give up, whatever hangs', async () => {
    jest.useFakeTimers();
    const hanging = brokenDatabase(() => new Promise(() => undefined));
    let answered = false;
    const answer = makeBackend(hanging, {}, quiet)
      .v1(listRequest)
      .then((reply) => {
        answered = true;
        return reply;
      });
    await jest.advanceTimersByTimeAsync(2_999);
    expect(answered).toBe(true);
    expect(envelopeOf(await answer)['returnValue']).not.toBe(0);
  });
});

/** Signatures need no database, and a mix is refused in its own text. */
function readsNothingStored(action: string): boolean {
  return /^Get(COS|Vod)/.test(action) || action === 'MergeVideoStream';
}
