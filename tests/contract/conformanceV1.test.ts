import { makeBackend } from '../backend';
import { engines } from '../servers/engines';
import type { Database } from '../../shared/store/database';
import { clientCases, v1Cases } from './clientCases';
import { readAnswer } from './clientReader';
import { deployments } from './deployments';
import { listsIn, needsGuest, requestIn, setUpCases } from './conformanceWorld';
import { emptyTables, inProcess, stopClock, type TestClock } from './oldApps';
import { standInCloud } from './standInCloud';

const begin = 1_795_358_274;

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
      const server = inProcess(makeBackend(database, settings, { cloud: standInCloud() }));
      const world = await setUpCases(server, clock, needsGuest(clientCase));
      const { request, sent } = requestIn(world, clientCase, origin);
      const reading = readAnswer(clientCase, await server.send(request), sent);
      expect(reading).toMatchObject({ faults: [], ok: true });
      for (const path of listsIn(clientCase)) expect(reading.values.get(path)).not.toHaveLength(0);
    });
  });
});
