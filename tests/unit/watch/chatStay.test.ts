import type { Chat, ChatState } from '../../../functions/watch/page/chat';
import { stayInChat } from '../../../functions/watch/page/chatStay';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

type OnState = (state: ChatState, why?: 'elsewhere') => void;

/** A page in a chat that can be joined as told, by default always; the last answer again and again. */
function page(answers: ('joins' | 'fails' | 'never')[] = ['joins']) {
  const entered: { onState: OnState; name: number; closed: boolean }[] = [];
  const out: string[] = [];
  const staying = stayInChat<{ chat: Chat; name: number }>({
    async enter(onState) {
      const one = { onState, name: entered.length, closed: false };
      entered.push(one);
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      if (answer === 'fails') {
        onState('failed');
        throw new Error('refused');
      }
      if (answer === 'never') await new Promise(() => undefined);
      onState('joined');
      const close = async (): Promise<void> => {
        one.closed = true;
      };
      return { chat: { send: async () => undefined, close }, name: one.name };
    },
    onOut: (why) => out.push(why),
  });
  const pass = (milliseconds = 0) => jest.advanceTimersByTimeAsync(milliseconds);
  const state: OnState = (given, why) => entered.at(-1)?.onState(given, why);
  return { ...staying, entered, out, pass, state };
}

test('joins anew when the login has ended by itself', async () => {
  const { join, current, entered, out, pass, state } = page();
  join();
  await pass();
  expect(current()?.name).toBe(0);
  state('failed');
  expect(current()).toBeUndefined();
  await pass(60_000);
  expect([current()?.name, entered.length, out]).toEqual([1, 2, []]);
});

test('thrown out by another page stays out, until somebody comes back to this one', async () => {
  const { join, comeBack, current, entered, out, pass, state } = page();
  join();
  await pass();
  comeBack();
  await pass();
  expect(entered.length).toBe(1);
  state('failed', 'elsewhere');
  await pass(3_600_000);
  expect([current(), entered.length, out]).toEqual([undefined, 1, ['elsewhere']]);
  comeBack();
  comeBack();
  await pass();
  expect([current()?.name, entered.length]).toEqual([1, 2]);
});

test('gives up what cannot be joined', async () => {
  const { join, entered, out, pass, comeBack } = page(['fails']);
  join();
  await pass(3_600_000);
  comeBack();
  await pass(3_600_000);
  expect([entered.length, out]).toEqual([7, ['unreachable']]);
});

test('left and joined again, as a page that is put aside and brought forth', async () => {
  const { join, leave, current, entered, pass, state } = page(['joins', 'fails', 'joins']);
  join();
  await pass();
  leave();
  expect([current(), entered[0]?.closed]).toEqual([undefined, true]);
  // What is said of the chat that was left says nothing.
  state('failed');
  join();
  await pass();
  leave();
  await pass(60_000);
  expect(entered.length).toBe(2);
  join();
  await pass();
  expect(current()?.name).toBe(2);
});

test('left while it is being joined, the chat is closed as soon as it is there', async () => {
  const { join, leave, current, entered, pass } = page();
  join();
  leave();
  await pass();
  expect([current(), entered.map(({ closed }) => closed)]).toEqual([undefined, [true]]);
});
