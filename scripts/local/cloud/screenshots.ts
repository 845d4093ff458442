/** Pictures of a running push: one soon after its start, then one at each interval, each with notice 200. */
import { mkdirSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { runFfmpeg } from './ffmpeg';
import type { LiveStream } from './liveStream';
import { screenshotTaken, type PushFacts } from './noticeBodies';
import type { Notices } from './notices';

export interface ScreenshotOptions {
  readonly folder: string;
  /** Path and address under which `folder` is served. */
  readonly urlPath: string;
  readonly publicUrl: string;
  readonly ffmpeg: string | undefined;
  readonly firstAfterMs: number;
  readonly intervalMs: number;
  readonly notices: Notices;
  readonly now: () => number;
  readonly log: (line: string) => void;
}

/** The newest pictures of one push; older ones are removed. */
const KEPT_PICTURES = 60;
const PICTURE_SECONDS = 10;

/** Out: a function that begins with the pictures of a stream; they end with the stream. */
export function screenshots(options: ScreenshotOptions): (push: PushFacts, stream: LiveStream) => void {
  const { ffmpeg } = options;
  if (ffmpeg === undefined) return () => undefined;
  mkdirSync(options.folder, { recursive: true });
  return (push, stream) => {
    const kept: string[] = [];
    let busy = false;
    const shoot = (): void => {
      if (busy) return;
      busy = true;
      void takePicture(options, ffmpeg, push, stream, kept)
        .catch((error: unknown) => options.log(`screenshot: ${push.streamName}: ${String(error)}`))
        .finally(() => {
          busy = false;
        });
    };
    let interval: NodeJS.Timeout | undefined;
    const first = setTimeout(() => {
      shoot();
      interval = setInterval(shoot, options.intervalMs).unref();
    }, options.firstAfterMs).unref();
    stream.watch({
      start: () => undefined,
      tag: () => undefined,
      end: () => {
        clearTimeout(first);
        clearInterval(interval);
      },
    });
  };
}

async function takePicture(
  options: ScreenshotOptions,
  ffmpeg: string,
  push: PushFacts,
  stream: LiveStream,
  kept: string[],
): Promise<void> {
  const input = stream.keyFrameFlv();
  if (!input) return;
  const { width, height } = stream.metadata();
  const at = options.now();
  const name = `${push.streamName}-${push.sequence}-${at}-${width}x${height}.jpg`;
  const file = join(options.folder, name);
  // One key frame is enough to decode; reading the live stream would take a second.
  const args = ['-f', 'flv', '-i', 'pipe:0', '-frames:v', '1', '-q:v', '4', '-f', 'mjpeg', file];
  await runFfmpeg(ffmpeg, args, { seconds: PICTURE_SECONDS, input });
  const { size } = await stat(file);
  options.notices.send(
    screenshotTaken(push, {
      path: `${options.urlPath}/${name}`,
      origin: options.publicUrl,
      bytes: size,
      at,
      size: { width, height },
    }),
  );
  kept.push(file);
  if (kept.length > KEPT_PICTURES) await rm(kept.shift() ?? '', { force: true });
}

/** Out: the newest picture of each stream, file name by stream name. */
export async function newestPictures(folder: string): Promise<Map<string, string>> {
  const newest = new Map<string, { at: number; name: string }>();
  for (const name of await readdir(folder).catch(() => [])) {
    const [, streamName = '', at = ''] = /^([\w-]+)-\d+-(\d+)-\d+x\d+\.jpg$/.exec(name) ?? [];
    const known = newest.get(streamName);
    if (streamName !== '' && (known === undefined || known.at < Number(at)))
      newest.set(streamName, { at: Number(at), name });
  }
  return new Map([...newest].map(([streamName, { name }]) => [streamName, name]));
}
