import { backOff } from '../../../functions/watch/page/backOff';

test('waits longer after each failure, and never longer than a quarter of a minute', () => {
  const longest = [1, 2, 3, 4, 5, 6, 50, 1e9].map((failures) => backOff(failures, 0.999_999));
  expect(longest).toEqual([1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000, 15_000]);
});

test('leaves half of the pause to chance', () => {
  expect([0, 0.5, 0.999_999].map((random) => backOff(3, random))).toEqual([2_000, 3_000, 4_000]);
});
