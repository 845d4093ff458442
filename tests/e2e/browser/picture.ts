import type { Page } from 'playwright-core';

/** What a video element shows, read from its pixels. */
export interface Picture {
  /** Different colours among the samples: one for a blank picture. */
  colours: number;
  /** The samples; another picture has others. */
  samples: string;
}

/** Reads the picture of the page's video now. */
export function pictureOf(page: Page): Promise<Picture> {
  return page.evaluate(() => {
    const video = document.querySelector('video');
    const canvas = document.createElement('canvas');
    const [width, height] = [32, 18];
    Object.assign(canvas, { width, height });
    const brush = canvas.getContext('2d');
    if (video === null || brush === null) return { colours: 0, samples: '' };
    brush.drawImage(video, 0, 0, width, height);
    const { data } = brush.getImageData(0, 0, width, height);
    const samples: string[] = [];
    for (let at = 0; at < data.length; at += 4)
      samples.push(
        [data[at], data[at + 1], data[at + 2]].map((part = 0) => (part >> 4).toString(16)).join(''),
      );
    return { colours: new Set(samples).size, samples: samples.join('') };
  });
}

/**
 * Waits until the video of the page moves: a picture of several colours that becomes another one.
 * @throws Error when it does not within 20 s
 */
export async function untilItMoves(page: Page): Promise<void> {
  const deadline = Date.now() + 20_000;
  let first: Picture | undefined;
  for (;;) {
    const picture = await pictureOf(page);
    if (picture.colours > 8) {
      if (first !== undefined && first.samples !== picture.samples) return;
      first ??= picture;
    }
    if (Date.now() > deadline) throw new Error(`the picture does not move: ${picture.colours} colours`);
    await page.waitForTimeout(50);
  }
}
