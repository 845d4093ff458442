import { placeOf, readNames } from './actual';
import { deleteFunction, type Hands } from './apply';
import { atOnce, eachOf } from './bounded';
import { readDomainsTo } from './customDomain';
import { othersLine, placeLine } from './report';
import type { Target } from './service';

/**
 * Removes every function of the service and stage, also those that are no longer in serverless.yml, and the custom domain
 * as far as it led to them. Functions that it did not make, the database and everything else of the account stay.
 * @param confirm asked once with what is going to be removed; a reason not to go on is thrown
 */
export async function remove(
  target: Target,
  hands: Hands,
  say: (line: string) => void,
  confirm: (question: string) => Promise<void>,
): Promise<void> {
  const { ours: names, others } = await readNames(hands.cloud, target);
  for (const line of othersLine(target, others)) say(line);
  if (names.length === 0) {
    say(`${placeLine(target)}: nothing to remove`);
    return;
  }
  say(`${placeLine(target)}: to be removed: ${names.join(', ')}`);
  await confirm(`Remove these ${names.length} functions? The database is not touched.`);
  await freeDomains(hands, target, names);
  await eachOf(names, atOnce, (name) => deleteFunction(hands, placeOf(target, name)));
  say(`removed ${names.length} function(s)`);
}

/** A function cannot be removed while a domain leads to it. */
async function freeDomains(hands: Hands, target: Target, names: readonly string[]): Promise<void> {
  for (const { name: Domain, others } of await readDomainsTo(hands.cloud, target, names)) {
    hands.progress(Domain, others.length === 0 ? 'remove' : `keep ${others.length} paths`);
    const [action, parameters] =
      others.length === 0
        ? ['DeleteCustomDomain', { Domain }]
        : ['UpdateCustomDomain', { Domain, EndpointsConfig: others }];
    await hands.cloud.call(Domain, action, parameters, { repeatable: true });
  }
}
