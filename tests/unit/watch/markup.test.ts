import fc from 'fast-check';
import { dataBlock, html, shownText } from '../../../functions/watch/markup';

test('what is filled in is text, in elements and in attributes', () => {
  const evil = `<b>"&'`;
  expect(html`<p title="${evil}">${evil}</p>`.markup).toBe(
    '<p title="&lt;b&gt;&quot;&amp;&#39;">&lt;b&gt;&quot;&amp;&#39;</p>',
  );
  expect(html`${html`<i>${1}</i>`}${[html`a`, html`b`]}${undefined}`.markup).toBe('<i>1</i>ab');
});

test('the indentation of a template is left out, that of a text is not', () => {
  const page = html`<p>
    ${'a\n  b'}
    <pre>${html`c`}</pre>
  </p>`;
  expect(page.markup).toBe('<p>\na\n  b\n<pre>c</pre>\n</p>');
});

test('no text ends the element of the data, and all of it comes back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string(), (one, other) => {
      const given = { [one]: [`</script>${other}`, `<!--${one}`, '\u2028'] };
      const { markup } = dataBlock('data', given);
      const json = markup.slice(markup.indexOf('>') + 1, markup.lastIndexOf('<'));
      expect(json).not.toMatch(/[<>&\u2028\u2029]/);
      expect(JSON.parse(json)).toEqual(given);
    }),
  );
});

test('shown text is one line, without marks that turn it', () => {
  expect(shownText(' a\n\tb\u2028c \u202Egpj.exe\u2066\u200E ')).toBe('a b c gpj.exe');
  expect(shownText('👩‍👩‍👧 é')).toBe('👩‍👩‍👧 é');
});
