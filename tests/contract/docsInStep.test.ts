import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { languages, type Language } from '../../scripts/cost/figures';
import { costTables } from '../../scripts/cost/tables';
import { isRecord } from '../../shared/http/request';

const documents = ['README.md', ...readdirSync('docs').map((name) => join('docs', name))].filter((name) =>
  name.endsWith('.md'),
);
const chinese = (english: string) => english.replace(/\.md$/, '.zh-CN.md');
const pairs = documents.filter((name) => existsSync(chinese(name)));
const read = (name: string) => readFileSync(name, 'utf8');
const manifest: unknown = JSON.parse(read('package.json'));
const scripts = isRecord(manifest) && isRecord(manifest['scripts']) ? Object.keys(manifest['scripts']) : [];

/** A fenced block is told from what stands around it, so that a `#` or `|` in a command is no heading and no table. */
function partsOf(markdown: string): { blocks: string[]; prose: string[] } {
  const parts = markdown.split(/^```.*$/m);
  return {
    blocks: parts.filter((_, index) => index % 2 === 1),
    prose: parts.filter((_, index) => index % 2 === 0).flatMap((part) => part.split('\n')),
  };
}

/** What must be equal in both languages: how deep each heading is, and how wide and long each table. */
function shapeOf(markdown: string) {
  const { blocks, prose } = partsOf(markdown);
  const tables = prose
    .join('\n')
    .split(/\n(?!\|)/)
    .map((part) => part.split('\n').filter((line) => line.startsWith('|')))
    .filter((rows) => rows.length > 0);
  return {
    headings: prose.flatMap((line) => /^(#+) /.exec(line)?.[1] ?? []),
    tables: tables.map((rows) => ({ rows: rows.length, columns: rows[0]?.split(/(?<!\\)\|/).length })),
    blocks: blocks.length,
  };
}

/** The commands of the blocks, without comments and without the texts that are in the reader's language. */
function commandsOf(markdown: string): string[] {
  return partsOf(markdown)
    .blocks.join('\n')
    .split('\n')
    .map((line) => line.replace(/\s+#.*$/, '').trim())
    .filter((line) => /^(npm|npx|node|curl|openssl|git|ffmpeg|mysql|TOKEN=)/.test(line));
}

/** `#step-2` of a link, as GitHub makes it of a heading. */
function anchorsOf(markdown: string): string[] {
  return partsOf(markdown)
    .prose.filter((line) => /^#+ /.test(line))
    .map((line) =>
      line
        .replace(/^#+ /, '')
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replace(/ /g, '-'),
    );
}

describe('the documents', () => {
  test('there are pairs to compare', () => expect(pairs.length).toBeGreaterThan(5));

  test.each(pairs)('%s has the headings, tables and blocks of its Chinese version', (name) => {
    expect(shapeOf(read(chinese(name)))).toEqual(shapeOf(read(name)));
  });

  test.each(pairs)('%s has the commands of its Chinese version', (name) => {
    expect(commandsOf(read(chinese(name)))).toEqual(commandsOf(read(name)));
  });

  test.each(documents)('the links of %s lead somewhere', (name) => {
    const links = [...read(name).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)/g)];
    const broken = links.filter(([, file = '', anchor]) => {
      const target = file === '' ? name : join(dirname(name), file);
      if (!existsSync(target)) return true;
      return anchor !== undefined && !anchorsOf(read(target)).includes(decodeURIComponent(anchor));
    });
    expect(broken.map(([link]) => link)).toEqual([]);
  });

  test.each(pairs)('every npm command of %s exists', (name) => {
    const used = [...read(name).matchAll(/\bnpm run (?:--silent )?([\w-]+)/g)].map(
      ([, script = '']) => script,
    );
    expect(used.filter((script) => !scripts.includes(script))).toEqual([]);
  });

  test.each([...languages])('the tables of cost are what npm run cost prints (%s)', (language: Language) => {
    const file = { en: 'docs/deploy.md', zh: 'docs/deploy.zh-CN.md' }[language];
    const [, shown = ''] = read(file).split(/<!-- (?:\/)?npm run cost -->/);
    expect(shown.trim()).toBe(costTables([100, 10_000, 1_000_000], language));
  });
});
