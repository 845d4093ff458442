import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { assumptions, hostCalls, viewerCalls } from '../../scripts/cost/figures';
import { isRecord } from '../../shared/http/request';
import { guestPrefix } from '../../shared/reservedUserId';
import { imWebhookSign } from '../../shared/signing/imWebhook';
import type { Database, Queryable } from '../../shared/store/database';
import { makeBackend, type Backend, type Reply } from '../backend';
import { engines } from '../servers/engines';

/** What the addresses of a function URL add to an answer on the wire, roughly: status line and headers. */
const headerBytes = 400;

const webhookToken = 'testwebhooktoken';
const groupId = 'cost_group';

/** Counts every statement that goes to the database, with the ones that begin and end a transaction. */
function counting(database: Database): { database: Database; taken(): number } {
  let statements = 0;
  const counted = (to: Queryable): Queryable => ({
    rows: (sql, params) => ((statements += 1), to.rows(sql, params)),
    run: (sql, params) => ((statements += 1), to.run(sql, params)),
  });
  return {
    database: {
      ...database,
      ...counted(database),
      transaction: (work) => ((statements += 2), database.transaction((tx) => work(counted(tx)))),
    },
    taken() {
      const taken = statements;
      statements = 0;
      return taken;
    },
  };
}

describe.each(engines())('the figures of npm run cost, on $name', ({ open }) => {
  let counted: ReturnType<typeof counting>;
  let backend: Backend;
  const streamId = { streamId: '' };
  const guest = `${guestPrefix}0123456789abcdef`;
  const lastHost = 'cost host 19';
  let refreshToken = '';

  beforeAll(async () => {
    counted = counting(await open());
    backend = makeBackend(counted.database, { IM_CALLBACK_TOKEN: webhookToken });
    const names = Array.from({ length: 20 }, (_, index) => `cost host ${index}`);
    for (const name of names) {
      const { data } = await backend.ask('getPushUrl', {
        as: name,
        body: { title: `Live of ${name}`, groupId: name === lastHost ? groupId : `group of ${name}` },
      });
      await backend.ask('room', { path: '/room/status', as: name, body: { ...data, online: true } });
      streamId.streamId = String(data['streamId']);
    }
    for (const name of names)
      await backend.ask('room', { path: '/room/enter', as: name, body: { ...streamId, nickname: name } });
    const { data } = await account('register', { userId: viewer, password: 'correct horse' });
    refreshToken = String(data['refreshToken']);
  });

  const viewer = 'costViewer';
  const room = (command: string, body: object = {}, as: string = viewer) =>
    backend.ask('room', { path: `/room/${command}`, as, body: { ...streamId, ...body } });
  const account = (command: string, body: object) =>
    backend.ask('account', { path: `/account/${command}`, body });
  const webhook = (CallbackCommand: string, members: object) => {
    const requestTime = Math.floor(Date.now() / 1000);
    const query = {
      SdkAppid: backend.config.IM_SDKAPPID.toString(),
      Sign: imWebhookSign({ token: webhookToken, requestTime }),
      RequestTime: String(requestTime),
    };
    return backend.ask('imCallback', { query, body: { CallbackCommand, GroupId: groupId, ...members } });
  };
  const now = () => Math.floor(Date.now() / 1000);
  const push = (event_type: 0 | 1) =>
    backend.notify({ stream_id: streamId.streamId, event_type, event_time: now(), sequence: '1' });
  const recorded = () =>
    backend.notify({
      ...{ event_type: 100, stream_id: streamId.streamId, file_id: 'f', video_id: 'f', file_format: 'flv' },
      ...{ video_url: 'http://1250000000.vod2.myqcloud.com/f/f0.flv', file_size: 1000, appid: 1250000000 },
      ...{ start_time: now() - 100, end_time: now(), duration: 100 },
    });

  /** Each kind of call as it costs most; the second word tells two of a kind apart. */
  const measured: [name: string, when: string, () => Promise<Reply>][] = [
    ['account/refresh', '', () => account('refresh', { refreshToken })],
    ['watch/guest', '', () => backend.ask('watch', { path: '/watch/guest' })],
    ['getLiveList', '', () => backend.ask('getLiveList')],
    ['room/info', '', () => room('info')],
    ['room/enter', '', () => room('enter', { nickname: 'A viewer' })],
    ['room/enter (guest)', '', () => room('enter', { nickname: 'A guest' }, guest)],
    ['room/members', '', () => room('members')],
    ['room/like', '', () => room('like', { count: 5, likeId: 'once' })],
    ['room/like', 'of a guest', () => room('like', { count: 5, likeId: 'once' }, guest)],
    ['room/quit', '', () => room('quit')],
    [
      'imCallback',
      'joined',
      () => webhook('Group.CallbackAfterNewMemberJoin', { NewMemberList: [{ Member_Account: viewer }] }),
    ],
    [
      'imCallback',
      'left',
      () => webhook('Group.CallbackAfterMemberExit', { ExitMemberList: [{ Member_Account: viewer }] }),
    ],
    [
      'GET /watch/STREAM',
      '',
      () => backend.ask('watch', { method: 'GET', path: `/watch/${streamId.streamId}`, body: '' }),
    ],
    ['imSig', '', () => backend.ask('imSig', { as: viewer })],
    [
      'uploadSig',
      '',
      () => backend.ask('uploadSig', { as: viewer, body: { kind: 'cover', contentType: 'image/png' } }),
    ],
    ['getPushUrl', '', () => backend.ask('getPushUrl', { as: viewer, body: { title: 'Mine' } })],
    ['room/status', 'on', () => room('status', { online: true }, lastHost)],
    ['liveCallback', 'begun', () => push(1)],
    ['room/status', 'off', () => room('status', { online: false }, lastHost)],
    ['liveCallback', 'cut', () => push(0)],
    ['liveCallback', 'recorded', recorded],
    ['getVodList', '', () => backend.ask('getVodList')],
  ];

  test.each(measured)(
    '%s %s answers and asks the database no more than is reckoned',
    async (name, _when, ask) => {
      counted.taken();
      const { status, text } = await ask();
      const statements = counted.taken();
      expect(status).toBe(200);
      const figures = [...viewerCalls, ...hostCalls].filter(({ call }) => call === name);
      expect(figures).not.toEqual([]);
      for (const figure of figures) {
        expect(figure.answerBytes).toBeGreaterThanOrEqual(Buffer.byteLength(text) + headerBytes);
        expect(figure.statements).toBeGreaterThanOrEqual(statements);
        expect(figure.statements).toBeLessThanOrEqual(2 * statements);
      }
    },
  );

  test('no kind of call but the files of the page is an estimate', () => {
    const counted = new Set(measured.map(([name]) => name));
    const all = [...viewerCalls, ...hostCalls].map(({ call }) => call);
    expect(all.filter((call) => !counted.has(call))).toEqual(['GET /watch/assets/FILE']);
  });

  test('apps are told the interval that is reckoned', async () => {
    const { data } = await room('enter');
    expect(data['beatSeconds']).toBe(assumptions.beatSeconds.value);
  });
});

test('memory and number of functions are what serverless.yml says', () => {
  const service: unknown = parse(readFileSync('serverless.yml', 'utf8'));
  expect(service).toMatchObject({ provider: { memorySize: assumptions.memoryMb.value } });
  const functions = isRecord(service) && isRecord(service['functions']) ? service['functions'] : {};
  const withDatabase = Object.values(functions).filter(
    (one) => isRecord(one) && isRecord(one['environment']) && 'DATABASE_URL' in one['environment'],
  );
  expect(withDatabase).toHaveLength(assumptions.idleInstances.value);
});
