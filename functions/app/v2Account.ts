import { seconds } from '../../shared/clock';
import { makeUserSig } from '../../shared/signing/userSig';
import { isReservedUserId, visitorPrefix } from '../../shared/reservedUserId';
import { addAccount, lockAccount } from '../../shared/store/accounts';
import { noteLoginAddress } from '../../shared/store/loginAddresses';
import { countRequest } from '../../shared/store/rates';
import { lockUser } from '../../shared/store/users';
import type { ServedRequest } from '../../shared/http/serve';
import { checkPassword, verifiersOf } from '../account/checkPassword';
import { limitRegistration, networkOf } from '../account/loginLimits';
import { userSigOf } from '../imSig/userSigOf';
import type { V2Call, V2Needs } from './v2';
import { V2Fault } from './v2Fault';
import { v2Password, v2Required, v2UserId, type V2Body } from './v2Input';
import { beginV2Session, renewV2Session } from './v2Token';

/** register: makes an account of what the app sends for the password; the app logs in right after. */
export async function register(body: V2Body, { now, clientAddress }: ServedRequest, needs: V2Needs) {
  const [userId, v2] = [v2UserId(body), v2Password(body)];
  if (isReservedUserId(needs.config, userId)) throw new V2Fault(612, 'userid is reserved');
  await limitRegistration(needs.database, clientAddress, now);
  const verifiers = await verifiersOf(userId, { v2 }, needs);
  await needs.database.transaction(async (tx) => {
    if (!(await addAccount(tx, userId, verifiers, now))) throw new V2Fault(612, 'register user id existed');
    await noteLoginAddress(tx, userId, networkOf(clientAddress), now);
    await lockUser(tx, userId, now);
  });
  return {};
}

/**
 * login. 620 and 621 tell an unknown user from a wrong password because the apps show it, and register says no less.
 * `cos_info.SecretId` is that of COS_SECRET_ID, which the app needs to upload with get_cos_sign.
 */
export async function login(body: V2Body, { now, clientAddress }: ServedRequest, needs: V2Needs) {
  const { config, database, random } = needs;
  const [userId, v2] = [v2UserId(body), v2Password(body)];
  if (isReservedUserId(config, userId)) throw new V2Fault(602, 'userid is reserved');
  const check = await checkPassword(userId, { v2 }, clientAddress, now, needs);
  if (!check.ok) throw refusal(userId, check.reason);
  const tokens = await database.transaction(async (tx) => {
    // It may have been deleted while the password was looked at.
    if (!(await lockAccount(tx, userId))) throw refusal(userId, 'noAccount');
    return beginV2Session(tx, userId, config.TOKEN_SECRET, now, random);
  });
  return {
    ...tokens,
    roomservice_sign: imLogin(userId, userSigOf(config, userId, now), needs),
    cos_info: {
      Bucket: config.COS_BUCKET,
      Region: config.COS_REGION,
      Appid: Number(config.COS_APPID),
      SecretId: config.COS_SECRET_ID,
    },
  };
}

/** What refresh needs besides the signature. */
export function readRefresh(body: V2Body): string {
  return v2Required(body, 'refresh_token');
}

/** refresh: new tokens for those of the session that signed the request. */
export async function refresh(refreshToken: string, { session, request }: V2Call, needs: V2Needs) {
  const { config, database, random } = needs;
  const tokens = await renewV2Session(
    database,
    session,
    refreshToken,
    config.TOKEN_SECRET,
    request.now,
    random,
  );
  if (tokens === undefined) throw new V2Fault(498, '', {});
  return tokens;
}

const visitorsPerHour = 60;

/**
 * get_visitor_info: an IM login for someone without an account, who can watch and chat but sign nothing. Only a document
 * names this method; no client is known to call it.
 */
export async function getVisitorInfo(_body: V2Body, { now, clientAddress }: ServedRequest, needs: V2Needs) {
  const made = await countRequest(needs.database, `visitor:${networkOf(clientAddress)}`, 3_600_000, now);
  if (made > visitorsPerHour) throw new V2Fault(500, 'too many visitors from this address, try again later');
  const { config } = needs;
  const userId = `${visitorPrefix}${Buffer.from(needs.random(8)).toString('hex')}`;
  const userSig = makeUserSig({
    sdkAppId: config.IM_SDKAPPID,
    key: config.IM_SECRET_KEY.reveal(),
    userId,
    now: seconds(now),
    expire: config.IM_USERSIG_TTL,
  });
  return { userid: userId, roomservice_sign: imLogin(userId, userSig, needs) };
}

function imLogin(userId: string, userSig: string, { config }: V2Needs) {
  return { sdkAppID: config.IM_SDKAPPID, userID: userId, userSig };
}

function refusal(userId: string, reason: 'noAccount' | 'wrong' | 'otherDoor'): V2Fault {
  switch (reason) {
    case 'noAccount':
      return new V2Fault(620, `login fail: ${userId}user not exist`);
    case 'wrong':
      return new V2Fault(621, `login fail: ${userId}password error`);
    case 'otherDoor':
      return new V2Fault(
        621,
        `login fail: ${userId} was registered with a newer app; log in once with account/login, then here`,
      );
  }
}
