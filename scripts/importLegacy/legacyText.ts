/** What cp1252, which MySQL calls latin1, has at 0x80 to 0x9f; where it has nothing, MySQL keeps the control character. */
const cp1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

/**
 * Undoes what a PHP leaves that never told the database its character set: UTF-8 taken for latin1 and written as UTF-8
 * once more, so that `你好` reads `ä½ å¥½`. A character that the old column's length cut in two at the end goes.
 * Text that is not of this kind comes back as it is: what latin1 really means is hardly ever valid UTF-8.
 */
export function undoDoubleEncoding(text: string): string {
  if (/^[\0-\x7f]*$/.test(text)) return text;
  const bytes = [...text].map(latin1Byte);
  if (!bytes.every((byte) => byte !== undefined)) return text;
  const whole = Buffer.from(bytes);
  const decoded = decode(whole) ?? decodeCut(whole);
  return decoded ?? text;
}

function latin1Byte(character: string): number | undefined {
  const code = character.codePointAt(0) ?? 0;
  if (code <= 0xff) return code;
  const at = cp1252.indexOf(character);
  return at === -1 ? undefined : 0x80 + at;
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** The same without the beginning of a last character, if there is a whole one beyond ASCII before it. */
function decodeCut(bytes: Buffer): string | undefined {
  const tail = [1, 2, 3].find((length) => (bytes.at(-length) ?? 0) >= 0xc0);
  if (tail === undefined || lengthOf(bytes.at(-tail) ?? 0) <= tail) return undefined;
  const decoded = decode(bytes.subarray(0, -tail));
  return decoded === undefined || /^[\0-\x7f]*$/.test(decoded) ? undefined : decoded;
}

/** How many bytes a character of UTF-8 has that begins with this one. */
function lengthOf(lead: number): number {
  if (lead >= 0xf0) return 4;
  return lead >= 0xe0 ? 3 : 2;
}
