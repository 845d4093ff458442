import type { Language } from './page/text';

/** Longest list of languages that is read; browsers send some 50 characters. */
const longest = 1_000;

/**
 * The language of a page: the one asked for in `lang`, else the first of the browser's (RFC 9110, 12.5.4) that it is
 * written in. Chinese for whoever names none, English for whoever names others only.
 */
export function chooseLanguage(lang: string | undefined, acceptLanguage: string | undefined): Language {
  if (lang !== undefined && lang !== '') return isChinese(lang) ? 'zh' : 'en';
  const wanted = (acceptLanguage ?? '')
    .slice(0, longest)
    .split(',')
    .map((part) => {
      const [tag = '', quality = ''] = part.trim().split(/\s*;\s*q=/);
      return { tag: tag.toLowerCase(), quality: quality === '' ? 1 : Number(quality) };
    })
    .filter(({ tag, quality }) => tag !== '' && tag !== '*' && quality > 0);
  if (wanted.length === 0) return 'zh';
  const known = wanted.filter(({ tag }) => isChinese(tag) || /^en\b/.test(tag));
  const [best] = known.sort((one, other) => other.quality - one.quality);
  return best !== undefined && isChinese(best.tag) ? 'zh' : 'en';
}

function isChinese(tag: string): boolean {
  return /^zh\b/i.test(tag);
}
