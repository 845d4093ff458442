import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '../../shared/store/migrate';
import { readMigrations } from '../../shared/store/readMigrations';
import { makeBackend } from '../backend';
import { v2Phone, v2Server } from '../contract/v2Phone';
import { engines, openUrl } from '../servers/engines';
import { stateOf } from './importedState';
import { legacyServer, tape, v2Account, type LegacyServer } from './legacyServer';

jest.setTimeout(60_000);

const root = join(__dirname, '..', '..');
const all = engines();
const sources = all.filter(({ name }) => name !== 'embedded');

let folder: string;
let server: LegacyServer | undefined;

beforeEach(() => {
  // A project of its own, so that nobody's .env is read.
  folder = mkdtempSync(join(tmpdir(), 'import-legacy-'));
  symlinkSync(join(root, 'schema'), join(folder, 'schema'));
});

afterEach(async () => {
  await server?.close();
  server = undefined;
  rmSync(folder, { recursive: true, force: true });
});

interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  out: string;
  err: string;
}

/** Runs the command to its end, or kills it as soon as its output matches. */
async function command(
  args: string[],
  environment: Record<string, string> = {},
  killAt?: RegExp,
): Promise<Ended> {
  const child = spawn(process.execPath, [join(root, 'scripts', 'run.cjs'), 'importLegacy', ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
    if (killAt?.test(out) === true) child.kill('SIGKILL');
  });
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  await once(child, 'close');
  return { code: child.exitCode, signal: child.signalCode, out, err };
}

async function migrated(url: string): Promise<string> {
  const database = openUrl(url);
  await migrate(database, readMigrations(join(root, 'schema')));
  await database.close();
  return url;
}

async function stateAt(url: string): Promise<unknown> {
  const database = openUrl(url);
  try {
    return await stateOf(database);
  } finally {
    await database.close();
  }
}

describe.each(
  sources.slice(0, 1).flatMap((source) => all.map((target) => ({ to: target.name, source, target }))),
)('to $to', ({ source, target }) => {
  test('killed half-way, the next run continues, and the end is the same', async () => {
    server = await legacyServer(await source.freshUrl(), 1);
    const tapes = Array.from({ length: 900 }, (_, at) =>
      tape(`user${at % 7}`, `file${at}`, { like_count: at }),
    );
    await server.put('tape_data', ...tapes);
    const [killed, whole] = [
      await migrated(await target.freshUrl()),
      await migrated(await target.freshUrl()),
    ];
    const from = ['--from', server.url];
    expect(await command(from, { DATABASE_URL: whole })).toMatchObject({ code: 0, err: '' });

    const half = await command(from, { DATABASE_URL: killed }, /tape_data: \d+ of 900/);
    expect(half).toMatchObject({ code: null, signal: 'SIGKILL' });
    const rest = await command(from, { DATABASE_URL: killed });
    expect(rest).toMatchObject({ code: 0, err: '' });
    const [, added, there] =
      /tape_data: read 900, new (\d+), changed 0, already there (\d+)/.exec(rest.out) ?? [];
    expect(Number(there)).toBeGreaterThanOrEqual(200);
    expect(Number(added) + Number(there)).toBe(900);
    expect(await stateAt(killed)).toEqual(await stateAt(whole));
  });
});

describe.each(sources.slice(0, 1))('the command, from $name', (source) => {
  test('killed while it hashes passwords: everybody can log in after the next run', async () => {
    server = await legacyServer(await source.freshUrl(), 2);
    const users = Array.from({ length: 60 }, (_, at) => `user_${String(at).padStart(2, '0')}`);
    await server.put('tb_account', ...users.map((user) => v2Account(user)));
    const url = await migrated(await source.freshUrl());
    const given = { LEGACY_DATABASE_URL: server.url, DATABASE_URL: url };
    expect(await command([], given, /tb_account: 40 of 60/)).toMatchObject({ signal: 'SIGKILL' });
    const { code, out } = await command([], given);
    expect([code, out]).toEqual([
      0,
      expect.stringMatching(/tb_account: read 60, new 20, changed 0, already there 40/),
    ]);
    const database = openUrl(url);
    try {
      const backend = v2Server(makeBackend(database));
      for (const userId of [users[0], users[59]]) {
        const phone = v2Phone(backend, { userId: userId ?? '', password: 'their password' });
        expect(await phone.login()).toMatchObject({ code: 200 });
      }
      const stored = JSON.stringify(await database.rows('SELECT * FROM accounts'));
      expect(stored).not.toContain(String(v2Account('user_00').password));
    } finally {
      await database.close();
    }
  });

  test('reads .env, says what it does, writes the problems down and shows no secret', async () => {
    server = await legacyServer(await source.freshUrl(), 1);
    await server.put(
      'tape_data',
      tape('user1', 'file1'),
      tape('user1', 'none', { play_url: null, hls_play_url: null }),
    );
    const url = await migrated(await source.freshUrl());
    writeFileSync(join(folder, '.env'), `DATABASE_URL='${url}'\nREPLAY_WINDOW_DAYS=1\n`);
    const readOnly = await server.readOnlyUrl();
    const dry = await command(['--from', readOnly, '--dry-run', '--time-zone', '+00:00']);
    expect(dry).toMatchObject({ code: 0, err: '' });
    expect(dry.out).toMatch(
      /^copying live_data, tape_data, UGC_data; not there: tb_account,.*; dry run, nothing is written$/m,
    );
    expect(dry.out).toMatch(
      /^times are read as \+00:00 \(--time-zone\); the clock of the old database is at [+-]\d\d:\d\d$/m,
    );
    expect(dry.out).toContain('tape_data: read 2, new 1, changed 0, already there 0, skipped 1; from ');
    expect(dry.out).toMatch(/dry run: nothing was written\n$/);

    const file = join(folder, 'problems.jsonl');
    const real = await command(['--from', readOnly, '--problems', file]);
    expect(real).toMatchObject({ code: 0, err: '' });
    expect(real.out).toContain('tape_data: read 2, new 1,');
    expect(real.out).toContain('  in no list 1: older than REPLAY_WINDOW_DAYS=1\n');
    expect(real.out).toContain(
      'the first 1 of 1 rows that were skipped or altered:\n  tape_data "user1" "none" skipped: ',
    );
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ table: 'tape_data', kind: 'skipped' });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(dry.out + real.out).not.toMatch(/only(&|%26)reads/);
  });

  test('--to wins over DATABASE_URL', async () => {
    server = await legacyServer(await source.freshUrl(), 1);
    await server.put('tape_data', tape('user1', 'file1'));
    const url = await migrated(await source.freshUrl());
    const elsewhere = { DATABASE_URL: 'mysql://root@127.0.0.1:1/nowhere' };
    expect(await command(['--from', server.url, '--to', url], elsewhere)).toMatchObject({ code: 0, err: '' });
  });
});

test.each<[string, string[], Record<string, string>, RegExp]>([
  ['no --from', [], {}, /^import-legacy: --from: is missing\n\nusage: npm run import-legacy/],
  [
    'no target',
    ['--from', 'mysql://a:hidden@127.0.0.1:1/b'],
    {},
    /^import-legacy: DATABASE_URL is not set \(nor --to\)/,
  ],
  [
    'a target that is none',
    ['--from', 'mysql://a:hidden@h/b', '--to', 'postgres://a:hidden@h/b'],
    {},
    /^import-legacy: --to must have the form/,
  ],
  [
    'a target that does not answer',
    ['--from', 'mysql://a:hidden@127.0.0.1:1/b'],
    { DATABASE_URL: 'mysql://a:hidden@127.0.0.1:1/b' },
    /^import-legacy: DATABASE_URL: no connection to the database: .*ECONNREFUSED/,
  ],
  [
    'a setting that is none',
    ['--from', 'mysql://a:hidden@h/b'],
    { REPLAY_WINDOW_DAYS: 'week', DATABASE_URL: 'mysql://a:hidden@127.0.0.1:1/b' },
    /REPLAY_WINDOW_DAYS/,
  ],
])('%s is refused by name, without the secret', async (_, args, environment, message) => {
  const { code, out, err } = await command(args, environment);
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toMatch(message);
  expect(err).not.toContain('hidden');
});
