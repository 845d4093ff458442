import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { keepTicket } from '../shared/store/tickets';
import { measureBundles } from '../tests/bench/bundles';
import { worldOf, type World } from '../tests/bench/calls';
import { measureColdStart } from '../tests/bench/coldStart';
import { fill, host, liveOf } from '../tests/bench/fill';
import { benchSettings, buildAll, type BuiltFunction } from '../tests/bench/functions';
import { measureLikes } from '../tests/bench/likes';
import { measureLiveList } from '../tests/bench/liveList';
import { boundsText, holds, sectionText, type Section } from '../tests/bench/report';
import { startMysql, type BenchServer } from '../tests/bench/servers';
import { measureStoredZips } from '../tests/bench/storedZips';
import { measureStartup } from '../tests/bench/startup';
import { measureWarm } from '../tests/bench/warm';

const usage = 'usage: npm run bench [-- --check] [--out FILE] [--only bundles,cold,...] [--node FILE]';
const coldRounds = 15;
const storedRounds = 5;

/** What the measurements share. */
interface Stand {
  root: string;
  functions: readonly BuiltFunction[];
  server: BenchServer;
  world: World;
  /** The Node that cold starts are measured on. */
  node: string;
}

const measurements: Record<string, (stand: Stand) => Section | Promise<Section>> = {
  bundles: ({ functions }) => measureBundles(functions),
  cold: ({ root, functions, world, node }) =>
    measureColdStart(root, functions, world, { node, rounds: coldRounds }),
  stored: ({ root, functions, world, node }) =>
    measureStoredZips(root, functions, world, { node, rounds: storedRounds }),
  warm: ({ functions, world }) => measureWarm(functions, world),
  list: ({ root, functions, server }) => measureLiveList(root, functions, server),
  likes: ({ server }) => measureLikes(server),
  start: ({ root }) => measureStartup(root),
};

/** `npm run bench`: measures, prints tables as they come, writes JSON. @returns whether every bound holds */
async function bench(root: string, { out, only, node }: Arguments): Promise<boolean> {
  const sections: Section[] = [];
  const machine = {
    node: process.version,
    cpu: cpus()[0]?.model ?? '',
    cores: cpus().length,
    memoryMb: totalmem() >> 20,
  };
  const server = await startMysql(root);
  try {
    console.log(`Node ${machine.node}, ${machine.cores} cores (${machine.cpu}), ${server.title}`);
    const stand = await prepare(root, server, node);
    for (const name of only) {
      const section = await measurements[name]?.(stand);
      if (section === undefined) throw new Error(`no measurement ${name}`);
      sections.push(section);
      for (const line of sectionText(section)) console.log(line);
    }
  } finally {
    await server.stop();
  }
  const bounds = sections.flatMap((section) => section.bounds);
  for (const line of boundsText(bounds)) console.log(line);
  const report = { at: new Date().toISOString(), machine, database: server.title, sections };
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, `${JSON.stringify(report, null, 2)}\n`);
  console.log(`\n${out}`);
  return bounds.every(holds);
}

async function prepare(root: string, server: BenchServer, node: string): Promise<Stand> {
  const { url, database } = await server.database('bench');
  await fill(database, { lives: 100, replays: 100 });
  const settings = benchSettings(url);
  // WeChat itself is not measured: its ticket is kept for two hours.
  await keepTicket(database, `jsapi:${settings['WECHAT_APPID']}`, 'a ticket', Date.now() + 7_200_000);
  const functions = await buildAll(root, url);
  return { root, functions, server, node, world: await worldOf(settings, host(0), liveOf(1)) };
}

interface Arguments {
  /** An exceeded bound is a failure. */
  check: boolean;
  out: string;
  only: readonly string[];
  node: string;
}

function readArguments(root: string): Arguments {
  const text = { type: 'string' as const };
  const { values } = parseArgs({
    options: { check: { type: 'boolean' }, out: text, only: text, node: text },
  });
  const known = Object.keys(measurements);
  const only = values.only?.split(',') ?? known;
  const unknown = only.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`--only ${unknown}: expected some of ${known.join(',')}`);
  const { check = false, out = join(root, '.local', 'bench.json'), node = process.execPath } = values;
  return { check, out, only, node };
}

async function main(): Promise<void> {
  // Whoever reads the output may leave before the program ends.
  process.stdout.on('error', () => undefined);
  const root = process.cwd();
  const given = readArguments(root);
  const allHold = await bench(root, given);
  if (given.check && !allHold) process.exitCode = 1;
}

main().catch((error: unknown) => {
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const argument =
    error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
  console.error(argument ? `${message.split('\n')[0]}\n${usage}` : `bench: ${message}`);
  process.exitCode = 1;
});
