import {
  judgeSetting,
  settingNames,
  type SettingFault,
  type SettingName,
  type SettingVerdict,
} from '../shared/config';
import { parseMysqlUrl } from '../shared/store/mysql';
import { deploySettingNames, isDeploySettingName, judgeDeploySetting } from './deploy/settings';
import type { Words } from './language';
import { settingGuide, type KnownName } from './settingGuide';

type Environment = Record<string, string | undefined>;

/** One variable, of the functions or of the deployment, as a deployed product would take it. */
export interface Judged {
  name: KnownName;
  fault: SettingFault | undefined;
  /** What it should look like. */
  expected: Words;
  where: Words;
  optional: boolean;
  secret: boolean;
  given: boolean;
  /** What is taken when it is left out; '' for nothing. */
  fallback: string;
}

/** Every variable of the product, those of the deployment first. */
export const knownNames: readonly KnownName[] = [
  ...new Set<KnownName>([...deploySettingNames, ...settingNames]),
];

/** Judges one variable by the reader that will read it; never says a value. */
export function judge(environment: Environment, name: KnownName): Judged {
  const { expected, whereToFind, ...verdict } = isDeploySettingName(name)
    ? judgeDeploySetting(environment, name)
    : judgeFunctionSetting(environment, name);
  const guide = settingGuide[name];
  return {
    ...verdict,
    name,
    expected: { en: expected, zh: guide?.expected ?? expected },
    where: { en: whereToFind, zh: guide?.where ?? whereToFind },
    given: (environment[name]?.trim() ?? '') !== '',
  };
}

/** What is wrong with a variable, what was expected and where to get it, without its name and value; undefined if nothing is. */
export function faultWords({ fault, expected, where }: Judged): Words | undefined {
  switch (fault) {
    case undefined:
      return undefined;
    case 'missing':
      return {
        en: `missing: ${expected.en}. Where to find it: ${where.en}`,
        zh: `未填写：${expected.zh}。在哪里找：${where.zh}`,
      };
    case 'malformed':
      return {
        en: `malformed: expected ${expected.en}. Where to find it: ${where.en}`,
        zh: `格式不对，应为：${expected.zh}。在哪里找：${where.zh}`,
      };
    case 'default':
      return {
        en: `a value that anyone can look up. Where to find your own: ${where.en}`,
        zh: `公开的默认值，任何人都能查到。请换成自己的：${where.zh}`,
      };
  }
}

function judgeFunctionSetting(environment: Environment, name: SettingName): SettingVerdict {
  const judged = judgeSetting({ ...environment, TENCENTCLOUD_RUNENV: 'SCF' }, name);
  if (name !== 'DATABASE_URL' || judged.fault !== undefined || opens(environment[name] ?? '')) return judged;
  return {
    ...judged,
    fault: 'malformed',
    expected: `${databaseUrlForm}, special characters percent-encoded`,
  };
}

const databaseUrlForm = 'mysql://user:password@host:3306/database (?ssl=true for TLS)';

/** What only shows when the URL is taken apart. */
function opens(databaseUrl: string): boolean {
  try {
    parseMysqlUrl(databaseUrl.trim());
    return true;
  } catch {
    return false;
  }
}
