import { placeOf, readDeployed, readNames, type ActualFunction } from './actual';
import type { Hands } from './apply';
import { atOnce, eachOf } from './bounded';
import { readReleases } from './marks';
import { addressLines, othersLine, placeLine } from './report';
import type { Target } from './service';

/**
 * Says what is deployed: each function's state, version and release, and the addresses.
 * @throws Error when nothing is
 */
export async function info(target: Target, hands: Hands, say: (line: string) => void): Promise<void> {
  const { ours: remote, others } = await readNames(hands.cloud, target);
  if (remote.length === 0)
    throw new Error(`nothing is deployed as ${placeLine(target)}: npx sls deploy does it`);
  const names = [...target.names, ...remote.filter((name) => !target.names.includes(name))];
  const functions = new Map(
    await eachOf(names, atOnce, async (name) => {
      const actual = remote.includes(name)
        ? await readDeployed(hands.cloud, placeOf(target, name))
        : undefined;
      return [name, actual] as const;
    }),
  );
  say(placeLine(target));
  for (const [name, actual] of functions) {
    const orphan = target.names.includes(name) ? '' : ', no longer in serverless.yml';
    say(`  ${name.padEnd(14)} ${stateOf(actual)}${orphan}`);
  }
  const triggers = new Map([...functions].map(([name, actual]) => [name, actual?.triggers ?? []] as const));
  for (const line of [...othersLine(target, others), ...addressLines(target, triggers)]) say(line);
}

function stateOf(actual: Omit<ActualFunction, 'newest'> | undefined): string {
  if (actual === undefined) return 'not deployed';
  const { status, reason, alias, triggers, versions } = actual;
  const newest = versions[0]?.name;
  const ahead = newest === undefined || newest === alias?.version ? '' : ` (newest ${newest})`;
  const release = readReleases(alias?.description ?? '')[0];
  const timers = triggers
    .filter(({ type }) => type === 'timer')
    .map(({ name, cron }) => `timer ${name} (${cron})`);
  return [
    reason === '' || status === 'Active' ? status : `${status} (${reason})`,
    alias === undefined ? 'serves nobody yet' : `version ${alias.version}${ahead}`,
    ...(release === undefined ? [] : [`release ${release.id}`]),
    ...timers,
  ].join(', ');
}
