import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { functionNames } from '../../scripts/local/routes';
import { mysqlEngines } from '../servers/engines';
import { mostKilobytes } from './bundles';
import { hasProc, residentMegabytes } from './memory';
import { interleaved, summarize } from './numbers';
import { boundsText, holds, sectionText } from './report';

jest.setTimeout(60_000);

const root = join(__dirname, '..', '..');

function bench(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    const command = [join('scripts', 'run.cjs'), 'bench', ...args];
    execFile(process.execPath, command, { cwd: root }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

const report = v.object({
  sections: v.array(
    v.object({
      name: v.string(),
      lines: v.array(
        v.object({
          what: v.string(),
          values: v.record(v.string(), v.number()),
          note: v.optional(v.string()),
        }),
      ),
      bounds: v.array(
        v.object({ what: v.string(), measured: v.number(), most: v.number(), unit: v.string() }),
      ),
    }),
  ),
});

// The benchmark starts a server of its own; where there is none, it says so and measures nothing.
for (const { name } of mysqlEngines().slice(0, 1)) {
  test(`with ${name} at hand: every function is in the table and in the JSON, with its bound`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'bench-test-'));
    try {
      const file = join(folder, 'sub', 'bench.json');
      const { code, out, err } = await bench('--only', 'bundles', '--check', '--out', file);
      expect({ err, code }).toEqual({ err: '', code: 0 });
      const { sections } = v.parse(report, JSON.parse(readFileSync(file, 'utf8')));
      const names = functionNames(join(root, 'serverless.yml'));
      expect(sections.map((section) => section.name)).toEqual(['bundle size']);
      expect(sections[0]?.lines.map((line) => line.what)).toEqual(names);
      const bounds = sections[0]?.lines.map(({ what, note }) => ({
        what: `bundle of ${what}`,
        most: mostKilobytes(what, note === 'database'),
      }));
      expect(sections[0]?.bounds).toMatchObject(bounds ?? []);
      for (const one of names)
        expect(out).toMatch(new RegExp(`^ +bundle of ${one} +[\\d.]+ KB +<= \\d+ KB +ok$`, 'm'));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

test.each([
  [['--only', 'bundles,speed'], /--only speed: expected some of bundles,/],
  [['--fast'], /Unknown option '--fast'.*\nusage: npm run bench/],
])('%j is refused with the reason', async (args, reason) => {
  const { code, err } = await bench(...args);
  expect(code).toBe(1);
  expect(err).toMatch(reason);
});

test('a bound holds up to its value, and the table says which do not', () => {
  const bound = (measured: number) => ({ what: `${measured} of 60`, measured, most: 60, unit: 'KB' });
  expect([59.9, 60, 60.1].map((measured) => holds(bound(measured)))).toEqual([true, true, false]);
  const text = boundsText([bound(60), bound(60.1)]).join('\n');
  expect(text).toMatch(/60 of 60 .* ok$/m);
  expect(text).toMatch(/60\.1 of 60 .* OVER$/m);
});

test('what could not be measured is said, and columns line up', () => {
  const lines = [
    { what: 'short', values: { ms: 1.23456 } },
    { what: 'a longer name', values: { ms: 12_345.6, KB: 1 }, note: 'why' },
  ];
  const text = sectionText({ name: 'section', how: 'so', lines, bounds: [], missing: 'the rest' });
  expect(text).toEqual([
    '',
    'section: so',
    '                    ms     KB',
    '  short          1.235',
    '  a longer name  12346  1.000  why',
    '  not measured: the rest',
  ]);
});

test('summaries are of the samples in order of size', () => {
  const samples = Array.from({ length: 200 }, (_, index) => 200 - index);
  expect(summarize(samples)).toEqual({ min: 1, p50: 101, p99: 199, runs: 200 });
  expect(summarize([7])).toEqual({ min: 7, p50: 7, p99: 7, runs: 1 });
  expect(() => summarize([])).toThrow('no measurements');
});

test('interleaved calls take turns, and warming up does not count', async () => {
  const calls: string[] = [];
  const note = (name: string) => async () => void calls.push(name);
  const { a, b } = await interleaved({ a: note('a'), b: note('b') }, 2, 1);
  expect(calls).toEqual(['a', 'b', 'a', 'b', 'a', 'b']);
  expect([a.runs, b.runs]).toEqual([2, 2]);
});

if (hasProc) {
  test('memory is that of a process and of those it started', () => {
    const { npm, product } = residentMegabytes(process.pid);
    expect(product).toBe(0);
    expect(npm).toBeGreaterThan(20);
  });
}
