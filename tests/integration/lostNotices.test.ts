import { makeBackend, type Backend } from '../backend';
import { apiAccount, pushDomain } from '../liveApiStand';
import { engines } from '../servers/engines';
import type { Database } from '../../shared/store/database';
import { PUSH_KEY, standUp, type Stand } from './cloudStand';
import { push, until } from './media';

/** The notices of the local cloud reach the stand's receiver, and there they end. */
describe.each(engines())('with every notice lost, on $name', ({ open }) => {
  let database: Database;
  let backend: Backend;
  let stand: Stand;
  let clock: jest.SpyInstance<number, []>;
  let ahead = 0;

  beforeAll(async () => {
    const realNow = Date.now;
    clock = jest.spyOn(Date, 'now').mockImplementation(() => realNow() + ahead);
    database = await open();
    stand = await standUp({ api: { ...apiAccount, pushDomain }, now: () => Date.now() });
    backend = makeBackend(database, {
      LIVE_PUSH_KEY: PUSH_KEY,
      LIVE_PUSH_DOMAIN: pushDomain,
      TENCENT_SECRET_ID: apiAccount.secretId,
      TENCENT_SECRET_KEY: apiAccount.secretKey,
      TENCENT_LIVE_ENDPOINT: stand.publicUrl,
    });
  });
  afterAll(async () => {
    await stand.close();
    clock.mockRestore();
  });

  const listed = async () => (await backend.ask('getLiveList')).data['total'];

  test('a real broadcast appears on the list and leaves it by the sweep alone', async () => {
    const { data } = await backend.ask('getPushUrl', { as: 'host', body: { title: 't' } });
    const streamId = String(data['streamId']);
    const query = String(data['pushUrl']).split('?')[1] ?? '';
    const pushing = push(stand.rtmpUrl(`live/${streamId}?${query}`));
    await until('the push is up', () => stand.cloud.liveStreams().length === 1);
    expect(await listed()).toBe(0);
    expect(await backend.timer()).toMatchObject({ cloud: 'done', failed: [] });
    expect(await listed()).toBe(1);

    await pushing.stop();
    await until('the push has ended', () => stand.cloud.liveStreams().length === 0);
    for (const expected of [1, 1, 0]) {
      ahead += 60_000;
      await backend.timer();
      expect(await listed()).toBe(expected);
    }
  });
});
