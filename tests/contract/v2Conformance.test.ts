import { makeBackend } from '../backend';
import { engines } from '../servers/engines';
import type { Database } from '../../shared/store/database';
import { clientCases } from './clientCases';
import { listsIn } from './conformanceWorld';
import { emptyTables, recordingNotice, stopClock, type TestClock } from './oldApps';
import { v2Phone, v2Server, type V2Phone } from './v2Phone';

const begin = 1_795_358_274;

const v2Cases = clientCases.filter(({ id }) => /^[ai]2-/.test(id));

test('the data has its v2 cases, and all of them are here', () => {
  expect(v2Cases).toHaveLength(13);
  expect(new Set(v2Cases.map(({ transport }) => transport.path))).toEqual(
    new Set([
      '/register',
      '/get_user_info',
      '/upload_user_info',
      '/get_vod_list',
      '/upload_room',
      '/get_cos_sign',
      '/get_vod_sign',
      '/get_roomservice_sign',
      '/upload_ugc',
      '/get_ugc_list',
    ]),
  );
});

describe.each(engines())('the requests of real v2 clients on $name', ({ open }) => {
  let database: Database;
  let clock: TestClock;
  let phone: V2Phone;

  beforeAll(async () => {
    database = await open();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    clock = stopClock(begin);
    await emptyTables(database);
    const backend = makeBackend(database);
    phone = v2Phone(v2Server(backend), { userId: 'userabc', password: '123456' });
    const host = v2Phone(v2Server(backend), { userId: 'host1', password: 'secret1' });
    await host.register();
    await host.login();
    await host.send('a2-upload_user_info');
    await host.send('a2-upload_room');
    await host.send('a2-upload_ugc');
    const took = { startedAt: begin - 800, endedAt: begin - 100 };
    await backend.notify(recordingNotice('8888_host1', { fileId: '9001', format: 'mp4', ...took }));
    await backend.notify(recordingNotice('8888_host1', { fileId: '9002', format: 'hls', ...took }));
  });
  afterEach(() => clock.restore());

  test.each(v2Cases)('$id', async (clientCase) => {
    if (clientCase.action !== 'register') {
      await phone.register();
      await phone.login();
    }
    const { faults, ok, values } = await phone.send(clientCase.id);
    expect({ faults, ok }).toEqual({ faults: [], ok: true });
    for (const path of listsIn(clientCase)) expect(values.get(path)).not.toHaveLength(0);
  });
});
