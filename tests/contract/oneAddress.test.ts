import { join } from 'node:path';
import { readFunctions } from '../../scripts/local/routes';
import { localSettings } from '../../scripts/local/settings';
import { makeBackend, type Backend } from '../backend';
import { engines } from '../servers/engines';

const root = join(__dirname, '..', '..');
const functions = readFunctions(join(root, 'serverless.yml'), localSettings({}));

/** Every path that some function other than `app` answers at; below a prefix, all that it says it has. */
const paths = functions
  .filter(({ name }) => name !== 'app')
  .flatMap((described) => described.paths.map((path) => ({ name: described.name, path })));

describe.each(engines().slice(0, 1))('the app function alone, on $name', ({ open }) => {
  let backend: Backend;

  beforeAll(async () => {
    backend = makeBackend(await open());
  });

  test.each(paths)('answers at $path as $name does', async ({ name, path }) => {
    if (!backend.isFunction(name)) throw new Error(`${name} is not among the functions under test`);
    const places = path.endsWith('/*') ? await belowPrefix(name, path) : [path];
    expect(places.length).toBeGreaterThan(0);
    for (const place of places) {
      const ask = { path: place, body: { nothing: 'that anyone reads' } };
      const own = await backend.ask(name, ask);
      const alone = await backend.ask('app', ask);
      expect({ place, status: alone.status, body: alone.body }).toEqual({
        place,
        status: own.status,
        body: own.body,
      });
    }
  });

  test('behind a stage of a gateway as well', async () => {
    const { status, body } = await backend.ask('app', { path: '/release/getLiveList' });
    expect([status, body['returnValue']]).toEqual([200, 0]);
  });

  /** A function with several commands names them when it is asked for one that it does not have. */
  async function belowPrefix(name: Parameters<Backend['ask']>[0], prefix: string): Promise<string[]> {
    const { body } = await backend.ask(name, { path: prefix.replace('*', 'nothingOfThisName') });
    return String(body['returnMsg']).match(/\/\w+\/\w+/g) ?? [];
  }
});
