/** Real media for tests: ffmpeg as a pusher, as a player and as a judge. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';

/** Out: whether the tests can run real media at all. */
export function hasFfmpeg(): boolean {
  return ['ffmpeg', 'ffprobe'].every(
    (name) => spawnSync(name, ['-version'], { stdio: 'ignore' }).status === 0,
  );
}

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Push {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
  /** Ends the push in words (deleteStream), as an app does; resolves when ffmpeg is gone. */
  stop(): Promise<Finished>;
  /** Cuts the connection without a word. */
  kill(): Promise<Finished>;
}

/**
 * Pushes a test picture with a tone in real time, until stopped.
 * In: the RTMP URL; picture size; seconds between key frames; `seconds` to end by itself.
 */
export function push(
  url: string,
  options: {
    size?: string;
    gopSeconds?: number;
    seconds?: number;
    audioOnly?: boolean;
    /** Seconds that the encoder's clock shows at the start. */
    clockAt?: number;
  } = {},
): Push {
  const { size = '160x120', gopSeconds = 0.5, seconds, audioOnly = false, clockAt = 0 } = options;
  const rate = 20;
  const limit = seconds === undefined ? [] : ['-t', String(seconds)];
  const picture = ['-re', '-f', 'lavfi', '-i', `testsrc=size=${size}:rate=${rate}`];
  const tone = ['-re', '-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=44100'];
  const video = ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-pix_fmt', 'yuv420p'];
  const gop = ['-g', String(rate * gopSeconds), '-b:v', '200k'];
  const audio = ['-c:a', 'aac', '-b:a', '32k'];
  const args = audioOnly ? [...tone, ...audio] : [...picture, ...tone, ...video, ...gop, ...audio];
  const child = spawn('ffmpeg', [
    '-hide_banner',
    '-nostdin',
    '-v',
    'error',
    ...args,
    ...limit,
    '-output_ts_offset',
    String(clockAt),
    '-f',
    'flv',
    url,
  ]);
  const finished = collect(child);
  return {
    child,
    finished,
    stop: () => {
      child.kill('SIGINT');
      return finished;
    },
    kill: () => {
      child.kill('SIGKILL');
      return finished;
    },
  };
}

/** Runs a program to its end, at most `seconds`. */
export function run(command: string, args: readonly string[], seconds = 20): Promise<Finished> {
  return collect(spawn(command, args, { timeout: seconds * 1000, killSignal: 'SIGKILL' }));
}

function collect(child: ChildProcess): Promise<Finished> {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (bytes: Buffer) => (stdout += bytes.toString()));
  child.stderr?.on('data', (bytes: Buffer) => (stderr += bytes.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** Out: the codecs ffprobe finds at an address or in a file, sorted, such as ['aac', 'h264']. */
export async function codecs(source: string): Promise<string[]> {
  const args = ['-v', 'error', '-analyzeduration', '1000000', '-show_entries', 'stream=codec_name'];
  const { stdout, stderr, code } = await run('ffprobe', [...args, '-of', 'csv=p=0', source]);
  if (code !== 0) throw new Error(`ffprobe ${source}: ${stderr}`);
  return [...new Set(stdout.split(/\s+/).filter((name) => name !== ''))].sort();
}

/** Out: the length in seconds that a file or address claims. */
export async function duration(source: string): Promise<number> {
  const args = ['-v', 'error', '-show_entries', 'format=duration', '-of', 'csv=p=0', source];
  return Number((await run('ffprobe', args)).stdout);
}

/** Out: the time in seconds of the first frame. */
export async function startTime(source: string): Promise<number> {
  const args = ['-v', 'error', '-show_entries', 'format=start_time', '-of', 'csv=p=0', source];
  return Number((await run('ffprobe', args)).stdout);
}

/** Decodes everything. Out: ffmpeg's warnings; empty when the media is sound. */
export async function decodingWarnings(source: string, input: readonly string[] = []): Promise<string> {
  const { stderr, code } = await run('ffmpeg', ['-v', 'warning', ...input, '-i', source, '-f', 'null', '-']);
  return code === 0 ? stderr : `exit ${code}: ${stderr}`;
}

/** Waits until `look` gives something; looks again every few ms. Rejects, naming `what`, after `seconds`. */
export async function until<T>(what: string, look: () => T | undefined | false, seconds = 15): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`waited ${seconds} s in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
