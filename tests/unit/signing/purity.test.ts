import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(__dirname, '../../../shared/signing');
const files = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')] as const);

it('has the library in view', () => {
  expect(files.length).toBeGreaterThan(15);
});

test.each(files)('%s imports only what a pure function needs', (_name, source) => {
  const imported = [...source.matchAll(/(?:from|import|require)\s*\(?\s*'([^']+)'/g)].map(([, path]) => path);
  for (const path of imported) expect(path).toMatch(/^(node:crypto|node:zlib|\.\/[A-Za-z0-9]+)$/);
});

test.each(files)('%s takes clock and randomness as arguments', (_name, source) => {
  expect(source).not.toMatch(
    /Date\.now|new Date\(\)|performance\.|Math\.random|random(Bytes|Int|UUID)|process\./,
  );
});
