import { CloudCallError } from './cloud';

/** How many functions are worked on at once: SCF takes 20 calls of a kind in a second. */
export const atOnce = 6;

/**
 * Does the same for each item, several at a time. After a failure nothing more is begun, and what is under way is waited
 * for.
 * @returns the results, in the order of the items
 * @throws Error with the messages of all failures, a line for each kind; the failure itself when it is the only one
 */
export async function eachOf<Item, Result>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const failures: unknown[] = [];
  const queue = [...items.entries()];
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined && failures.length === 0; next = queue.shift()) {
      const [index, item] = next;
      try {
        results[index] = await work(item);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  if (failures.length === 1) throw failures[0];
  if (failures.length > 1) throw new Error(linesOf(failures).join('\n'));
  return results;
}

/** Six functions that meet the same refusal are one line. */
function linesOf(failures: readonly unknown[]): string[] {
  const kinds = new Map<string, string[]>();
  for (const error of failures) {
    const message = error instanceof Error ? error.message : String(error);
    const kind = error instanceof CloudCallError ? `${error.action} ${error.code}` : message;
    kinds.set(kind, [...(kinds.get(kind) ?? []), message]);
  }
  return [...kinds.values()].map(([first = '', ...more]) => {
    const others = more.map((message) => message.split(':')[0]).join(', ');
    return others === '' ? first : `${first} (and the same of ${others})`;
  });
}
