/**
 * Does the same for each item, several at a time. After a failure nothing more is begun, and what is under way is waited
 * for.
 * @returns the results, in the order of the items
 * @throws Error with the messages of all failures, a line each; the failure itself when it is the only one
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
  if (failures.length > 1) throw new Error(failures.map((error) => messageOf(error)).join('\n'));
  return results;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
