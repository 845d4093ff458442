import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { send } from '../../../scripts/client/send';

const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  }
});

/** @returns where it listens */
async function startServer(onRequest: RequestListener): Promise<string> {
  const server = createServer(onRequest).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
}

test.each([302, 307, 308])('a password does not follow a redirect (%d)', async (status) => {
  const seen: (string | undefined)[] = [];
  const other = await startServer((request, response) => {
    seen.push(request.url);
    response.end('{"returnValue":0,"returnMsg":"ok","returnData":{}}');
  });
  const baseUrl = await startServer((_, response) => {
    response.writeHead(status, { Location: `${other}/taken` }).end();
  });
  const login = send({ baseUrl }, {}, 'account/login', { password: 'correct horse' }, undefined);
  await expect(login).rejects.toMatchObject({
    code: 'network',
    message: expect.stringMatching(/^account\/login: /),
  });
  expect(seen).toEqual([]);
});
