import { store } from './store';

export type Route =
  { page: 'home' | 'goLive' | 'moderation' | 'settings' } | { page: 'live' | 'replay'; id: string };

/** Where the page is, and since when (performance.now()): the time to the first picture counts from there. */
export const route = store<Route & { since: number }>(read());

function read(): Route & { since: number } {
  const since = performance.now();
  const [, page, id] = /^#\/([a-z-]*)\/?(.*)$/.exec(location.hash) ?? [];
  if (id !== undefined && id !== '' && (page === 'live' || page === 'replay'))
    return { page, id: decodeURIComponent(id), since };
  if (page === 'go-live') return { page: 'goLive', since };
  if (page === 'moderation' || page === 'settings') return { page, since };
  return { page: 'home', since };
}

export function followAddress(): void {
  addEventListener('hashchange', () => {
    route.set(read());
    scrollTo(0, 0);
  });
}

export function go(hash: string): void {
  location.hash = hash;
}
