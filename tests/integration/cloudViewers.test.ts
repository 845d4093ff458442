import { createServer, get, type IncomingMessage } from 'node:http';
import {
  flvHeader,
  metadataTag,
  noMetadata,
  tagBytes,
  type FlvTag,
  type TagKind,
} from '../../scripts/local/cloud/flvTag';
import { liveStream, type Viewer } from '../../scripts/local/cloud/liveStream';
import { servePlayback } from '../../scripts/local/cloud/playback';
import { listening } from './cloudStand';
import { until } from './media';

function tag(kind: TagKind, timestamp: number, size = 10): FlvTag {
  const type = kind.startsWith('audio') ? 8 : 9;
  return { kind, timestamp, bytes: tagBytes(type, timestamp, Buffer.alloc(size, 1)) };
}

function watcher(): Viewer & { seen: string[] } {
  const seen: string[] = [];
  return {
    seen,
    start: ({ audio, video }) => seen.push(`start ${audio ? 'audio' : ''} ${video ? 'video' : ''}`),
    tag: ({ kind, timestamp }) => seen.push(`${kind} ${timestamp}`),
    end: () => seen.push('end'),
  };
}

test('a viewer gets headers, the pictures since the last key frame, then what comes', () => {
  const stream = liveStream();
  const [early, late] = [watcher(), watcher()];
  stream.watch(early);
  for (const one of [tag('audioHeader', 0), tag('videoHeader', 0), tag('interFrame', 5)]) stream.feed(one);
  expect(early.seen).toEqual([]);
  for (const one of [tag('keyFrame', 10), tag('audio', 15), tag('keyFrame', 20), tag('interFrame', 30)])
    stream.feed(one);
  const leave = stream.watch(late);
  stream.feed(tag('interFrame', 40));
  leave();
  stream.feed(tag('interFrame', 50));
  stream.end();
  expect(early.seen).toEqual([
    'start audio video',
    'audioHeader 10',
    'videoHeader 10',
    'keyFrame 10',
    'audio 15',
    'keyFrame 20',
    'interFrame 30',
    'interFrame 40',
    'interFrame 50',
    'end',
  ]);
  expect(late.seen).toEqual([
    'start audio video',
    'audioHeader 20',
    'videoHeader 20',
    'keyFrame 20',
    'interFrame 30',
    'interFrame 40',
  ]);
});

test('an encoder that sends no second key frame does not fill the memory', () => {
  const stream = liveStream();
  stream.feed(tag('videoHeader', 0));
  stream.feed(tag('keyFrame', 0));
  for (let i = 1; i <= 20; i += 1) stream.feed(tag('interFrame', i, 1024 * 1024));
  const viewer = watcher();
  stream.watch(viewer);
  expect(viewer.seen).toEqual(['start  video', 'videoHeader 0']);
  stream.feed(tag('keyFrame', 21));
  expect(viewer.seen.at(-1)).toBe('keyFrame 21');
});

test('a viewer who does not read is given up, the others are not', async () => {
  const stream = liveStream();
  const playback = {
    appName: 'live',
    playKey: { keys: [], validitySeconds: 0, linkMicKeys: [] },
    now: Date.now,
    stream: () => stream,
    hls: {
      playlist: () => Promise.resolve('noFfmpeg' as const),
      segment: () => undefined,
      close: () => undefined,
    },
  };
  const server = createServer((req, res) => {
    void servePlayback(req, res, '/live/room.flv', new URLSearchParams(), playback);
  });
  const port = await listening(server);
  const connected = (): Promise<IncomingMessage> =>
    new Promise((resolve) =>
      get({ port, path: '/live/room.flv', agent: false }, resolve).on('error', () => undefined),
    );
  const [stalled, reading] = await Promise.all([connected(), connected()]);
  stalled.on('error', () => undefined);
  let received = 0;
  reading.on('data', (part: Buffer) => (received += part.length));
  await until('two viewers', () => stream.viewerCount() === 2);
  stream.feed(tag('videoHeader', 0));
  const frame = 1024 * 1024;
  let sent = 0;
  for (let i = 0; i < 64 && stream.viewerCount() === 2; i += 1) {
    stream.feed(tag('keyFrame', i, frame));
    sent += frame;
    await until('the reader', () => received >= sent);
  }
  expect(stream.viewerCount()).toBe(1);
  stalled.destroy();
  stream.end();
  await new Promise((resolve) => server.close(resolve));
});

test('what is known of a stream stands in its metadata, duration and size in fixed places', () => {
  const file = Buffer.concat([
    flvHeader({ audio: true, video: true }),
    metadataTag({ ...noMetadata, width: 640 }, { duration: 1.5, filesize: 99 }),
  ]);
  expect(file.indexOf('duration') + 'duration'.length + 1).toBe(53);
  expect([file.readDoubleBE(53), file.readDoubleBE(72)]).toEqual([1.5, 99]);
});
