/**
 * HLS of a running stream. One ffmpeg cuts the stream into segments, without re-encoding; it starts with the
 * first request for the playlist and ends with the stream or when nobody has asked for a while, so a stream that
 * nobody watches by HLS costs nothing.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { LiveStream } from './liveStream';
import { flvHeader, metadataTag } from './flvTag';

export interface HlsOptions {
  readonly ffmpeg: string | undefined;
  /** Emptied at start. */
  readonly folder: string;
  readonly log: (line: string) => void;
}

export interface Hls {
  /**
   * Out: the path of the playlist, once it names a segment. Starts the segmenter when needed.
   * 'noFfmpeg': it cannot; 'notYet': the stream gave no key frame in time or has ended.
   */
  playlist(streamName: string, stream: LiveStream): Promise<{ path: string } | 'noFfmpeg' | 'notYet'>;
  /** Out: the path of a segment named in a playlist; undefined when there is none of that name. */
  segment(name: string): string | undefined;
  close(): void;
}

interface Run {
  /** Not guessable: who has the playlist may have the segments, nobody else. */
  readonly token: string;
  readonly folder: string;
  readonly child: ChildProcess;
  askedAt: number;
  ended: boolean;
}

const FIRST_SEGMENT_MS = 15_000;
const POLL_MS = 50;
const UNASKED_MS = 60_000;
const MAX_BACKLOG_BYTES = 32 * 1024 * 1024;
const SEGMENT = /^[\w-]+-([0-9a-f]{16})-\d+\.ts$/;

export function openHls(options: HlsOptions): Hls {
  rmSync(options.folder, { recursive: true, force: true });
  const runs = new Map<LiveStream, Run>();
  const sweep = setInterval(() => {
    for (const run of runs.values()) if (Date.now() - run.askedAt > UNASKED_MS) run.child.stdin?.end();
  }, POLL_MS * 100).unref();
  return {
    async playlist(streamName, stream) {
      if (options.ffmpeg === undefined) return 'noFfmpeg';
      const run = runs.get(stream) ?? start(options, options.ffmpeg, runs, streamName, stream);
      run.askedAt = Date.now();
      const path = join(run.folder, 'index.m3u8');
      for (let waited = 0; waited < FIRST_SEGMENT_MS && !run.ended; waited += POLL_MS) {
        if (existsSync(path)) return { path };
        await delay(POLL_MS);
      }
      return 'notYet';
    },
    segment(name) {
      const token = SEGMENT.exec(name)?.[1];
      const run = [...runs.values()].find((candidate) => candidate.token === token);
      return run && join(run.folder, name);
    },
    close() {
      clearInterval(sweep);
      for (const run of runs.values()) run.child.kill('SIGKILL');
      rmSync(options.folder, { recursive: true, force: true });
    },
  };
}

function start(
  options: HlsOptions,
  ffmpeg: string,
  runs: Map<LiveStream, Run>,
  streamName: string,
  stream: LiveStream,
): Run {
  const token = randomBytes(8).toString('hex');
  const folder = join(options.folder, token);
  mkdirSync(folder, { recursive: true });
  const child = spawn(ffmpeg, segmenterArguments(folder, `${streamName}-${token}`), {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const run: Run = { token, folder, child, askedAt: Date.now(), ended: false };
  runs.set(stream, run);
  const leave = feed(stream, child);
  const over = (): void => {
    if (run.ended) return;
    run.ended = true;
    leave();
    runs.delete(stream);
    rmSync(folder, { recursive: true, force: true });
  };
  child.on('error', (error) => {
    options.log(`hls: ${streamName}: ${error.message}`);
    over();
  });
  child.on('close', over);
  return run;
}

function segmenterArguments(folder: string, segmentPrefix: string): string[] {
  // Segments end at the first key frame after one second, so a short GOP gives a quick start.
  const input = ['-analyzeduration', '0', '-fpsprobesize', '0', '-f', 'flv', '-i', 'pipe:0'];
  const list = ['-hls_time', '1', '-hls_list_size', '8', '-hls_delete_threshold', '4'];
  const flags = ['-hls_flags', 'delete_segments+temp_file', '-hls_start_number_source', 'epoch'];
  const names = ['-hls_segment_filename', join(folder, `${segmentPrefix}-%d.ts`), join(folder, 'index.m3u8')];
  const quiet = ['-hide_banner', '-nostdin', '-loglevel', 'quiet'];
  return [...quiet, ...input, '-c', 'copy', '-f', 'hls', ...list, ...flags, ...names];
}

/** Writes the stream to the segmenter's input until either ends. Out: leaves the stream. */
function feed(stream: LiveStream, child: ChildProcess): () => void {
  const input = child.stdin;
  if (!input) return () => undefined;
  input.on('error', () => undefined);
  const write = (bytes: Buffer): void => {
    if (input.writableLength > MAX_BACKLOG_BYTES) child.kill('SIGKILL');
    else if (!input.writableEnded) input.write(bytes);
  };
  return stream.watch({
    start(tracks, metadata) {
      write(flvHeader(tracks));
      write(metadataTag(metadata));
    },
    tag: (tag) => write(tag.bytes),
    end: () => input.end(),
  });
}
