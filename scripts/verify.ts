import { parseArgs } from 'node:util';
import { clock } from '../shared/clock';
import { Secret } from '../shared/secret';
import { deployEnvironment } from './deploy/dotenv';
import { makeMask } from './deploy/mask';
import { reportJson, sectionText, summaryText, worstOf, type Section } from './findings';
import { languageOf, type Language } from './language';
import { localSettings } from './local/settings';
import { knownNames } from './settingCheck';
import { addresses } from './verify/addresses';
import type { CallbackPlan } from './verify/callbacks';
import { isLoopback } from './verify/transport';
import { verifyAddress } from './verify/verifyAddress';

type Environment = Record<string, string | undefined>;

const usage = `npm run verify -- URL [OPTIONS]   proves a deployment by asking it; changes nothing there
  URL              its address, such as https://live.example.com
  --timeout SECS   for one request; 15 unless given
  --json           for machines
  --lang LANG      en or zh (from LANG unless given)`;

/** `npm run verify -- URL`: exit code 0 when nothing is wrong, warnings allowed; 1 otherwise. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      timeout: { type: 'string', default: '15' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      lang: { type: 'string' },
    },
  });
  if (values.help) return console.log(usage);
  const environment = deployEnvironment(process.cwd(), process.env);
  const language = languageOf(values.lang, environment);
  const base = readAddress(positionals);
  const mask = makeMask(environment, knownNames);
  const sections = await verifyAddress({
    base,
    callbacks: callbackPlan(base, environment),
    now: clock,
    limitMs: readSeconds(values.timeout) * 1000,
    mask,
  });
  const list = addresses(base);
  if (values.json) console.log(mask(reportJson(sections, language, { url: base.origin, addresses: list })));
  else console.log(mask(reportText(sections, list, language)));
  if (worstOf(sections) === 'wrong') process.exitCode = 1;
}

function reportText(
  sections: readonly Section[],
  list: ReturnType<typeof addresses>,
  language: Language,
): string {
  const lines = sections.map((section) => sectionText(section, language));
  const verdict = summaryText(sections, language);
  if (worstOf(sections) === 'wrong') return [...lines, verdict].join('\n');
  const paste = list.map(({ where, address }) => `  ${where[language]}\n    ${address}`);
  return [
    ...lines,
    language === 'zh' ? '填写以下地址' : 'Where the addresses go',
    ...paste,
    '',
    verdict,
  ].join('\n');
}

function readAddress([given, ...rest]: readonly string[]): URL {
  if (given === undefined || rest.length > 0) throw new Error(`expected one URL\n${usage}`);
  if (!URL.canParse(given)) throw new Error('URL: expected an address such as https://live.example.com');
  const url = new URL(given);
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw new Error('URL: expected https://, or http:// on this machine');
  if (url.username !== '' || url.password !== '') throw new Error('URL: expected no user or password in it');
  // What apps are given is accepted as well.
  if (!['/', '/interface.php'].includes(url.pathname) || url.search !== '')
    throw new Error(`URL: expected the address without a path: ${url.origin}`);
  return new URL(url.origin);
}

function readSeconds(given: string): number {
  const value = /^\d{1,3}$/.test(given) ? Number(given) : 0;
  if (value < 1) throw new Error('--timeout: expected seconds from 1 to 999');
  return value;
}

/** On this machine `npm start` answers, which does not read .env and has keys of its own. */
function callbackPlan(base: URL, environment: Environment): Omit<CallbackPlan, 'now'> {
  const settings: Environment = isLoopback(base) ? localSettings(process.env) : environment;
  const keys = new Set([settings['LIVE_CALLBACK_KEY'], environment['LIVE_CALLBACK_KEY']]);
  const token = settings['IM_CALLBACK_TOKEN']?.trim() ?? '';
  return {
    liveKeys: [...keys].flatMap((key) => ((key?.trim() ?? '') === '' ? [] : new Secret(key?.trim() ?? ''))),
    imToken: token === '' ? undefined : new Secret(token),
    imSdkAppId: settings['IM_SDKAPPID']?.trim() ?? '',
  };
}

main().catch((error: unknown) => {
  console.error(`verify: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
