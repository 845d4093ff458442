import type { Token } from './sqlTokens';
import { groupEnd, isSymbol, isWord, place, splitAtCommas } from './tokenReader';

/** What rendering needs to know of its place, and what it finds out. */
export interface ExpressionContext {
  /** Inside ON DUPLICATE KEY UPDATE, where VALUES(c) is the value that was to be inserted. */
  upsert: boolean;
  /** Receives the `?` that stand after LIMIT or OFFSET. */
  counts: Set<Token>;
}

/**
 * MySQL tokens of one clause or query as SQLite text. Spacing follows the source, so that unnamed result columns
 * keep the names that MySQL gives them.
 *
 * @throws Error at anything that SQLite has not, takes otherwise, or that only SQLite has
 */
export function render(list: readonly Token[], context: ExpressionContext): string {
  let text = '';
  let end: number | undefined;
  for (let at = 0; at < list.length;) {
    const { piece, next } = renderAt(list, at, context);
    const touches = list[at]?.start === end;
    if (piece !== '') text += text === '' || touches ? piece : ` ${piece}`;
    end = list[next - 1]?.end;
    at = next;
  }
  return text;
}

interface Rendered {
  piece: string;
  /** Index after the last token used. */
  next: number;
}

function renderAt(list: readonly Token[], at: number, context: ExpressionContext): Rendered {
  const token = list[at];
  if (!token) throw new Error('the statement ends too early');
  const next = at + 1;
  switch (token.kind) {
    case 'word':
      return renderWord(list, at, context);
    case 'symbol':
      return isSymbol(token, '(') ? renderGroup(list, at, '', context) : { piece: operator(token), next };
    case 'string':
      if (list[at - 1]?.end === token.start && list[at - 1]?.kind !== 'symbol') {
        throw new Error(`text in quotes needs a space before it ${place(token)}`);
      }
      return { piece: quoteText(token.text), next };
    case 'name':
      return { piece: quoteName(token.text), next };
    case 'number':
    case 'param':
      return { piece: token.text, next };
  }
}

export function quoteName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

export function quoteText(value: string): string {
  if (value.includes('\0')) throw new Error('text in quotes must not hold a NUL character');
  return `'${value.replaceAll("'", "''")}'`;
}

const operators = new Set(['=', '<', '>', '<=', '>=', '<>', '!=', '+', '-', '*', '%', ',', '.']);

function operator(token: Token): string {
  if (token.text === '<=>') return 'IS';
  if (operators.has(token.text)) return token.text;
  if (token.text === '/') throw new Error('the operator / gives decimals in MySQL only: use DIV');
  throw new Error(`the operator ${token.text} is not supported`);
}

function renderGroup(
  list: readonly Token[],
  open: number,
  prefix: string,
  context: ExpressionContext,
): Rendered {
  const close = groupEnd(list, open);
  return { piece: `(${prefix}${render(list.slice(open + 1, close), context)})`, next: close + 1 };
}

// Words of either dialect that the other has not, or takes otherwise. In backticks they are names.
const refusedWords = new Set(
  `BINARY COLLATE REGEXP RLIKE SOUNDS INTERVAL XOR STRAIGHT_JOIN FORCE USE IGNORE SQL_CALC_FOUND_ROWS SQL_NO_CACHE
  HIGH_PRIORITY LOW_PRIORITY DELAYED QUICK ROLLUP PROCEDURE OUTFILE INTO PARTITION CURRENT_TIMESTAMP CURRENT_DATE
  CURRENT_TIME LOCALTIME LOCALTIMESTAMP UTC_TIMESTAMP NATURAL RETURNING WITH RECURSIVE OVER WINDOW GLOB MATCH ISNULL
  NOTNULL EXCEPT INTERSECT FULL FILTER NULLS SKIP NOWAIT ROWID OID _ROWID_ EXCLUDED CONFLICT INDEXED LATERAL`.split(
    /\s+/,
  ),
);

// Words that may stand before a parenthesis without being functions.
const clauseWords = new Set(
  `IN VALUES EXISTS AND OR NOT ON WHERE SELECT DISTINCT FROM JOIN SET THEN ELSE WHEN CASE BETWEEN BY HAVING UNION ALL
  USING AS DIV MOD`.split(/\s+/),
);

function renderWord(list: readonly Token[], at: number, context: ExpressionContext): Rendered {
  const token = list[at];
  const word = token?.text.toUpperCase() ?? '';
  const follows = (...expected: string[]) => expected.every((w, i) => isWord(list[at + 1 + i], w));
  const next = at + 1;
  // A column after its table: t.match is no key word.
  if (isSymbol(list[at - 1], '.')) return { piece: token?.text ?? '', next };
  if (word === 'FROM' && follows('DUAL')) return { piece: '', next: at + 2 };
  // One connection, and transactions one after the other: nothing to lock.
  if (word === 'FOR' && follows('UPDATE')) return { piece: '', next: at + 2 };
  if (word === 'LOCK' && follows('IN', 'SHARE', 'MODE')) return { piece: '', next: at + 4 };
  if (refusedWords.has(word)) throw new Error(`${word} is not supported (as a name it needs backticks)`);
  if (word === 'LIKE') return renderLike(list, at, context);
  if (word === 'LIMIT' || word === 'OFFSET') noteCounts(list, at, context);
  if (word === 'IS' && !['NULL', 'NOT', 'TRUE', 'FALSE'].some((w) => follows(w))) {
    throw new Error('IS takes NULL, TRUE or FALSE; use <=>');
  }
  if (isSymbol(list[next], '(')) {
    if (word === 'VALUES' && context.upsert) return renderFunction(list, at, context);
    if (word === 'IN' && isSymbol(list[at + 2], '(') && !isWord(list[at + 3], 'SELECT')) {
      const group = renderGroup(list, next, 'VALUES ', context);
      return { ...group, piece: `IN ${group.piece}` };
    }
    if (!clauseWords.has(word)) return renderFunction(list, at, context);
  }
  if (word === 'DIV') return { piece: '/', next };
  if (word === 'MOD') return { piece: '%', next };
  return { piece: token?.text ?? '', next };
}

/** In MySQL a backslash in a pattern takes its meaning from the character after it; SQLite must be told so. */
function renderLike(list: readonly Token[], at: number, context: ExpressionContext): Rendered {
  const first = at + 1;
  const open = isSymbol(list[first], '(') ? first : isSymbol(list[first + 1], '(') ? first + 1 : undefined;
  const next = open === undefined ? first + 1 : groupEnd(list, open) + 1;
  const pattern = render(list.slice(first, next), context);
  if (pattern === '') throw new Error('LIKE needs a pattern');
  return { piece: `LIKE ${pattern}${isWord(list[next], 'ESCAPE') ? '' : " ESCAPE '\\'"}`, next };
}

function noteCounts(list: readonly Token[], at: number, context: ExpressionContext): void {
  const [first, comma, second] = list.slice(at + 1, at + 4);
  for (const token of isSymbol(comma, ',') ? [first, second] : [first]) {
    if (token?.kind === 'param') context.counts.add(token);
    else if (token?.kind !== 'number') throw new Error(`LIMIT takes ? or a number ${place(token)}`);
  }
}

type Writer = (...args: string[]) => string;

/** A function of at least `least` and at most `most` arguments, under the name that SQLite has for it. */
function called(name: string, least: number, most = least): Writer {
  return (...args) => {
    if (args.length < least || args.length > most)
      throw new Error(`${name}: wrong number of arguments (${args.length})`);
    return `${name}(${args.join(', ')})`;
  };
}

const many = 100;

const functions = new Map<string, Writer>([
  ['COUNT', called('COUNT', 1)],
  ['SUM', called('SUM', 1)],
  ['MIN', called('MIN', 1)],
  ['MAX', called('MAX', 1)],
  // With two arguments or more these are what MySQL calls GREATEST and LEAST, NULL included.
  ['GREATEST', called('MAX', 2, many)],
  ['LEAST', called('MIN', 2, many)],
  ['COALESCE', called('COALESCE', 2, many)],
  ['IFNULL', called('IFNULL', 2)],
  ['NULLIF', called('NULLIF', 2)],
  ['IF', called('IIF', 3)],
  ['ABS', called('ABS', 1)],
  ['CHAR_LENGTH', called('LENGTH', 1)],
  ['LENGTH', called('OCTET_LENGTH', 1)],
  ['SUBSTRING', called('SUBSTR', 2, 3)],
  ['SUBSTR', called('SUBSTR', 2, 3)],
  ['LEFT', (value = '', length = '') => `SUBSTR(${value}, 1, ${length})`],
  // || is NULL when a part is, as CONCAT in MySQL; SQLite's own CONCAT skips NULL.
  ['CONCAT', (...args) => `(${args.join(' || ')})`],
  ['LAST_INSERT_ID', called('LAST_INSERT_ROWID', 0)],
  ['DATABASE', () => "'main'"],
  ['GET_LOCK', called('GET_LOCK', 2)],
  ['RELEASE_LOCK', called('RELEASE_LOCK', 1)],
]);

function renderFunction(list: readonly Token[], at: number, context: ExpressionContext): Rendered {
  const name = list[at]?.text.toUpperCase() ?? '';
  const close = groupEnd(list, at + 1);
  const inner = list.slice(at + 2, close);
  const next = close + 1;
  if (name === 'CAST') return { piece: renderCast(inner, context), next };
  const args = splitAtCommas(inner).map((part) => render(part, context));
  if (name === 'VALUES') return { piece: `excluded.${args.join()}`, next };
  const write = functions.get(name);
  if (!write) throw new Error(`the function ${name} is not supported`);
  // Written as in the source, COUNT(*) and the like also name their column as in the source.
  const text = write(...args);
  return {
    piece: text.startsWith(`${name}(`) ? `${list[at]?.text ?? ''}${text.slice(name.length)}` : text,
    next,
  };
}

function renderCast(inner: readonly Token[], context: ExpressionContext): string {
  const type = inner.at(-1);
  const types: Record<string, string> = { SIGNED: 'INTEGER', UNSIGNED: 'INTEGER', CHAR: 'TEXT' };
  const target = types[type?.text.toUpperCase() ?? ''];
  if (!isWord(inner.at(-2), 'AS') || target === undefined) {
    throw new Error('CAST is supported AS SIGNED, UNSIGNED or CHAR');
  }
  return `CAST(${render(inner.slice(0, -2), context)} AS ${target})`;
}
