import { parseArgs } from 'node:util';
import { clock } from '../shared/clock';
import { Secret } from '../shared/secret';
import { deployEnvironment } from './deploy/dotenv';
import { makeMask, spellingsOf } from './deploy/mask';
import { reportJson, sectionText, summaryText, worstOf, type Section } from './findings';
import { languageOf, type Language, type Words } from './language';
import { localSettings } from './local/settings';
import { judge, knownNames } from './settingCheck';
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
  const base = readAddress(positionals, language);
  const mask = makeMask(environment, knownNames);
  const sections = await verifyAddress({
    base,
    callbacks: callbackPlan(base, environment),
    now: clock,
    limitMs: readSeconds(values.timeout, language) * 1000,
    secrets: secretsOf(environment),
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

const complaints = {
  one: { en: `expected one URL\n${usage}`, zh: `应给出一个 URL\n${usage}` },
  form: {
    en: 'URL: expected an address such as https://live.example.com',
    zh: 'URL：应为地址，例如 https://live.example.com',
  },
  scheme: {
    en: 'URL: expected https://, or http:// on this machine',
    zh: 'URL：应以 https:// 开头（本机可用 http://）',
  },
  user: { en: 'URL: expected no user or password in it', zh: 'URL：不应带用户名或密码' },
  path: { en: 'URL: expected the address without a path', zh: 'URL：应只写地址，不带路径' },
  seconds: { en: '--timeout: expected seconds from 1 to 999', zh: '--timeout：应为 1 到 999 的秒数' },
} satisfies Record<string, Words>;

function readAddress([given, ...rest]: readonly string[], language: Language): URL {
  const refuse = (why: keyof typeof complaints): Error => new Error(complaints[why][language]);
  if (given === undefined || rest.length > 0) throw refuse('one');
  if (!URL.canParse(given)) throw refuse('form');
  const url = new URL(given);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw refuse('scheme');
  if (url.username !== '' || url.password !== '') throw refuse('user');
  // What apps are given is accepted as well.
  if (!['/', '/interface.php'].includes(url.pathname) || url.search !== '') throw refuse('path');
  return new URL(url.origin);
}

function readSeconds(given: string, language: Language): number {
  const value = /^\d{1,3}$/.test(given) ? Number(given) : 0;
  if (value < 1) throw new Error(complaints.seconds[language]);
  return value;
}

/** A shorter secret would be found in words that have nothing to do with it. */
const leastSecret = 8;

function secretsOf(environment: Environment): string[] {
  return knownNames
    .filter((name) => judge(environment, name).secret)
    .flatMap((name) => spellingsOf(environment, name, leastSecret));
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
