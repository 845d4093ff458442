import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { makeBackend, type Ask, type Backend } from '../backend';
import { mysqlEngines, openUrl } from '../servers/engines';
import { startProxy, type TcpProxy } from './tcpProxy';
import type { Database } from '../../shared/store/database';
import { migrate } from '../../shared/store/migrate';
import { readMigrations } from '../../shared/store/readMigrations';

/** What every function is asked while its database fails; `app` answers as v1 does. */
const asks: [Parameters<Backend['ask']>[0], Ask][] = [
  ['getPushUrl', { as: 'host', body: { title: 'title' } }],
  ['getLiveList', { method: 'GET' }],
  ['getVodList', {}],
  ['room', { path: '/room/enter', as: 'viewer', body: { streamId: '8888_host_1' } }],
  ['video', { path: '/video/list' }],
];

const commands: [string, object][] = [
  ['RequestLVBAddr', { userid: 'host', groupid: 'g', title: 't' }],
  ['ChangeStatus', { userid: 'host', status: 0 }],
  ['FetchList', { flag: 1, pageno: 1, pagesize: 20 }],
  ['EnterGroup', { userid: 'viewer', liveuserid: 'host', groupid: 'g', flag: 0 }],
];

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function expectClearAnswers(backend: Backend): Promise<void> {
  for (const [name, ask] of asks) {
    const reply = await backend.ask(name, ask);
    expect(reply).toMatchObject({
      status: 503,
      body: { returnValue: 2002, returnData: {}, requestId: 'test-request' },
    });
    expect(reply.text).not.toMatch(/ECONN|SELECT|INSERT|mysql|127\.0\.0\.1/i);
  }
  for (const [action, body] of commands) {
    const reply = await backend.v1({ Action: action, ...body });
    expect(reply).toMatchObject({ status: 200, body: { returnValue: 2002, returnData: [] } });
    expect(typeof reply.body['returnMsg']).toBe('string');
  }
  expect(await backend.notify({ event_type: 1, stream_id: '8888_host_1', sequence: '1' })).toMatchObject({
    status: 503,
    body: { code: 2002 },
  });
}

test('a database that refuses connections: every function says so, and those without one go on', async () => {
  const database = openUrl(`mysql://root@127.0.0.1:${await freePort()}/none`);
  const backend = makeBackend(database, { LOG_LEVEL: 'error' });
  const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  await expectClearAnswers(backend);
  const logged = write.mock.calls.map(([line]) => String(line)).join('');
  write.mockRestore();
  expect(logged).toContain('"code":"unavailable"');
  expect((await backend.ask('imSig', { as: 'host' })).status).toBe(200);
  expect((await backend.ask('uploadSig', { as: 'host', body: { kind: 'video' } })).status).toBe(200);
  expect((await backend.v1('')).text).toBe(
    '{"returnValue":4001,"returnMsg":"json format error","returnData":[]}',
  );
  await database.close();
});

describe.each(mysqlEngines())('behind a network that fails, on $name', ({ freshUrl }) => {
  let proxy: TcpProxy;
  let database: Database;
  let backend: Backend;
  let write: jest.SpyInstance;

  beforeEach(async () => {
    const url = await freshUrl();
    const direct = openUrl(url);
    await migrate(direct, readMigrations(join(__dirname, '..', '..', 'schema')));
    await direct.close();
    proxy = await startProxy(url);
    database = openUrl(proxy.url, {
      connectTimeoutMs: 300,
      statementTimeoutMs: 300,
      transactionTimeoutMs: 600,
    });
    backend = makeBackend(database);
    write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  });
  afterEach(async () => {
    write.mockRestore();
    await database.close();
    await proxy.close();
  });

  test('a database that accepts and never answers', async () => {
    proxy.behave({ toClient: () => 'hold' });
    await expectClearAnswers(backend);
  });

  test('a connection that is cut in the middle of an answer', async () => {
    proxy.behave({ toClient: () => 'cut' });
    await expectClearAnswers(backend);
  });

  test('a notice that could not be applied is applied when the cloud sends it again', async () => {
    const { data } = await backend.ask('getPushUrl', { as: 'host', body: { title: 'title' } });
    const notice = {
      event_type: 1,
      stream_id: data['streamId'],
      sequence: '1',
      event_time: Math.floor(Date.now() / 1000),
    };
    proxy.behave({ toClient: () => 'hold' });
    expect((await backend.notify(notice)).status).toBe(503);
    proxy.behave({});
    expect((await backend.notify(notice)).status).toBe(200);
    expect((await backend.ask('getLiveList')).data['total']).toBe(1);
  });

  test('a notice whose commit was not confirmed is refused, sent again, and counted once', async () => {
    const { data } = await backend.ask('getPushUrl', { as: 'host', body: { title: 'title' } });
    const endedAt = Math.floor(Date.now() / 1000);
    const notice = {
      event_type: 100,
      stream_id: data['streamId'],
      file_id: 'file1',
      file_format: 'mp4',
      video_url: 'https://v.example/1.mp4',
      start_time: endedAt - 100,
      end_time: endedAt,
    };
    let committing = false;
    proxy.behave({
      toServer: (chunk) => {
        committing ||= chunk.includes('COMMIT');
        return 'pass';
      },
      toClient: () => (committing ? 'cut' : 'pass'),
    });
    expect((await backend.notify(notice)).status).toBe(503);
    expect(committing).toBe(true);
    proxy.behave({});
    expect((await backend.notify(notice)).status).toBe(200);
    expect((await backend.ask('getVodList')).data['total']).toBe(1);
    expect(await database.rows('SELECT file_id FROM replay_files')).toEqual([{ file_id: 'file1' }]);
  });

  test('a connection that died while the instance slept is replaced without anybody noticing', async () => {
    expect((await backend.ask('getLiveList')).status).toBe(200);
    await proxy.dropExisting();
    expect((await backend.ask('getLiveList')).status).toBe(200);
    await proxy.dropExisting();
    expect((await backend.ask('getPushUrl', { as: 'host', body: { title: 'title' } })).status).toBe(200);
  });
});
