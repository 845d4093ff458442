/** The languages that the deployer's commands speak. */
export type Language = 'en' | 'zh';

/** One thing to say, in each language. */
export type Words = Readonly<Record<Language, string>>;

/**
 * The language to speak: the one asked for, else Chinese where LANG begins with `zh`.
 * @param asked the value of `--lang`, undefined without one
 * @throws Error for a language that is not spoken here
 */
export function languageOf(
  asked: string | undefined,
  environment: Record<string, string | undefined>,
): Language {
  if (asked === undefined) return /^zh/i.test(environment['LANG'] ?? '') ? 'zh' : 'en';
  if (asked === 'en' || asked === 'zh') return asked;
  throw new Error('--lang: expected en or zh / --lang：应为 en 或 zh');
}
