/** What many measurements of one thing come to; in the unit of the measurements. */
export interface Summary {
  min: number;
  p50: number;
  p99: number;
  runs: number;
}

/** @throws Error when there is nothing to sum up */
export function summarize(samples: readonly number[]): Summary {
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (share: number): number => {
    const value = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
    if (value === undefined) throw new Error('no measurements');
    return value;
  };
  return { min: at(0), p50: at(0.5), p99: at(0.99), runs: sorted.length };
}

/** Milliseconds of one call. */
export async function timed(call: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await call();
  return performance.now() - from;
}

/**
 * Measures several things in turn, so that whatever else the machine does falls on all of them alike.
 * @param rounds how often each is measured, after `warmUp` rounds that do not count
 * @returns milliseconds of each, by its name
 */
export async function interleaved<Name extends string>(
  calls: Record<Name, () => Promise<unknown>>,
  rounds: number,
  warmUp: number,
): Promise<Record<Name, Summary>> {
  const names = Object.keys(calls).filter((name): name is Name => name in calls);
  const samples = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = -warmUp; round < rounds; round += 1) {
    for (const name of names) {
      const took = await timed(calls[name]);
      if (round >= 0) samples.get(name)?.push(took);
    }
  }
  const summaries: Partial<Record<Name, Summary>> = {};
  for (const name of names) summaries[name] = summarize(samples.get(name) ?? []);
  return complete(summaries, names);
}

function complete<Name extends string, T>(partial: Partial<Record<Name, T>>, names: Name[]): Record<Name, T> {
  if (hasAll(partial, names)) return partial;
  throw new Error('a measurement is missing');
}

function hasAll<Name extends string, T>(
  partial: Partial<Record<Name, T>>,
  names: Name[],
): partial is Record<Name, T> {
  return names.every((name) => partial[name] !== undefined);
}
