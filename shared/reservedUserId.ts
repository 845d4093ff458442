import type { Config } from './config';

/** The IM console offers the first as its administrator, whether or not IM_ADMIN names it here. */
const reserved = ['administrator', 'admin', 'root'];

/** How the ids of get_visitor_info begin, which are nobody's account. */
export const visitorPrefix = 'visitor_';

/**
 * Whether a user id stands for something else than a user: the administrator of IM, whose UserSig may do everything
 * there, or a visitor. Case does not count.
 */
export function isReservedUserId({ IM_ADMIN }: Pick<Config, 'IM_ADMIN'>, userId: string): boolean {
  const id = userId.toLowerCase();
  return reserved.includes(id) || id === IM_ADMIN?.toLowerCase() || id.startsWith(visitorPrefix);
}
