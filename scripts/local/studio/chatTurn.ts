import type { Chat } from '../../../functions/watch/page/chat';

/** One stay in a chat. */
export interface ChatTurn {
  /** @throws Error as `join` does, and when the turn was over before it began */
  chat: Promise<Chat>;
  leave(): void;
}

/** Settles when the turn before has been left altogether. */
let before: Promise<void> = Promise.resolve();

/**
 * Joins a chat once the one before has been left: the official SDK has a single login for the whole page, which the end
 * of the one before would end (`create` gives the same instance for the same SDKAppID, README of @tencentcloud/chat).
 */
export function joinInTurn(join: () => Promise<Chat>): ChatTurn {
  let over = false;
  let leave = (): void => undefined;
  const left = new Promise<void>((resolve) => (leave = resolve));
  const chat = before.then(() => {
    if (over) throw new Error('left before the chat was joined');
    return join();
  });
  before = left.then(async () => {
    const joined = await chat.catch(() => undefined);
    await joined?.close();
  });
  return {
    chat,
    leave() {
      over = true;
      leave();
    },
  };
}
