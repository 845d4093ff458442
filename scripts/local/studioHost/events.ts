/** Server-sent events for the studio: every try of a notice, and the end of a test push. */
import type { ServerResponse } from 'node:http';
import type { Cloud } from '../cloud/cloud';

export interface StudioEvents {
  open(response: ServerResponse): void;
  readonly pushEnded: (streamName: string, failure: string | undefined) => void;
  close(): void;
}

const most = 20;
const beatMs = 15_000;
const maxBacklogBytes = 1024 * 1024;

export function openStudioEvents(cloud: Pick<Cloud, 'deliveries' | 'onDelivery'>): StudioEvents {
  const listeners = new Set<ServerResponse>();
  const tell = (event: string, data: object): void => {
    for (const response of listeners) write(response, event, data);
  };
  const forget = cloud.onDelivery((delivery) => tell('delivery', delivery));
  const beat = setInterval(() => {
    for (const response of listeners) response.write(': beat\n\n');
  }, beatMs).unref();
  return {
    open(response) {
      if (listeners.size >= most) [...listeners][0]?.destroy();
      response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
      response.write('retry: 1000\n\n');
      write(response, 'deliveries', { deliveries: cloud.deliveries() });
      listeners.add(response);
      response.on('close', () => listeners.delete(response));
    },
    pushEnded: (streamName, failure) => tell('pushEnded', { streamName, failure }),
    close() {
      forget();
      clearInterval(beat);
      for (const response of listeners) response.destroy();
    },
  };
}

function write(response: ServerResponse, event: string, data: object): void {
  if (response.writableLength > maxBacklogBytes) response.destroy();
  else response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
}
