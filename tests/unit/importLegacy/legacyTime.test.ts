import {
  formatOffset,
  parseOffset,
  readLegacyTime,
  showTime,
} from '../../../scripts/importLegacy/legacyTime';

test.each([
  ['+08:00', 480],
  ['-05:30', -330],
  ['+00:00', 0],
  ['+14:00', 840],
])('the offset %s', (text, minutes) => {
  expect(parseOffset(text)).toBe(minutes);
  expect(formatOffset(minutes)).toBe(text);
});

test.each(['', 'China', '8', '+8:00', '+08:60', '+14:01', '+08:00 '])('no offset: "%s"', (text) => {
  expect(parseOffset(text)).toBeUndefined();
});

test.each([
  ['2018-05-01 12:00:00', '2018-05-01T04:00:00.000Z'],
  ['2018-05-01 12:00:00.000000', '2018-05-01T04:00:00.000Z'],
  ['2018-05-01T00:00:00', '2018-04-30T16:00:00.000Z'],
  ['2018-05-01', '2018-04-30T16:00:00.000Z'],
  [1_525_147_200, '2018-05-01T04:00:00.000Z'],
])("%s on China's clock is %s", (stored, utc) => {
  expect(readLegacyTime(stored, 480)).toBe(Date.parse(utc));
});

test.each([
  null,
  undefined,
  '',
  0,
  -1,
  '0000-00-00 00:00:00',
  '0000-00-00',
  '2018-00-01 00:00:00',
  '2018-02-31 00:00:00',
  '2018-05-01 24:61:00',
  '1970-01-01 08:00:00',
  'yesterday',
])('no time: %s', (stored) => {
  expect(readLegacyTime(stored, 480)).toBeUndefined();
});

test('a time is shown on the same clock', () => {
  expect(showTime(Date.parse('2018-05-01T04:00:30Z'), 480)).toBe('2018-05-01 12:00');
});
