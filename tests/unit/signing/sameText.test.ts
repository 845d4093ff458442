import { sameText } from '../../../shared/signing/sameText';

test.each([
  ['', ''],
  ['a', 'a'],
  ['流', '流'],
  ['\ud800', '\ud800'],
])('%j is %j', (a, b) => {
  expect(sameText(a, b)).toBe(true);
});

test.each([
  ['', 'a'],
  ['a', 'A'],
  ['a', 'aa'],
  ['é', 'e\u0301'],
  ['\ud800', '\ud801'],
  ['\ud800', '\ufffd'],
])('%j is not %j', (a, b) => {
  expect(sameText(a, b)).toBe(false);
  expect(sameText(b, a)).toBe(false);
});
