/** Finds ffmpeg and runs it with a time limit. */
import { spawn, spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';

export const FFMPEG_HINT =
  'install ffmpeg (https://ffmpeg.org) or the optional npm package @ffmpeg-installer/ffmpeg';

/** Out: the command to run: ffmpeg of PATH, else that of @ffmpeg-installer/ffmpeg, else undefined. */
export function findFfmpeg(): string | undefined {
  return ['ffmpeg', packagedFfmpeg()].find((command) => command !== undefined && works(command));
}

function packagedFfmpeg(): string | undefined {
  try {
    // Optional dependency with a binary for each platform; it throws on a platform it does not know.
    const found: unknown = createRequire(__filename)('@ffmpeg-installer/ffmpeg');
    if (typeof found !== 'object' || found === null || !('path' in found)) return undefined;
    return typeof found.path === 'string' ? found.path : undefined;
  } catch {
    return undefined;
  }
}

function works(command: string): boolean {
  return spawnSync(command, ['-version'], { stdio: 'ignore', timeout: 10_000 }).status === 0;
}

/**
 * Runs ffmpeg to its end. In: its arguments, what it reads from standard input, seconds allowed.
 * Rejects with the last line it printed when it fails, or when the time is over (it is killed then).
 */
export function runFfmpeg(
  command: string,
  args: readonly string[],
  limits: { seconds: number; input?: Buffer; signal?: AbortSignal },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, ['-hide_banner', '-nostdin', '-loglevel', 'error', '-y', ...args], {
      stdio: ['pipe', 'ignore', 'pipe'],
      timeout: limits.seconds * 1000,
      killSignal: 'SIGKILL',
      ...(limits.signal ? { signal: limits.signal } : {}),
    });
    let complaint = '';
    child.stderr.on('data', (bytes: Buffer) => {
      complaint = (complaint + bytes.toString()).slice(-500);
    });
    // ffmpeg may close its input early, for instance after one picture.
    child.stdin.on('error', () => undefined);
    child.stdin.end(limits.input ?? '');
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`ffmpeg: ${complaint.trim().split('\n').at(-1) || signal || `exit ${code}`}`));
    });
  });
}
