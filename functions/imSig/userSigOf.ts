import { seconds } from '../../shared/clock';
import type { Config } from '../../shared/config';
import { guestLife } from '../../shared/guestLife';
import { Failure } from '../../shared/http/errors';
import { isGuestId, isReservedUserId } from '../../shared/reservedUserId';
import { makeUserSig } from '../../shared/signing/userSig';

export type UserSigConfig = Pick<Config, 'IM_SDKAPPID' | 'IM_SECRET_KEY' | 'IM_USERSIG_TTL' | 'IM_ADMIN'>;

/**
 * The UserSig of a user, for every door; a guest of the share page chats too. A token may name another reserved id: an
 * old account, or one that an operator made.
 * @param now epoch milliseconds
 * @throws Failure forbidden for a reserved id
 */
export function userSigOf(config: UserSigConfig, userId: string, now: number): string {
  if (isReservedUserId(config, userId) && !isGuestId(userId))
    throw new Failure('forbidden', 'userId: is reserved, there is no UserSig for it');
  return makeUserSig({
    sdkAppId: config.IM_SDKAPPID,
    key: config.IM_SECRET_KEY.reveal(),
    userId,
    now: seconds(now),
    expire: userSigLife(config, userId),
  });
}

/** Seconds for which a user's UserSig is good: IM_USERSIG_TTL, a guest's no longer than the token it was given for. */
export function userSigLife({ IM_USERSIG_TTL }: Pick<Config, 'IM_USERSIG_TTL'>, userId: string): number {
  return isGuestId(userId) ? Math.min(IM_USERSIG_TTL, guestLife) : IM_USERSIG_TTL;
}
