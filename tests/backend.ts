import { deepStrictEqual, ok } from 'node:assert';
import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import * as v from 'valibot';
import { makeAccount } from '../functions/account/handler';
import { makeGetLiveList } from '../functions/getLiveList/handler';
import { makeGetPushUrl } from '../functions/getPushUrl/handler';
import { makeGetVodList } from '../functions/getVodList/handler';
import { makeImCallback } from '../functions/imCallback/handler';
import { makeImSig } from '../functions/imSig/handler';
import { makeLinkMic } from '../functions/linkMic/handler';
import { makeLiveCallback } from '../functions/liveCallback/handler';
import { makeModeration } from '../functions/moderation/handler';
import { makeOpenapi, type Documentation } from '../functions/openapi/handler';
import { makeReconcile, makeReconcileByHand } from '../functions/reconcile/handler';
import type { Summary } from '../functions/reconcile/reconcile';
import { makeRoom } from '../functions/room/handler';
import { makeUploadSig } from '../functions/uploadSig/handler';
import { makeVideo } from '../functions/video/handler';
import { makeWatch } from '../functions/watch/handler';
import type { PageFiles } from '../functions/watch/pageFiles';
import { makeDoor } from '../functions/app/door';
import { commandAt, commands } from '../scripts/openapi/commands';
import { failuresOf } from '../scripts/openapi/failures';
import { imCloud, imCloudSettings, type ImCloud } from '../shared/cloud/im';
import { liveCloud, liveCloudSettings, type LiveCloud } from '../shared/cloud/live';
import { readConfig, type Config } from '../shared/config';
import { failures } from '../shared/http/errors';
import { isRecord } from '../shared/http/request';
import type { MainHandler } from '../shared/http/serve';
import { makeLog } from '../shared/log';
import { callbackSign } from '../shared/signing/callbackSign';
import type { Database } from '../shared/store/database';
import { signToken } from '../shared/token';

/** Settings of the tests: made up, and of the form the real ones have. */
export const environment = {
  DATABASE_URL: 'mysql://unused:unused@127.0.0.1:1/unused',
  TOKEN_SECRET: 'tests-only-0123456789abcdef0123456789abcdef',
  ADMIN_TOKEN: 'tests-only-admin-token',
  V1_ACCESS: 'open',
  LIVE_BIZID: '8888',
  LIVE_PUSH_DOMAIN: 'push.example.com',
  LIVE_PUSH_KEY: 'testpushkey',
  LIVE_PLAY_DOMAIN: 'play.example.com',
  LIVE_RECORD: 'flv|hls',
  LIVE_CALLBACK_KEY: 'testcallbackkey',
  LIVE_CALLBACK_KEY_PREVIOUS: 'testcallbackkeybefore',
  COS_APPID: '1250000000',
  COS_BUCKET: 'covers',
  COS_REGION: 'ap-guangzhou',
  COS_SECRET_ID: 'test-cos-id',
  COS_SECRET_KEY: 'test-cos-key',
  VOD_SECRET_ID: 'test-vod-id',
  VOD_SECRET_KEY: 'test-vod-key',
  IM_SDKAPPID: '1400000000',
  IM_SECRET_KEY: '5bd2850fff3ecb11d7c805251c51ee463a25727bddc2385f3fa8bfee1bb93b5e',
  REPLAY_MIN_SECONDS: '60',
  LOG_LEVEL: 'error',
};

/** Stands for the description of the commands, which no command needs. */
const documentation: Documentation = {
  document: '{}',
  pages: { en: '<!doctype html>', zh: '<!doctype html>' },
  style: '',
  script: '',
};

/** Stands for the page's files, which no command needs. */
const pageFiles: PageFiles = {
  script: 'watch.js',
  needed: [],
  livePlayer: 'mpegts.js',
  style: 'watch.css',
  icon: 'icon.svg',
  files: {},
};

export type Environment = Partial<Record<keyof Config, string>>;

export interface Reply {
  status: number;
  headers: Record<string, string>;
  /** The parsed body. */
  body: Record<string, unknown>;
  /** `returnData` of the body, {} when it is no object. */
  data: Record<string, unknown>;
  text: string;
}

export interface Ask {
  method?: string;
  /** An object is sent as JSON, text as it is. */
  body?: unknown;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  /** Sends the access token of this user. */
  as?: string;
  /** Where a function has several commands. */
  path?: string;
  /** Sends ADMIN_TOKEN. */
  operator?: true;
}

/**
 * Every function as it is served, over one database, without HTTP in between.
 * @param given.cloud stands in for the calls to the live service; without one they go where the settings say, which is nowhere
 * @param given.im stands in for the calls to IM; without one they go where the settings say: nowhere without IM_ADMIN
 * @param given.write takes the log lines; without it they are printed
 */
export function makeBackend(
  database: Database,
  overrides: Environment = {},
  given: { cloud?: LiveCloud; im?: ImCloud; write?: (line: string) => void } = {},
) {
  const config = readConfig({ ...environment, ...overrides }, allNames);
  const cloud = given.cloud ?? liveCloud(config, {});
  const im = given.im ?? imCloud(config, randomBytes);
  const log = makeLog(config.LOG_LEVEL, given.write);
  const needs = {
    config,
    database,
    random: randomBytes,
    cloud,
    im,
    log,
    pageFiles,
    documentation: () => documentation,
  };
  const sweep = makeReconcile(log, needs);
  const handlers = {
    getPushUrl: makeGetPushUrl(log, needs),
    getLiveList: makeGetLiveList(log, needs),
    getVodList: makeGetVodList(log, needs),
    uploadSig: makeUploadSig(log, needs),
    imSig: makeImSig(log, needs),
    liveCallback: makeLiveCallback(log, needs),
    imCallback: makeImCallback(log, needs),
    room: makeRoom(log, needs),
    video: makeVideo(log, needs),
    account: makeAccount(log, needs),
    linkMic: makeLinkMic(log, needs),
    moderation: makeModeration(log, needs),
    reconcile: makeReconcileByHand(log, needs),
    openapi: makeOpenapi(log, needs),
    app: makeDoor(log, needs),
    watch: makeWatch(log, needs),
  } satisfies Record<string, MainHandler>;
  const isFunction = (name: PropertyKey): name is keyof typeof handlers => name in handlers;

  async function ask(
    name: keyof typeof handlers,
    {
      method = 'POST',
      body = {},
      query = {},
      headers = {},
      as,
      path = name === 'app' ? '/interface.php' : `/${name}`,
      operator,
    }: Ask = {},
  ): Promise<Reply> {
    const authorization: Record<string, string> =
      as === undefined && operator === undefined
        ? {}
        : { authorization: `Bearer ${as === undefined ? config.ADMIN_TOKEN.reveal() : await tokenOf(as)}` };
    const {
      statusCode,
      headers: sent,
      body: text,
    } = await handlers[name](
      {
        httpMethod: method,
        path,
        headers: {
          'content-type': 'application/json',
          'x-scf-remote-addr': '203.0.113.7',
          ...authorization,
          ...headers,
        },
        queryString: query,
        body: typeof body === 'string' ? body : JSON.stringify(body),
      },
      { request_id: 'test-request' },
    );
    const isJson = sent['Content-Type']?.startsWith('application/json') === true;
    const parsed: unknown = isJson ? JSON.parse(text) : undefined;
    const object = isRecord(parsed) ? parsed : {};
    if (method !== 'OPTIONS') checkAnswer(path, statusCode, object);
    return {
      status: statusCode,
      headers: sent,
      body: object,
      data: isRecord(object['returnData']) ? object['returnData'] : {},
      text,
    };
  }

  const tokenOf = (userId: string) =>
    signToken({ secret: config.TOKEN_SECRET, userId, now: Date.now(), ttlSeconds: 3600 });

  /** Sends a notice as the cloud does, signed for ten minutes from now. */
  async function notify(notice: Record<string, unknown>): Promise<Reply> {
    const t = Math.floor(Date.now() / 1000) + 600;
    return ask('liveCallback', {
      body: { ...notice, t, sign: callbackSign({ key: config.LIVE_CALLBACK_KEY.reveal(), t }) },
    });
  }

  /** Fires the timer of the sweep. */
  async function timer(): Promise<Summary> {
    const event = { Type: 'Timer', TriggerName: 'everyMinute', Time: '2026-11-22T00:00:00Z', Message: '' };
    const summary = await sweep(event, { request_id: 'test-timer' });
    if ('statusCode' in summary) throw new Error('expected a summary');
    return summary;
  }

  return {
    ask,
    isFunction,
    notify,
    timer,
    tokenOf,
    config,
    database,
    v1: (body: unknown, headers: Record<string, string> = {}) => ask('app', { body, headers }),
  };
}

/**
 * Clients are generated from what is said of a command: its success has exactly the members of its output schema, and its
 * failure is one of those it is said to have. By node's assertions, because programs outside of jest use this backend too.
 */
function checkAnswer(path: string, status: number, answer: Record<string, unknown>): void {
  const name = commandAt(path);
  if (name === undefined) return;
  if (status === 200) {
    deepStrictEqual(v.parse(commands[name].output, answer['returnData']), answer['returnData']);
    return;
  }
  const failure = { status, returnValue: answer['returnValue'] };
  const described = failuresOf(name).map((code) => failures[code]);
  ok(
    described.some((one) => isDeepStrictEqual(one, failure)),
    `${name} is not said to fail with ${JSON.stringify(failure)}`,
  );
}

export type Backend = ReturnType<typeof makeBackend>;

const allNames = [
  ...liveCloudSettings,
  ...imCloudSettings,
  'IM_CALLBACK_TOKEN',
  'ADMIN_TOKEN',
  'TOKEN_SECRET',
  'V1_ACCESS',
  'LIVE_BIZID',
  'LIVE_PUSH_DOMAIN',
  'LIVE_PUSH_KEY',
  'LIVE_PLAY_DOMAIN',
  'LIVE_PLAY_KEY',
  'LIVE_APP_NAME',
  'LIVE_URL_TTL',
  'LIVE_RECORD',
  'LIVE_CALLBACK_KEY',
  'LIVE_CALLBACK_KEY_PREVIOUS',
  'COS_APPID',
  'COS_BUCKET',
  'COS_REGION',
  'COS_SECRET_ID',
  'COS_SECRET_KEY',
  'MEDIA_HOSTS',
  'VOD_SECRET_ID',
  'VOD_SECRET_KEY',
  'VOD_PROCEDURE',
  'VOD_SUB_APPID',
  'IM_SDKAPPID',
  'IM_SECRET_KEY',
  'IM_USERSIG_TTL',
  'REPLAY_MIN_SECONDS',
  'WECHAT_APPID',
  'WECHAT_SECRET',
  'WECHAT_VERIFY',
  'WECHAT_ENDPOINT',
  'PUBLIC_URL',
  'WATCH_GUESTS',
  'IM_CHAT_ENDPOINT',
  'REPLAY_WINDOW_DAYS',
  'LOG_LEVEL',
] as const;
