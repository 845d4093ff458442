import { scfCloud } from '../../scripts/deploy/cloud';
import type { Hands } from '../../scripts/deploy/apply';
import { deploy, type DeployOptions } from '../../scripts/deploy/deploy';
import { readService } from '../../scripts/deploy/service';
import { deployerSettings } from './deployment';
import { startEmulator, type Emulator, type EmulatorOptions } from './emulator/startEmulator';
import { writeSmallProject, type SmallProject, type SmallProjectParts } from './smallProject';

/** The deployment itself, without the CLI around it, on a small project in an account of its own. */
export interface EngineStand {
  readonly emulator: Emulator;
  readonly project: SmallProject;
  /** The deployer's settings; a test may change them. */
  readonly environment: Record<string, string | undefined>;
  /** Deploys. @returns what it said, and why it failed if it did */
  deploy(options?: DeployOptions): Promise<{ said: string; failure: string | undefined }>;
  /** What somebody gets at the address of a function; undefined when it has none. */
  ask(name: string): Promise<{ status: number; text: string } | undefined>;
  close(): Promise<void>;
}

export async function openEngineStand(
  parts: Partial<SmallProjectParts> = {},
  options: EmulatorOptions = {},
): Promise<EngineStand> {
  const emulator = await startEmulator(options);
  // Changes of status at once: how long they take is what other tests are about.
  emulator.state.settling = { polls: 0, ms: 0 };
  const project = writeSmallProject(parts);
  const environment: EngineStand['environment'] = { ...deployerSettings(emulator), GREETING: 'hello' };
  return {
    emulator,
    project,
    environment,
    async deploy(deployOptions) {
      const said: string[] = [];
      try {
        const service = readService({ root: project.root, environment });
        const cloud = scfCloud(service.access, { agent: emulator.agent, pause: () => Promise.resolve() });
        const hands: Hands = {
          cloud,
          now: Date.now,
          progress: (name, what) => void said.push(`${name}: ${what}`),
          patienceMs: 1_000,
        };
        await deploy(project.root, service, hands, (line) => void said.push(line), deployOptions);
        return { said: said.join('\n'), failure: undefined };
      } catch (error) {
        return { said: said.join('\n'), failure: error instanceof Error ? error.message : String(error) };
      }
    },
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
