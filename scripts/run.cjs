// Runs a TypeScript file of scripts/ (`node scripts/run.cjs local/start`): one esbuild call turns it into
// dist/scripts/<name>.cjs, so that the running process carries no compiler.
const { mkdirSync, renameSync, writeFileSync } = require('node:fs');
const { dirname, join } = require('node:path');
const esbuild = require('esbuild');

const [name, ...args] = process.argv.slice(2);
const root = join(__dirname, '..');
const outfile = join(root, 'dist', 'scripts', `${name}.cjs`);
const { outputFiles } = esbuild.buildSync({
  entryPoints: [join(__dirname, `${name}.ts`)],
  outfile,
  write: false,
  bundle: true,
  packages: 'external',
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  sourcemap: 'inline',
  logLevel: 'warning',
});
// Put in place whole: another command may be starting from the same file.
mkdirSync(dirname(outfile), { recursive: true });
writeFileSync(`${outfile}.${process.pid}`, outputFiles[0].contents);
renameSync(`${outfile}.${process.pid}`, outfile);
process.setSourceMapsEnabled(true);
process.argv = [process.argv[0], outfile, ...args];
require(outfile);
