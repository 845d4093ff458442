import { buildFunctions, endBuild } from '../build';
import {
  placeOf,
  readAlias,
  readFunction,
  readNames,
  readTriggers,
  readVersions,
  type ActualFunction,
  type ActualTrigger,
  type Place,
} from './actual';
import { applyTriggers, bringUpToDate, deleteFunction, publishVersion, setAlias, type Hands } from './apply';
import { atOnce, eachOf } from './bounded';
import { removeOldVersions } from './cleanup';
import { applyDomain, compareDomain, readDomainsTo, type WantedDomain } from './customDomain';
import { packFunction, type FunctionPackage } from './functionPackage';
import { releaseId } from './marks';
import { migrationFunction, runMigrations } from './migration';
import { planEndpoints, planFunction, planRelease, type AliasState, type FunctionPlan } from './plan';
import { addressLines, planLines, type Surroundings } from './report';
import { frontDoor, type Service, type Target } from './service';

export interface DeployOptions {
  /** Only this function, and the migrations that its code may need. */
  only?: string | undefined;
  /** Say what would be done, and do nothing. */
  dryRun?: boolean | undefined;
  /** Also remove the functions that are no longer in serverless.yml. */
  prune?: boolean | undefined;
}

interface Work {
  plan: FunctionPlan;
  pack: FunctionPackage;
  place: Place;
  actual: ActualFunction | undefined;
}

/**
 * Brings the cloud to what serverless.yml and the settings describe, by doing only what differs: first the code of every
 * function, then the database, then every alias, triggers and domain last. Whatever fails, what served before goes on
 * serving; the next run finishes what this one began.
 * @param root the folder of serverless.yml
 * @param say a line for whoever watches
 * @throws Error naming the function, the call, Tencent's code and what to do
 */
export async function deploy(
  root: string,
  service: Service,
  hands: Hands,
  say: (line: string) => void,
  options: DeployOptions = {},
): Promise<void> {
  if (options.only !== undefined && options.prune === true)
    throw new Error('--function and --prune: give one of them');
  const names = chosenNames(service, options.only);
  const release = releaseId(hands.now());
  const [prepared, found, planned] = await Promise.allSettled([
    prepare(root, service, hands, names, release),
    lookAround(hands, service, options),
    options.only === undefined ? planDomain(hands, service) : undefined,
  ]);
  const [work, around, domain] = [resultOf(prepared), resultOf(found), resultOf(planned)];
  refuseRuntimeChange(work);
  const { orphans } = around;
  const { prune = false, dryRun: detailed = false } = options;
  for (const line of planLines(service, { work, ...around, domain, prune, detailed })) say(line);
  if (options.dryRun === true) return;

  const versions = await uploadAll(hands, work);
  await migrateFirst(hands, work, versions, say);
  await moveAliases(hands, service, { work, orphans, versions, release });
  await connect(hands, work, domain);
  if (prune) await eachOf(orphans, atOnce, (name) => deleteFunction(hands, placeOf(service, name)));
  await removeOldVersions(hands, work, say);
  const shown = options.only === undefined ? service : { ...service, names: [...names, frontDoor] };
  for (const line of addressLines(shown, await triggersOf(hands, shown, work))) say(line);
}

/** What else there is in the account that has to do with this stage. */
async function lookAround(
  { cloud }: Hands,
  service: Service,
  { only }: DeployOptions,
): Promise<Surroundings> {
  const { ours, others } = await readNames(cloud, service);
  const domains = only === undefined ? await readDomainsTo(cloud, service, ours) : [];
  return {
    orphans: ours.filter((name) => !service.names.includes(name)),
    others,
    strayDomains: domains.filter(({ name }) => name !== service.domain?.name),
  };
}

/** Of several things at once each is waited for, whatever becomes of the others. */
function resultOf<Result>(settled: PromiseSettledResult<Result>): Result {
  if (settled.status === 'rejected') throw settled.reason;
  return settled.value;
}

function chosenNames(service: Service, only: string | undefined): string[] {
  if (only === undefined) return service.names;
  if (!service.names.includes(only))
    throw new Error(`serverless.yml has no function ${only}; it has ${service.names.join(', ')}`);
  // Code never runs ahead of the schema that it was written for.
  return service.names.filter((name) => name === only || name === migrationFunction);
}

/** Builds the functions while the cloud is asked how they are. */
async function prepare(
  root: string,
  service: Service,
  hands: Hands,
  names: readonly string[],
  upload: string,
): Promise<Work[]> {
  const wanted = service.functions.filter(({ name }) => names.includes(name));
  const [asked, built] = await Promise.allSettled([
    eachOf(wanted, atOnce, (one) => readFunction(hands.cloud, placeOf(service, one.name))),
    buildFunctions(root).finally(endBuild),
  ]);
  resultOf(built);
  const found = resultOf(asked);
  return wanted.map((one, index) => {
    const pack = packFunction(root, one.name);
    const actual = found[index];
    const plan = planFunction(one, actual, pack.fingerprint, upload);
    return { pack, actual, plan, place: placeOf(service, one.name) };
  });
}

function refuseRuntimeChange(work: readonly Work[]): void {
  const changed = work.filter(({ plan }) => plan.create === 'no' && plan.configuration.includes('runtime'));
  if (changed.length === 0) return;
  throw new Error(
    `the runtime of a function cannot be changed (${changed.map(({ place }) => place.name).join(', ')}). ` +
      'What to do: put it back in serverless.yml, or deploy under another --stage and remove this one',
  );
}

/** Code and configuration of every function, published. @returns the version of each that is to serve */
async function uploadAll(hands: Hands, work: readonly Work[]): Promise<Map<string, string>> {
  const versions = await eachOf(work, atOnce, async ({ plan, place, pack }) => {
    await bringUpToDate(hands, place, plan, pack);
    if (plan.version !== undefined) return [place.name, plan.version] as const;
    const version = await publishVersion(hands, place, plan.mark);
    hands.progress(place.name, `version ${version} is ready`);
    return [place.name, version] as const;
  });
  return new Map(versions);
}

async function migrateFirst(
  hands: Hands,
  work: readonly Work[],
  versions: ReadonlyMap<string, string>,
  say: (line: string) => void,
): Promise<void> {
  const migration = work.find(({ place }) => place.name === migrationFunction);
  const version = versions.get(migrationFunction);
  if (migration === undefined || version === undefined || !work.some(({ plan }) => plan.moveAlias)) return;
  hands.progress(migrationFunction, `apply the schema with version ${version}`);
  const applied = await runMigrations(hands.cloud, migration.place, version);
  say(applied.length === 0 ? 'database: up to date' : `database: applied ${applied.join(', ')}`);
}

/** What {@link moveAliases} has to know. */
interface Moving {
  work: readonly Work[];
  /** They are in releases too. */
  orphans: readonly string[];
  versions: ReadonlyMap<string, string>;
  release: string;
}

async function moveAliases(
  hands: Hands,
  service: Service,
  { work, orphans, versions, release }: Moving,
): Promise<void> {
  if (!work.some(({ plan }) => plan.moveAlias)) return;
  const states = await eachOf([...service.names, ...orphans], atOnce, async (name): Promise<AliasState> => {
    const own = work.find(({ place }) => place.name === name);
    if (own === undefined) return readAliasState(hands, placeOf(service, name));
    const { alias, moveAlias } = own.plan;
    const newest = own.actual?.versions[0]?.name;
    const behind = newest !== undefined && newest !== alias?.version;
    return { name, alias, moves: moveAlias, version: versions.get(name), behind };
  });
  await eachOf(planRelease(states, release), atOnce, async ({ name, version, description, exists }) => {
    if (version === undefined) return;
    await setAlias(hands, placeOf(service, name), { version, description, exists });
    hands.progress(name, `version ${version} serves`);
  });
}

/** Of a function that this run does not touch. */
async function readAliasState({ cloud }: Hands, place: Place): Promise<AliasState> {
  const [alias, [newestVersion]] = await Promise.all([readAlias(cloud, place), readVersions(cloud, place)]);
  const newest = newestVersion?.name;
  const behind = newest !== undefined && newest !== alias?.version;
  return { name: place.name, alias, moves: false, version: undefined, behind };
}

/** URLs and timers, then the domain that leads to the URLs, then what is no longer wanted. */
async function connect(
  hands: Hands,
  work: readonly Work[],
  domain: PlannedDomain | undefined,
): Promise<void> {
  const apply = (deleting: boolean) =>
    eachOf(work, atOnce, ({ plan, place }) =>
      applyTriggers(
        hands,
        place,
        plan.triggers.filter((step) => (step.do === 'delete') === deleting),
      ),
    );
  await apply(false);
  if (domain !== undefined && domain.change !== 'none')
    await applyDomain(hands, domain.wanted, domain.change);
  await apply(true);
}

interface PlannedDomain {
  wanted: WantedDomain;
  change: 'none' | 'create' | 'update';
}

async function planDomain(hands: Hands, service: Service): Promise<PlannedDomain | undefined> {
  const { domain, functions, access, prefix } = service;
  if (domain === undefined) return undefined;
  const endpoints = planEndpoints(functions, frontDoor);
  const wanted = { ...domain, namespace: access.namespace, prefix, endpoints };
  return { wanted, change: await compareDomain(hands.cloud, wanted) };
}

/** The triggers as they are now; asked for anew only where something was done. */
async function triggersOf(
  hands: Hands,
  { names, ...target }: Target,
  work: readonly Work[],
): Promise<Map<string, readonly ActualTrigger[]>> {
  const triggers = await eachOf([...new Set(names)], atOnce, async (name) => {
    const known = work.find(({ place, plan }) => place.name === name && plan.triggers.length === 0);
    const place = placeOf({ ...target, names }, name);
    return [name, known?.actual?.triggers ?? (await readTriggers(hands.cloud, place))] as const;
  });
  return new Map(triggers);
}
