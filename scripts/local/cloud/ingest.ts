/** The RTMP port: takes pushes in and plays streams out. Who may do so is decided by the caller. */
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { LiveStream } from './liveStream';
import { metadataTag, type FlvTag } from './flvTag';
import { MESSAGE_TOO_LARGE, rtmpMessage, rtmpProtocol, type RtmpProtocol, type StreamRequest } from './rtmp';

/** Why a push ended; `code` as in "Stream Interruption Records" of the live service. */
export interface CutReason {
  readonly code: number;
  readonly message: string;
}

export const cutReasons = {
  deleteStream: { code: 1, message: 'recv rtmp deleteStream' },
  closed: { code: 3, message: 'The push client closed the connection.' },
  reset: { code: 4, message: 'The connection of the push client broke.' },
  restarted: { code: 5, message: 'The live service was restarted.' },
  content: { code: 6, message: 'The content of the RTMP connection is invalid.' },
  tooLarge: { code: 7, message: 'A frame is too large.' },
  noData: { code: 8, message: 'No data was received for a long time.' },
  stopped: { code: 21, message: 'The stream was stopped at your request.' },
  replaced: { code: 21, message: 'A new push URL replaced the current one.' },
} as const satisfies Record<string, CutReason>;

/** A push that has been let in. */
export interface AcceptedPush {
  readonly stream: LiveStream;
  /** Ends it; later calls do nothing. */
  end(reason: CutReason): void;
}

export interface IngestOptions {
  readonly host: string;
  readonly port: number;
  /** A push that is silent for so long is cut. */
  readonly idleSeconds: number;
  readonly log: (line: string) => void;
  /** Lets a push in or says why not. `disconnect` closes the connection of a push ended from outside. */
  startPush(
    request: StreamRequest,
    userIp: string,
    disconnect: () => void,
  ): AcceptedPush | { readonly refused: string };
  startPlay(request: StreamRequest): LiveStream | { readonly refused: string };
}

/** A connection has this long to say what it wants. */
const OPENING_SECONDS = 10;
/** A player that is this far behind is given up. */
const MAX_BACKLOG_BYTES = 16 * 1024 * 1024;
/** Time for the refusal to reach the client before the connection goes. */
const REFUSAL_SECONDS = 2;

/**
 * Opens the port. Out: the port (useful with port 0) and close(), which ends every connection.
 * Throws an Error that names RTMP_PORT when the port cannot be had.
 */
export async function startIngest(options: IngestOptions): Promise<{ port: number; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    serveConnection(socket, options);
  });
  const port = await listen(server, options);
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function listen(server: Server, { host, port }: IngestOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'is in use' : `cannot be opened (${error.message})`;
      reject(
        new Error(`RTMP_PORT ${port} on ${host} ${why}; set RTMP_PORT to another port.`, { cause: error }),
      );
    });
    server.listen(port, host, () => resolve(boundPort(server.address(), port)));
  });
}

function boundPort(address: string | AddressInfo | null, port: number): number {
  return typeof address === 'object' && address !== null ? address.port : port;
}

/** What a connection is doing; it does one thing in its life. */
type Role =
  | { kind: 'opening' }
  | { kind: 'push'; push: AcceptedPush }
  | { kind: 'play'; leave: () => void }
  | { kind: 'done' };

function serveConnection(socket: Socket, options: IngestOptions): void {
  let role: Role = { kind: 'opening' };
  const userIp = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');

  const finish = (reason: CutReason): void => {
    const ended = role;
    role = { kind: 'done' };
    if (ended.kind === 'push') ended.push.end(reason);
    if (ended.kind === 'play') ended.leave();
  };
  const refuse = (code: string, text: string): void => {
    role = { kind: 'done' };
    protocol.refuse(code, text);
    socket.end();
    socket.setTimeout(REFUSAL_SECONDS * 1000);
  };

  const protocol: RtmpProtocol = rtmpProtocol({
    output: (bytes) => socket.write(bytes),
    publish(request) {
      if (role.kind !== 'opening') return refuse('NetStream.Publish.BadName', 'one stream per connection');
      const answer = options.startPush(request, userIp, () => socket.destroy());
      if ('refused' in answer) return refuse('NetStream.Publish.BadName', answer.refused);
      role = { kind: 'push', push: answer };
      socket.setTimeout(options.idleSeconds * 1000);
      protocol.acceptPublish();
    },
    play(request) {
      if (role.kind !== 'opening') return refuse('NetStream.Play.Failed', 'one stream per connection');
      const answer = options.startPlay(request);
      if ('refused' in answer) return refuse('NetStream.Play.StreamNotFound', answer.refused);
      socket.setTimeout(0);
      socket.setKeepAlive(true, 30_000);
      protocol.acceptPlay();
      role = { kind: 'play', leave: play(answer, socket) };
    },
    ended: () => finish(cutReasons.deleteStream),
    tag: (tag) => {
      if (role.kind === 'push') role.push.stream.feed(tag);
    },
    metadata: (metadata) => {
      if (role.kind === 'push') role.push.stream.setMetadata(metadata);
    },
  });

  socket.setNoDelay(true);
  socket.setTimeout(OPENING_SECONDS * 1000);
  socket.on('data', (bytes: Buffer) => {
    if (role.kind === 'done') return;
    try {
      protocol.receive(bytes);
    } catch (error) {
      const message = error instanceof Error ? error.message : 'unknown';
      options.log(`rtmp: connection from ${userIp} closed: not valid RTMP (${message})`);
      finish(message === MESSAGE_TOO_LARGE ? cutReasons.tooLarge : cutReasons.content);
      socket.destroy();
    }
  });
  socket.on('timeout', () => {
    finish(cutReasons.noData);
    socket.destroy();
  });
  socket.on('error', () => finish(cutReasons.reset));
  socket.on('close', () => finish(cutReasons.closed));
}

function play(stream: LiveStream, socket: Socket): () => void {
  const send = (tag: FlvTag): void => {
    if (socket.writableLength > MAX_BACKLOG_BYTES) socket.destroy();
    else socket.write(rtmpMessage(tag));
  };
  return stream.watch({
    start: (_tracks, metadata) => send({ kind: 'metadata', timestamp: 0, bytes: metadataTag(metadata) }),
    tag: send,
    end: () => socket.end(),
  });
}
