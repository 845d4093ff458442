import * as fc from 'fast-check';
import { undoDoubleEncoding } from '../../../scripts/importLegacy/legacyText';

/** What MySQL's latin1 makes of the bytes of a text, by the table of the Unicode Consortium (CP1252). */
const latin1 = new TextDecoder('windows-1252');
const garbled = (text: string) => latin1.decode(Buffer.from(text));

test.each([
  ['ä½\u00a0å¥½', '你好'],
  ['å¼\u00a0ä¸‰ðŸ˜€', '张三😀'],
  ['cafÃ©', 'café'],
])('%s is %s', (stored, meant) => {
  expect(undoDoubleEncoding(stored)).toBe(meant);
});

test('whatever was encoded twice comes back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(undoDoubleEncoding(garbled(text))).toBe(text);
    }),
  );
});

test.each([
  '',
  'plain',
  '直播',
  '😀',
  'café',
  'naïve Ünïcode',
  'señor',
  'Ωmega',
  'Ã',
  '€ 5',
  '“quoted”',
  'é直',
])('%s stays', (text) => {
  expect(undoDoubleEncoding(text)).toBe(text);
});

test('a character that the column cut at its end goes, and nothing else', () => {
  const bytes = Buffer.from('直播间😀');
  const cut = (length: number) => undoDoubleEncoding(latin1.decode(bytes.subarray(0, length)));
  expect([9, 10, 11, 12].map(cut)).toEqual(['直播间', '直播间', '直播间', '直播间']);
  expect([7, 8].map(cut)).toEqual(['直播', '直播']);
});
