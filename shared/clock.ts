/** The one place that reads the machine's clock: epoch milliseconds. Everything else takes `now` as an argument. */
export function clock(): number {
  return Date.now();
}

/** Epoch milliseconds -> whole epoch seconds, the unit of every Tencent signature and of the v1 wire. */
export function seconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}
