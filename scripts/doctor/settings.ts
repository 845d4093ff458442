import { finding, type Finding } from '../findings';
import type { Words } from '../language';
import { faultWords, judge, knownNames } from '../settingCheck';
import type { KnownName } from '../settingGuide';

type Environment = Record<string, string | undefined>;

/**
 * One finding for every variable of the product, and one for each that looks like a misspelt one.
 * @param deployed the variables that deployed functions read; what is not among them and not the deployment's own may be missing
 * @param inFile the names that stand in `.env`
 */
export function checkSettings(
  environment: Environment,
  deployed: ReadonlySet<string>,
  inFile: readonly string[],
): Finding[] {
  return [
    ...knownNames.map((name) => checkSetting(environment, name, deployed)),
    ...inFile.filter((name) => !isKnown(name) && looksLikeOurs(name)).map(misspelt),
  ];
}

function checkSetting(environment: Environment, name: KnownName, deployed: ReadonlySet<string>): Finding {
  const judged = judge(environment, name);
  const unused = name === 'LIVE_APPID' && !deployed.has(name);
  if (unused && !judged.given)
    return finding('ok', name, {
      en: 'not set; only `npm start` reads it',
      zh: '未填写；只有 npm start 用到',
    });
  const keyOfFunctions = keyFromFunctions(environment, name);
  if (keyOfFunctions !== undefined) return finding('warning', name, keyOfFunctions);
  const fault = faultWords(judged);
  if (fault !== undefined) return finding('wrong', name, fault);
  if (!judged.given) return finding('ok', name, absentWords(judged.fallback));
  if (judged.secret && isMonotonous(environment[name] ?? ''))
    return finding('warning', name, {
      en: 'set, but it repeats a few characters: use a random one (openssl rand -hex 32)',
      zh: '已填写，但字符重复太多：请换成随机值（openssl rand -hex 32）',
    });
  return finding('ok', name, { en: 'set, and of the right form', zh: '已填写，格式正确' });
}

function absentWords(fallback: string): Words {
  if (fallback === '') return { en: 'not set, which is fine', zh: '未填写，可以不填' };
  return { en: `not set: ${fallback} is taken`, zh: `未填写，取默认值 ${fallback}` };
}

/** Without a key of its own, the deployment takes that of the functions. */
function keyFromFunctions(environment: Environment, name: KnownName): Words | undefined {
  if (name !== 'TENCENTCLOUD_SECRET_ID' && name !== 'TENCENTCLOUD_SECRET_KEY') return undefined;
  const ours = [environment['TENCENTCLOUD_SECRET_ID'], environment['TENCENTCLOUD_SECRET_KEY']];
  const functions = [environment['TENCENT_SECRET_ID'], environment['TENCENT_SECRET_KEY']];
  if (ours.some(isGiven) || !functions.every(isGiven)) return undefined;
  const substitute = name.replace('TENCENTCLOUD', 'TENCENT');
  return {
    en: `not set: ${substitute} is taken to deploy; running functions should not have the deployer's key`,
    zh: `未填写：部署时改用 ${substitute}；运行中的函数不应持有部署者的密钥`,
  };
}

/** Fewer than six different characters are no random text. */
function isMonotonous(secret: string): boolean {
  return secret.length >= 16 && new Set(secret).size < 6;
}

function misspelt(name: string): Finding {
  const near = knownNames.find((known) => distance(known, name) <= 2);
  const hint: Words =
    near === undefined ? { en: '', zh: '' } : { en: `; did you mean ${near}?`, zh: `；是不是 ${near}？` };
  return finding('warning', name, {
    en: `stands in .env, but nothing reads it${hint.en}`,
    zh: `写在 .env 里，但没有程序读取它${hint.zh}`,
  });
}

/** What only `npm start`, the tests or another tool read is not ours to judge. */
function looksLikeOurs(name: string): boolean {
  return /^(LIVE|COS|VOD|IM|TENCENT|TENCENTCLOUD|WECHAT|REPLAY|V1|DATABASE|TOKEN|ADMIN|VPC|SUBNET|EXECUTION|PUBLIC|CERTIFICATE|MEDIA|SCF)_?[A-Z0-9_]*$/.test(
    name,
  );
}

function isKnown(name: string): boolean {
  return knownNames.some((known) => known === name);
}

function isGiven(text: string | undefined): boolean {
  return (text?.trim() ?? '') !== '';
}

/** How many letters must be put in, taken out or changed to make one text the other. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, change));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
