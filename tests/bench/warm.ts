import { openSync, writeSync, closeSync } from 'node:fs';
import { devNull } from 'node:os';
import type { Database, Queryable } from '../../shared/store/database';
import { checkAnswer, post, pushNotice, sampleCall, tokenOf, type SampleEvent, type World } from './calls';
import { liveOf } from './fill';
import { loadHandler, loadHandlerOver, named, type BuiltFunction, type Handler } from './functions';
import { summarize, timed } from './numbers';
import type { Bound, Line, Section } from './report';

const mostWithoutIo = 0.1;

/** One thing that is called again and again. */
interface Case {
  what: string;
  handler: Handler;
  /** The event of call number `n`. */
  event: (n: number) => SampleEvent;
  calls: number;
  note?: string;
  bounded?: boolean;
}

/** An instance that is up answers one call after another, in this process, without HTTP around it. */
export async function measureWarm(functions: readonly BuiltFunction[], world: World): Promise<Section> {
  const lines: Line[] = [];
  const bounds: Bound[] = [];
  for (const one of [...signingCases(functions, world), ...(await databaseCases(functions, world))]) {
    const samples = await measure(one);
    const { p50, p99 } = summarize(samples);
    const quiet = quietest(samples);
    lines.push({
      what: one.what,
      values: { 'quiet p50 ms': quiet, 'p50 ms': p50, 'p99 ms': p99 },
      note: one.note ?? '',
    });
    if (one.bounded === true)
      bounds.push({ what: `warm ${one.what}, quiet p50`, measured: quiet, most: mostWithoutIo, unit: 'ms' });
  }
  return {
    name: 'warm',
    how: 'bundled handler in this process, event to answer, log line included, database on the server above; quiet: the least disturbed tenth of the calls',
    lines,
    bounds,
  };
}

async function measure({ what, handler, event, calls }: Case): Promise<number[]> {
  const samples: number[] = [];
  const warmUp = Math.ceil(calls / 5);
  let last: unknown;
  // Log lines go where they cost their write and disturb nobody.
  const sink = openSync(devNull, 'w');
  const kept = process.stdout.write.bind(process.stdout);
  process.stdout.write = (line: string | Uint8Array) => writeSync(sink, String(line)) > 0;
  try {
    for (let n = -warmUp; n < calls; n += 1) {
      const given = event(n);
      const took = await timed(async () => {
        last = await handler(given, { request_id: 'bench' });
      });
      if (n >= 0) samples.push(took);
      checkAnswer(what, last);
    }
  } finally {
    process.stdout.write = kept;
    closeSync(sink);
  }
  return samples;
}

/** The median of the tenth of the calls that was least disturbed by what else the machine did. */
function quietest(samples: readonly number[]): number {
  const size = Math.ceil(samples.length / 10);
  const starts = samples.map((_, index) => index).filter((index) => index % size === 0);
  return Math.min(...starts.map((start) => summarize(samples.slice(start, start + size)).p50));
}

function signingCases(functions: readonly BuiltFunction[], world: World): Case[] {
  const signing = functions
    .filter(({ usesDatabase }) => !usesDatabase)
    .map((fn) => ({
      what: fn.name,
      handler: loadHandler(fn),
      event: () => sampleCall(fn.name, world),
      calls: 5_000,
      bounded: true,
    }));
  const pushUrl = {
    what: 'getPushUrl without I/O',
    handler: withMemoryDatabase(named(functions, 'getPushUrl')),
    event: () => sampleCall('getPushUrl', world),
    calls: 5_000,
    note: 'token, checks and signing; a stand-in answers every statement from memory',
    bounded: true,
  };
  return [...signing, pushUrl];
}

async function databaseCases(functions: readonly BuiltFunction[], world: World): Promise<Case[]> {
  const viewers = await Promise.all(
    Array.from({ length: 50 }, (_, n) => tokenOf(world.settings, `viewer${n}`)),
  );
  const viewer = (n: number): string => viewers[Math.abs(n) % viewers.length] ?? '';
  const { streamId, token } = world;
  const events: Record<string, [string, (n: number) => SampleEvent, string]> = {
    'getPushUrl, a new broadcast': [
      'getPushUrl',
      (n) => post('/getPushUrl', { title: `broadcast ${n}` }, token),
      'transaction of 5 statements',
    ],
    'getLiveList, page of 20': ['getLiveList', () => sampleCall('getLiveList', world), '2 statements'],
    'getVodList, page of 20': ['getVodList', () => sampleCall('getVodList', world), '2 statements'],
    'liveCallback, a push began': [
      'liveCallback',
      (n) => pushNotice({ ...world, streamId: liveOf(Math.abs(n) % 100) }, `warm ${n}`, 1),
      'a new notice each time',
    ],
    'room/enter': [
      'room',
      (n) => post('/room/enter', { streamId }, viewer(n)),
      '50 viewers in turn, each again and again',
    ],
    'room/like': ['room', (n) => post('/room/like', { streamId }, viewer(n)), '50 viewers in turn'],
    'room/info': ['room', () => post('/room/info', { streamId }), ''],
    'v1 FetchList': ['app', () => sampleCall('app', world), 'flag 1, page of 20'],
  };
  return Object.entries(events).map(([what, [name, event, note]]) => ({
    what,
    handler: loadHandler(named(functions, name)),
    event,
    calls: 400,
    note,
  }));
}

/** The function with a database that is empty and answers at once: what is left is everything but I/O. */
function withMemoryDatabase(fn: BuiltFunction): Handler {
  const nothing: Queryable = { rows: async () => [], run: async () => ({ affectedRows: 1, insertId: 0 }) };
  const database: Database = {
    ...nothing,
    engine: 'embedded',
    transaction: (work) => work(nothing),
    session: (work) => work(nothing),
    close: async () => undefined,
  };
  return loadHandlerOver(fn, database);
}
