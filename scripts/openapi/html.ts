/** HTML that may stand in a page as it is. */
export interface Html {
  html: string;
}

type Part = Html | string | number | undefined | readonly (Html | undefined)[];

/**
 * Builds HTML: text that is put in is escaped, what is HTML already is not, a list is strung together. The indentation of
 * the template does not get into the page.
 */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { html: texts.map((text, index) => text.replace(/\n\s+/g, '\n') + shown(parts[index])).join('') };
}

function shown(part: Part): string {
  if (part === undefined) return '';
  if (typeof part === 'number') return String(part);
  if (typeof part === 'string') return escaped(part);
  return 'html' in part ? part.html : part.map(shown).join('');
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
