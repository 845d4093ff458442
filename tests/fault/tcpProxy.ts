import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A TCP proxy in front of a real server, that can fail in the ways networks do. */
export interface TcpProxy {
  /** The target's URL by way of the proxy. */
  url: string;
  /** Connections accepted so far. */
  accepted(): number;
  /** What happens to every chunk from now on, by direction. */
  behave(behaviour: Behaviour): void;
  /** Makes the connections that exist now silent for ever; later ones work. */
  freezeExisting(): void;
  /** Ends the connections that exist now, as a server that goes away does; resolves when clients can have noticed. */
  dropExisting(): Promise<void>;
  close(): Promise<void>;
}

/** `pass`, or say nothing (`hold`), end the connection (`cut`), or wait (milliseconds) and pass. */
export type Treatment = 'pass' | 'hold' | 'cut' | number;

export interface Behaviour {
  toServer?: (chunk: Buffer) => Treatment;
  toClient?: (chunk: Buffer) => Treatment;
}

interface Pair {
  client: Socket;
  server: Socket;
  frozen: boolean;
}

export async function startProxy(targetUrl: string): Promise<TcpProxy> {
  const target = new URL(targetUrl);
  const pairs = new Set<Pair>();
  let accepted = 0;
  let behaviour: Behaviour = {};

  const end = (pair: Pair) => {
    pairs.delete(pair);
    pair.client.destroy();
    pair.server.destroy();
  };

  const forward = (pair: Pair, to: Socket, chunk: Buffer, treatment: Treatment) => {
    if (pair.frozen || treatment === 'hold') return;
    if (treatment === 'cut') return end(pair);
    if (treatment === 'pass') to.write(chunk);
    else setTimeout(() => to.writable && to.write(chunk), treatment).unref();
  };

  const listener = createServer((client) => {
    accepted++;
    const server = connect(Number(target.port), target.hostname);
    const pair: Pair = { client, server, frozen: false };
    pairs.add(pair);
    client.on('data', (chunk) => forward(pair, server, chunk, behaviour.toServer?.(chunk) ?? 'pass'));
    server.on('data', (chunk) => forward(pair, client, chunk, behaviour.toClient?.(chunk) ?? 'pass'));
    for (const socket of [client, server]) {
      socket.on('close', () => end(pair));
      socket.on('error', () => end(pair));
    }
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const url = new URL(targetUrl);
  url.port = String(address.port);

  return {
    url: url.href,
    accepted: () => accepted,
    behave(next) {
      behaviour = next;
    },
    freezeExisting() {
      for (const pair of pairs) pair.frozen = true;
    },
    async dropExisting() {
      for (const pair of pairs) end(pair);
      // Turns of the event loop, in which the client's sockets see their end.
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    },
    async close() {
      for (const pair of pairs) end(pair);
      listener.close();
      await once(listener, 'close');
    },
  };
}
