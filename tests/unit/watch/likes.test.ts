import { countLikes, type LikeOptions } from '../../../functions/watch/page/likes';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

/** A page on a server that answers as told, one answer per request; the last one again and again. */
function page(answers: (Awaited<ReturnType<LikeOptions['send']>> | 'as sent')[], first = 10) {
  const sent: { count: number; likeId: string }[] = [];
  const accepted: number[] = [];
  let server = first;
  let shown = first;
  let now = 0;
  const likes = countLikes(first, () => now, {
    async send(count, likeId) {
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      if (answer !== 'as sent') return answer;
      sent.push({ count, likeId });
      server += count;
      return { accepted: count, likes: server };
    },
    show: (count) => (shown = count),
    onAccepted: (count) => accepted.push(count),
  });
  const pass = async (milliseconds: number): Promise<void> => {
    now += milliseconds;
    await jest.advanceTimersByTimeAsync(milliseconds);
  };
  return { likes, sent, accepted, pass, shown: () => shown };
}

test('a tap shows at once, and taps close together are one request', async () => {
  const { likes, sent, accepted, pass, shown } = page(['as sent']);
  likes.tap();
  likes.tap();
  likes.tap();
  expect([shown(), sent]).toEqual([13, []]);
  await pass(500);
  expect([shown(), sent.map(({ count }) => count), accepted]).toEqual([13, [3], [3]]);
});

test('what the server did not take is taken back', async () => {
  const { likes, accepted, pass, shown } = page([{ accepted: 1, likes: 11 }]);
  for (let tap = 0; tap < 5; tap += 1) likes.tap();
  expect(shown()).toBe(15);
  await pass(500);
  expect([shown(), accepted]).toEqual([11, [1]]);
});

test('a request without an answer is sent once more under the same id, then taken back', async () => {
  const ids: string[] = [];
  let shown = 5;
  const likes = countLikes(5, () => 0, {
    async send(_count, likeId) {
      ids.push(likeId);
      return undefined;
    },
    show: (count) => (shown = count),
    onAccepted: () => undefined,
  });
  likes.tap();
  await jest.advanceTimersByTimeAsync(500);
  expect(ids).toHaveLength(2);
  expect(new Set(ids).size).toBe(1);
  expect(shown).toBe(5);
});

test('more taps than the allowance are refused: 20 at once, then two a second', async () => {
  const { likes, pass } = page(['as sent']);
  const taken = (count: number) => Array.from({ length: count }, () => likes.tap()).filter(Boolean).length;
  expect(taken(25)).toBe(20);
  await pass(1_000);
  expect(taken(5)).toBe(2);
  await pass(60_000);
  expect(taken(25)).toBe(20);
});

test('the count of the server holds, and what is not sent yet comes on top', async () => {
  const { likes, pass, shown } = page(['as sent']);
  likes.heard(40);
  expect(shown()).toBe(40);
  likes.tap();
  likes.heard(50);
  expect(shown()).toBe(51);
  likes.another();
  expect(shown()).toBe(52);
  await pass(500);
  likes.heard(7);
  expect(shown()).toBe(7);
});
