import { backOff } from './backOff';
import type { Chat, ChatState } from './chat';

export interface StayOptions<Entered extends { chat: Chat }> {
  /** Joins the chat. Tells `onState` what openChat tells. @throws when it cannot be joined */
  enter(onState: (state: ChatState, why?: 'elsewhere') => void): Promise<Entered>;
  /** Takes why nobody is in the chat: the same guest is in it on another page, or it cannot be reached. */
  onOut(why: 'elsewhere' | 'unreachable'): void;
}

export interface Staying<Entered> {
  /** The chat, while it is joined. */
  current: () => Entered | undefined;
  /** Joins again if another page has taken the guest's place, which that page then loses. */
  comeBack: () => void;
  /** Joins, again after `leave`. */
  join: () => void;
  leave: () => void;
}

/** A chat that cannot be reached is tried so often, with growing pauses. */
const mostTries = 6;

/**
 * Stays in a chat: joins, and joins anew after a failure. IM lets a user be in it on one page only, as a rule: whoever is
 * thrown out by another page of the same guest stays out until somebody turns to this one, or the two would throw each
 * other out for ever.
 */
export function stayInChat<Entered extends { chat: Chat }>(options: StayOptions<Entered>): Staying<Entered> {
  let current: Entered | undefined;
  let failures = 0;
  let elsewhere = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** Which try counts: what comes of an earlier one is of no interest. */
  let latest = 0;
  const enter = async (mine: number): Promise<void> => {
    let joined = false;
    const entered = await options.enter((state, why) => {
      joined ||= state === 'joined';
      // What fails before that is thrown.
      if (state === 'failed' && joined && mine === latest) lost(why);
    });
    if (mine !== latest) return entered.chat.close();
    current = entered;
    failures = 0;
  };
  const begin = (): void => {
    clearTimeout(timer);
    elsewhere = false;
    const mine = (latest += 1);
    enter(mine).catch(() => {
      if (mine === latest) tryAgain();
    });
  };
  const lost = (why: 'elsewhere' | undefined): void => {
    latest += 1;
    current = undefined;
    elsewhere = why === 'elsewhere';
    if (elsewhere) options.onOut('elsewhere');
    else tryAgain();
  };
  const tryAgain = (): void => {
    failures += 1;
    if (failures > mostTries) options.onOut('unreachable');
    else timer = setTimeout(begin, backOff(failures + 2, Math.random()));
  };
  return {
    current: () => current,
    comeBack() {
      if (elsewhere) begin();
    },
    join() {
      failures = 0;
      begin();
    },
    leave() {
      clearTimeout(timer);
      latest += 1;
      elsewhere = false;
      void current?.chat.close();
      current = undefined;
    },
  };
}
