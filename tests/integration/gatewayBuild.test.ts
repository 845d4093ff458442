import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildFunctions, buildInstanceProgram, endBuild } from '../../scripts/build';
import { createInstances } from '../../scripts/local/instances';
import { functionNames, readFunctions } from '../../scripts/local/routes';
import { localSettings } from '../../scripts/local/settings';
import { mostKilobytes } from '../bench/bundles';

const root = join(__dirname, '..', '..');
let folder: string;
let bundles: { name: string; file: string; bytes: number }[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'build-'));
  bundles = await buildFunctions(root, folder);
});

afterAll(async () => {
  await endBuild();
  rmSync(folder, { recursive: true, force: true });
});

test('makes one file for every function of serverless.yml, its map apart', () => {
  expect(bundles.map((bundle) => bundle.name)).toEqual(functionNames(join(root, 'serverless.yml')));
  for (const { name, file, bytes } of bundles) {
    expect(file).toBe(join(folder, name, 'index.js'));
    const code = readFileSync(file, 'utf8');
    expect(Buffer.byteLength(code)).toBe(bytes);
    expect(code).not.toContain('sourceMappingURL=data:');
    expect(JSON.parse(readFileSync(join(folder, 'maps', `${name}.js.map`), 'utf8'))).toHaveProperty(
      'mappings',
    );
  }
});

test('keeps within its size', () => {
  const functions = readFunctions(join(root, 'serverless.yml'), localSettings({}));
  for (const { name, bytes } of bundles) {
    const environment = functions.find((one) => one.name === name)?.environment ?? {};
    const limit = mostKilobytes(name, 'DATABASE_URL' in environment);
    expect([name, bytes / 1024 <= limit]).toEqual([name, true]);
  }
});

test('needs nothing beside it: every function loads from a folder without packages', async () => {
  const instances = createInstances({
    functions: readFunctions(join(root, 'serverless.yml'), localSettings({})),
    program: await buildInstanceProgram(root, folder),
    bundleOf: (name) => join(folder, name, 'index.js'),
    database: { path: join('.local', 'xiaozhibo.db'), serve: () => undefined },
    log: () => undefined,
  });
  expect(await instances.check()).toEqual([]);
});

test('gives equal bytes for equal sources, and then touches no file', async () => {
  const contents = () => bundles.map(({ file }) => [readFileSync(file, 'utf8'), statSync(file).ino]);
  const before = contents();
  await buildFunctions(root, folder);
  expect(contents()).toEqual(before);
});

test('reports a function that does not compile by its file', async () => {
  const project = mkdtempSync(join(tmpdir(), 'build-broken-'));
  try {
    const service = 'provider: {}\nfunctions: { broken: { handler: index.main_handler } }\n';
    writeFileSync(join(project, 'serverless.yml'), service);
    mkdirSync(join(project, 'functions', 'broken'), { recursive: true });
    writeFileSync(join(project, 'functions', 'broken', 'index.ts'), 'export const main_handler = ;');
    await expect(buildFunctions(project)).rejects.toThrow('functions/broken/index.ts:1');
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
});
