import { setImmediate } from 'node:timers/promises';
import { joinInTurn } from '../../../scripts/local/studio/chatTurn';

/** A chat that says what happens to it, and is left when it is told so. */
function chatCalled(name: string, happened: string[]) {
  let finish = (): void => undefined;
  const gone = new Promise<void>((resolve) => (finish = resolve));
  return {
    finish: () => finish(),
    join: async () => {
      happened.push(`${name} joined`);
      return {
        send: async () => undefined,
        async close() {
          happened.push(`${name} leaves`);
          await gone;
          happened.push(`${name} left`);
        },
      };
    },
  };
}

test('a room is joined only when the one before has been left altogether', async () => {
  const happened: string[] = [];
  const [first, second] = [chatCalled('first', happened), chatCalled('second', happened)];
  const here = joinInTurn(first.join);
  await here.chat;
  here.leave();
  const there = joinInTurn(second.join);
  await setImmediate();
  expect(happened).toEqual(['first joined', 'first leaves']);
  first.finish();
  await there.chat;
  expect(happened).toEqual(['first joined', 'first leaves', 'first left', 'second joined']);
  second.finish();
  there.leave();
});

test('a room that is passed through is not joined, and one that cannot be joined holds nobody up', async () => {
  const happened: string[] = [];
  const [first, last] = [chatCalled('first', happened), chatCalled('last', happened)];
  const passed = joinInTurn(first.join);
  passed.leave();
  const refused = joinInTurn(() => Promise.reject(new Error('refused')));
  await expect(passed.chat).rejects.toThrow('left before');
  await expect(refused.chat).rejects.toThrow('refused');
  refused.leave();
  const turn = joinInTurn(last.join);
  await turn.chat;
  expect(happened).toEqual(['last joined']);
  last.finish();
  turn.leave();
});
