import { Secret } from '../../shared/secret';
import { callbackSign } from '../../shared/signing/callbackSign';
import { imWebhookSign } from '../../shared/signing/imWebhook';
import { signToken } from '../../shared/token';
import * as v from 'valibot';

/** An event as the platform hands it to a function. */
export type HttpEvent = ReturnType<typeof post>;

/** Most functions are called by HTTP; one only by the deployment. */
export type SampleEvent = HttpEvent | { check: true };

/** Whom and what the calls are about. */
export interface World {
  settings: Record<string, string>;
  userId: string;
  token: string;
  /** A live that is on the air in the database. */
  streamId: string;
}

/** A world in which `userId` has an access token. */
export async function worldOf(
  settings: Record<string, string>,
  userId: string,
  streamId: string,
): Promise<World> {
  return { settings, userId, streamId, token: await tokenOf(settings, userId) };
}

export function tokenOf(settings: Record<string, string>, userId: string): Promise<string> {
  const secret = new Secret(settings['TOKEN_SECRET'] ?? '');
  return signToken({ secret, userId, now: Date.now(), ttlSeconds: 3_600 });
}

export function post(path: string, body: object, token?: string) {
  const queryString: Record<string, string> = {};
  const authorization: Record<string, string> =
    token === undefined ? {} : { authorization: `Bearer ${token}` };
  return {
    httpMethod: 'POST',
    path,
    headers: { 'content-type': 'application/json', 'x-scf-remote-addr': '203.0.113.7', ...authorization },
    queryString,
    body: JSON.stringify(body),
  };
}

/**
 * One successful call of a function by its name.
 * @throws Error for a function that has none here
 */
export function sampleCall(name: string, world: World): SampleEvent {
  const { settings, token, streamId } = world;
  const calls: Record<string, () => SampleEvent> = {
    getPushUrl: () => post('/getPushUrl', { title: 'a broadcast', groupId: 'group' }, token),
    getLiveList: () => post('/getLiveList', { page: 1, pageSize: 20 }),
    getVodList: () => post('/getVodList', { page: 1, pageSize: 20 }),
    uploadSig: () => post('/uploadSig', { kind: 'cover', contentType: 'image/jpeg' }, token),
    imSig: () => post('/imSig', {}, token),
    liveCallback: () => pushNotice(world, 'sample', 1),
    room: () => post('/room/enter', { streamId }, token),
    video: () => post('/video/list', {}),
    account: () => post('/account/profile', { of: 'host1' }, token),
    watch: () => post('/watch/weixinSignature', { url: 'https://www.example.com/watch?room=1' }),
    imCallback: () => joinNotice(world, '@TGS#1', 'viewer1'),
    linkMic: () => post('/linkMic/guestPushUrl', { hostUserId: 'host1', streamId }, token),
    moderation: () => post('/moderation/listReports', {}, settings['ADMIN_TOKEN']),
    openapi: () => ({ ...post('/docs', {}), httpMethod: 'GET' }),
    migrate: () => ({ check: true }),
    reconcile: () => post('/reconcile', {}, settings['ADMIN_TOKEN']),
    app: () => post('/interface.php', { Action: 'FetchList', flag: 1, pageno: 1, pagesize: 20 }),
  };
  const call = calls[name];
  if (call === undefined) throw new Error(`no sample call of ${name}: add one to tests/bench/calls.ts`);
  return call();
}

/** A signed notice of the live service: a push has begun (1) or ended (0). */
export function pushNotice({ settings, streamId }: World, sequence: string, eventType: 0 | 1): HttpEvent {
  const now = Math.floor(Date.now() / 1000);
  const t = now + 600;
  return post('/liveCallback', {
    event_type: eventType,
    appid: 1250000000,
    app: 'push.example.com',
    appname: 'live',
    stream_id: streamId,
    channel_id: streamId,
    sequence,
    event_time: now,
    user_ip: '203.0.113.7',
    errcode: 0,
    errmsg: 'ok',
    t,
    sign: callbackSign({ key: settings['LIVE_CALLBACK_KEY'] ?? '', t }),
  });
}

/** A signed webhook of IM: somebody has joined a group. */
function joinNotice({ settings }: World, groupId: string, member: string): HttpEvent {
  const requestTime = Math.floor(Date.now() / 1000);
  const sign = imWebhookSign({ token: settings['IM_CALLBACK_TOKEN'] ?? '', requestTime });
  const body = {
    CallbackCommand: 'Group.CallbackAfterNewMemberJoin',
    GroupId: groupId,
    NewMemberList: [{ Member_Account: member }],
    EventTime: String(Date.now()),
  };
  const query = { SdkAppid: settings['IM_SDKAPPID'] ?? '', RequestTime: String(requestTime), Sign: sign };
  return { ...post('/imCallback', body), queryString: query };
}

const httpAnswer = v.object({ statusCode: v.number(), body: v.string() });
const migrateAnswer = v.object({ ok: v.literal(true) });

/** @throws Error unless the answer is HTTP 200 with, where there is one, returnValue 0: a failure is fast and proves nothing */
export function checkAnswer(what: string, answer: unknown): string {
  if (v.is(migrateAnswer, answer)) return '';
  const parsed = v.safeParse(httpAnswer, answer);
  const body = parsed.success ? parsed.output.body : '';
  if (parsed.success && parsed.output.statusCode === 200 && !/"returnValue":[1-9]/.test(body)) return body;
  throw new Error(`${what} did not succeed: ${JSON.stringify(answer)?.slice(0, 300)}`);
}
