import { aliasName, type ActualFunction, type ActualTrigger } from './actual';
import { codeMark, fingerprintOf, readReleases, releasesText, type Release } from './marks';
import type { Configuration, DesiredFunction, DesiredTrigger } from './service';

/** What has to be done so that a function is as it is wanted. Nothing here talks to anybody. */
export interface FunctionPlan {
  wanted: DesiredFunction;
  /** It does not exist; `again` when the remains of one that could not be created go first. */
  create: 'no' | 'new' | 'again';
  code: boolean;
  /** What differs, by the names of {@link Configuration}; `environment.NAME` for a variable. */
  configuration: string[];
  /** What its description and that of its version will say: see marks.ts. */
  mark: string;
  publish: boolean;
  /** The version that is to serve, when it is published already. */
  version: string | undefined;
  moveAlias: boolean;
  alias: ActualFunction['alias'];
  triggers: TriggerStep[];
}

export type TriggerStep =
  | { do: 'create'; trigger: DesiredTrigger }
  | { do: 'update'; trigger: DesiredTrigger; name: string }
  | { do: 'delete'; type: string; name: string };

/**
 * Compares a function with how it is wanted.
 * @param actual undefined when there is none
 * @param fingerprint of the code that is wanted
 * @param upload an id of its own for this run: see {@link codeMark}
 */
export function planFunction(
  wanted: DesiredFunction,
  actual: ActualFunction | undefined,
  fingerprint: string,
  upload: string,
): FunctionPlan {
  const mark = codeMark(fingerprint, upload);
  if (actual === undefined || actual.status === 'CreateFailed') {
    const create = actual === undefined ? 'new' : 'again';
    return { wanted, create, mark, ...everything, triggers: planTriggers(wanted.triggers, []) };
  }
  const [newest] = actual.versions;
  const configuration = differences(actual.configuration, wanted.configuration);
  const uploaded =
    actual.status === 'Active' &&
    !configuration.includes('handler') &&
    fingerprintOf(actual.description) === fingerprint &&
    newest?.description === actual.description;
  const version = uploaded && isPublished(actual, wanted.configuration) ? newest.name : undefined;
  return {
    wanted,
    create: 'no',
    code: !uploaded,
    configuration,
    mark: uploaded ? actual.description : mark,
    publish: version === undefined,
    version,
    moveAlias: version === undefined || actual.alias?.version !== version,
    alias: actual.alias,
    triggers: planTriggers(wanted.triggers, actual.triggers),
  };
}

function isPublished({ versions, newest }: ActualFunction, wanted: Configuration): boolean {
  return versions[0]?.status === 'Active' && newest !== undefined && differences(newest, wanted).length === 0;
}

const everything = {
  code: true,
  configuration: [],
  publish: true,
  version: undefined,
  moveAlias: true,
  alias: undefined,
};

/** Whether nothing is left to do for a function. */
export function isDone({ create, code, configuration, publish, moveAlias, triggers }: FunctionPlan): boolean {
  const changes = code || publish || moveAlias || configuration.length > 0 || triggers.length > 0;
  return create === 'no' && !changes;
}

/** The names of what differs, variables as `environment.NAME`. */
export function differences(is: Configuration, wanted: Configuration): string[] {
  const { environment: variables, ...rest } = wanted;
  const { environment: actualVariables, ...actualRest } = is;
  const names = [...new Set([...Object.keys(variables), ...Object.keys(actualVariables)])].sort();
  return [
    ...Object.entries(rest).flatMap(([name, value]) =>
      Reflect.get(actualRest, name) === value ? [] : [name],
    ),
    ...names.flatMap((name) => (variables[name] === actualVariables[name] ? [] : [`environment.${name}`])),
  ];
}

/**
 * The steps from the triggers of the alias to those that are wanted. A function has one URL, whatever its name, and that is
 * never made anew: its address would change. What is removed comes last.
 */
export function planTriggers(
  wanted: readonly DesiredTrigger[],
  actual: readonly ActualTrigger[],
): TriggerStep[] {
  const own = actual.filter(({ qualifier, type }) => qualifier === aliasName && /^(http|timer)$/.test(type));
  const kept = new Set<ActualTrigger>();
  const steps = wanted.flatMap((trigger): TriggerStep[] => {
    const found = own.find((one) => isSame(one, trigger));
    if (found === undefined) return [{ do: 'create', trigger }];
    kept.add(found);
    return isAsWanted(found, trigger) ? [] : [{ do: 'update', trigger, name: found.name }];
  });
  const removed = own
    .filter((one) => !kept.has(one))
    .map(({ type, name }): TriggerStep => ({ do: 'delete', type, name }));
  return [...steps, ...removed];
}

function isSame(one: ActualTrigger, trigger: DesiredTrigger): boolean {
  return one.type === trigger.type && (trigger.type === 'http' || one.name === trigger.name);
}

function isAsWanted(one: ActualTrigger, trigger: DesiredTrigger): boolean {
  if (!one.enabled) return false;
  return trigger.type === 'http' ? one.open : one.cron === trigger.cron && one.argument === trigger.argument;
}

/** Where an alias is moved by a release, or which description it gets where it already is. */
export interface AliasStep {
  name: string;
  /** The version to lead to; undefined for the one that is published in this run. */
  version: string | undefined;
  description: string;
  exists: boolean;
}

/** A function's alias, and whether this run moves it and to where. */
export interface AliasState {
  name: string;
  alias: ActualFunction['alias'];
  moves: boolean;
  version: string | undefined;
  /** Whether, before this run, something newer was published than what the alias leads to. */
  behind: boolean;
}

/**
 * Makes one release of all that this run moves, so that one rollback takes all of it back. When the run before died between
 * two aliases, its release is taken into this one: what is gone back to is a state that was once whole.
 * @param states every function of the service, also one that is no longer in serverless.yml
 */
export function planRelease(states: readonly AliasState[], id: string): AliasStep[] {
  if (!states.some(({ moves }) => moves)) return [];
  const unfinished = unfinishedRelease(states);
  const taken = states.flatMap((state) => {
    const { alias, moves } = state;
    const releases = readReleases(alias?.description ?? '');
    const [last, ...earlier] = releases;
    if (last !== undefined && last.id === unfinished) return [{ state, before: last.before, earlier }];
    return moves ? [{ state, before: publishedVersion(alias), earlier: releases }] : [];
  });
  return taken.map(({ state: { name, alias, moves, version }, before, earlier }) => ({
    name,
    version: moves ? version : alias?.version,
    description: releasesText([{ id, functions: taken.length, before }, ...earlier]),
    exists: alias !== undefined,
  }));
}

/** Somebody may have led the alias to $LATEST, which changes: there is no going back to that. */
function publishedVersion(alias: AliasState['alias']): string | undefined {
  return alias !== undefined && /^\d+$/.test(alias.version) ? alias.version : undefined;
}

/** The last release, when aliases are missing in it and there are some that it could have moved: others were removed. */
function unfinishedRelease(states: readonly AliasState[]): string | undefined {
  const last = newestRelease(states);
  if (last === undefined) return undefined;
  const others = states.filter(
    ({ alias }) => !readReleases(alias?.description ?? '').some(({ id }) => id === last.id),
  );
  const missing = last.functions - (states.length - others.length);
  return missing > 0 && others.some(({ behind }) => behind) ? last.id : undefined;
}

function newestRelease(states: readonly Pick<AliasState, 'alias'>[]): Release | undefined {
  const lasts = states.flatMap(({ alias }) => readReleases(alias?.description ?? '').slice(0, 1));
  return lasts.sort((a, b) => (a.id < b.id ? 1 : -1))[0];
}

export interface RollbackPlan {
  release: string;
  /** Those that have a version to go back to. */
  moves: { name: string; from: string; version: string; description: string }[];
  /** Those that came with the release: there is nothing before them, they go on serving. */
  stays: { name: string; version: string; description: string }[];
}

/**
 * Every alias that the last release moved goes back to where it was before. One that an interrupted rollback has taken back
 * already no longer names that release, so the next rollback does the rest of it.
 * @returns undefined when no function has anything to go back to
 */
export function planRollback(
  states: readonly { name: string; alias: ActualFunction['alias'] }[],
): RollbackPlan | undefined {
  const release = newestRelease(states)?.id;
  if (release === undefined) return undefined;
  const plan: RollbackPlan = { release, moves: [], stays: [] };
  for (const { name, alias } of states) {
    const [last, ...earlier] = readReleases(alias?.description ?? '');
    if (alias === undefined || last?.id !== release) continue;
    const description = releasesText(earlier);
    if (last.before === undefined) plan.stays.push({ name, version: alias.version, description });
    else plan.moves.push({ name, from: alias.version, version: last.before, description });
  }
  return plan.moves.length === 0 ? undefined : plan;
}

/** A path of the custom domain and the function that it leads to. */
export interface Endpoint {
  path: string;
  remoteName: string;
}

/**
 * Every path of the domain: those of each function, and the rest to the front door.
 * @throws Error when two functions want one path
 */
export function planEndpoints(functions: readonly DesiredFunction[], frontDoor: string): Endpoint[] {
  const endpoints = functions.flatMap(({ remoteName, paths }) => paths.map((path) => ({ path, remoteName })));
  const door = functions.find(({ name }) => name === frontDoor);
  if (door !== undefined && !endpoints.some(({ path }) => path === '/*'))
    endpoints.push({ path: '/*', remoteName: door.remoteName });
  const twice = endpoints.find(
    ({ path }, index) => endpoints.findIndex((other) => other.path === path) < index,
  );
  if (twice !== undefined) throw new Error(`serverless.yml: two functions have the path ${twice.path}`);
  return endpoints;
}

/** How many versions of a function are kept besides those that a rollback may need; SCF takes 200. */
export const keptVersions = 10;

/** The versions that may go: old, not served, and in no release that can be taken back. */
export function planCleanup(
  versions: readonly string[],
  alias: { version: string; description: string },
): string[] {
  const needed = new Set([
    alias.version,
    ...readReleases(alias.description).flatMap(({ before }) => before ?? []),
  ]);
  const newestFirst = [...versions].sort((a, b) => Number(b) - Number(a));
  return newestFirst.slice(keptVersions).filter((version) => !needed.has(version));
}
