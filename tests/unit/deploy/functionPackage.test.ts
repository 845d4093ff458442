import { unzipSync } from 'fflate';
import { buildSync } from 'esbuild';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packFiles, packFunction } from '../../../scripts/deploy/functionPackage';

const root = join(__dirname, '..', '..', '..');
const files = { 'index.js': Buffer.from('exports.main_handler = 1;'), LICENSE: Buffer.from('MIT') };

test('equal files give equal bytes, whatever their order and the time zone', () => {
  const pack = packFiles('one', files);
  expect(packFiles('one', { LICENSE: files.LICENSE, 'index.js': files['index.js'] })).toEqual(pack);
  // The zone of a process is fixed when it starts.
  const { outputFiles } = buildSync({
    entryPoints: [join(root, 'scripts', 'deploy', 'functionPackage.ts')],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    write: false,
  });
  const program = `${outputFiles[0]?.text}
    const { zip } = module.exports.packFiles('one', { 'index.js': Uint8Array.of(1, 2), LICENSE: Uint8Array.of(3) });
    process.stdout.write(Buffer.from(zip).toString('hex'));`;
  const zips = ['Asia/Shanghai', 'America/Los_Angeles', 'UTC'].map((TZ) =>
    execFileSync(process.execPath, ['-'], { input: program, env: { TZ } }).toString(),
  );
  expect(new Set(zips).size).toBe(1);
});

test('other code has another fingerprint', () => {
  const { fingerprint } = packFiles('one', files);
  expect(fingerprint).toMatch(/^[0-9a-f]{32}$/);
  for (const other of [
    { ...files, 'index.js': Buffer.from('other') },
    { ...files, LICENSE: Buffer.from('') },
    { 'index.js': files['index.js'], NOTICE: files.LICENSE },
  ])
    expect(packFiles('one', other).fingerprint).not.toBe(fingerprint);
});

test('only the bundle and the licence go in: no map, no settings', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pack-'));
  try {
    mkdirSync(join(folder, 'dist', 'one'), { recursive: true });
    for (const [file, text] of Object.entries({
      LICENSE: 'MIT',
      '.env': 'KEY=secret',
      'dist/one/index.js': 'code',
      'dist/one/index.js.map': '{}',
      'dist/one/.env': 'KEY=secret',
    }))
      writeFileSync(join(folder, file), text);
    expect(Object.keys(unzipSync(packFunction(folder, 'one').zip)).sort()).toEqual(['LICENSE', 'index.js']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('what is too large to be sent is refused by its name', () => {
  expect(() => packFiles('huge', { 'index.js': randomBytes(8 * 1024 * 1024) })).toThrow(
    /^function huge: the package has 8\.\d MB, at most 7/,
  );
});
