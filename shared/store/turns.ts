/** One piece of work at a time, in the order of asking. */
export interface Turns {
  /** Starts at once, within the call, when nothing is running. */
  next<T>(work: () => Promise<T>): Promise<T>;
}

export function openTurns(): Turns {
  const waiting: (() => void)[] = [];
  let busy = false;

  return {
    async next(work) {
      if (busy) await new Promise<void>((resolve) => waiting.push(resolve));
      busy = true;
      try {
        return await work();
      } finally {
        const following = waiting.shift();
        // Stays busy when handed on, so that nobody comes in between.
        if (following) following();
        else busy = false;
      }
    },
  };
}
