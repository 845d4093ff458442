import { version } from '../../package.json';
import { failures } from '../../shared/http/errors';
import { isRecord } from '../../shared/http/request';
import { cloudPaths } from './cloudPaths';
import { byGet, commandNames, commands, type CommandName } from './commands';
import { failuresOf, meanings, nativeFailures, type NativeFailure } from './failures';
import { fields } from './fields';
import { inputSchemaOf, outputSchemaOf, reference, sharedSchemas, type JsonSchema } from './schemas';
import { introduction, sectionOf, sections } from './sections';
import { words, type Text } from './words';

export interface OpenapiDocument {
  openapi: string;
  info: Record<string, unknown>;
  paths: Record<string, Record<string, Record<string, unknown>>>;
  components: { schemas: Record<string, JsonSchema>; [other: string]: unknown };
  [other: string]: unknown;
}

/**
 * The description of the native endpoints, made of the schemas that validate (OpenAPI 3.1.0). Chinese stands beside the
 * English in `x-summary-zh` and `x-description-zh`. Equal sources give an equal document.
 */
export function makeDocument(): OpenapiDocument {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Xiaozhibo serverless',
      version,
      ...described(introduction),
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    tags: sections.map(({ name, about }) => ({ name, ...described(about) })),
    paths: { ...commandPaths(), ...cloudPaths() },
    components: {
      schemas: { ...explainedParts(), ...commandSchemas(), Failure: failureSchema() },
      responses: failureResponses(),
      securitySchemes,
    },
  };
}

const securitySchemes = {
  accessToken: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    ...described({
      en: 'The accessToken of account/login. Rooms, likes and imSig take the token of watch/guest as well.',
      zh: 'account/login 给出的 accessToken。房间、点赞和 imSig 也接受 watch/guest 的令牌。',
    }),
  },
  adminToken: {
    type: 'http',
    scheme: 'bearer',
    ...described({ en: 'The ADMIN_TOKEN of the deployment.', zh: '部署时设置的 ADMIN_TOKEN。' }),
  },
};

const securityOf = {
  public: [],
  viewer: [{ accessToken: [] }],
  user: [{ accessToken: [] }],
  operator: [{ adminToken: [] }],
};

/** `getLiveList` becomes `GetLiveList`, `room/info` becomes `RoomInfo`: the name of its schemas. */
export function typeName(name: CommandName): string {
  return name
    .split('/')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('');
}

function commandPaths(): OpenapiDocument['paths'] {
  return Object.fromEntries(
    commandNames().map((name) => [
      `/${name}`,
      { post: operation(name, 'post'), ...(byGet.has(name) ? { get: operation(name, 'get') } : {}) },
    ]),
  );
}

function operation(name: CommandName, method: 'get' | 'post'): Record<string, unknown> {
  const { summary, more } = words[name];
  return {
    operationId: method === 'get' ? `${name}.get` : name,
    tags: [sectionOf(name)],
    summary: summary.en,
    'x-summary-zh': summary.zh,
    ...(more === undefined ? {} : described(more)),
    security: securityOf[commands[name].access],
    ...(method === 'get' ? { parameters: queryOf(name) } : { requestBody: bodyOf(name) }),
    responses: { '200': successOf(name), ...failureReferences(name) },
  };
}

function bodyOf(name: CommandName): Record<string, unknown> {
  const schema = inputOf(name);
  return {
    required: Array.isArray(schema['required']) || Array.isArray(schema['oneOf']),
    content: {
      'application/json': {
        schema: { $ref: reference(`${typeName(name)}Input`) },
        example: words[name].input,
      },
    },
  };
}

function queryOf(name: CommandName): Record<string, unknown>[] {
  const { properties, required } = inputOf(name);
  const members: [string, unknown][] = isRecord(properties) ? Object.entries(properties) : [];
  return members.map(([member, schema]) => ({
    name: member,
    in: 'query',
    required: Array.isArray(required) && required.includes(member),
    schema,
    ...(member in words[name].input ? { example: words[name].input[member] } : {}),
  }));
}

function successOf(name: CommandName): Record<string, unknown> {
  const { output } = words[name];
  return {
    description: 'Done',
    content: {
      'application/json': {
        schema: envelope({ const: 0 }, { const: 'ok' }, { $ref: reference(`${typeName(name)}Output`) }),
        example: { returnValue: 0, returnMsg: 'ok', returnData: output, requestId: exampleRequest },
      },
    },
  };
}

const exampleRequest = '0b1f6f0e-2f1c-4f0e-9a35-3d1c1a6f7b11';

function envelope(returnValue: JsonSchema, returnMsg: JsonSchema, returnData: JsonSchema): JsonSchema {
  const properties = { returnValue, returnMsg, returnData, requestId: { type: 'string' } };
  return { type: 'object', properties, required: Object.keys(properties) };
}

function failureSchema(): JsonSchema {
  const numbers = nativeFailures().map((code) => failures[code].returnValue);
  return envelope({ type: 'integer', enum: numbers }, { type: 'string' }, { type: 'object' });
}

/** The failures of each status, as one response may have several. */
function byStatus(codes: readonly NativeFailure[]): Map<number, NativeFailure[]> {
  const found = new Map<number, NativeFailure[]>();
  for (const code of codes) {
    const { status } = failures[code];
    found.set(status, [...(found.get(status) ?? []), code]);
  }
  return found;
}

function failureReferences(name: CommandName): Record<string, { $ref: string }> {
  const statuses = [...byStatus(failuresOf(name)).keys()];
  return Object.fromEntries(
    statuses.map((status) => [String(status), { $ref: `#/components/responses/Status${status}` }]),
  );
}

function failureResponses(): Record<string, unknown> {
  return Object.fromEntries(
    [...byStatus(nativeFailures())].map(([status, codes]) => [
      `Status${status}`,
      failureResponse(status, codes),
    ]),
  );
}

function failureResponse(status: number, codes: readonly NativeFailure[]): Record<string, unknown> {
  const lines = (language: keyof Text) =>
    codes.map((code) => `${failures[code].returnValue} ${code}: ${meanings[code][language]}`).join('\n');
  const examples = codes.map((code) => {
    const value = {
      returnValue: failures[code].returnValue,
      returnMsg: exampleMessages[code] ?? meanings[code].en,
      returnData: {},
      requestId: exampleRequest,
    };
    return [code, { value }] as const;
  });
  return {
    ...described({ en: lines('en'), zh: lines('zh') }),
    ...(status === 429 || status === 503 ? { headers: retryAfter } : {}),
    content: {
      'application/json': {
        schema: { $ref: reference('Failure') },
        examples: Object.fromEntries(examples),
      },
    },
  };
}

const exampleMessages: Partial<Record<NativeFailure, string>> = {
  invalidInput: 'title: expected text of 1 to 128 characters',
  invalidJson: 'json format error',
  unauthorized: 'Authorization: expected "Bearer <access token>" with a token that is valid now',
};

const retryAfter = {
  'Retry-After': { description: 'Seconds to wait.', schema: { type: 'integer', minimum: 1 } },
};

function commandSchemas(): Record<string, JsonSchema> {
  return Object.fromEntries(
    commandNames().flatMap((name) => [
      [`${typeName(name)}Input`, inputOf(name)],
      [`${typeName(name)}Output`, explain(outputSchemaOf(commands[name].output), name)],
    ]),
  );
}

function inputOf(name: CommandName): JsonSchema {
  return explain(inputSchemaOf(commands[name].input), name);
}

function explainedParts(): Record<string, JsonSchema> {
  return Object.fromEntries(
    Object.entries(sharedSchemas()).map(([name, schema]) => [name, explain(schema, name)]),
  );
}

/** Gives every member its words. @param owner the command or shared schema it belongs to */
function explain(schema: JsonSchema, owner: string): JsonSchema {
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) => {
      if (key === 'properties' && isRecord(value)) return [key, explainMembers(value, owner)];
      if (Array.isArray(value))
        return [key, value.map((one: unknown) => (isRecord(one) ? explain(one, owner) : one))];
      return [key, isRecord(value) ? explain(value, owner) : value];
    }),
  );
}

function explainMembers(members: JsonSchema, owner: string): JsonSchema {
  return Object.fromEntries(
    Object.entries(members).map(([member, schema]) => {
      const text = fields[`${owner}.${member}`] ?? fields[member];
      const explained = isRecord(schema) ? explain(schema, owner) : {};
      return [member, { ...explained, ...(text === undefined ? {} : described(text)) }];
    }),
  );
}

function described({ en, zh }: Text): { description: string; 'x-description-zh': string } {
  return { description: en, 'x-description-zh': zh };
}
