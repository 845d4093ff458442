import type { Config } from './config';

/** The IM console offers the first as its administrator, whether or not IM_ADMIN names it here. */
const reserved = ['administrator', 'admin', 'root'];

/** How the ids of get_visitor_info begin, which are nobody's account. */
export const visitorPrefix = 'visitor_';

/** How the ids begin that POST /watch/guest gives to viewers of the share page. */
export const guestPrefix = 'guest_';

/** Whether an id is a guest's: its token may watch, like and chat, nothing else. Case does not count. */
export function isGuestId(userId: string): boolean {
  return userId.toLowerCase().startsWith(guestPrefix);
}

/** Whether an id is of someone who passes by, without an account: a guest or a visitor. */
export function isPasserBy(userId: string): boolean {
  return isGuestId(userId) || userId.toLowerCase().startsWith(visitorPrefix);
}

/**
 * Whether a user id stands for something else than a user: the administrator of IM, whose UserSig may do everything
 * there, or someone without an account. Case does not count.
 */
export function isReservedUserId({ IM_ADMIN }: Pick<Config, 'IM_ADMIN'>, userId: string): boolean {
  const id = userId.toLowerCase();
  return reserved.includes(id) || id === IM_ADMIN?.toLowerCase() || isPasserBy(id);
}
