import { guestLife } from '../../../shared/guestLife';
import { ask, Refused, textOf } from './api';

export interface Guest {
  userId: string;
  token: string;
  /** When the token came, milliseconds by the clock of this browser, which may differ from the server's. */
  since: number;
}

const place = 'xiaozhibo.guest';

/** A token is renewed so long before its end, seconds. */
const reserve = 600;

/** Does something as the guest of this browser, a second time as another when the server knows the first no longer. */
export type AsGuest = <Result>(work: (guest: Guest) => Promise<Result>) => Promise<Result>;

/**
 * This browser as a guest: the same one on every page and after a reload, as long as it comes back while its token is
 * good. Asked for once, however many want it at a time.
 * @throws Refused when guests are not let in
 */
export function guestOfThisBrowser(): AsGuest {
  let guest: Guest | undefined = remembered();
  let asked: Promise<Guest> | undefined;
  const current = (): Promise<Guest> => {
    if (guest !== undefined && isGood(guest, reserve)) return Promise.resolve(guest);
    asked ??= arrive(guest).then((arrived) => {
      guest = arrived;
      return arrived;
    });
    void asked.catch(() => undefined).then(() => (asked = undefined));
    return asked;
  };
  return async (work) => {
    const me = await current();
    try {
      return await work(me);
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 401) throw error;
      if (guest === me) guest = undefined;
      return work(await current());
    }
  };
}

async function arrive(before: Guest | undefined): Promise<Guest> {
  const answer = await ask('/watch/guest', before === undefined ? {} : { token: before.token });
  const guest = { userId: textOf(answer['userId']), token: textOf(answer['token']), since: Date.now() };
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
    const { userId, token, since }: Partial<Record<keyof Guest, unknown>> = kept;
    if (typeof userId !== 'string' || typeof token !== 'string' || typeof since !== 'number')
      return undefined;
    const guest = { userId, token, since };
    return isGood(guest, 0) ? guest : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a token will be good for so many seconds more; one that comes from the future is not trusted. */
function isGood({ since }: Guest, secondsMore: number): boolean {
  const age = (Date.now() - since) / 1000;
  return age >= 0 && age + secondsMore < guestLife;
}
