import { parseArgs } from 'node:util';
import { languages, type Language } from './cost/figures';
import { costTables } from './cost/tables';

const usage = 'usage: npm run cost [-- --viewers 100,10000,1000000] [--lang en|zh]';

/**
 * `npm run cost`: prints what the deployment costs a month, with the prices and assumptions it was reckoned from
 * (scripts/cost/figures.ts). docs/deploy.md and docs/deploy.zh-CN.md hold what it prints.
 */
function main(args: string[]): void {
  const { values } = parseArgs({
    args,
    options: {
      viewers: { type: 'string', default: '100,10000,1000000' },
      lang: { type: 'string', default: 'en' },
    },
  });
  const viewers = values.viewers.split(',').map(Number);
  const language = languages.find((one): one is Language => one === values.lang);
  if (language === undefined || viewers.some((count) => !Number.isSafeInteger(count) || count < 1))
    throw new Error(usage);
  console.log(costTables(viewers, language));
}

try {
  main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
