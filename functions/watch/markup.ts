/** Text that is HTML already. Only {@link html} and {@link dataBlock} make it. */
export interface Markup {
  readonly markup: string;
}

type Part = string | number | Markup | undefined | readonly Markup[];

/** Marks that turn the direction of the text after them: in somebody's title they would rearrange the page. */
const turning = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;

/**
 * HTML from a template: what is filled in is text, whoever wrote it, for elements and for attributes in double quotes.
 * A part that is markup stays as it is, `undefined` is nothing. The indentation of the template does not get into the page.
 */
export function html(fixed: TemplateStringsArray, ...parts: Part[]): Markup {
  const text = fixed.map((one, index) => one.replace(/\n\s+/g, '\n') + filled(parts[index]));
  return { markup: text.join('') };
}

/** A value for a script to read, as JSON in an element that no browser runs: nothing in it can end the element. */
export function dataBlock(id: string, value: unknown): Markup {
  const json = JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return html`<script type="application/json" id="${id}">
    ${{ markup: json }}
  </script>`;
}

/** Somebody's text as a page may show it: in one line, without marks that turn its direction. */
export function shownText(given: string): string {
  return given
    .replace(turning, '')
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim();
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function filled(part: Part): string {
  if (part === undefined) return '';
  if (typeof part === 'string' || typeof part === 'number')
    return String(part).replace(/[&<>"']/g, (character) => entities[character] ?? '');
  return 'markup' in part ? part.markup : part.map(({ markup }) => markup).join('');
}
