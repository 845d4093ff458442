import { openTally } from '../../../scripts/importLegacy/tally';

test('nothing in a key steers the terminal that it is shown on, and it is still the key', () => {
  const userId = 'a\u009b2Jb\u007f\u202egpj.exe\u2066\u2028';
  const counting = openTally();
  counting.table('live_data', 0).add({ key: JSON.stringify(userId), kind: 'skipped', reason: 'none' });
  const [problem] = counting.tally.problems;
  expect(problem?.key).toMatch(/^[ -~]+$/);
  expect(JSON.parse(problem?.key ?? '')).toBe(userId);
});

test('a key is shortened', () => {
  const counting = openTally();
  counting.table('live_data', 0).add({ key: 'x'.repeat(500), kind: 'new', altered: ['cut'] });
  expect(counting.tally.problems).toEqual([
    { table: 'live_data', key: 'x'.repeat(120), kind: 'altered', reason: 'cut' },
  ]);
});
