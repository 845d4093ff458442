/** A piece of MySQL text. `text` of a string is its value, of a name it is without backticks. */
export interface Token {
  kind: 'word' | 'name' | 'string' | 'number' | 'param' | 'symbol';
  text: string;
  start: number;
  end: number;
}

const pattern =
  /(?<space>\s+|#[^\n]*|--(?=\s|$)[^\n]*|\/\*[^!][\s\S]*?\*\/)|(?<word>[A-Za-z_$\u0080-\uffff][\w$\u0080-\uffff]*)|(?<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w$]))|(?<string>'(?:[^'\\]|''|\\[\s\S])*')|(?<name>`(?:[^`]|``)+`)|(?<param>\?)|(?<symbol><=>|<=|>=|<>|!=|==|\|\||&&|:=|\/(?!\*)|[(),.;=<>+\-*%@!&|^~:{}[\]])/y;

/**
 * Cuts MySQL text into tokens, without white space and comments.
 *
 * @throws Error at text that is not MySQL or not supported: an open quote, double quotes, `/*!` comments
 */
export function tokens(sql: string): Token[] {
  const found: Token[] = [];
  const matcher = new RegExp(pattern);
  while (matcher.lastIndex < sql.length) {
    const start = matcher.lastIndex;
    const groups = matcher.exec(sql)?.groups;
    if (!groups) throw new Error(`cannot read SQL at: ${sql.slice(start, start + 30)}`);
    for (const kind of ['word', 'number', 'string', 'name', 'param', 'symbol'] as const) {
      const text = groups[kind];
      if (text !== undefined) found.push({ kind, text: plain(kind, text), start, end: matcher.lastIndex });
    }
  }
  return found;
}

/** The statements of a file, each from its first to its last token, without the semicolon. */
export function splitStatements(sql: string): string[] {
  const statements: string[] = [];
  let start: number | undefined;
  let end = 0;
  for (const token of tokens(sql)) {
    if (token.kind === 'symbol' && token.text === ';') {
      if (start !== undefined) statements.push(sql.slice(start, end));
      start = undefined;
    } else {
      start ??= token.start;
      end = token.end;
    }
  }
  if (start !== undefined) statements.push(sql.slice(start, end));
  return statements;
}

function plain(kind: Token['kind'], text: string): string {
  if (kind === 'name') return text.slice(1, -1).replaceAll('``', '`');
  if (kind !== 'string') return text;
  return text.slice(1, -1).replace(/''|\\([\s\S])/g, (_, escaped: string | undefined) => {
    if (escaped === undefined) return "'";
    return escapes[escaped] ?? escaped;
  });
}

// MySQL manual, "String Literals"; \% and \_ keep their backslash.
const escapes: Record<string, string> = {
  0: '\0',
  b: '\b',
  n: '\n',
  r: '\r',
  t: '\t',
  Z: '\x1a',
  '%': '\\%',
  _: '\\_',
};
