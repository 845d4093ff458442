import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { openImApi, type ImApi } from '../scripts/local/cloud/imApi';
import { environment, type Environment } from './backend';
import type { Fault } from './liveApiStand';

/** The IM REST API over HTTP. */
export interface ImApiStand {
  api: ImApi;
  /** Settings with which a backend calls it. */
  settings: Environment;
  /** Commands asked for, in order, such as `create_group`. */
  calls: string[];
  /** What happens to the next requests instead of an answer; undefined answers. */
  fault: Fault | undefined;
  close(): Promise<void>;
}

export const imAdmin = 'administrator';

export async function standImApi(): Promise<ImApiStand> {
  const api = openImApi({
    sdkAppId: Number(environment.IM_SDKAPPID),
    secretKey: environment.IM_SECRET_KEY,
    admin: imAdmin,
    now: () => Date.now(),
  });
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  const stand: ImApiStand = {
    api,
    settings: { IM_ADMIN: imAdmin, IM_ENDPOINT: `http://127.0.0.1:${address.port}/cloud/im` },
    calls: [],
    fault: undefined,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = '', query] = (request.url ?? '').split('?');
    stand.calls.push(path.slice(path.lastIndexOf('/') + 1));
    const { fault } = stand;
    if (fault === undefined) return api.serve(request, response, path, new URLSearchParams(query));
    if (fault === 'cut') request.socket.destroy();
    else if (fault === 'trickle') response.writeHead(200).write('{"ActionStatus":');
    else if (fault !== 'hang') response.writeHead(fault.status).end(fault.text);
  }
  return stand;
}
