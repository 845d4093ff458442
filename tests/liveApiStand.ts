import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { openLiveApi } from '../scripts/local/cloud/liveApi';
import type { LocalMix } from '../scripts/local/cloud/liveActions';
import type { Environment } from './backend';

/** The live API over HTTP, with streams that a test lets be up. */
export interface LiveApiStand {
  endpoint: string;
  /** Settings with which a backend calls it. */
  settings: Environment;
  /** Stream name -> start of its push in epoch milliseconds. */
  up: Map<string, number>;
  forbidden: Map<string, number>;
  mixes: ReadonlyMap<string, LocalMix>;
  /** Actions asked for, in order, signed well or not. */
  calls: string[];
  /** What happens to the next requests instead of an answer; undefined answers. */
  fault: Fault | undefined;
  /** Is shown each request once all of it has arrived. */
  observe: ((headers: IncomingMessage['headers'], body: string) => void) | undefined;
  /** Runs when a request has arrived and before it is answered. */
  meanwhile: (() => Promise<void>) | undefined;
  close(): Promise<void>;
}

/** `hang`: nothing comes; `trickle`: an answer that never ends; `cut`: the connection breaks; text: HTTP 200 with it. */
export type Fault = 'hang' | 'trickle' | 'cut' | { status: number; text: string };

export const apiAccount = {
  secretId: ['AKID', 'testsonly0123456789'].join(''),
  secretKey: 'tests-only-live-api-key',
};

export const pushDomain = 'push.example.com';

export async function standLiveApi(): Promise<LiveApiStand> {
  const up = new Map<string, number>();
  const forbidden = new Map<string, number>();
  const api = openLiveApi({
    ...apiAccount,
    pushDomain,
    appName: 'live',
    forbidden,
    streams: {
      list: () => [...up].map(([streamName, startedAt]) => ({ streamName, startedAt })),
      stop: (streamName) => void up.delete(streamName),
    },
    now: () => Date.now(),
  });
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  const endpoint = `http://127.0.0.1:${address.port}`;
  const stand: LiveApiStand = {
    endpoint,
    settings: {
      TENCENT_SECRET_ID: apiAccount.secretId,
      TENCENT_SECRET_KEY: apiAccount.secretKey,
      TENCENT_LIVE_ENDPOINT: endpoint,
      LIVE_PUSH_DOMAIN: pushDomain,
    },
    up,
    forbidden,
    mixes: api.mixes,
    calls: [],
    fault: undefined,
    observe: undefined,
    meanwhile: undefined,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    stand.calls.push(String(request.headers['x-tc-action']));
    await stand.meanwhile?.();
    // Listening begins here for the API as well, so that none of the body is missed.
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => stand.observe?.(request.headers, Buffer.concat(parts).toString('utf8')));
    const { fault } = stand;
    if (fault === undefined) {
      if (api.takes(request)) return api.serve(request, response);
      response.writeHead(404).end();
    } else if (fault === 'cut') request.socket.destroy();
    else if (fault === 'trickle') response.writeHead(200).write('{"Response":{');
    else if (fault !== 'hang') response.writeHead(fault.status).end(fault.text);
  }
  return stand;
}
