import { makeBackend } from '../backend';
import { engines } from '../servers/engines';

describe.each(engines().slice(0, 1))("WeChat's file at the root of the domain, on $name", ({ open }) => {
  test('is there under the name that is set, and no other', async () => {
    const backend = makeBackend(await open(), { WECHAT_VERIFY: 'a1B2c3D4' });
    const file = await backend.ask('app', { method: 'GET', path: '/MP_verify_a1B2c3D4.txt' });
    expect([file.status, file.headers['Content-Type'], file.text]).toEqual([200, 'text/plain', 'a1B2c3D4']);
    for (const path of ['/MP_verify_other.txt', '/x/MP_verify_a1B2c3D4.txt', '/MP_verify_.txt']) {
      const { headers } = await backend.ask('app', { method: 'GET', path });
      expect(headers['Content-Type']).toContain('json');
    }
  });

  test('is not there where nothing is set', async () => {
    const backend = makeBackend(await open());
    const { headers } = await backend.ask('app', { method: 'GET', path: '/MP_verify_.txt' });
    expect(headers['Content-Type']).toContain('json');
  });
});
