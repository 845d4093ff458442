import type { Environment } from '../backend';
import { makeBackend } from '../backend';
import { engines } from '../servers/engines';
import type { Database } from '../../shared/store/database';
import { clientCases, v1Cases } from './clientCases';
import { readAnswer } from './clientReader';
import { listsIn, needsGuest, requestIn, setUpCases } from './conformanceWorld';
import { emptyTables, inProcess, stopClock, type TestClock } from './oldApps';

const begin = 1_795_358_274;

/** The domains a deployment may have: those every live account begins with, or its own, signed on both sides. */
const deployments: { domains: string; settings: Environment; origin: string }[] = [
  {
    domains: 'the domains of the account',
    settings: { LIVE_PUSH_DOMAIN: '', LIVE_PLAY_DOMAIN: '', LIVE_PLAY_KEY: '' },
    origin: 'rtmp://8888.liveplay.myqcloud.com',
  },
  {
    domains: 'domains of its own',
    settings: {
      LIVE_PUSH_DOMAIN: 'push.example.com',
      LIVE_PLAY_DOMAIN: 'play.example.com',
      LIVE_PLAY_KEY: 'testplaykey',
    },
    origin: 'rtmp://play.example.com',
  },
];

test('the data has its v1 cases, and all of them are here', () => {
  expect(v1Cases).toHaveLength(33);
  const withAction = clientCases.filter(({ request }) => 'Action' in request);
  expect(v1Cases).toEqual(withAction);
  expect(new Set(v1Cases.map(({ id }) => id)).size).toBe(33);
});

describe.each(engines())('the requests of real v1 clients on $name', ({ open }) => {
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

  describe.each(deployments)('with $domains', ({ settings, origin }) => {
    test.each(v1Cases)('$id', async (clientCase) => {
      const server = inProcess(makeBackend(database, settings));
      const world = await setUpCases(server, () => clock.now(), needsGuest(clientCase));
      const { request, sent } = requestIn(world, clientCase, origin);
      const reading = readAnswer(clientCase, await server.send(request), sent);
      expect(reading).toMatchObject({ faults: [], ok: true });
      for (const path of listsIn(clientCase)) expect(reading.values.get(path)).not.toHaveLength(0);
    });
  });
});
