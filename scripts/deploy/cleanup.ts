import { parametersOf, readAlias, readVersions, type ActualFunction, type Place } from './actual';
import type { Hands } from './apply';
import { atOnce, eachOf } from './bounded';
import { keptVersions, planCleanup } from './plan';

/**
 * Removes versions that nothing needs any more, before SCF's limit of 200 for a function is met. What cannot be removed is
 * only reported: the deployment itself is done.
 */
export async function removeOldVersions(
  hands: Hands,
  functions: readonly { place: Place; actual: ActualFunction | undefined }[],
  say: (line: string) => void,
): Promise<void> {
  const full = functions.filter(({ actual }) => (actual?.versions.length ?? 0) >= keptVersions);
  await eachOf(full, atOnce, async ({ place }) => {
    try {
      const [versions, alias] = await Promise.all([
        readVersions(hands.cloud, place),
        readAlias(hands.cloud, place),
      ]);
      if (alias === undefined) return;
      const names = versions.map(({ name }) => name);
      for (const Qualifier of planCleanup(names, alias))
        await hands.cloud.call(place.name, 'DeleteFunctionVersion', { ...parametersOf(place), Qualifier });
    } catch (error) {
      say(`old versions stay: ${error instanceof Error ? error.message : String(error)}`);
    }
  });
}
