import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readConfig } from '../shared/config';
import { firstGeneration } from './demo/firstGeneration';
import { firstPicture, type Push } from './demo/picture';
import { isRunning, openProduct } from './demo/product';
import { secondGeneration } from './demo/secondGeneration';
import type { Stand } from './demo/stand';
import { openSteps, StepFailed } from './demo/step';
import { thirdGeneration } from './demo/thirdGeneration';
import { FFMPEG_HINT, findFfmpeg } from './local/cloud/ffmpeg';
import { gatewayUrl } from './local/cloudSettings';
import { localSettings } from './local/settings';

const usage = 'usage: npm run demo [-- [--generation 1|2|3] [--input FILE]]';

/** A recording of REPLAY_MIN_SECONDS or less is not listed; callbacks and files count whole seconds. */
const recordedBeyondMinimum = 2.5;

/**
 * `npm run demo`: drives the running product through a whole broadcast with a real RTMP stream, and prints each step.
 * @param onPush takes the push as soon as it is up, to be stopped when the person interrupts
 * @throws StepFailed when a step has failed and has been printed; Error of one line when it cannot begin
 */
async function demo(
  args: string[],
  environment: NodeJS.ProcessEnv,
  onPush: (push: Push) => void,
): Promise<void> {
  const { generation, file } = readArguments(args);
  const settings = localSettings(environment);
  const product = openProduct(gatewayUrl(settings));
  if (!(await isRunning(product.url)))
    throw new Error(`nothing answers at ${product.url}: run npm start first, in another terminal`);
  const ffmpeg = findFfmpeg();
  if (ffmpeg === undefined) throw new Error(`no ffmpeg to push with: ${FFMPEG_HINT}`);
  const source = { ffmpeg, file };
  const { REPLAY_MIN_SECONDS: minimum } = readConfig(settings, ['REPLAY_MIN_SECONDS']);
  const cover = await firstPicture(source);
  const startedAt = performance.now();
  const steps = openSteps((line) => console.log(line));
  console.log(`a broadcast ${generation.of} on ${product.url}`);
  await generation.broadcast({
    steps,
    product,
    settings,
    source,
    cover,
    recordedSeconds: minimum + recordedBeyondMinimum,
    run: randomBytes(3).toString('hex'),
    onPush,
  });
  const took = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`done: ${steps.done()} steps in ${took} s`);
}

interface Generation {
  of: string;
  broadcast: (stand: Stand) => Promise<void>;
}

const generations = new Map<string, Generation>([
  ['1', { of: 'with the native commands', broadcast: firstGeneration }],
  ['2', { of: 'of a v2 app', broadcast: secondGeneration }],
  ['3', { of: 'of a v3 app', broadcast: thirdGeneration }],
]);

/** @returns the generation of the app, and the file to push, undefined for the test picture */
function readArguments(args: string[]): { generation: Generation; file: string | undefined } {
  const options = { generation: { type: 'string', default: '1' }, input: { type: 'string' } } as const;
  let given: { generation: string; input?: string | undefined };
  try {
    given = parseArgs({ args, options }).values;
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${usage}`, { cause: error });
  }
  const generation = generations.get(given.generation);
  if (generation === undefined)
    throw new Error(
      `--generation ${given.generation}: expected ${[...generations.keys()].join(', ')}\n${usage}`,
    );
  const { input: file } = given;
  if (file !== undefined && !existsSync(file)) throw new Error(`--input ${file}: no such file`);
  return { generation, file };
}

async function main(): Promise<void> {
  // Whoever reads the output may leave before the program ends.
  process.stdout.on('error', () => undefined);
  let push: Push | undefined;
  let interrupted = false;
  // npm and the terminal may each send the signal.
  process.on('SIGINT', () => {
    if (interrupted) return;
    interrupted = true;
    console.error('interrupted');
    void Promise.resolve(push?.stop()).then(() => process.exit(130));
  });
  try {
    await demo(process.argv.slice(2), process.env, (started) => (push = started));
  } catch (error) {
    if (interrupted) return;
    if (!(error instanceof StepFailed)) console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  } finally {
    if (!interrupted) await push?.stop();
  }
}

void main();
