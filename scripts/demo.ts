import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readConfig } from '../shared/config';
import { visitRoom } from './demo/audience';
import { goLive, stop, uploadCover, watch } from './demo/broadcast';
import { signIn } from './demo/people';
import { firstPicture, type Push, type Source } from './demo/picture';
import { isRunning, openProduct } from './demo/product';
import { watchReplay } from './demo/replay';
import { openSteps, StepFailed } from './demo/step';
import { FFMPEG_HINT, findFfmpeg } from './local/cloud/ffmpeg';
import { gatewayUrl } from './local/cloudSettings';
import { localSettings, type LocalSettings } from './local/settings';

const usage = 'usage: npm run demo [-- --input FILE]';

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
  const file = readArguments(args);
  const settings = localSettings(environment);
  const product = openProduct(gatewayUrl(settings));
  if (!(await isRunning(product.url)))
    throw new Error(`nothing answers at ${product.url}: run npm start first, in another terminal`);
  const ffmpeg = findFfmpeg();
  if (ffmpeg === undefined) throw new Error(`no ffmpeg to push with: ${FFMPEG_HINT}`);
  const source = { ffmpeg, file };
  const cover = await firstPicture(source);
  const startedAt = performance.now();
  const steps = openSteps((line) => console.log(line));
  console.log(`a broadcast on ${product.url}`);
  await broadcast(steps, product, settings, source, cover, onPush);
  const took = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`done: ${steps.done()} steps in ${took} s`);
}

async function broadcast(
  steps: ReturnType<typeof openSteps>,
  product: ReturnType<typeof openProduct>,
  settings: LocalSettings,
  source: Source,
  cover: Buffer,
  onPush: (push: Push) => void,
): Promise<void> {
  const { REPLAY_MIN_SECONDS: minimum } = readConfig(settings, ['REPLAY_MIN_SECONDS']);
  const people = await signIn(steps, product, settings, randomBytes(3).toString('hex'));
  const coverUrl = await uploadCover(steps, product, people, cover);
  const live = await goLive(steps, product, people, source, coverUrl, onPush);
  await watch(steps, product, people, live);
  await visitRoom(steps, product, people, live);
  await stop(steps, product, live, minimum + recordedBeyondMinimum);
  await watchReplay(steps, product, people, live, source.ffmpeg);
}

/** @returns the file to push, undefined for the test picture */
function readArguments(args: string[]): string | undefined {
  let file: string | undefined;
  try {
    file = parseArgs({ args, options: { input: { type: 'string' } } }).values.input;
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${usage}`, { cause: error });
  }
  if (file !== undefined && !existsSync(file)) throw new Error(`--input ${file}: no such file`);
  return file;
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
