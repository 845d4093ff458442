import fc from 'fast-check';
import { liveness, type Claim, type Push } from '../../shared/liveness';

const second = 1000;
const push = (startedAt: number | null, cutAt: number | null): Push => ({ startedAt, cutAt });
const claim = (up: boolean, at: number): Claim => ({ up, at });

describe('liveness', () => {
  test('nobody has said anything: offline', () => {
    expect(liveness([], undefined)).toEqual({ online: false, since: undefined });
  });

  test('a push that has started is online, one that was cut is not', () => {
    expect(liveness([push(10 * second, null)], undefined)).toEqual({ online: true, since: 10 * second });
    expect(liveness([push(10 * second, 20 * second)], undefined)).toEqual({
      online: false,
      since: 20 * second,
    });
  });

  test('a cut whose start was never heard is offline, and a late start of the same push changes nothing', () => {
    expect(liveness([push(null, 20 * second)], undefined).online).toBe(false);
    expect(liveness([push(10 * second, 20 * second)], undefined).online).toBe(false);
  });

  test('the late cut of a replaced push leaves the newer push online', () => {
    const pushes = [push(0, 301 * second), push(300 * second, null)];
    expect(liveness(pushes, undefined)).toEqual({ online: true, since: 300 * second });
  });

  test('of two pushes in the same second the one still up counts', () => {
    expect(liveness([push(second, second), push(second, null)], undefined).online).toBe(true);
    expect(liveness([push(second, null), push(second, second)], undefined).online).toBe(true);
  });

  test("the host's goodbye holds against the late notice of its own start", () => {
    expect(liveness([push(10 * second, null)], claim(false, 60 * second)).online).toBe(false);
  });

  test("a push that starts after the host's goodbye is online", () => {
    expect(liveness([push(62 * second, null)], claim(false, 60 * second)).online).toBe(true);
  });

  test("the host's word counts while the cloud is silent, and until the push is cut", () => {
    expect(liveness([], claim(true, 10_400)).online).toBe(true);
    expect(liveness([push(10 * second, 30 * second)], claim(true, 10_400)).online).toBe(false);
  });

  test('within one second "down" wins over "up", whoever said it', () => {
    expect(liveness([push(20 * second, null)], claim(false, 20_300)).online).toBe(false);
    expect(liveness([push(5 * second, 20 * second)], claim(true, 20_300)).online).toBe(false);
  });

  test('the order in which pushes are listed makes no difference', () => {
    const moment = fc.option(fc.integer({ min: 0, max: 9 }).map((n) => n * second));
    const pushes = fc.array(fc.record({ startedAt: moment, cutAt: moment }), { maxLength: 6 }).map((list) =>
      // A push exists only because a start or a cut of it was heard.
      list.filter((one) => one.startedAt !== null || one.cutAt !== null),
    );
    const claims = fc.option(fc.record({ up: fc.boolean(), at: fc.integer({ min: 0, max: 9999 }) }), {
      nil: undefined,
    });
    fc.assert(
      fc.property(pushes, claims, fc.infiniteStream(fc.nat()), (list, word, order) => {
        const shuffled = list
          .map((one) => ({ one, rank: order.next().value ?? 0 }))
          .sort((a, b) => a.rank - b.rank);
        expect(
          liveness(
            shuffled.map(({ one }) => one),
            word,
          ),
        ).toEqual(liveness(list, word));
      }),
      { numRuns: 2000 },
    );
  });
});
