import { join } from 'node:path';
import { readFunctions } from '../../scripts/local/routes';
import { localSettings } from '../../scripts/local/settings';
import { commands } from '../../scripts/openapi/commands';
import { makeBackend, type Backend } from '../backend';
import { engines } from '../servers/engines';

const root = join(__dirname, '..', '..');
const functions = readFunctions(join(root, 'serverless.yml'), localSettings({}));

/** Every path that some function other than `app` answers at. */
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
    for (const place of path.endsWith('/*') ? await belowPrefix(name, path) : [path]) {
      for (const method of ['GET', 'POST']) {
        // A token that none is: each guest who is let in would be another.
        const ask = { method, path: place, body: { nothing: 'that anyone reads', token: 0 } };
        const own = await backend.ask(name, ask);
        const alone = await backend.ask('app', ask);
        expect({ place, method, status: alone.status, text: alone.text }).toEqual({
          place,
          method,
          status: own.status,
          text: own.text,
        });
      }
    }
  });

  test('behind a stage of a gateway as well', async () => {
    const { status, body } = await backend.ask('app', { path: '/release/getLiveList' });
    expect([status, body['returnValue']]).toEqual([200, 0]);
  });

  /** The commands, what the function says it has when it is asked for what it does not have, and that answer itself. */
  async function belowPrefix(name: Parameters<Backend['ask']>[0], prefix: string): Promise<string[]> {
    const nothing = prefix.replace('*', 'nothing_of_this_name');
    const { body } = await backend.ask(name, { path: nothing });
    const named = String(body['returnMsg']).match(/\/\w+\/\w+/g) ?? [];
    const described = Object.keys(commands)
      .map((command) => `/${command}`)
      .filter((path) => path.startsWith(prefix.slice(0, -1)));
    return [...new Set([...described, ...named, nothing])];
  }

  test('a prefix is asked for its commands and its pages', async () => {
    expect(await belowPrefix('watch', '/watch/*')).toEqual(
      expect.arrayContaining(['/watch/guest', '/watch/weixinSignature', '/watch/nothing_of_this_name']),
    );
    const page = await backend.ask('app', { method: 'GET', path: '/watch/nothing_of_this_name' });
    expect([page.status, page.headers['Content-Type']]).toEqual([404, 'text/html; charset=utf-8']);
  });
});
