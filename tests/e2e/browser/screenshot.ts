import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { findFfmpeg } from '../../../scripts/local/cloud/ffmpeg';

const run = promisify(execFile);

/**
 * Writes what the page shows to `<SCREENSHOTS>/<name>.png`, in 256 colours so that it stays small; does nothing unless
 * that variable names a folder. `npm run screenshots` sets it, and the READMEs show the pictures.
 */
export async function screenshot(page: Page, name: string): Promise<void> {
  const folder = process.env['SCREENSHOTS'];
  const ffmpeg = findFfmpeg();
  if (folder === undefined || folder === '' || ffmpeg === undefined) return;
  mkdirSync(folder, { recursive: true });
  const child = run(
    ffmpeg,
    [
      ...['-hide_banner', '-loglevel', 'error', '-y', '-f', 'png_pipe', '-i', 'pipe:0', '-vf'],
      'split[a][b];[a]palettegen=stats_mode=single[p];[b][p]paletteuse=dither=none',
      ...['-frames:v', '1', '-compression_level', '100', '-pred', 'mixed', join(folder, `${name}.png`)],
    ],
    { timeout: 20_000 },
  );
  child.child.stdin?.end(await page.screenshot({ scale: 'css' }));
  await child;
}
