import { seconds } from '../../shared/clock';
import type { Config } from '../../shared/config';
import { Failure } from '../../shared/http/errors';
import { readJsonObject } from '../../shared/http/request';
import { jsonResponse, type HttpResponse } from '../../shared/http/response';
import { isOperator, type ServedRequest } from '../../shared/http/serve';
import type { Log } from '../../shared/log';
import type { LiveCloud } from '../../shared/cloud/live';
import { verifyUserSig } from '../../shared/signing/userSig';
import { isPasserBy } from '../../shared/reservedUserId';
import type { Database } from '../../shared/store/database';
import { userOfNumber } from '../../shared/store/v3Users';
import { limitRequests } from '../../shared/requestLimit';
import { v1UserId, type V1Body } from './v1Input';
import { mergeVideoStream, requestLvbAddrForLinkMic, requestPlayUrlWithSign } from './v1LinkMic';
import { fetchList } from './v1List';
import { changeStatus, requestLvbAddr } from './v1Live';
import { forbidLive, reportUser, stopLvb } from './v1Moderation';
import {
  changeCount,
  enterGroup,
  fetchGroupMemberList,
  getUserInfo,
  quitGroup,
  uploadUgcVideo,
} from './v1Room';
import { getCosSign, getCosSignV2, getVodSignature, getVodSignatureV2 } from './v1Sign';
import { getWeixinSignature } from './v1Weixin';

/** What the actions run on: every setting that one of them reads. */
export interface V1Needs {
  config: Pick<
    Config,
    | 'V1_ACCESS'
    | 'ADMIN_TOKEN'
    | 'LIVE_BIZID'
    | 'LIVE_PUSH_DOMAIN'
    | 'LIVE_PUSH_KEY'
    | 'LIVE_PLAY_DOMAIN'
    | 'LIVE_PLAY_KEY'
    | 'LIVE_APP_NAME'
    | 'LIVE_URL_TTL'
    | 'LIVE_RECORD'
    | 'COS_APPID'
    | 'COS_BUCKET'
    | 'COS_SECRET_ID'
    | 'COS_SECRET_KEY'
    | 'VOD_SECRET_ID'
    | 'VOD_SECRET_KEY'
    | 'VOD_PROCEDURE'
    | 'VOD_SUB_APPID'
    | 'IM_SDKAPPID'
    | 'IM_SECRET_KEY'
    | 'REPLAY_WINDOW_DAYS'
    | 'WECHAT_APPID'
    | 'WECHAT_SECRET'
    | 'WECHAT_ENDPOINT'
  >;
  database: Database;
  cloud: LiveCloud;
  log: Log;
  random: (bytes: number) => Uint8Array;
}

/** A request with what was found out about its sender. */
export interface V1Call {
  request: ServedRequest;
  /** Whether the request carries ADMIN_TOKEN. */
  operator: boolean;
  /** The user a valid UserSig proved; undefined with V1_ACCESS=open, where nobody proves anything. */
  proven: string | undefined;
}

interface Action {
  run(body: V1Body, call: V1Call, needs: V1Needs): Promise<unknown>;
  /** The member that names the user who acts; a UserSig must be that user's. */
  actor?: string;
  /** Only for the holder of ADMIN_TOKEN, who sends it as the bearer of an Authorization header. */
  operator?: true;
  /** Also for a guest of the share page or a visitor, who have a UserSig to chat with but no account. */
  passersBy?: true;
  /** How many requests one address (or proven user) may make in ten seconds; none for what only reads. */
  limit?: number;
}

/**
 * What `POST /interface.php` can do, by the name in `Action`: each reads the v1 members, runs a command and names its
 * result as v1 does (protocol.md 4). A new action is one more line here.
 */
const actions = new Map<string, Action>([
  ['RequestLVBAddr', { run: requestLvbAddr, actor: 'userid', limit: 20 }],
  ['ChangeStatus', { run: changeStatus, actor: 'userid', limit: 60 }],
  ['FetchList', { run: fetchList, passersBy: true }],
  ['EnterGroup', { run: enterGroup, passersBy: true, actor: 'userid', limit: 300 }],
  ['QuitGroup', { run: quitGroup, passersBy: true, actor: 'userid', limit: 300 }],
  ['FetchGroupMemberList', { run: fetchGroupMemberList, passersBy: true }],
  ['ChangeCount', { run: changeCount, passersBy: true, limit: 1000 }],
  ['GetUserInfo', { run: getUserInfo, passersBy: true }],
  ['GetCOSSign', { run: getCosSign, limit: 60 }],
  ['GetCOSSignV2', { run: getCosSignV2, limit: 60 }],
  ['GetVodSignature', { run: getVodSignature, limit: 60 }],
  ['GetVodSignatureV2', { run: getVodSignatureV2, limit: 60 }],
  ['UploadUGCVideo', { run: uploadUgcVideo, actor: 'userid', limit: 20 }],
  ['RequestLVBAddrForLinkMic', { run: requestLvbAddrForLinkMic, actor: 'userid', limit: 60 }],
  ['RequestPlayUrlWithSignForLinkMic', { run: requestPlayUrlWithSign, actor: 'userid', limit: 120 }],
  ['MergeVideoStream', { run: mergeVideoStream, actor: 'userid', limit: 60 }],
  ['ReportUser', { run: reportUser, limit: 20 }],
  ['StopLVB', { run: stopLvb, operator: true }],
  ['ForbidLive', { run: forbidLive, operator: true }],
  ['GetWeixinSignature', { run: getWeixinSignature, passersBy: true }],
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
  if (action === undefined) {
    throw new Failure('invalidInput', `invalid interface name:${name.replace(/[<>"&]/g, '').slice(0, 64)}`);
  }
  const operator = isOperator(request, needs.config.ADMIN_TOKEN);
  if (action.operator === true && !operator) {
    throw new Failure(
      'unauthorized',
      'Authorization: expected "Bearer <ADMIN_TOKEN>", this action is for operators',
    );
  }
  const proven = operator ? undefined : provenUser(body, action, request, needs.config);
  if (proven !== undefined) await requireOwnId(needs.database, proven);
  // Whoever has no account is as many guests as they like: an address stands for them.
  const source = proven === undefined || isPasserBy(proven) ? request.clientAddress : `u:${proven}`;
  if (action.limit !== undefined && source !== '') {
    await limitRequests(needs.database, name, source, action.limit, request.now);
  }
  return envelope(0, 'return successfully!', await action.run(body, { request, operator, proven }, needs));
}

/** The v1 envelope of a failure: HTTP 200 all the same, because old Android apps read nothing of any other answer. */
export function v1Failure(failure: Failure): HttpResponse {
  return envelope(failure.returnValue, failure.message, []);
}

function envelope(returnValue: number, returnMsg: string, returnData: unknown): HttpResponse {
  return jsonResponse(200, { returnValue, returnMsg, returnData });
}

/** V1_ACCESS: `open` asks for nothing, as the original; `usersig` wants the acting user's UserSig in the body. */
function provenUser(
  body: V1Body,
  action: Action,
  request: ServedRequest,
  config: V1Needs['config'],
): string | undefined {
  if (config.V1_ACCESS === 'open') return undefined;
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
  if (action.actor !== undefined && v1UserId(body, action.actor) !== check.userId) {
    throw new Failure('forbidden', `${action.actor}: differs from the user the usersig belongs to`);
  }
  if (isPasserBy(check.userId) && action.passersBy !== true)
    throw new Failure('forbidden', 'usersig: belongs to someone without an account, who may only watch');
  return check.userId;
}

/**
 * v3 apps log in to IM under a number. As a user of its own that number would be a second one of the same person, whom
 * nobody forbade anything.
 */
async function requireOwnId(database: Database, proven: string): Promise<void> {
  const userId = await userOfNumber(database, proven);
  if (userId !== undefined && userId !== proven)
    throw new Failure('forbidden', 'usersig: belongs to a v3 app, which has an entry of its own');
}
