import { seconds } from '../../shared/clock';
import type { Config } from '../../shared/config';
import { Failure } from '../../shared/http/errors';
import { readJsonObject } from '../../shared/http/request';
import { jsonResponse, type HttpResponse } from '../../shared/http/response';
import type { ServedRequest } from '../../shared/http/serve';
import { cosV4Sign } from '../../shared/signing/cosLegacy';
import { verifyUserSig } from '../../shared/signing/userSig';
import { getPushUrl, type PushUrlNeeds } from '../getPushUrl/getPushUrl';
import type { VodListNeeds } from '../getVodList/getVodList';
import { changeStatus } from '../room/changeStatus';
import { fetchList } from './v1List';
import { v1Fault, v1Int, v1Required, v1Text, v1UserId, v1UserInfo, type V1Body } from './v1Input';

export type V1Needs = PushUrlNeeds &
  VodListNeeds & {
    config: Pick<
      Config,
      | 'V1_ACCESS'
      | 'COS_APPID'
      | 'COS_BUCKET'
      | 'COS_SECRET_ID'
      | 'COS_SECRET_KEY'
      | 'IM_SDKAPPID'
      | 'IM_SECRET_KEY'
    >;
  };

/** Seconds a GetCOSSign signature lives, as in the original: it opens the bucket for uploads. */
const cosSignLife = 30;

type Action = (body: V1Body, request: ServedRequest, needs: V1Needs) => Promise<unknown>;

/**
 * What `POST /interface.php` can do, by the name in `Action`: each entry reads the v1 members, runs a command and
 * names its result as v1 does (protocol.md 4). A new action is one more entry.
 */
const actions = new Map<string, Action>([
  ['RequestLVBAddr', requestLvbAddr],
  ['ChangeStatus', changeStatusV1],
  ['FetchList', fetchList],
  ['GetCOSSign', getCosSign],
]);

/**
 * Answers a v1 request (protocol.md 2): whatever the Content-Type, `{returnValue, returnMsg, returnData}`, HTTP 200.
 * @throws Failure for {@link v1Failure} to put in the same envelope
 */
export async function answerV1(request: ServedRequest, needs: V1Needs): Promise<HttpResponse> {
  const body = readJsonObject(request.body);
  const name = body['Action'];
  if (typeof name !== 'string' || name === '')
    throw new Failure('invalidInput', 'invalid param in json from client!');
  const action = actions.get(name);
  if (action === undefined)
    throw new Failure('invalidInput', `invalid interface name:${name.replace(/[<>"&]/g, '').slice(0, 64)}`);
  admit(body, request, needs.config);
  return envelope(0, 'return successfully!', await action(body, request, needs));
}

/** The v1 envelope of a failure: HTTP 200 all the same, because old Android apps read nothing of any other answer. */
export function v1Failure(failure: Failure): HttpResponse {
  return envelope(failure.returnValue, failure.message, []);
}

function envelope(returnValue: number, returnMsg: string, returnData: unknown): HttpResponse {
  return jsonResponse(200, { returnValue, returnMsg, returnData });
}

/** V1_ACCESS: `open` asks for nothing, as the original; `usersig` wants the UserSig of the body's own `userid`. */
function admit(body: V1Body, request: ServedRequest, config: V1Needs['config']): void {
  if (config.V1_ACCESS === 'open') return;
  if (config.V1_ACCESS === 'off')
    throw new Failure('forbidden', 'this entry is switched off, V1_ACCESS decides');
  const check = verifyUserSig({
    sdkAppId: config.IM_SDKAPPID,
    key: config.IM_SECRET_KEY.reveal(),
    userSig: body['usersig'],
    now: seconds(request.now),
  });
  if (!check.ok)
    throw new Failure('unauthorized', 'usersig: expected the UserSig with which the app logged in to IM');
  if (body['userid'] !== undefined && v1UserId(body) !== check.userId) {
    throw new Failure('forbidden', 'userid: differs from the user the usersig belongs to');
  }
}

async function requestLvbAddr(body: V1Body, request: ServedRequest, needs: V1Needs) {
  const caller = v1UserId(body);
  const info = v1UserInfo(body);
  const groupId = v1Required(body, 'groupid');
  if (groupId.length > 128) throw v1Fault('groupid is longer than 128 characters!');
  if (body['title'] === undefined || body['title'] === null) throw v1Fault('title is null or empty!');
  // iOS sends "" for an untitled broadcast.
  const title = v1Text(body, 'title', 128) || info.nickname || caller;
  const { pushUrl, createdAt } = await getPushUrl.run(
    { ...info, title, groupId },
    callOf(caller, request),
    needs,
  );
  return { pushurl: pushUrl, timestamp: createdAt };
}

async function changeStatusV1(body: V1Body, request: ServedRequest, needs: V1Needs) {
  const caller = v1UserId(body);
  const status = v1Int(body, 'status');
  if (status > 1)
    throw new Failure('invalidParameter', `request para error | status:${status} is neither 0 nor 1`);
  await changeStatus.run({ online: status === 0 }, callOf(caller, request), needs);
  return { result: 0 };
}

/** The signature of the COS v4 interface, for the whole bucket: its key must be one that may do nothing but upload. */
async function getCosSign(_body: V1Body, request: ServedRequest, { config, random }: V1Needs) {
  const now = seconds(request.now);
  const sign = cosV4Sign({
    appId: config.COS_APPID,
    bucket: config.COS_BUCKET,
    secretId: config.COS_SECRET_ID,
    secretKey: config.COS_SECRET_KEY.reveal(),
    now,
    expiresAt: now + cosSignLife,
    random: Buffer.from(random(4)).readUInt32BE() >>> 1,
  });
  return { sign };
}

function callOf(caller: string, { now, requestId, clientAddress }: ServedRequest) {
  return { caller, now, requestId, clientAddress };
}
