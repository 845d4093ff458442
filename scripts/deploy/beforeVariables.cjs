// `sls` reads this file before it looks at any ${env:NAME}, because serverless.yml names it at `useDotenv`.
// The deployment resolves the variables itself (service.ts): then what is missing is said at once and with where to find
// it, no `$` in a password means anything, and `sls print` has no secret to show. So `sls` gets a word in their place.
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const given = { ...process.env };
const service = readFileSync(join(__dirname, '..', '..', 'serverless.yml'), 'utf8').replace(/^\s*#.*$/gm, '');
for (const [, name, fallback] of service.matchAll(/\$\{env:(\w+)\s*(,?)/g)) {
  if (fallback === '') process.env[name] = 'from the environment or .env';
  else delete process.env[name];
}

module.exports = { given };
