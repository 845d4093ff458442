// Runs a TypeScript file of scripts/ (`node scripts/run.cjs local/start`): one esbuild call turns it into
// dist/scripts/<name>.cjs, so that the running process carries no compiler.
const bundle = require('./bundle.cjs');

const [name, ...args] = process.argv.slice(2);
const outfile = bundle(name);
process.setSourceMapsEnabled(true);
process.argv = [process.argv[0], outfile, ...args];
require(outfile);
