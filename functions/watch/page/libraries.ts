import type { PlayerOptions } from './player';

/** The player libraries as files of our own, each fetched when a browser needs it. The build takes hls.js in its light form. */
export const libraries: PlayerOptions['libraries'] = {
  mpegts: () => import('mpegts.js'),
  hls: () => import('hls.js'),
};
