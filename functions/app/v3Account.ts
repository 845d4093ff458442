import { createHash } from 'node:crypto';
import { seconds } from '../../shared/clock';
import { tellIm } from '../../shared/imJobs';
import { isMediaUrl } from '../../shared/mediaUrl';
import { isReservedUserId } from '../../shared/reservedUserId';
import { sameText } from '../../shared/signing/sameText';
import { addAccount, findAccount, setVerifiers } from '../../shared/store/accounts';
import type { Queryable } from '../../shared/store/database';
import { noteLoginAddress } from '../../shared/store/loginAddresses';
import { extendMember } from '../../shared/store/roomMembers';
import { findProfile, lockUser, profilesOf, setProfile } from '../../shared/store/users';
import { openV3RoomOf } from '../../shared/store/v3Rooms';
import {
  allowFrom,
  isV3Number,
  makeV3User,
  numbersOfUsers,
  setValidFrom,
  userOfNumber,
  usersOfNumbers,
  type V3User,
} from '../../shared/store/v3Users';
import { isV3SaltCurrent, openV3Salt, sealV3Salt } from '../account/checkPassword';
import { eraseAccount } from '../account/eraseAccount';
import { limitLogin, limitRegistration, networkOf } from '../account/loginLimits';
import { userSigOf } from '../imSig/userSigOf';
import { hostBeat } from '../room/silentHosts';
import { callerOf, type V3Call, type V3Needs, type V3Request } from './v3';
import { V3Fault, v3Codes } from './v3Fault';
import { v3Text, v3Time, v3UserName } from './v3Input';
import { signV3Token, v3TokenLife } from './v3Token';

/** md5(username-password), which is what the app proves to know at each login; the original asks for 32 or more. */
const saltForm = /^[0-9A-Za-z]{32,128}$/;

/** A signature may be of any time of this day: phones' clocks are wrong, but one from a log of last week is no login. */
const signatureAge = 86_400_000;

/** Milliseconds without a beat after which a viewer has left; beats come every 10 s. */
export const viewerLife = 60_000;

const unknown = { nickname: '', headPic: '', frontCover: '', location: '' };

/**
 * oauth/register: an account that v3 apps can log in to, and our own API with the same password (`account/login`), which
 * then fills in what v2 apps need.
 */
export async function register({ params, request }: V3Request, needs: V3Needs) {
  const { database, random } = needs;
  const userId = v3UserName(params, 'username', v3Codes.verify);
  const salt = params.get('salt');
  if (!saltForm.test(salt)) throw new V3Fault(v3Codes.verify, 'salt required, 32 characters or more');
  if (isReservedUserId(needs.config, userId)) throw new V3Fault(v3Codes.verify, 'this user name is reserved');
  await limitRegistration(database, request.clientAddress, request.now);
  const { number } = await database.transaction(async (tx) => {
    const isOthers = isV3Number(userId) && (await userOfNumber(tx, userId)) !== undefined;
    const v3Salt = sealV3Salt(userId, salt, needs);
    if (isOthers || !(await addAccount(tx, userId, { v3Salt }, request.now)))
      throw new V3Fault(v3Codes.verify, 'this user name exists');
    await lockUser(tx, userId, request.now);
    const made = await makeV3User(tx, userId, random);
    await introduce(tx, made, request.now, needs);
    return made;
  });
  return { name: userId, id: Number(number) };
}

/**
 * oauth/signature: the login. The app signs with what it registered, so an account that was made elsewhere must first
 * have logged in once at our own API, where the password itself is known.
 */
export async function signature({ params, request }: V3Request, needs: V3Needs) {
  const { database, random } = needs;
  const { now, clientAddress } = request;
  const userId = v3UserName(params, 'username', v3Codes.verify);
  await limitLogin(database, userId, clientAddress, now);
  const account = await findAccount(database, userId);
  if (account !== undefined && account.v3Salt === null)
    throw new V3Fault(
      v3Codes.verify,
      'registered with another app: log in once with account/login, then here',
    );
  const salt = account && openV3Salt(account, needs);
  // Also without an account, so that the answer takes as long.
  const right = isSignedWith(salt ?? '', userId, params.get.bind(params), now);
  if (!right || account === undefined || salt === undefined)
    throw new V3Fault(v3Codes.verify, 'user name or password is wrong, or the clock of this device is');
  await noteLoginAddress(database, userId, networkOf(clientAddress), now);
  // Sealed anew while the secret it was sealed with is still known, so that a rotation can be finished.
  if (!isV3SaltCurrent(account, needs))
    await setVerifiers(database, userId, { v3Salt: sealV3Salt(userId, salt, needs) });
  const caller = await database.transaction(async (tx) => {
    const made = await makeV3User(tx, userId, random);
    await allowFrom(tx, userId, seconds(now));
    return made;
  });
  return session(caller, now, needs);
}

function isSignedWith(salt: string, userId: string, get: (name: string) => string, now: number): boolean {
  const ts = get('ts');
  const text = [userId, get('tag'), ts, get('nonce'), salt].join('-');
  const expected = createHash('md5').update(text).digest('hex');
  const timely = /^\d{1,15}$/.test(ts) && Math.abs(Number(ts) - now) <= signatureAge;
  return sameText(expected, get('signature').toLowerCase()) && timely;
}

/** user_login_token: what oauth/signature gives, for the token of an earlier login, which stays good. */
export async function loginByToken({ caller, request }: V3Call, needs: V3Needs) {
  return session(caller, request.now, needs);
}

async function session(caller: V3User, now: number, needs: V3Needs) {
  const profile = (await findProfile(needs.database, caller.userId)) ?? unknown;
  return {
    ...imLogin(caller, now, needs),
    apaasAppId: '',
    apaasUserId: caller.number,
    token: await signV3Token(needs.config.TOKEN_SECRET, caller.userId, seconds(now)),
    expire: v3Time(now + v3TokenLife * 1000),
    phone: '',
    email: '',
    name: profile.nickname,
    avatar: profile.headPic,
  };
}

/** iOS reads userSig, Android sdkUserSig; iOS wants sdkAppId to be a number and the others text. */
function imLogin({ number }: V3User, now: number, { config }: V3Needs) {
  const userSig = userSigOf(config, number, now);
  return { userId: number, sdkAppId: config.IM_SDKAPPID, userSig, sdkUserSig: userSig };
}

/**
 * user_keepalive, every 10 s: keeps the caller's room on the list and the caller among the members of the room that it
 * watches.
 */
export async function keepAlive({ caller, request }: V3Call, { database }: V3Needs) {
  const { now } = request;
  await hostBeat(database, caller.userId, now);
  if (caller.watching !== '') await extendMember(database, caller.watching, caller.userId, now + viewerLife);
  return {};
}

/** user_logout: no v3 token of this user is good any more. Whose token is not good is logged out already: a success. */
export async function logout(call: V3Request, needs: V3Needs) {
  const caller = await callerOf(call, needs).catch(asLoggedOut);
  if (caller !== undefined) await setValidFrom(needs.database, caller.userId, seconds(call.request.now) + 1);
  return {};
}

function asLoggedOut(error: unknown): undefined {
  if (error instanceof V3Fault) return undefined;
  throw error;
}

/** user_delete: ends the account for good, as account/delete does. The app asks for no password here and has none to send. */
export async function deleteUser(call: V3Request, needs: V3Needs) {
  const { userId } = await callerOf(call, needs);
  const { now } = call.request;
  await needs.database.transaction(async (tx) => {
    const room = await openV3RoomOf(tx, userId);
    await eraseAccount(tx, userId, now);
    if (room !== undefined)
      await tellIm(tx, needs.im, { kind: 'destroyGroup', groupId: room.roomId }, now, needs.random);
  });
  return {};
}

/** user_update: the name, and the picture where it is one of this deployment. */
export async function updateUser({ caller, params, request }: V3Call, needs: V3Needs) {
  const name = v3Text(params, 'name', 125);
  const avatar = params.get('avatar');
  const headPic = avatar !== '' && isMediaUrl(needs.config, avatar) ? avatar : undefined;
  if (name === '' && avatar === '') throw new V3Fault(v3Codes.nothingToUpdate, 'name or avatar required');
  await needs.database.transaction(async (tx) => {
    await setProfile(tx, caller.userId, { nickname: name === '' ? undefined : name, headPic }, request.now);
    await introduce(tx, caller, request.now, needs);
  });
  return {};
}

/** IM shows name and picture of a user in rooms. It learns them within a minute: no answer waits for it. */
async function introduce(
  tx: Queryable,
  { userId, number }: V3User,
  now: number,
  needs: V3Needs,
): Promise<void> {
  const { nickname, headPic } = (await findProfile(tx, userId)) ?? unknown;
  await tellIm(tx, needs.im, { kind: 'account', userId: number, nickname, headPic }, now, needs.random);
}

/** user_query: what everybody may see of a user, of the caller unless another is asked for. */
export async function queryUser({ caller, params }: V3Call, { database }: V3Needs) {
  if (params.get('searchPhone') !== '') throw new V3Fault(v3Codes.noSuchUser, 'no such user');
  const asked = params.get('searchUserId') || params.get('userId') || caller.number;
  const [found] = await usersShown(database, [asked]);
  if (found === undefined) throw new V3Fault(v3Codes.noSuchUser, 'no such user');
  return found;
}

/** getUserInfoBatch: as user_query for several; those of whom nothing is known are left out. */
export async function queryUsers({ params }: V3Call, { database }: V3Needs) {
  const list = ['userIdList', 'userIds', 'searchUserIds']
    .map((name) => params.get(name))
    .find((one) => one !== '');
  const asked = (list ?? '').replace(/[[\]"\s]/g, '').split(',');
  return usersShown(database, [...new Set(asked)].filter((one) => one !== '').slice(0, 100));
}

/** Of users by number or by user id, in the order asked for. */
async function usersShown(database: Queryable, asked: readonly string[]) {
  const byNumber = await usersOfNumbers(database, asked);
  const users = asked.map((one) => byNumber.get(one) ?? one);
  const profiles = await profilesOf(database, users);
  const numbers = await numbersOfUsers(database, users);
  return users.flatMap((userId) => {
    const profile = profiles.get(userId);
    if (profile === undefined) return [];
    const shown = numbers.get(userId) ?? userId;
    return [
      {
        userId: shown,
        apaasUserId: shown,
        name: profile.nickname,
        avatar: profile.headPic,
        phone: '',
        email: '',
      },
    ];
  });
}

/**
 * user_doctor_auth: some apps of the family ask here for the UserSig of another user. It would let anyone be anyone in
 * IM, so it is given for the caller only.
 */
export async function doctorAuth({ caller, params, request }: V3Call, needs: V3Needs) {
  if (!['', caller.number, caller.userId].includes(params.get('doctorUserId')))
    throw new V3Fault(v3Codes.verify, 'doctorUserId: a UserSig is given to its own user only');
  return { ...imLogin(caller, request.now, needs), apaasUserId: caller.number };
}
