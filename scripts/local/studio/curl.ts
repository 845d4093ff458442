import type { Call } from './calls';

/** The same call as a command for a POSIX shell, tokens and all, so that it works as it stands. */
export function asCurl({ method, url, headers, body }: Call): string {
  const parts = ['curl -sS'];
  if (typeof body === 'object') {
    for (const [name, value] of Object.entries(body.fields))
      parts.push(`--form-string ${quoted(`${name}=${value}`)}`);
    parts.push(`-F ${quoted(`file=@${body.file.name};type=${body.file.type}`)}`);
  } else {
    if (method === 'POST') parts.push('-X POST');
    for (const [name, value] of Object.entries(headers)) parts.push(`-H ${quoted(`${name}: ${value}`)}`);
    if (body !== undefined) parts.push(`--data-raw ${quoted(body)}`);
  }
  return [...parts, quoted(url)].join(' \\\n  ');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A header as it is shown: of a credential only the beginning. */
export function shownHeader(name: string, value: string): string {
  if (name !== 'Authorization') return value;
  return `${value.slice(0, 'Bearer '.length + 6)}…`;
}
