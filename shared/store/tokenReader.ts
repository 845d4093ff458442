import type { Token } from './sqlTokens';

/** Reads tokens from left to right. What is `expect`ed and not there is an Error. */
export interface TokenReader {
  peek(ahead?: number): Token | undefined;
  /** Consumes these key words if they come next. */
  words(...expected: string[]): boolean;
  symbol(text: string): boolean;
  expectWords(...expected: string[]): void;
  /** A table, column or key name, bare or in backticks. */
  name(): string;
  string(): string;
  number(): number;
  /** What is between the parentheses that come next. */
  group(): Token[];
  /** Everything up to one of these key words outside parentheses, or to the end. */
  until(...stops: string[]): Token[];
}

export function readTokens(list: readonly Token[]): TokenReader {
  let at = 0;

  const take = (kind: Token['kind'], what: string): string => {
    const token = list[at];
    if (token?.kind !== kind) throw new Error(`${what} expected ${place(token)}`);
    at++;
    return token.text;
  };

  const reader: TokenReader = {
    peek: (ahead = 0) => list[at + ahead],
    words(...expected) {
      if (!expected.every((word, index) => isWord(list[at + index], word))) return false;
      at += expected.length;
      return true;
    },
    symbol(text) {
      if (!isSymbol(list[at], text)) return false;
      at++;
      return true;
    },
    expectWords(...expected) {
      if (!reader.words(...expected)) throw new Error(`${expected.join(' ')} expected ${place(list[at])}`);
    },
    name: () => (list[at]?.kind === 'name' ? take('name', 'a name') : take('word', 'a name')),
    string: () => take('string', 'text in single quotes'),
    number: () => Number(take('number', 'a number')),
    group() {
      const end = groupEnd(list, at);
      const inner = list.slice(at + 1, end);
      at = end + 1;
      return inner;
    },
    until(...stops) {
      const start = at;
      while (at < list.length && !stops.some((stop) => isWord(list[at], stop))) {
        at = isSymbol(list[at], '(') ? groupEnd(list, at) + 1 : at + 1;
      }
      return list.slice(start, at);
    },
  };
  return reader;
}

export function isWord(token: Token | undefined, word: string): boolean {
  return token?.kind === 'word' && token.text.toUpperCase() === word;
}

export function isSymbol(token: Token | undefined, text: string): boolean {
  return token?.kind === 'symbol' && token.text === text;
}

/** Index of the parenthesis that closes the one at `open`. */
export function groupEnd(list: readonly Token[], open: number): number {
  if (!isSymbol(list[open], '(')) throw new Error(`( expected ${place(list[open])}`);
  let depth = 0;
  for (let index = open; index < list.length; index++) {
    if (isSymbol(list[index], '(')) depth++;
    if (isSymbol(list[index], ')') && --depth === 0) return index;
  }
  throw new Error('a parenthesis is not closed');
}

/** The parts between commas outside parentheses; none for no tokens. */
export function splitAtCommas(list: readonly Token[]): Token[][] {
  const parts: Token[][] = [];
  let part: Token[] = [];
  let depth = 0;
  for (const token of list) {
    if (isSymbol(token, '(')) depth++;
    if (isSymbol(token, ')')) depth--;
    if (depth === 0 && isSymbol(token, ',')) {
      parts.push(part);
      part = [];
    } else part.push(token);
  }
  if (list.length > 0) parts.push(part);
  return parts;
}

export function place(token: Token | undefined): string {
  return token ? `at: ${token.text.slice(0, 40)}` : 'at the end';
}
