import { dotenvLine } from '../deploy/dotenv';
import { checkPairs } from '../doctor/pairs';
import type { Language, Words } from '../language';
import { faultWords, judge, type Judged } from '../settingCheck';
import { settingGuide, type KnownName } from '../settingGuide';
import { groups, type Group } from './groups';

type Environment = Record<string, string | undefined>;

export interface Question {
  /** First line: what is asked; the rest explains. */
  message: string;
  /** What stands there to be changed. */
  initial: string;
  /** What is wrong with an answer, in a sentence; undefined when nothing is. */
  fault: (answer: string) => string | undefined;
}

/** Who is asked. Each method throws {@link Stopped} when the person has had enough. */
export interface Asker {
  text(question: Question): Promise<string>;
  /** The same without showing what is typed. */
  secret(question: Question): Promise<string>;
  confirm(message: string, initial: boolean): Promise<boolean>;
  say(text: string): void;
}

export class Stopped extends Error {
  override readonly name = 'Stopped';
}

/** Takes an optional setting away, and makes a new secret. */
const takeAway = '-';
const makeNew = 'new';

const words = {
  ask: { en: 'Set this up?', zh: '要设置吗？' },
  keep: { en: 'Enter keeps what is there', zh: '回车保留现有的值' },
  make: { en: 'Enter makes a random one', zh: '回车自动生成随机值' },
  makeNew: { en: `${makeNew} makes a random one`, zh: `输入 ${makeNew} 生成新的随机值` },
  takeAway: { en: `${takeAway} takes it away`, zh: `输入 ${takeAway} 删除` },
  skip: { en: 'Enter skips it', zh: '回车跳过' },
  where: { en: 'Where', zh: '在哪里' },
  fallback: { en: 'Enter takes the default, ', zh: '回车取默认值 ' },
  colon: { en: ': ', zh: '：' },
  expected: { en: 'expected ', zh: '应为：' },
  published: {
    en: 'anyone can look this value up: choose another',
    zh: '这是公开的默认值，任何人都能查到，请换一个',
  },
  wrongNow: { en: 'what is there now is not usable', zh: '现有的值不可用' },
} satisfies Record<string, Words>;

/**
 * Asks for every setting of every group.
 * @param environment what is set so far
 * @param random makes a secret of so many bytes, of letters and digits
 * @returns the settings as they are to be; '' for one that is to be left out
 * @throws Stopped
 */
export async function converse(
  asker: Asker,
  environment: Environment,
  language: Language,
  random: (bytes: number) => string,
): Promise<Map<KnownName, string>> {
  const answers: Environment = { ...environment };
  const asked = new Map<KnownName, string>();
  for (const group of groups) {
    asker.say(`${group.title[language]}\n${group.about[language]}`);
    if (!group.needed && !(await asker.confirm(words.ask[language], isBegun(group, answers)))) continue;
    for (const name of group.names) {
      const value = await askFor(asker, answers, name, language, random);
      answers[name] = value;
      asked.set(name, value);
    }
  }
  return asked;
}

function isBegun({ names }: Group, environment: Environment): boolean {
  return names.some((name) => (environment[name]?.trim() ?? '') !== '');
}

async function askFor(
  asker: Asker,
  environment: Environment,
  name: KnownName,
  language: Language,
  random: (bytes: number) => string,
): Promise<string> {
  const judged = judge(environment, name);
  const current = judged.given ? (environment[name]?.trim() ?? '') : '';
  const make = settingGuide[name]?.make;
  const isSecret = judged.secret;
  /** What an answer stands for. */
  const meaning = (answer: string): string => {
    const typed = answer.trim();
    if (typed === takeAway && judged.optional) return '';
    if (make !== undefined && (typed === makeNew || (typed === '' && current === ''))) return madeUp;
    return typed === '' && isSecret ? current : typed;
  };
  const madeUp = make === undefined ? '' : random(make);
  const question: Question = {
    message: messageOf(name, environment, language, current),
    initial: isSecret ? '' : current,
    fault: (answer) => {
      const settings = { ...environment, [name]: meaning(answer) };
      return (
        refusal(judge(settings, name), language) ??
        misfit(settings, name)?.[language] ??
        unwritable(name, meaning(answer))
      );
    },
  };
  return meaning(await (isSecret ? asker.secret(question) : asker.text(question)));
}

/** Short: where to find it stands above the answer. */
function refusal({ fault, expected }: Judged, language: Language): string | undefined {
  if (fault === undefined) return undefined;
  if (fault === 'default') return words.published[language];
  return `${words.expected[language]}${expected[language]}`;
}

/** An answer that cannot be beside the others; one that is left out may be wanted by an answer that is still to come. */
function misfit(settings: Environment, name: KnownName): Words | undefined {
  if (settings[name] === '') return undefined;
  return checkPairs(settings).find(({ status, subject }) => status === 'wrong' && subject === name)?.said;
}

/** Known before the last question, not after it. */
function unwritable(name: KnownName, value: string): string | undefined {
  try {
    dotenvLine(name, value);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function messageOf(name: KnownName, environment: Environment, language: Language, current: string): string {
  const judged = judge(environment, name);
  const guide = settingGuide[name];
  const colon = words.colon[language];
  const fault = current === '' ? undefined : faultWords(judged)?.[language];
  const hints = [
    current !== '' && judged.secret && fault === undefined ? words.keep[language] : undefined,
    guide?.make !== undefined ? words[current === '' ? 'make' : 'makeNew'][language] : undefined,
    current !== '' && judged.optional ? words.takeAway[language] : undefined,
    current === '' && judged.optional && guide?.make === undefined
      ? judged.fallback === ''
        ? words.skip[language]
        : `${words.fallback[language]}${judged.fallback}`
      : undefined,
  ].filter((hint) => hint !== undefined);
  return [
    `${name}  ${guide?.what[language] ?? ''}`,
    `${words.where[language]}${colon}${judged.where[language]}${guide?.link === undefined ? '' : `  ${guide.link}`}`,
    fault === undefined ? '' : `${words.wrongNow[language]}${colon}${fault}`,
    hints.join(language === 'zh' ? '；' : '; '),
  ]
    .filter((line) => line !== '')
    .join('\n');
}
