/** What was expected of the product and what came instead; both in words for a person. */
export class Mismatch extends Error {
  constructor(
    readonly expected: string,
    readonly came: string,
  ) {
    super(`expected ${expected}, came ${came}`);
    this.name = 'Mismatch';
  }
}

/** A step has failed and has been printed. */
export class StepFailed extends Error {}

/** Runs one step after the other, and prints of each what it does and what came back. */
export interface Steps {
  /**
   * @param title what the step does, in one line
   * @param look where a person finds the reason when it fails
   * @param work does it; `say` prints what came back, in one line
   * @throws StepFailed when the work fails, after printing what was expected, what came and where to look
   */
  run<T>(title: string, look: string, work: (say: (line: string) => void) => Promise<T>): Promise<T>;
  /** How many steps have been done. */
  done(): number;
}

export function openSteps(print: (line: string) => void): Steps {
  let done = 0;
  return {
    async run(title, look, work) {
      const number = String(done + 1).padStart(2);
      print(`${number}  ${title}`);
      try {
        const result = await work((line) => print(`      ${line}`));
        done += 1;
        return result;
      } catch (error) {
        for (const line of complaint(error)) print(`      ${line}`);
        print(`      look      ${look}`);
        print(`FAILED at step ${number.trim()}: ${title}`);
        throw new StepFailed(title, { cause: error });
      }
    },
    done: () => done,
  };
}

function complaint(error: unknown): string[] {
  if (error instanceof Mismatch) return [`expected  ${error.expected}`, `came      ${error.came}`];
  if (!(error instanceof Error)) return [`came      ${String(error)}`];
  // fetch says only "fetch failed" and keeps the reason to itself.
  const reason =
    error.message === 'fetch failed' && error.cause instanceof Error ? `: ${error.cause.message}` : '';
  return [`came      ${error.message}${reason}`];
}

/**
 * Looks until there is something to see.
 * @param expected what is waited for, in words
 * @param look gives the thing, or in words what there is instead
 * @throws Mismatch with the last words when `seconds` are over
 */
export async function eventually<T extends object>(
  expected: string,
  seconds: number,
  look: () => Promise<T | string>,
): Promise<T> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (typeof found !== 'string') return found;
    if (performance.now() > deadline) throw new Mismatch(`${expected} within ${seconds} s`, found);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
