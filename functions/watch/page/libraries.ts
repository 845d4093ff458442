import { ownFile } from './ownFile';
import type { PlayerOptions } from './player';

/** The player libraries as files of our own, each fetched when a browser needs it. The build takes hls.js in its light form. */
export const libraries: PlayerOptions['libraries'] = {
  mpegts: () => ownFile(() => import('mpegts.js')),
  hls: () => ownFile(() => import('hls.js')),
};
