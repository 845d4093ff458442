import type { JsonSchema } from './schemas';
import type { Text } from './words';

type Paths = Record<string, Record<string, Record<string, unknown>>>;

const livePaths = ['/liveCallback', '/callback/Live_callback.php', '/callback/tape_callback.php'];

/** What is no command: the notices of the cloud, and whether the gateway is up. */
export function cloudPaths(): Paths {
  return {
    ...Object.fromEntries(livePaths.map((path) => [path, { post: liveCallback(path) }])),
    '/imCallback': { post: imCallback },
    '/healthz': { get: healthz },
  };
}

function liveCallback(path: string): Record<string, unknown> {
  return {
    operationId: path.slice(1),
    ...about(
      { en: "The live service's notices", zh: '云直播的事件通知' },
      {
        en: 'Push begun (event_type 1), push cut (0), recorded file (100) and others. Signed: sign is the MD5 of the callback key followed by t. The same notice may come any number of times, in any order. Three paths do the same.',
        zh: '推流开始（event_type 1）、断流（0）、录制文件（100）等。签名：sign 为回调密钥与 t 拼接后的 MD5。同一通知可重复、可乱序。三个路径作用相同。',
      },
    ),
    requestBody: { required: true, content: json(notice, noticeExample) },
    responses: {
      '200': { description: 'Taken; it need not be sent again', content: json(codeAnswer, { code: 0 }) },
      default: {
        description: 'Not taken; the live service sends it again',
        content: json(codeAnswer, { code: 4010, message: 'sign: does not fit' }),
      },
    },
  };
}

const notice: JsonSchema = {
  type: 'object',
  properties: {
    event_type: { type: 'integer' },
    stream_id: { type: 'string' },
    t: { type: 'integer', description: 'Epoch seconds until which the signature is good.' },
    sign: { type: 'string', description: 'MD5 of the callback key followed by t, in hexadecimal.' },
  },
  required: ['event_type', 't', 'sign'],
};

const noticeExample = {
  event_type: 1,
  stream_id: '1234_alice_0123456789abcdef',
  t: 1_795_420_600,
  sign: '0123456789abcdef0123456789abcdef',
};

const codeAnswer: JsonSchema = {
  type: 'object',
  properties: { code: { type: 'integer' }, message: { type: 'string' } },
  required: ['code'],
};

const imCallback = {
  operationId: 'imCallback',
  ...about(
    { en: 'IM webhooks', zh: 'IM 回调' },
    {
      en: 'Who joined and left a group. Signed: Sign is the SHA-256 of IM_CALLBACK_TOKEN followed by RequestTime.',
      zh: '谁进入、离开了群组。签名：Sign 为 IM_CALLBACK_TOKEN 与 RequestTime 拼接后的 SHA-256。',
    },
  ),
  parameters: ['SdkAppid', 'RequestTime', 'Sign'].map((name) => ({
    name,
    in: 'query',
    required: true,
    schema: { type: 'string' },
  })),
  requestBody: {
    required: true,
    content: json(
      { type: 'object', properties: { CallbackCommand: { type: 'string' } }, required: ['CallbackCommand'] },
      { CallbackCommand: 'Group.CallbackAfterMemberExit', GroupId: '@TGS#1EXAMPLE' },
    ),
  },
  responses: {
    '200': {
      description: 'Taken',
      content: json(imAnswer(), { ActionStatus: 'OK', ErrorInfo: '', ErrorCode: 0 }),
    },
    default: {
      description: 'Not taken',
      content: json(imAnswer(), { ActionStatus: 'FAIL', ErrorInfo: 'Sign: does not fit', ErrorCode: 4010 }),
    },
  },
};

function imAnswer(): JsonSchema {
  return {
    type: 'object',
    properties: {
      ActionStatus: { enum: ['OK', 'FAIL'] },
      ErrorInfo: { type: 'string' },
      ErrorCode: { type: 'integer' },
    },
    required: ['ActionStatus', 'ErrorInfo', 'ErrorCode'],
  };
}

const healthz = {
  operationId: 'healthz',
  ...about(
    { en: 'Whether the gateway is up', zh: '网关是否可用' },
    { en: 'Of the local gateway (npm start).', zh: '本地网关（npm start）。' },
  ),
  responses: {
    '200': {
      description: 'Up',
      content: json(
        { type: 'object', properties: { status: { const: 'ok' } }, required: ['status'] },
        { status: 'ok' },
      ),
    },
  },
};

function about(summary: Text, description: Text): Record<string, unknown> {
  return {
    tags: ['cloud'],
    summary: summary.en,
    'x-summary-zh': summary.zh,
    description: description.en,
    'x-description-zh': description.zh,
    security: [],
  };
}

function json(schema: JsonSchema, example: unknown): Record<string, unknown> {
  return { 'application/json': { schema, example } };
}
