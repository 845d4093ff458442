import { placeOf, readAlias, readNames } from './actual';
import { setAlias, type Hands } from './apply';
import { atOnce, eachOf } from './bounded';
import { planRollback } from './plan';
import { placeLine } from './report';
import type { Target } from './service';

/**
 * Takes the last release back: one call for each function that it moved, nothing is uploaded. Interrupted, it is finished
 * by the next run; run again, it takes one more release back.
 * @throws Error when there is nothing to go back to
 */
export async function rollback(
  target: Target,
  hands: Hands,
  say: (line: string) => void,
  { dryRun = false }: { dryRun?: boolean | undefined } = {},
): Promise<void> {
  const { ours: names } = await readNames(hands.cloud, target);
  const states = await eachOf(names, atOnce, async (name) => ({
    name,
    alias: await readAlias(hands.cloud, placeOf(target, name)),
  }));
  const plan = planRollback(states);
  if (plan === undefined)
    throw new Error(
      `there is nothing to go back to: ${placeLine(target)} has had no release before this one`,
    );
  say(`${placeLine(target)}: taking back release ${plan.release}`);
  for (const { name, from, version } of plan.moves) say(`~ ${name}: version ${from} -> ${version}`);
  for (const { name } of plan.stays)
    say(`= ${name}: came with this release and stays; \`sls remove\` or the console removes it`);
  if (dryRun) return;
  // Those without a way back are only marked, and last: an interrupted run then still knows which release it is about.
  await eachOf(plan.moves, atOnce, (step) =>
    setAlias(hands, placeOf(target, step.name), { ...step, exists: true }),
  );
  await eachOf(plan.stays, atOnce, (step) =>
    setAlias(hands, placeOf(target, step.name), { ...step, exists: true }),
  );
  say(`${plan.moves.length} function(s) serve what they did before`);
  say('the database keeps its schema: migrations only go forward, and older code works with a newer schema');
}
