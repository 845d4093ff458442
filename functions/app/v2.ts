import type { Config } from '../../shared/config';
import type { Failure } from '../../shared/http/errors';
import { readJsonObject } from '../../shared/http/request';
import { jsonResponse, type HttpResponse } from '../../shared/http/response';
import type { ServedRequest } from '../../shared/http/serve';
import type { Database } from '../../shared/store/database';
import { countRequest } from '../../shared/store/rates';
import type { V2Session } from '../../shared/store/v2Sessions';
import type { UserSigConfig } from '../imSig/userSigOf';
import { getVisitorInfo, login, readRefresh, refresh, register } from './v2Account';
import { V2Fault, type V2Code } from './v2Fault';
import { v2UserId, type V2Body } from './v2Input';
import { getUgcList, getVodList, readPage, readUgc, uploadUgc } from './v2List';
import { getUserInfo, readRoom, readUserInfo, uploadRoom, uploadUserInfo } from './v2Profile';
import { getCosSign, getRoomserviceSign, getSig, getVodSign, readSigType } from './v2Sign';
import { v2SessionOfSignature } from './v2Token';

/** What the methods run on: every setting that one of them reads. */
export interface V2Needs {
  config: Pick<
    Config,
    | 'TOKEN_SECRET'
    | 'LIVE_BIZID'
    | 'LIVE_CALLBACK_KEY'
    | 'COS_APPID'
    | 'COS_BUCKET'
    | 'COS_REGION'
    | 'COS_SECRET_ID'
    | 'COS_SECRET_KEY'
    | 'VOD_SECRET_ID'
    | 'VOD_SECRET_KEY'
    | 'VOD_PROCEDURE'
    | 'VOD_SUB_APPID'
    | 'REPLAY_WINDOW_DAYS'
  > &
    UserSigConfig;
  database: Database;
  random: (bytes: number) => Uint8Array;
}

/** A request whose signature was right. */
export interface V2Call {
  request: ServedRequest;
  session: V2Session;
}

/** One method: from the members of the body to the `data` of the answer. */
type Method = (name: string, body: V2Body, request: ServedRequest, needs: V2Needs) => Promise<object>;

/** A method that anyone may call. */
const open =
  (run: (body: V2Body, request: ServedRequest, needs: V2Needs) => Promise<object>): Method =>
  (_name, body, request, needs) =>
    run(body, request, needs);

/**
 * A method whose request is signed. As in the original the members come first (602), then the signature (498).
 * @param limit how many requests a user may make in ten seconds; none for what only reads
 */
const signed =
  <Input>(
    read: (body: V2Body) => Input,
    run: (input: Input, call: V2Call, needs: V2Needs) => Promise<object>,
    limit?: number,
  ): Method =>
  async (name, body, request, needs) => {
    const userId = v2UserId(body);
    const input = read(body);
    const session = await v2SessionOfSignature(
      needs.database,
      userId,
      { rawBody: request.body, sig: request.headers['liteav-sig'] },
      needs.config.TOKEN_SECRET,
      request.now,
    );
    if (session === undefined) throw new V2Fault(498, name);
    if (limit !== undefined) await withinLimit(name, userId, limit, request.now, needs.database);
    return run(input, { request, session }, needs);
  };

/** get_cos_sign looks at no member: who sends none has no valid signature either. */
const signedOnly =
  (method: Method): Method =>
  async (name, body, request, needs) => {
    try {
      return await method(name, body, request, needs);
    } catch (error) {
      throw error instanceof V2Fault && error.code === 602 ? new V2Fault(498, name) : error;
    }
  };

const nothing = () => undefined;

/** What v2 apps can ask for, by the last part of the path (protocol.md 11.2). A new method is one more line here. */
const methods = new Map<string, Method>([
  ['register', open(register)],
  ['login', open(login)],
  ['refresh', signed(readRefresh, refresh, 20)],
  ['get_visitor_info', open(getVisitorInfo)],
  ['get_user_info', signed(nothing, getUserInfo)],
  ['upload_user_info', signed(readUserInfo, uploadUserInfo, 20)],
  ['upload_room', signed(readRoom, uploadRoom, 20)],
  ['get_vod_list', signed(readPage, getVodList)],
  ['upload_ugc', signed(readUgc, uploadUgc, 20)],
  ['get_ugc_list', signed(readPage, getUgcList)],
  ['get_cos_sign', signedOnly(signed(nothing, getCosSign, 60))],
  ['get_vod_sign', signed(nothing, getVodSign, 60)],
  ['get_roomservice_sign', signed(nothing, getRoomserviceSign, 60)],
  ['getsig', signed(readSigType, getSig, 60)],
]);

/** The paths at which {@link answerV2} is served. */
export const v2Paths: readonly string[] = [...methods.keys()].map((name) => `/${name}`);

const limitWindow = 10_000;

/**
 * Answers a v2 request (protocol.md 11): `{code, message, data}`, always HTTP 200, `data` an object except for 400 and
 * 498. `timestamp` and `expires` are not judged, as in the original: phones write them in seconds, in fractions of
 * milliseconds, or leave them out.
 * @throws Failure for {@link v2Failure} to put in the same envelope
 */
export async function answerV2(request: ServedRequest, needs: V2Needs): Promise<HttpResponse> {
  try {
    const name = request.path.split('/').at(-1) ?? '';
    const method = methods.get(name);
    if (method === undefined) throw new V2Fault(400, request.path.replace(/\W/g, '').slice(0, 64));
    return envelope(200, 'OK', await method(name, readBody(request.body), request, needs));
  } catch (error) {
    if (error instanceof V2Fault) return envelope(error.code, error.message, error.data);
    throw error;
  }
}

/** The v2 envelope of a failure that is not one of the protocol's own. */
export function v2Failure(failure: Failure): HttpResponse {
  const fault = new V2Fault(codeOf(failure), failure.message);
  return envelope(fault.code, fault.message, fault.data);
}

function codeOf(failure: Failure): V2Code {
  if (failure.status === 400 || failure.status === 413) return 602;
  return failure.code === 'unauthorized' ? 498 : 500;
}

function envelope(code: number, message: string, data: object): HttpResponse {
  return jsonResponse(200, { code, message, data });
}

/** The original takes a body that is no JSON object for one without members. */
function readBody(body: string): V2Body {
  try {
    return readJsonObject(body);
  } catch {
    return {};
  }
}

async function withinLimit(
  name: string,
  userId: string,
  most: number,
  now: number,
  database: Database,
): Promise<void> {
  const made = await countRequest(database, `v2:${name}:${userId}`, limitWindow, now);
  if (made > most) throw new V2Fault(500, `at most ${most} ${name} in ${limitWindow / 1000} s`);
}
