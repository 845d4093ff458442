/** Milliseconds before the first try again; each further one waits twice as long, up to the longest. */
const first = 1_000;
const longest = 15_000;

/**
 * How long to wait before the next try. Half of it is left to chance, so that the viewers of a live whose server
 * restarts do not all come back at once.
 * @param failures tries that have failed in a row, from 1
 * @param random from 0 up to 1
 * @returns milliseconds
 */
export function backOff(failures: number, random: number): number {
  const full = Math.min(longest, first * 2 ** Math.min(failures - 1, 16));
  return Math.round(full / 2 + (full / 2) * random);
}
