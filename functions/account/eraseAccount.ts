import { seconds } from '../../shared/clock';
import { closeAccount } from '../../shared/store/accounts';
import { dropBroadcastsOf } from '../../shared/store/broadcasts';
import type { Queryable } from '../../shared/store/database';
import { dropLoginAddressesOf } from '../../shared/store/loginAddresses';
import { endFamiliesOf } from '../../shared/store/refreshTokens';
import { dropReplaysOf } from '../../shared/store/replays';
import { setProfile } from '../../shared/store/users';
import { dropV2Room } from '../../shared/store/v2Rooms';
import { dropV2SessionsOf } from '../../shared/store/v2Sessions';
import { dropRoomIdOf } from '../../shared/store/v3RoomIds';
import { dropV3RoomsOf } from '../../shared/store/v3Rooms';
import { setValidFrom } from '../../shared/store/v3Users';
import { dropVideosOf } from '../../shared/store/videos';

/**
 * Ends an account for good: its passwords and logins go, its profile is emptied, and its lives, replays and videos leave
 * the lists. What stays: the id, so that nobody can take it over while an access token (an hour) or a UserSig of the old
 * user is still good; an operator's word that the user may not broadcast; and what others reported.
 * @returns false when there is no such account
 */
export async function eraseAccount(tx: Queryable, userId: string, now: number): Promise<boolean> {
  // The user's row first: whoever begins a broadcast holds it too.
  await setProfile(tx, userId, { nickname: '', headPic: '', frontCover: '', location: '' }, now);
  if (!(await closeAccount(tx, userId, now))) return false;
  await endSessions(tx, userId, now);
  await dropLoginAddressesOf(tx, userId);
  await dropV2Room(tx, userId);
  await dropBroadcastsOf(tx, userId);
  await dropV3RoomsOf(tx, userId);
  await dropRoomIdOf(tx, userId);
  await dropReplaysOf(tx, userId);
  await dropVideosOf(tx, userId);
  return true;
}

/** Logs a user out everywhere: no refresh token and no token of an old app is good any more. */
export async function endSessions(tx: Queryable, userId: string, now: number): Promise<void> {
  await endFamiliesOf(tx, userId);
  await dropV2SessionsOf(tx, userId);
  // Tokens of v3 apps count in seconds; one of this very second is not to be told from those before.
  await setValidFrom(tx, userId, seconds(now) + 1);
}
