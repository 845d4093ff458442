import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { engines } from '../servers/engines';
import { freePorts, startProduct } from './startedProduct';

jest.setTimeout(60_000);

const servers = engines().filter((engine) => engine.name !== 'embedded');
let dataDir: string;
let environment: Record<string, string>;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'start-mysql-'));
  const [port, rtmpPort] = await freePorts(2);
  environment = { DATA_DIR: dataDir, PORT: String(port), RTMP_PORT: String(rtmpPort) };
});

afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

// Without a server on this machine there is nothing to start against; the engines of the run are printed at its start.
for (const engine of servers) {
  test(`on ${engine.name}: migrates, answers from it, and keeps no file of its own`, async () => {
    const databaseUrl = await engine.freshUrl();
    const product = startProduct({ ...environment, DATABASE_URL: databaseUrl });
    try {
      const url = await product.ready;
      const response = await fetch(`${url}/getLiveList`, { method: 'POST', body: '{}' });
      expect([response.status, await response.json()]).toMatchObject([200, { returnValue: 0 }]);
      expect(product.output()).toMatch(/database +MySQL, 127\.0\.0\.1/);
      const { password } = new URL(databaseUrl);
      if (password !== '') expect(product.output()).not.toContain(password);
      expect(readdirSync(dataDir).filter((name) => name.endsWith('.db'))).toEqual([]);
    } finally {
      product.kill('SIGINT');
      expect(await product.ended).toEqual({ code: 0, signal: null });
    }
  });
}

test('a MySQL server that is not there is one line that names DATABASE_URL and not the password', async () => {
  const [port] = await freePorts(1);
  const url = `mysql://someone:hidden-word@127.0.0.1:${port}/live`;
  const product = startProduct({ ...environment, DATABASE_URL: url });
  expect(await product.ended).toEqual({ code: 1, signal: null });
  expect(product.errors().trim().split('\n')).toHaveLength(1);
  expect(product.errors()).toContain('DATABASE_URL');
  expect(product.errors()).not.toContain('hidden-word');
});
