import type { Database } from '../../shared/store/database';
import { makeBackend } from '../backend';
import { engines } from '../servers/engines';
import { clientCases, type ClientCase } from './clientCases';
import { listsIn } from './conformanceWorld';
import { emptyTables, stopClock, type TestClock } from './oldApps';
import { md5, v3Phone, type V3Phone } from './v3Phone';

const begin = 1_795_358_274;

const v3Cases = clientCases.filter(({ id }) => /^[ai]3-/.test(id));

test('the data has its v3 cases, and all of them are here', () => {
  expect(v3Cases).toHaveLength(16);
  expect(v3Cases.every(({ transport }) => transport.path.startsWith('/base/v1/'))).toBe(true);
  expect(clientCases.filter(({ transport }) => transport.path.startsWith('/base/v1/'))).toEqual(v3Cases);
});

describe.each(engines())('the requests of real v3 clients on $name', ({ open }) => {
  let database: Database;
  let clock: TestClock;

  beforeAll(async () => {
    database = await open();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    clock = stopClock(begin);
    await emptyTables(database);
  });
  afterEach(() => clock.restore());

  test.each(v3Cases)('$id', async (clientCase) => {
    const phone = v3Phone(makeBackend(database), {
      username: 'userabc',
      client: clientCase.client === 'ios' ? 'ios' : 'android',
    });
    const reading = await phone.send(clientCase.id, await membersIn(phone, clientCase));
    expect(reading).toMatchObject({ faults: [], ok: true });
    for (const path of listsIn(clientCase)) expect(reading.values.get(path)).not.toHaveLength(0);
    if (clientCase.reads.some(({ path }) => path === 'data.userId'))
      expect(reading.values.get('data.userId')).toEqual([phone.userId]);
  });
});

/** What the app knows when it sends the case, in the places where the case has made-up ids. */
async function membersIn(phone: V3Phone, { action, request }: ClientCase): Promise<Record<string, string>> {
  const salt = md5('userabc-12345678');
  if (action === 'oauth/register') return { salt };
  await phone.join();
  if (action === 'oauth/signature') {
    const ts = String(Date.now());
    return { ts, signature: md5(`userabc-xiaozhibo-${ts}--${salt}`) };
  }
  const { userId, token } = phone;
  if (action.startsWith('rooms/') && action !== 'rooms/enter_room')
    await phone.call('rooms/enter_room', { roomId: userId, role: 'anchor', category: 'mlvb-show-live' });
  const known: Record<string, string> = { userId, apaasUserId: userId, roomId: userId, token };
  return Object.fromEntries(Object.entries(known).filter(([name]) => name in request));
}
