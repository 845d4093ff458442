import fc from 'fast-check';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deployEnvironment, dotenvLine, parseDotenv } from '../../../scripts/deploy/dotenv';

test('values with $ # quotes, spaces and backslashes come out as they were written', () => {
  const values = [
    'a$b${c}',
    'x#y',
    ' # ',
    `it's`,
    'say "hi"',
    'back`tick',
    'C:\\new\\',
    `'"`,
    `a'b"c\`d e$`,
    '  padded ',
    '',
  ];
  for (const value of values) expect(parseDotenv(dotenvLine('KEY', value))).toEqual({ KEY: value });
});

test('any text in one line comes out as it was written, or is refused by name', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (value) => {
      let line: string;
      try {
        line = dotenvLine('KEY', value);
      } catch (error) {
        expect(String(error)).toMatch(/^Error: KEY cannot be written/);
        return;
      }
      expect(parseDotenv(`FIRST=1\n${line}\nLAST=2`)).toEqual({ FIRST: '1', KEY: value, LAST: '2' });
    }),
  );
});

test('the usual forms of a line are read, with a byte order mark and Windows line ends too', () => {
  const text = `\uFEFFA=plain\r\n# a comment\r\n\r\nexport B = "spaced out" # why\r\nC=\r\nD=a=b # why\r\n`;
  expect(parseDotenv(text)).toEqual({ A: 'plain', B: 'spaced out', C: '', D: 'a=b' });
});

test.each([
  ['an open quote', `A=1\nKEY='secret\nB=2`, /^\.env, line 2: KEY: expected one closing quote/],
  ['text behind a quote', `KEY="secret"more`, /^\.env, line 1: KEY: expected one closing quote/],
  [
    'a # without quotes',
    `KEY=secret#more`,
    /^\.env, line 1: KEY: a value with # must stand in single quotes/,
  ],
  ['no name', `secret`, /^\.env, line 1: expected NAME='value'/],
])('%s is refused with its line and without its value', (_, text, message) => {
  const refusal = (): unknown => parseDotenv(text);
  expect(refusal).toThrow(message);
  expect(refusal).not.toThrow(/secret/);
});

test('what the process has wins over the file, even when it is empty; without a file it is all', () => {
  const root = mkdtempSync(join(tmpdir(), 'dotenv-'));
  try {
    expect(deployEnvironment(root, { A: '1' })).toEqual({ A: '1' });
    writeFileSync(join(root, '.env'), 'A=file\nB=file\nC=file\n');
    expect(deployEnvironment(root, { A: 'own', B: '' })).toEqual({ A: 'own', B: '', C: 'file' });
  } finally {
    rmSync(root, { recursive: true });
  }
});
