import { seconds } from '../../shared/clock';
import type { ImCloud } from '../../shared/cloud/im';
import type { Config } from '../../shared/config';
import { Failure } from '../../shared/http/errors';
import { jsonResponse, type HttpResponse } from '../../shared/http/response';
import type { ServedRequest } from '../../shared/http/serve';
import { findAccount } from '../../shared/store/accounts';
import type { Database } from '../../shared/store/database';
import { countRequest } from '../../shared/store/rates';
import { findV3User, type V3User } from '../../shared/store/v3Users';
import {
  deleteUser,
  doctorAuth,
  keepAlive,
  loginByToken,
  logout,
  queryUser,
  queryUsers,
  register,
  signature,
  updateUser,
} from './v3Account';
import type { UserSigConfig } from '../imSig/userSigOf';
import type { UploadSigNeeds } from '../uploadSig/uploadSig';
import { cosConfig } from './v3Cos';
import { V3Fault, v3CodeOf, v3Codes, type V3Code } from './v3Fault';
import { readV3Params, type V3Params } from './v3Input';
import { listRooms, listUsers, roomDetail } from './v3List';
import { destroyRoom, enterRoom, generateRoomId, leaveRoom, updateRoom } from './v3Rooms';
import { readV3Token } from './v3Token';

/** What the methods run on: every setting that one of them reads. */
export interface V3Needs {
  config: Pick<Config, 'TOKEN_SECRET' | 'LIVE_BIZID' | 'MEDIA_HOSTS'> &
    UserSigConfig &
    UploadSigNeeds['config'];
  database: Database;
  im: ImCloud;
  random: (bytes: number) => Uint8Array;
}

export interface V3Request {
  /** The method, as in the path behind /base/v1/. */
  name: string;
  params: V3Params;
  request: ServedRequest;
}

/** A request of somebody who is logged in. */
export interface V3Call extends V3Request {
  caller: V3User;
}

interface Method {
  /** @returns `data` of the answer */
  run(call: V3Request, needs: V3Needs): Promise<unknown>;
  /** What a request at fault is called. */
  fault: V3Code;
}

/** A method that anyone may call. */
const open = (run: Method['run'], fault: V3Code): Method => ({ run, fault });

/**
 * A method for the holder of a token.
 * @param limit how many requests a user may make in ten seconds; none for what only reads
 */
const user = (
  run: (call: V3Call, needs: V3Needs) => Promise<unknown>,
  fault: V3Code,
  limit?: number,
): Method => ({
  fault,
  async run(call, needs) {
    const caller = await callerOf(call, needs);
    if (limit !== undefined)
      await withinLimit(call.name, caller.userId, limit, call.request.now, needs.database);
    return run({ ...call, caller }, needs);
  },
});

/** What v3 apps can ask for, by the path behind /base/v1/ (protocol.md 12). A new method is one more line here. */
const methods = new Map<string, Method>([
  ['oauth/register', open(register, v3Codes.verify)],
  ['oauth/signature', open(signature, v3Codes.verify)],
  ['gslb', open(async () => ({}), v3Codes.verify)],
  ['auth_users/user_login_token', user(loginByToken, v3Codes.verify)],
  ['auth_users/user_keepalive', user(keepAlive, v3Codes.verify)],
  ['auth_users/user_logout', { run: logout, fault: v3Codes.verify }],
  ['auth_users/user_delete', { run: deleteUser, fault: v3Codes.verify }],
  ['auth_users/user_update', user(updateUser, v3Codes.verify, 20)],
  ['auth_users/user_query', user(queryUser, v3Codes.userQuery)],
  ['auth_users/user_doctor_auth', user(doctorAuth, v3Codes.verify)],
  ['getUserInfoBatch', user(queryUsers, v3Codes.userQuery)],
  ['rooms/generate_roomid', user(generateRoomId, v3Codes.roomCreate, 60)],
  ['rooms/enter_room', user(enterRoom, v3Codes.roomCreate, 60)],
  ['rooms/leave_room', user(leaveRoom, v3Codes.roomLeave, 60)],
  ['rooms/update_room', user(updateRoom, v3Codes.roomCreate, 60)],
  ['rooms/destroy_room', user(destroyRoom, v3Codes.roomDestroy, 60)],
  ['rooms/query_room', user(listRooms, v3Codes.roomQuery)],
  ['rooms/room_detail', user(roomDetail, v3Codes.roomQuery)],
  ['rooms/list_users', user(listUsers, v3Codes.roomQuery)],
  ['rooms/room_keepalive', user(keepAlive, v3Codes.roomQuery)],
  ['cos/config', user(cosConfig, v3Codes.verify, 60)],
]);

const limitWindow = 10_000;

/**
 * Answers a v3 request (protocol.md 12): GET with a query, POST of a form or of JSON, always HTTP 200 and
 * `{errorCode, errorMessage, data, version}`: the vendor's backend answers failures with 500, at which Android crashes.
 * @throws Failure only for what is nobody's fault, for {@link v3Failure} to put in the same envelope
 */
export async function answerV3(request: ServedRequest, needs: V3Needs): Promise<HttpResponse> {
  const name = methodName(request.path);
  const method = methods.get(name);
  try {
    if (request.method !== 'GET' && request.method !== 'POST')
      throw new V3Fault(v3Codes.verify, 'expected GET or POST');
    if (method === undefined) throw new V3Fault(v3Codes.verify, 'no such method');
    const data = await method.run({ name, params: readV3Params(request), request }, needs);
    return envelope(0, 'ok', data ?? null);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return v3Failure(error, method?.fault);
  }
}

/** What stands behind `/base/v1/`, or behind the last slash for the one method beside it. */
function methodName(path: string): string {
  const base = path.lastIndexOf('/base/v1/');
  return base === -1 ? path.slice(path.lastIndexOf('/') + 1) : path.slice(base + '/base/v1/'.length);
}

/** The v3 envelope of a failure. */
export function v3Failure(failure: Failure, fault: V3Code = v3Codes.verify): HttpResponse {
  return envelope(v3CodeOf(failure, fault), failure.message, null);
}

/** iOS takes an answer for a system error unless errorCode is a number and errorMessage text. */
function envelope(errorCode: number, errorMessage: string, data: unknown): HttpResponse {
  return jsonResponse(200, { errorCode, errorMessage, data, version: '1.0.0' });
}

/**
 * Whose token it is. Every way in which it can be bad is 204 but one: the app says on its login page that it expired.
 * @throws V3Fault
 */
export async function callerOf({ params, request }: V3Request, needs: V3Needs): Promise<V3User> {
  const check = await readV3Token(params.get('token'), needs.config.TOKEN_SECRET, seconds(request.now));
  if (!check.ok && check.reason === 'expired')
    throw new V3Fault(v3Codes.tokenExpired, 'the token has expired');
  const caller = check.ok ? await findV3User(needs.database, check.userId) : undefined;
  const account = caller && (await findAccount(needs.database, caller.userId));
  if (!check.ok || caller === undefined || account === undefined || check.issuedAt < caller.validFrom)
    throw new V3Fault(v3Codes.tokenInvalid, 'the token is not valid');
  if (!namesCaller(params, caller, request.path))
    throw new V3Fault(v3Codes.tokenInvalid, 'userId: differs from the user the token belongs to');
  return caller;
}

/** Android sends as `userId` of user_query whom it asks about, iOS as everywhere itself. */
function namesCaller(params: V3Params, { userId, number }: V3User, path: string): boolean {
  const asked = path.endsWith('/user_query') ? ['apaasUserId'] : ['userId', 'apaasUserId'];
  return asked.map((name) => params.get(name)).every((given) => ['', userId, number].includes(given));
}

async function withinLimit(
  name: string,
  userId: string,
  most: number,
  now: number,
  database: Database,
): Promise<void> {
  const made = await countRequest(database, `v3:${name}:u:${userId}`.slice(0, 120), limitWindow, now);
  if (made > most) throw new Failure('tooMany', 'too many requests, try again later');
}
