import { estimate, livePricePerGb } from '../../scripts/cost/estimate';
import { hostCalls, viewerCalls } from '../../scripts/cost/figures';
import { backendCost, costTables } from '../../scripts/cost/tables';

describe('the cost of a deployment', () => {
  test.each([
    [0, 0.26],
    [1_999, 0.26],
    [2_000, 0.25],
    [10_000, 0.24],
    [99_999, 0.22],
    [100_000, 0.19],
    [1_000_000, 0.16],
  ])('a day of %d GB of live traffic pays the step it reaches for all of it', (gb, yuan) => {
    expect(livePricePerGb(gb)).toBe(yuan);
  });

  test('a hundred viewers, reckoned by hand', () => {
    const { callsPerMonth, liveGbPerDay, recordingChannels, money } = estimate(100);
    const times = (counts: typeof viewerCalls) => counts.reduce((sum, { times }) => sum + times, 0);
    // 100 viewers and 1 host a day, and the sweep every minute.
    expect(callsPerMonth).toBe((100 * times(viewerCalls) + times(hostCalls) + 1_440) * 30);
    expect(money.scfCalls).toBeCloseTo((callsPerMonth / 10_000) * 0.0133, 6);
    // 30 minutes at 1.5 Mbit/s are 0.3375 GB.
    expect(liveGbPerDay).toBeCloseTo(33.75, 6);
    expect(money.liveTraffic).toBeCloseTo(33.75 * 0.26 * 30, 6);
    expect([recordingChannels, money.recording]).toEqual([1, 30]);
    expect(money.database).toBeCloseTo(102 + 25 * 0.72, 6);
    expect(money.im).toBe(0);
  });

  test('IM beyond its package is paid by begun ten thousands', () => {
    expect([10_000, 10_001, 20_000, 20_001].map((viewers) => estimate(viewers).money.im)).toEqual([
      1_499, 2_499, 2_499, 3_499,
    ]);
  });

  test('more viewers never cost less', () => {
    const costs = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000].map((viewers) =>
      backendCost(estimate(viewers).money),
    );
    expect(costs).toEqual([...costs].sort((one, other) => one - other));
  });

  test('what no listed database can carry is said, with what to do', () => {
    expect(() => estimate(10_000_000)).toThrow(/statements a second.*beatSeconds/);
  });

  test('the tables have a column for each number of viewers, and name what has no price', () => {
    const [cost = ''] = costTables([7, 70_000], 'zh').split('\n\n');
    expect(cost).toMatch(/^\| .*\| 7 \| 70,000 \|$/m);
    expect(cost).toMatch(/^\| \*\*总计\*\* \|.* \+ \?\*\* \|$/m);
  });
});
