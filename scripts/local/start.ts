import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildFunctions, buildInstanceProgram, endBuild } from '../build';
import { buildStudio, studioFolder } from '../buildStudio';
import { banner } from './banner';
import { startCloud, type Cloud, type CloudSettings } from './cloud/cloud';
import { findFfmpeg } from './cloud/ffmpeg';
import { cloudSettings, gatewayUrl } from './cloudSettings';
import { startGateway } from './gateway';
import { createInstances, type Instances } from './instances';
import { openLocalDatabase } from './localDatabase';
import { readFunctions } from './routes';
import { localSettings, refuseKeysBehindDefaults } from './settings';
import { openStudioHost, type StudioHost } from './studioHost/studioHost';
import { startTimers } from './timers';

/** Everything that is open, to be closed in reverse order. */
type Open = (() => Promise<void>)[];

/** All that closes must have closed by then; a person who pressed Ctrl-C is waiting. */
const closeWithinMs = 4_500;

/** npm passes Ctrl-C on to a process that has had it from the terminal: two signals within this time are one. */
const sameSignalMs = 250;

/**
 * Starts the whole product on this machine: functions built, database migrated, local cloud and gateway listening.
 * Prints the addresses, then `ready <url>`.
 * @param root the folder of package.json, serverless.yml, functions/ and schema/
 * @param environment variables that are given win over the local defaults (settings.ts)
 * @param open takes what has been opened, also when a later step fails
 * @throws Error whose message names the variable to change
 */
async function start(
  root: string,
  environment: Record<string, string | undefined>,
  log: (line: string) => void,
  open: Open,
): Promise<void> {
  refuseKeysBehindDefaults(environment);
  const settings = localSettings(environment);
  const functions = readFunctions(join(root, 'serverless.yml'), { ...environment, ...settings });
  const ffmpeg = findFfmpeg();

  const database = await openLocalDatabase(settings.DATABASE_URL, join(root, 'schema'));
  open.push(() => database.close());
  const [program] = await Promise.all([buildInstanceProgram(root), buildFunctions(root), buildStudio(root)]);
  await endBuild();
  const bundleOf = (name: string): string => join(root, 'dist', name, 'index.js');
  const instances = createInstances({ functions, program, bundleOf, database: database.offer, log });
  open.push(() => instances.close(500));
  const cloudOptions = await checkSettings(instances, () => cloudSettings(settings, ffmpeg));

  let cloud: Cloud | undefined = undefined;
  let studio: StudioHost | undefined = undefined;
  const place = { host: settings.HOST, port: Number(settings.PORT) };
  const gateway = await startGateway({
    ...place,
    functions,
    instances,
    // Listening comes before the cloud, which at once delivers the notices that the last stop left over.
    cloud: {
      handle: (request, response) =>
        (studio?.handle(request, response) ?? false) || (cloud?.handle(request, response) ?? false),
    },
    log,
  }).catch((error: unknown) => {
    throw cannotListen(error, place);
  });
  open.push(() => gateway.close(500));
  const opened = await startCloud({ settings: cloudOptions, log });
  cloud = opened;
  open.push(() => opened.close());
  const page = studioFolder(root);
  const shown = openStudioHost({ settings, environment, ffmpeg, page, cloud: opened, log });
  studio = shown;
  open.push(() => shown.close());
  const timers = startTimers({ functions, instances, log });
  open.push(async () => timers.close());
  for (const line of banner(settings, ffmpeg)) log(line);
  log(`ready ${gatewayUrl(settings)}`);
}

/**
 * Lets every function and the local cloud judge the settings now, and not at the first call.
 * @returns the settings of the local cloud
 * @throws Error that names every variable at fault, and who refuses it
 */
async function checkSettings(
  instances: Instances,
  readForCloud: () => CloudSettings,
): Promise<CloudSettings> {
  const problems = await instances.check();
  try {
    const forCloud = readForCloud();
    if (problems.length === 0) return forCloud;
  } catch (error) {
    problems.push({ name: 'local cloud', message: error instanceof Error ? error.message : String(error) });
  }
  const namesOf = new Map<string, string[]>();
  for (const { name, message } of problems) {
    const lines = message.split('\n');
    // Of several lines the first is a heading.
    for (const line of lines.length > 1 ? lines.slice(1) : lines) {
      namesOf.set(line, [...(namesOf.get(line) ?? []), name]);
    }
  }
  throw new Error([...namesOf].map(([line, names]) => `${line} (${names.join(', ')})`).join('\n'));
}

function cannotListen(error: unknown, { host, port }: { host: string; port: number }): Error {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE')
    return new Error(
      `PORT ${port} is in use on ${host}: stop the other program, or set PORT to another port`,
    );
  if (code === 'EACCES') return new Error(`PORT ${port} needs privileges: set PORT to a port above 1023`);
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return new Error(`HOST ${host} is no address of this machine: set HOST to 127.0.0.1 or 0.0.0.0`);
  return new Error(`cannot listen at HOST ${host}, PORT ${port}: ${String(error)}`, { cause: error });
}

async function closeAll(open: Open): Promise<void> {
  for (let close = open.pop(); close !== undefined; close = open.pop()) {
    await close().catch((error: unknown) => console.error(error));
  }
}

/**
 * Ctrl-C, SIGTERM, and the terminal that goes away: the first closes everything in order, a second one ends at once.
 * @returns whether there has been one
 */
function closeOnSignal(open: Open): () => boolean {
  let first: number | undefined;
  const onSignal = (): void => {
    if (first !== undefined) {
      if (performance.now() - first > sameSignalMs) process.exit(130);
      return;
    }
    first = performance.now();
    console.log('stopping, press Ctrl-C again to stop at once');
    setTimeout(() => {
      console.error('something did not close in time');
      process.exit(1);
    }, closeWithinMs).unref();
    void closeAll(open).then(() => process.exit(0));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  return () => first !== undefined;
}

/** The folder of this project, from the place of this file in the sources or in dist/. */
function projectRoot(): string {
  let folder = __dirname;
  while (!existsSync(join(folder, 'package.json')) && folder !== dirname(folder)) folder = dirname(folder);
  return folder;
}

async function main(): Promise<void> {
  const open: Open = [];
  const stopping = closeOnSignal(open);
  // Whoever reads the output may leave before the program ends.
  process.stdout.on('error', () => undefined);
  try {
    await start(projectRoot(), process.env, (line) => console.log(line), open);
  } catch (error) {
    // A step that fails because everything is being closed is no failure.
    if (stopping()) return;
    console.error(`cannot start: ${error instanceof Error ? error.message : String(error)}`);
    await closeAll(open);
    process.exit(1);
  }
}

void main();
