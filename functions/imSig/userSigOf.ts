import { seconds } from '../../shared/clock';
import type { Config } from '../../shared/config';
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
    expire: config.IM_USERSIG_TTL,
  });
}
