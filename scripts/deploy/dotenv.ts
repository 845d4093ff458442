import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

type Environment = Record<string, string | undefined>;

/**
 * The settings of the deployment: those of `<root>/.env`, where there is one, and the process's own, which win even when
 * they are empty. Nothing in a value is expanded.
 * @throws Error naming the line and the variable at fault, never a value
 */
export function deployEnvironment(root: string, own: Environment): Environment {
  const file = join(root, '.env');
  return { ...(existsSync(file) ? parseDotenv(readFileSync(file, 'utf8')) : {}), ...own };
}

/**
 * Reads the text of a `.env` file with node's own parser, after refusing the lines that it would cut short or run together
 * without a word: an open quote, text behind a closing quote, a `#` in a value without quotes.
 * @throws Error naming the line and the variable at fault, never a value
 */
export function parseDotenv(text: string): Record<string, string> {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  lines.forEach((line, index) => {
    const fault = faultOf(line);
    if (fault !== undefined) throw new Error(`.env, line ${index + 1}: ${fault}`);
  });
  return Object.fromEntries(
    Object.entries(parseEnv(lines.join('\n'))).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );
}

function faultOf(line: string): string | undefined {
  if (/^\s*(#|$)/.test(line)) return undefined;
  const [, name, value] = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/s.exec(line) ?? [];
  if (name === undefined || value === undefined) return "expected NAME='value' or a comment";
  if (/^(["'`])/.test(value)) {
    return /^(["'`])(?:(?!\1).)*\1(\s+#.*)?$/s.test(value)
      ? undefined
      : `${name}: expected one closing quote and nothing after it; a value may stand in ', " or \` when it does not hold that sign`;
  }
  if (/\S#/.test(value)) return `${name}: a value with # must stand in single quotes`;
  return undefined;
}

/**
 * A line of a `.env` file that {@link parseDotenv} reads back as exactly this value.
 * @throws Error when nothing can hold it: it has line breaks, or all three of ' " ` and a # or one of them at its begin
 */
export function dotenvLine(name: string, value: string): string {
  // Within double quotes node turns \n into a line break.
  const quote = ["'", '`', '"'].find(
    (sign) => !value.includes(sign) && !(sign === '"' && value.includes('\\')),
  );
  const line = quote === undefined ? `${name}=${value}` : `${name}=${quote}${value}${quote}`;
  // Without quotes there may be neither a line break nor a #, nor a quote or a space at an end.
  if (
    /[\r\n]/.test(value) ||
    (quote === undefined && (value.includes('#') || parseEnv(line)[name] !== value))
  )
    throw new Error(`${name} cannot be written to .env: it has a line break, or ', " and \` and # at once`);
  return line;
}
