import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { promisify } from 'node:util';

/** Where picture and sound come from: a file, or a test picture with a beep when there is none. */
export interface Source {
  ffmpeg: string;
  file: string | undefined;
}

/** A push under way. */
export interface Push {
  /** What ffmpeg said, when it ended by itself; undefined while it runs. */
  failure(): string | undefined;
  /** Settles when ffmpeg is gone, for whatever reason. */
  ended: Promise<void>;
  /** Ends the stream in order; resolves when ffmpeg is gone. */
  stop(): Promise<void>;
}

/**
 * The picture with which the broadcast begins.
 * @returns a JPEG
 * @throws Error with ffmpeg's last line
 */
export async function firstPicture(source: Source): Promise<Buffer> {
  const input = source.file === undefined ? testPicture : ['-i', source.file];
  const output = ['-frames:v', '1', '-vf', notLarge, '-f', 'image2pipe', '-c:v', 'mjpeg', 'pipe:1'];
  return finished(source.ffmpeg, [...input, ...output]);
}

/**
 * Pushes in real time until stopped; a file begins again when it is over. Always encoded anew, with a key frame
 * every second: what an app sends, whatever the file holds.
 */
export function startPush(source: Source, url: string): Push {
  const input =
    source.file === undefined
      ? [
          '-re',
          ...testPicture,
          '-re',
          '-f',
          'lavfi',
          '-i',
          'sine=frequency=440:beep_factor=2:sample_rate=44100',
        ]
      : ['-re', '-stream_loop', '-1', '-i', source.file, '-map', '0:v:0', '-map', '0:a:0?'];
  const video = ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-pix_fmt', 'yuv420p'];
  const rate = ['-vf', notLarge, '-r', '25', '-g', '25', '-b:v', '600k'];
  const audio = ['-c:a', 'aac', '-b:a', '64k', '-ar', '44100'];
  const child = spawn(source.ffmpeg, [...quiet, ...input, ...video, ...rate, ...audio, '-f', 'flv', url], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  return follow(child);
}

/**
 * Decodes the first second of a file or address.
 * @throws Error with ffmpeg's last line when it cannot
 */
export async function decodeSecond(ffmpeg: string, source: string): Promise<void> {
  await finished(ffmpeg, ['-xerror', '-t', '1', '-i', source, '-f', 'null', '-']);
}

const quiet = ['-hide_banner', '-nostdin', '-loglevel', 'error'];
const testPicture = ['-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=25'];
const notLarge = "scale='min(1280,iw)':-2";

const run = promisify(execFile);

async function finished(ffmpeg: string, args: string[]): Promise<Buffer> {
  const limits = { timeout: 20_000, maxBuffer: 16 * 1024 * 1024, encoding: 'buffer' as const };
  try {
    return (await run(ffmpeg, [...quiet, ...args], limits)).stdout;
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
    throw new Error(`ffmpeg: ${lastLine(said)}`, { cause: error });
  }
}

function follow(child: ChildProcess): Push {
  let said = '';
  let failure: string | undefined;
  child.stderr?.on('data', (bytes: Buffer) => (said = (said + bytes.toString()).slice(-2_000)));
  const gone = new Promise<void>((resolve) => {
    const end = (reason: string): void => {
      failure ??= withoutSecret(reason);
      resolve();
    };
    child.once('error', (error) => end(error.message));
    child.once('close', (code) => end(lastLine(said) || `exit code ${code}`));
  });
  return {
    failure: () => failure,
    ended: gone,
    async stop() {
      child.kill('SIGINT');
      const timer = setTimeout(() => child.kill('SIGKILL'), 3_000);
      await gone;
      clearTimeout(timer);
    },
  };
}

function lastLine(said: string): string {
  return said.trim().split('\n').at(-1) ?? '';
}

function withoutSecret(said: string): string {
  return said.replace(/txSecret=\w+/g, 'txSecret=...');
}
