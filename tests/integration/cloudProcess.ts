/** A local cloud in a process of its own, to be killed. In: its settings as JSON in CLOUD_SETTINGS. */
import { createServer } from 'node:http';
import { startCloud, type CloudSettings } from '../../scripts/local/cloud/cloud';

/** What the parent passes: everything but the public address, which is known only here. */
export type PassedSettings = Omit<CloudSettings, 'publicUrl' | 'now'>;

async function main(): Promise<void> {
  const passed = JSON.parse(process.env['CLOUD_SETTINGS'] ?? '{}') as PassedSettings;
  let handle: Awaited<ReturnType<typeof startCloud>>['handle'] = () => false;
  const server = createServer((req, res) => {
    if (!handle(req, res)) res.end();
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const settings = { ...passed, publicUrl: `http://127.0.0.1:${port}` };
    void startCloud({ settings, log: () => undefined }).then((cloud) => {
      handle = cloud.handle;
      process.send?.({ port, rtmpPort: cloud.rtmpPort });
    });
  });
}

void main();
