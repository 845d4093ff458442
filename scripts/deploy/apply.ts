import { setTimeout as delay } from 'node:timers/promises';
import {
  aliasName,
  isPassing,
  parametersOf,
  readAnswer,
  readState,
  readVersions,
  type Place,
} from './actual';
import { CloudCallError, type Cloud } from './cloud';
import type { FunctionPackage } from './functionPackage';
import { contestedMark } from './marks';
import type { AliasStep, FunctionPlan, TriggerStep } from './plan';
import type { Configuration, DesiredTrigger } from './service';
import * as v from 'valibot';

/** What the steps of a deployment act through. */
export interface Hands {
  cloud: Cloud;
  /** Epoch milliseconds. */
  now(): number;
  /** A line about a function, for whoever watches. */
  progress(name: string, what: string): void;
  /** How long a function may take to become Active, in milliseconds. */
  patienceMs: number;
}

/**
 * Waits until a function, or a version of it, is at rest.
 * @returns its status; undefined when it is gone
 * @throws Error naming the function, its state, the reason and what to do, when it stays in between for too long
 */
export async function waitUntilSettled(
  hands: Hands,
  place: Place,
  qualifier = '$LATEST',
): Promise<{ status: string; reason: string; description: string } | undefined> {
  const endsAt = hands.now() + hands.patienceMs;
  for (let pauseMs = 100; ; pauseMs = Math.min(3_000, pauseMs * 1.6)) {
    const state = await readState(hands.cloud, place, qualifier);
    if (state === undefined || !isPassing(state.status)) return state;
    if (hands.now() + pauseMs > endsAt) {
      throw new Error(
        `${place.name}: GetFunction: ${place.remoteName} has been ${state.status} for ${Math.round(hands.patienceMs / 1000)} s${reasonText(state.reason)}. ` +
          'What to do: wait until the SCF console shows it as Active and run the same command again; if it stays, remove the function there first',
      );
    }
    await delay(pauseMs);
  }
}

/** @returns its description */
async function waitUntilActive(
  hands: Hands,
  place: Place,
  after: string,
  qualifier?: string,
): Promise<string> {
  const state = await waitUntilSettled(hands, place, qualifier);
  if (state?.status === 'Active') return state.description;
  throw new Error(
    `${place.name}: ${after}: ${place.remoteName} is ${state?.status ?? 'gone'}${reasonText(state?.reason ?? '')}. ` +
      'What to do: see the function in the SCF console, then run the same command again, which begins it anew',
  );
}

function reasonText(reason: string): string {
  return reason === '' ? '' : ` (${reason})`;
}

/**
 * Calls what SCF refuses while a function is being changed: waits for that change and tries again.
 */
async function whenSettled(
  hands: Hands,
  place: Place,
  action: string,
  parameters: object,
  repeatable = true,
): Promise<unknown> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await hands.cloud.call(place.name, action, parameters, { repeatable });
    } catch (error) {
      const busy = error instanceof CloudCallError && error.is('FailedOperation') && attempt < 4;
      if (!busy || !isPassing((await readState(hands.cloud, place))?.status ?? '')) throw error;
      await waitUntilSettled(hands, place);
    }
  }
}

/** Makes the code and the configuration of a function as planned. */
export async function bringUpToDate(
  hands: Hands,
  place: Place,
  plan: FunctionPlan,
  pack: FunctionPackage,
): Promise<void> {
  if (plan.create === 'again') await deleteFunction(hands, place);
  if (plan.create !== 'no') {
    if (await createFunction(hands, place, plan, pack)) return;
    // An earlier call made it after all: it is changed instead.
    await waitUntilSettled(hands, place);
    return changeFunction(hands, place, plan, pack);
  }
  await changeFunction(hands, place, plan, pack);
}

/** The description goes before the code: see marks.ts. */
async function changeFunction(
  hands: Hands,
  place: Place,
  plan: FunctionPlan,
  pack: FunctionPackage,
): Promise<void> {
  if (plan.code || plan.configuration.length > 0) {
    hands.progress(place.name, 'configuration');
    await whenSettled(hands, place, 'UpdateFunctionConfiguration', {
      ...parametersOf(place),
      ...configurationParameters(
        plan.wanted.configuration,
        plan.create === 'no' ? plan.configuration : undefined,
      ),
      Description: plan.mark,
    });
    await waitUntilActive(hands, place, 'UpdateFunctionConfiguration');
    if (!plan.code) await refuseOtherCode(hands, place, plan.mark);
  }
  if (plan.code) {
    hands.progress(place.name, `code, ${kilobytes(pack.zip)} KB`);
    await whenSettled(hands, place, 'UpdateFunctionCode', {
      ...parametersOf(place),
      Handler: plan.wanted.configuration.handler,
      ZipFile: Buffer.from(pack.zip).toString('base64'),
    });
    const description = await waitUntilActive(hands, place, 'UpdateFunctionCode');
    if (description !== plan.mark) throw await contest(hands, place);
  }
}

/**
 * The mark of another run stands where this one's should: one of the two may have published the other's code under its own
 * mark. Takes the mark away, so that neither passes for what is there.
 */
async function contest(hands: Hands, place: Place): Promise<Error> {
  const parameters = { ...parametersOf(place), Description: contestedMark };
  await whenSettled(hands, place, 'UpdateFunctionConfiguration', parameters);
  return new Error(
    `${place.name}: GetFunction: another deployment is changing ${place.remoteName} at the same time. ` +
      'What to do: wait until it has ended, then run the same command again, which begins this function anew',
  );
}

/** The code was looked at when the run began. Another run that has finished since then has published a version. */
async function refuseOtherCode(hands: Hands, place: Place, mark: string): Promise<void> {
  const [newest] = await readVersions(hands.cloud, place);
  if (newest?.description !== mark) throw await contest(hands, place);
}

/** @returns false when there was one of that name after all */
async function createFunction(
  hands: Hands,
  place: Place,
  plan: FunctionPlan,
  pack: FunctionPackage,
): Promise<boolean> {
  hands.progress(place.name, `create, ${kilobytes(pack.zip)} KB`);
  const { handler, runtime } = plan.wanted.configuration;
  try {
    await hands.cloud.call(place.name, 'CreateFunction', {
      ...parametersOf(place),
      ...configurationParameters(plan.wanted.configuration),
      Handler: handler,
      Runtime: runtime,
      Description: plan.mark,
      Code: { ZipFile: Buffer.from(pack.zip).toString('base64') },
    });
  } catch (error) {
    if (error instanceof CloudCallError && error.is('ResourceInUse')) return false;
    throw error;
  }
  await waitUntilActive(hands, place, 'CreateFunction');
  return true;
}

/** @param changed only these, by the names of {@link Configuration}; what a call leaves out stays as it is */
function configurationParameters(wanted: Configuration, changed?: readonly string[]): object {
  const { memoryMb, timeoutSeconds, environment, vpcId, subnetId, publicNet, role } = wanted;
  const has = (name: string, always: boolean): boolean =>
    changed?.some((one) => one === name || one.startsWith(`${name}.`)) ?? always;
  const variables = Object.entries(environment).map(([Key, Value]) => ({ Key, Value }));
  const publicNetStatus = publicNet ? 'ENABLE' : 'DISABLE';
  return {
    ...(has('memoryMb', true) ? { MemorySize: memoryMb } : {}),
    ...(has('timeoutSeconds', true) ? { Timeout: timeoutSeconds } : {}),
    ...(has('environment', true) ? { Environment: { Variables: variables } } : {}),
    ...(has('vpcId', vpcId !== '') || has('subnetId', vpcId !== '')
      ? { VpcConfig: { VpcId: vpcId, SubnetId: subnetId } }
      : {}),
    ...(has('publicNet', true)
      ? { PublicNetConfig: { PublicNetStatus: publicNetStatus, EipConfig: noFixedAddress } }
      : {}),
    ...(has('role', role !== '') ? { Role: role } : {}),
  };
}

const noFixedAddress = { EipStatus: 'DISABLE' };

function kilobytes(zip: Uint8Array): number {
  return Math.ceil(zip.length / 1024);
}

const publishAnswer = v.object({ FunctionVersion: v.string() });

/**
 * @returns the number of the version, which is Active then
 * @throws Error when another deployment wrote into the function meanwhile: the version may hold its code
 */
export async function publishVersion(hands: Hands, place: Place, mark: string): Promise<string> {
  const parameters = { ...parametersOf(place), Description: mark };
  const answer = await whenSettled(hands, place, 'PublishVersion', parameters, false);
  const { FunctionVersion } = readAnswer(publishAnswer, answer, place.name, 'PublishVersion');
  await waitUntilActive(hands, place, 'PublishVersion', FunctionVersion);
  if ((await readState(hands.cloud, place))?.description !== mark) throw await contest(hands, place);
  return FunctionVersion;
}

/** Lets the alias lead to a version, and creates it first where there is none. */
export async function setAlias(
  hands: Hands,
  place: Place,
  step: Pick<AliasStep, 'description' | 'exists'> & { version: string },
): Promise<void> {
  const parameters = {
    ...parametersOf(place),
    Name: aliasName,
    FunctionVersion: step.version,
    Description: step.description,
  };
  if (!step.exists) {
    try {
      await hands.cloud.call(place.name, 'CreateAlias', parameters);
      return;
    } catch (error) {
      if (!(error instanceof CloudCallError && error.is('ResourceInUse'))) throw error;
    }
  }
  await whenSettled(hands, place, 'UpdateAlias', parameters);
}

/** The triggers of the alias, one step after the other. */
export async function applyTriggers(
  hands: Hands,
  place: Place,
  steps: readonly TriggerStep[],
): Promise<void> {
  for (const step of steps) await applyTrigger(hands, place, step);
}

async function applyTrigger(hands: Hands, place: Place, step: TriggerStep): Promise<void> {
  const [type, name] = step.do === 'delete' ? [step.type, step.name] : [step.trigger.type, nameOf(step)];
  const which = { ...parametersOf(place), TriggerName: name, Type: type, Qualifier: aliasName };
  hands.progress(place.name, `${step.do} ${type === 'http' ? 'function URL' : `timer ${name}`}`);
  if (step.do === 'delete') {
    await ignoring('ResourceNotFound', whenSettled(hands, place, 'DeleteTrigger', which));
    return;
  }
  const parameters = { ...which, ...triggerParameters(step.trigger) };
  if (step.do === 'update') await whenSettled(hands, place, 'UpdateTrigger', parameters);
  // A lost answer of an earlier run may have made it: the next run compares it.
  else await ignoring('ResourceInUse', whenSettled(hands, place, 'CreateTrigger', parameters, false));
}

function nameOf(step: Exclude<TriggerStep, { do: 'delete' }>): string {
  return step.do === 'update' ? step.name : step.trigger.name;
}

function triggerParameters(trigger: DesiredTrigger): object {
  if (trigger.type === 'timer')
    return { Enable: 'OPEN', TriggerDesc: trigger.cron, CustomArgument: trigger.argument };
  // The functions answer preflights themselves, and check who calls (document 583/96099).
  const description = { AuthType: 'NONE', NetConfig: { EnableIntranet: false, EnableExtranet: true } };
  return { Enable: 'OPEN', TriggerDesc: JSON.stringify(description) };
}

async function ignoring(name: string, work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!(error instanceof CloudCallError && error.is(name))) throw error;
  });
}

/** Removes a function with its versions, aliases and triggers, and waits until it is gone. */
export async function deleteFunction(hands: Hands, place: Place): Promise<void> {
  hands.progress(place.name, 'remove');
  await waitUntilSettled(hands, place);
  await ignoring('ResourceNotFound', whenSettled(hands, place, 'DeleteFunction', parametersOf(place)));
  const left = await waitUntilSettled(hands, place);
  if (left !== undefined)
    throw new Error(
      `${place.name}: DeleteFunction: ${place.remoteName} is ${left.status}${reasonText(left.reason)}. What to do: remove it in the SCF console`,
    );
}
