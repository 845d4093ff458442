// Makes one file of a TypeScript program of scripts/ and what it imports of the project: dist/scripts/<name>.cjs.
const { mkdirSync, renameSync, writeFileSync } = require('node:fs');
const { dirname, join } = require('node:path');
const esbuild = require('esbuild');

/**
 * @param {string} name without folder and ending, such as `local/start`
 * @returns {string} the file written
 */
module.exports = function bundle(name) {
  const outfile = join(__dirname, '..', 'dist', 'scripts', `${name}.cjs`);
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
  return outfile;
};
