import { ask, countOf, textOf } from './api';

export interface Guest {
  userId: string;
  token: string;
  /** Epoch seconds. */
  expiresAt: number;
}

const place = 'xiaozhibo.guest';

/** A token is renewed so long before its end, seconds. */
const reserve = 600;

/**
 * This browser as a guest: the same one on every page and after a reload, as long as it comes back while its token is
 * good. Asked for once, however many want it at a time.
 * @throws Refused when guests are not let in
 */
export function guestOfThisBrowser(): () => Promise<Guest> {
  let guest: Guest | undefined = remembered();
  let asked: Promise<Guest> | undefined;
  return () => {
    if (guest !== undefined && guest.expiresAt - reserve > Date.now() / 1000) return Promise.resolve(guest);
    asked ??= arrive(guest).then((arrived) => {
      guest = arrived;
      return arrived;
    });
    void asked.catch(() => undefined).then(() => (asked = undefined));
    return asked;
  };
}

async function arrive(before: Guest | undefined): Promise<Guest> {
  const answer = await ask('/watch/guest', before === undefined ? {} : { token: before.token });
  const guest = {
    userId: textOf(answer['userId']),
    token: textOf(answer['token']),
    expiresAt: countOf(answer['expiresAt']) ?? 0,
  };
  try {
    localStorage.setItem(place, JSON.stringify(guest));
  } catch {
    // Not allowed to keep anything: a new guest after each reload.
  }
  return guest;
}

function remembered(): Guest | undefined {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(place) ?? 'null');
    if (typeof kept !== 'object' || kept === null) return undefined;
    const { userId, token, expiresAt }: Partial<Record<keyof Guest, unknown>> = kept;
    if (typeof userId !== 'string' || typeof token !== 'string' || typeof expiresAt !== 'number')
      return undefined;
    return expiresAt > Date.now() / 1000 ? { userId, token, expiresAt } : undefined;
  } catch {
    return undefined;
  }
}
