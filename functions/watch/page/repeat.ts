export interface Repeated {
  /** Does the work now rather than at its time. */
  now: () => void;
}

/**
 * Does something again and again while the page is visible, at once when it becomes visible again. One piece of work at
 * a time.
 * @param first milliseconds until the first time
 * @param pause milliseconds until the next time, asked after each; undefined ends it
 */
export function repeat(work: () => Promise<void>, pause: () => number | undefined, first = 0): Repeated {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let working = false;
  let again = false;
  const run = async (): Promise<void> => {
    clearTimeout(timer);
    if (document.hidden) return;
    if (working) {
      again = true;
      return;
    }
    working = true;
    await work().catch(() => undefined);
    working = false;
    const next = again ? 0 : pause();
    again = false;
    if (next !== undefined) timer = setTimeout(() => void run(), next);
  };
  const now = (): void => void run();
  document.addEventListener('visibilitychange', now);
  window.addEventListener('online', now);
  timer = setTimeout(now, first);
  return { now };
}
