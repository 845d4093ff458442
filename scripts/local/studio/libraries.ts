import type { ChatSdk } from '../../../functions/watch/page/chat';
import type { PlayerOptions } from '../../../functions/watch/page/player';

/** The player's libraries, each a file of its own that is loaded when it is first needed. */
export const libraries: PlayerOptions['libraries'] = {
  mpegts: () => import('mpegts.js'),
  hls: () => import('hls.js'),
};

/** Fetches what a live needs, so that it plays at once when it is opened. */
export function preloadPlayer(): void {
  libraries.mpegts().catch(() => undefined);
}

/** The official IM SDK. */
export async function loadChatSdk(): Promise<ChatSdk> {
  const { default: sdk } = await import('@tencentcloud/chat');
  return sdk;
}
