/** Playback of running streams over HTTP: `/<app>/<stream>.flv`, `/<app>/<stream>.m3u8` and its segments. */
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { verifyTxSecret } from '../../../shared/signing/txSecret';
import { FFMPEG_HINT } from './ffmpeg';
import { flvHeader, metadataTag } from './flvTag';
import type { Hls } from './hls';
import type { LiveStream } from './liveStream';
import { answeredMethod, cors, sendFile, sendText } from './reply';

export interface PlayKey {
  /** Empty: no check, as on a domain without play authentication. */
  readonly keys: readonly string[];
  /** Seconds for which a play URL is good, counted from its txTime. */
  readonly validitySeconds: number;
  /** Push keys: link-mic players sign with one of them (xiaozhibo v1, RequestPlayUrlWithSignForLinkMic). */
  readonly linkMicKeys: readonly string[];
}

export interface PlaybackOptions {
  readonly appName: string;
  readonly playKey: PlayKey;
  readonly now: () => number;
  readonly stream: (streamName: string) => LiveStream | undefined;
  readonly hls: Hls;
}

const MAX_BACKLOG_BYTES = 16 * 1024 * 1024;

/**
 * In play URLs txTime is the moment from which the URL is good, not its end (document 267/32463); in those of
 * link-mic it is the end. Out: 'ok' or why it is not. In: time in seconds.
 */
export function checkPlay(playKey: PlayKey, streamName: string, query: URLSearchParams, now: number): string {
  if (playKey.keys.length === 0) return 'ok';
  const [txSecret, txTime] = [query.get('txSecret') ?? undefined, query.get('txTime') ?? undefined];
  const { keys, validitySeconds: validSeconds, linkMicKeys } = playKey;
  const verdict = verifyTxSecret({ keys, streamName, txSecret, txTime, now, validSeconds });
  const linkMic = verifyTxSecret({ keys: linkMicKeys, streamName, txSecret, txTime, now });
  return linkMic === 'ok' ? linkMic : verdict;
}

/** In: the path as sent, with `/<app>/` at its head and without the query. */
export async function servePlayback(
  req: IncomingMessage,
  res: ServerResponse,
  path: string,
  query: URLSearchParams,
  options: PlaybackOptions,
): Promise<void> {
  if (answeredMethod(req, res)) return;
  const name = path.slice(`/${options.appName}/`.length);
  if (name.endsWith('.ts')) return serveSegment(req, res, name, options);
  const [, streamName, kind] = /^([\w-]{1,128})\.(flv|m3u8)$/.exec(name) ?? [];
  if (!streamName) return sendText(res, 404, 'no such address; play <stream>.flv or <stream>.m3u8');
  const verdict = checkPlay(options.playKey, streamName, query, Math.floor(options.now() / 1000));
  if (verdict !== 'ok') return sendText(res, 403, `play URL refused: ${verdict}`);
  const stream = options.stream(streamName);
  if (!stream) return sendText(res, 404, 'this stream is not up');
  if (kind === 'flv') return serveFlv(req, res, stream);
  return servePlaylist(req, res, streamName, stream, options);
}

function serveFlv(req: IncomingMessage, res: ServerResponse, stream: LiveStream): void {
  res.writeHead(200, { ...cors, 'Content-Type': 'video/x-flv', 'Cache-Control': 'no-store' });
  if (req.method === 'HEAD') {
    res.end();
    return;
  }
  res.flushHeaders();
  res.socket?.setNoDelay(true);
  const write = (bytes: Buffer): void => {
    // A viewer this far behind will not catch up; without a limit it would fill the memory.
    if (res.writableLength > MAX_BACKLOG_BYTES) res.destroy();
    else res.write(bytes);
  };
  const leave = stream.watch({
    start(tracks, metadata) {
      write(flvHeader(tracks));
      write(metadataTag(metadata));
    },
    tag: (tag) => write(tag.bytes),
    end: () => res.end(),
  });
  res.on('close', leave);
}

async function servePlaylist(
  req: IncomingMessage,
  res: ServerResponse,
  streamName: string,
  stream: LiveStream,
  options: PlaybackOptions,
): Promise<void> {
  const playlist = await options.hls.playlist(streamName, stream);
  if (playlist === 'noFfmpeg') return sendText(res, 503, `HLS needs ffmpeg: ${FFMPEG_HINT}`);
  if (playlist === 'notYet') return sendText(res, 404, 'this stream is not up or has sent no picture yet');
  // Read whole: ffmpeg replaces the file, so its size may change between two looks.
  const text = await readFile(playlist.path).catch(() => undefined);
  if (!text) return sendText(res, 404, 'this stream is not up');
  res.writeHead(200, {
    ...cors,
    'Content-Type': 'application/vnd.apple.mpegurl',
    'Content-Length': text.length,
    'Cache-Control': 'no-store',
  });
  res.end(req.method === 'HEAD' ? undefined : text);
}

async function serveSegment(
  req: IncomingMessage,
  res: ServerResponse,
  name: string,
  options: PlaybackOptions,
): Promise<void> {
  const path = options.hls.segment(name);
  const headers = { 'Content-Type': 'video/mp2t', 'Cache-Control': 'max-age=60' };
  const sent = path !== undefined && (await sendFile(req, res, path, headers));
  if (!sent) sendText(res, 404, 'no such segment');
}
