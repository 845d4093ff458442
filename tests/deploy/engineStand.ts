import { randomBytes } from 'node:crypto';
import type { Hands } from '../../scripts/deploy/apply';
import { scfCloud } from '../../scripts/deploy/cloud';
import { deploy, type DeployOptions } from '../../scripts/deploy/deploy';
import { remove } from '../../scripts/deploy/remove';
import { rollback } from '../../scripts/deploy/rollback';
import { readService, readTarget, type Target } from '../../scripts/deploy/service';
import { deployerSettings, secretsIn } from './deployment';
import { startEmulator, type Emulator, type EmulatorOptions } from './emulator/startEmulator';
import { writeSmallProject, type SmallProject, type SmallProjectParts } from './smallProject';

/** What a command said, and why it failed if it did. */
export interface Outcome {
  readonly said: string;
  readonly failure: string | undefined;
}

/** The deployment itself, without the CLI around it, on a small project in an account of its own. */
export interface EngineStand {
  readonly emulator: Emulator;
  readonly project: SmallProject;
  /** The deployer's settings; a test may change them. */
  readonly environment: Record<string, string | undefined>;
  /** @throws Error when it gave away a secret, even before its output is masked */
  deploy(options?: DeployOptions & { stage?: string }): Promise<Outcome>;
  rollback(options?: { dryRun?: boolean }): Promise<Outcome>;
  /** Removes the stage `dev`. */
  remove(): Promise<Outcome>;
  /** What somebody gets at the address of a function; undefined when it has none. */
  ask(name: string): Promise<{ status: number; text: string } | undefined>;
  close(): Promise<void>;
}

/** @param options.limitMs how long a try may take that gets no answer */
export async function openEngineStand(
  parts: Partial<SmallProjectParts> = {},
  options: EmulatorOptions & { limitMs?: number } = {},
): Promise<EngineStand> {
  const emulator = await startEmulator(options);
  // Changes of status at once: how long they take is what other tests are about.
  emulator.state.settling = { polls: 0, ms: 0 };
  const project = writeSmallProject(parts);
  const environment: EngineStand['environment'] = {
    ...deployerSettings(emulator),
    GREETING: 'hello',
    APP_SECRET: randomBytes(16).toString('hex'),
  };

  async function act<Of extends Target>(
    read: () => Of,
    work: (target: Of, hands: Hands, say: (line: string) => void) => Promise<void>,
  ): Promise<Outcome> {
    const said: string[] = [];
    const outcome = (failure: string | undefined): Outcome => {
      const given = secretsIn([...said, failure].join('\n'), definedOf(environment));
      if (given.length > 0) throw new Error(`the deployment gave away ${given.join(', ')}`);
      return { said: said.join('\n'), failure };
    };
    try {
      const target = read();
      const { limitMs } = options;
      const cloud = scfCloud(target.access, {
        agent: emulator.agent,
        pause: () => Promise.resolve(),
        ...(limitMs === undefined ? {} : { limitMs }),
      });
      const progress = (name: string, what: string): void => void said.push(`${name}: ${what}`);
      const hands: Hands = { cloud, now: Date.now, progress, patienceMs: 1_000 };
      await work(target, hands, (line) => void said.push(line));
    } catch (error) {
      return outcome(error instanceof Error ? error.message : String(error));
    }
    return outcome(undefined);
  }

  const source = { root: project.root, environment };
  return {
    emulator,
    project,
    environment,
    deploy: ({ stage, ...deployOptions } = {}) =>
      act(
        () => readService({ ...source, stage }),
        (service, hands, say) => deploy(project.root, service, hands, say, deployOptions),
      ),
    rollback: (rollbackOptions) =>
      act(
        () => readTarget(source),
        (target, hands, say) => rollback(target, hands, say, rollbackOptions),
      ),
    remove: () =>
      act(
        () => readTarget(source),
        (target, hands, say) => remove(target, hands, say, () => Promise.resolve()),
      ),
    async ask(name) {
      const trigger = emulator.state.functions
        .get(`default/small-dev-${name}`)
        ?.triggers.find(({ type }) => type === 'http');
      return trigger === undefined ? undefined : emulator.request(`https://${trigger.host}/${name}`);
    },
    async close() {
      await emulator.close();
      project.remove();
    },
  };
}

function definedOf(environment: EngineStand['environment']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
