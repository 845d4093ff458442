import { isSettingName, judgeSetting } from '../../shared/config';
import { deploySettings, isDeploySettingName, type DeploySetting } from './settings';

type Environment = Record<string, string | undefined>;

/** Whether a variable's value must never be shown. One that no table knows is taken for a secret. */
export function isSecretName(name: string): boolean {
  if (/SECRET_ID$/.test(name)) return true;
  if (isDeploySettingName(name)) {
    const setting: DeploySetting = deploySettings[name];
    return setting.secret === true;
  }
  return !isSettingName(name) || judgeSetting({}, name).secret;
}

/**
 * Makes the last thing that every line of output goes through: it replaces the values of secret variables, and the parts
 * and spellings of them that could stand in a text, by `[secret]`.
 * @param names the variables to hide, as far as {@link isSecretName} says so
 */
export function makeMask(environment: Environment, names: Iterable<string>): (text: string) => string {
  const hidden = new Set<string>();
  for (const name of names)
    // A text of one or two letters would be found everywhere.
    if (isSecretName(name)) for (const spelling of spellingsOf(environment, name, 3)) hidden.add(spelling);
  const longestFirst = [...hidden].sort((a, b) => b.length - a.length);
  return (text) => longestFirst.reduce((shown, secret) => shown.replaceAll(secret, '[secret]'), text);
}

/**
 * A secret variable's value and the parts of it that are secrets themselves, in the spellings in which they could stand
 * in a text.
 * @param least the shortest part that counts, in characters
 */
export function spellingsOf(environment: Environment, name: string, least: number): string[] {
  return partsOf(name, environment[name]?.trim() ?? '')
    .filter((part) => part.length >= least)
    .flatMap((part) => [
      part,
      encodeURIComponent(part),
      JSON.stringify(part).slice(1, -1),
      Buffer.from(part).toString('base64'),
    ]);
}

function partsOf(name: string, value: string): string[] {
  if (name === 'TOKEN_SECRET') return [value, ...value.split(',')];
  if (name !== 'DATABASE_URL') return [value];
  const password = /^mysql:\/\/[^/]*?:(.*)@/.exec(value)?.[1] ?? '';
  return [value, password, decoded(password)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
