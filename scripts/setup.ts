import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { deployEnvironment, parseDotenv } from './deploy/dotenv';
import { isSecretName } from './deploy/mask';
import { checkPairs } from './doctor/pairs';
import { languageOf, type Language, type Words } from './language';
import { faultWords, judge, knownNames } from './settingCheck';
import { settingGuide, type KnownName } from './settingGuide';
import { converse, Stopped } from './setup/converse';
import { editEnvText, isCommittable, readEnvText, writeEnvText } from './setup/envFile';
import { groups } from './setup/groups';

type Environment = Record<string, string | undefined>;

const usage = `npm run setup [-- OPTIONS]   asks for the settings and writes .env
  --yes        asks nothing: takes the variables of the environment, and what .env has
  --generate   with --yes: makes TOKEN_SECRET, ADMIN_TOKEN and LIVE_CALLBACK_KEY where they are missing
  --lang LANG  en or zh`;

/** `npm run setup`: writes .env whole or not at all; exit code 1 when it was not written. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      yes: { type: 'boolean', default: false },
      generate: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      lang: { type: 'string' },
    },
  });
  if (values.help) return console.log(usage);
  const root = process.cwd();
  const file = join(root, '.env');
  const environment = deployEnvironment(root, process.env);
  const language = languageOf(values.lang, environment);
  if (values.yes) return withoutAsking(file, environment, language, values.generate);
  if (!process.stdin.isTTY || !process.stdout.isTTY)
    throw new Error(
      {
        en: 'this is no terminal: give the variables in the environment and run npm run setup -- --yes',
        zh: '当前不是终端：请用环境变量给出各项，并运行 npm run setup -- --yes',
      }[language],
    );
  await atTerminal(file, environment, values.lang === undefined ? undefined : language, language);
}

/** What must be there for a deployment; the last word on each is that of its reader. */
function neededNames(): KnownName[] {
  return groups.flatMap(({ needed, names }) => (needed ? names : []));
}

const makeable: readonly KnownName[] = ['TOKEN_SECRET', 'ADMIN_TOKEN', 'LIVE_CALLBACK_KEY'];

function withoutAsking(file: string, environment: Environment, language: Language, generate: boolean): void {
  const settings: Environment = { ...environment };
  const made = makeable.filter((name) => generate && !judge(settings, name).given);
  for (const name of made) settings[name] = randomSecret(settingGuide[name]?.make ?? 32);
  const faults = knownNames.flatMap((name) => {
    const judged = judge(settings, name);
    const missing = !judged.given && !neededNames().includes(name);
    const fault = missing ? undefined : faultWords(judged);
    return fault === undefined ? [] : [`${name}: ${fault[language]}`];
  });
  const broken = checkPairs(settings).filter(({ status }) => status === 'wrong');
  const lines = [...faults, ...broken.map(({ subject, said }) => `${subject}: ${said[language]}`)];
  if (lines.length > 0) {
    const head =
      language === 'zh'
        ? `未写入 .env，有 ${lines.length} 项需要改正：`
        : `.env was not written, ${lines.length} setting(s) at fault:`;
    throw new Error([head, ...lines].join('\n'));
  }
  const given = knownNames.filter((name) => judge(settings, name).given);
  const changes = write(file, new Map(given.map((name) => [name, settings[name]?.trim() ?? ''])));
  console.log(changeText(file, changes, language));
  if (made.length > 0)
    console.log(language === 'zh' ? `已生成：${made.join('、')}` : `Made: ${made.join(', ')}`);
}

const endings = {
  written: { en: 'Written. Next: npm run doctor', zh: '已写入。下一步：npm run doctor' },
  unfinished: {
    en: 'Written, but not ready to deploy: run npm run setup again and mend what is named above',
    zh: '已写入，但还不能部署：请再运行 npm run setup，改正上面指出的各项',
  },
} satisfies Record<string, Words>;

async function atTerminal(
  file: string,
  environment: Environment,
  chosen: Language | undefined,
  usual: Language,
): Promise<void> {
  // Loaded only here: it is of no use without a terminal.
  const { askLanguage, frame, terminalAsker } = await import('./setup/terminal');
  let language = usual;
  try {
    frame.begin('npm run setup');
    language = chosen ?? (await askLanguage(usual));
    const asker = terminalAsker(language);
    const settings = await converse(asker, environment, language, randomSecret);
    const troubles = checkPairs({ ...environment, ...Object.fromEntries(settings) }).filter(
      ({ status }) => status === 'wrong' || status === 'warning',
    );
    const colon = language === 'zh' ? '：' : ': ';
    for (const { subject, said } of troubles) frame.warn(`${subject}${colon}${said[language]}`);
    const changes = changesOf(file, settings);
    if (changes.size === 0) {
      write(file, settings);
      return frame.end(changeText(file, changes, language));
    }
    asker.say(changeText(file, changes, language));
    if (!(await asker.confirm(language === 'zh' ? '写入？' : 'Write it?', true)))
      throw new Stopped('declined');
    write(file, settings);
    if (isCommittable(file))
      frame.warn(
        language === 'zh'
          ? 'git 没有忽略 .env：请加入 .gitignore'
          : 'git does not ignore .env: add it to .gitignore',
      );
    const ends = troubles.some(({ status }) => status === 'wrong') ? endings.unfinished : endings.written;
    frame.end(ends[language]);
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    frame.stopped(language === 'zh' ? '已停止，.env 没有改动。' : 'Stopped; .env is as it was.');
    process.exitCode = 1;
  }
}

/** What differs from the file: the new value, undefined where the variable goes. */
function changesOf(
  file: string,
  settings: ReadonlyMap<KnownName, string>,
): Map<KnownName, string | undefined> {
  const before: Environment = parseDotenv(readEnvText(file));
  return new Map(
    [...settings].flatMap(([name, value]) => {
      const after = value === '' ? undefined : value;
      return before[name] === after ? [] : [[name, after] as const];
    }),
  );
}

function write(file: string, settings: ReadonlyMap<KnownName, string>): Map<KnownName, string | undefined> {
  const changes = changesOf(file, settings);
  // Written even when nothing differs: the file may be readable to others.
  writeEnvText(file, editEnvText(readEnvText(file), changes));
  return changes;
}

function changeText(
  file: string,
  changes: ReadonlyMap<KnownName, string | undefined>,
  language: Language,
): string {
  if (changes.size === 0) return language === 'zh' ? `${file} 没有变化` : `${file}: nothing changes`;
  const lines = [...changes].map(([name, value]) => {
    if (value === undefined) return `  ${name} ${language === 'zh' ? '删除' : 'goes'}`;
    return `  ${name}=${isSecretName(name) ? '••••' : value}`;
  });
  return [file, ...lines].join('\n');
}

function randomSecret(bytes: number): string {
  return randomBytes(bytes).toString('hex');
}

main().catch((error: unknown) => {
  console.error(`setup: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
