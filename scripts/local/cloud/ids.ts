/** Ids as the live service makes them: decimal text above 2^53, growing with time. */

/**
 * In: the clock (ms). Out: a function that gives a new id each time: the time in ms above 22 bits that count up
 * within one ms, so below 2^63 until 2039 and unique within the process.
 */
export function idSource(now: () => number): () => string {
  let last = 0n;
  return () => {
    const fromClock = BigInt(now()) << 22n;
    last = fromClock > last ? fromClock : last + 1n;
    return last.toString();
  };
}
