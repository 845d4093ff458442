import { isRecord } from '../../shared/http/request';
import { accessors, isNothing } from './clientAccessors';
import { lowerCaseNames, type ClientCase, type Read } from './clientCases';
import { isConditional, rules } from './clientRules';

/** An answer as it came, before any client has touched it. */
export interface RawAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** What a client made of an answer. */
export interface Reading {
  /** Everything at which it would fail, crash, or misread; empty for a good answer. */
  faults: string[];
  /** Whether it takes the answer for a success. */
  ok: boolean;
  /** What it read, by path; of a path with [] one value per element. */
  values: Map<string, unknown[]>;
}

/**
 * Reads an answer as the client of a case does: first the rules of its HTTP stack, then member by member with its own
 * accessors, as Annex A of protocol.md describes them.
 * @param sent the members of the request that was answered
 */
export function readAnswer(
  clientCase: Pick<ClientCase, 'client' | 'reads' | 'ok'>,
  answer: RawAnswer,
  sent: Record<string, unknown> = {},
): Reading {
  const faults = httpFaults(clientCase.client, answer);
  const body = jsonObject(answer.body);
  const values = new Map<string, unknown[]>();
  if (body === undefined)
    return { faults: [...faults, 'body: fails, it is not a JSON object'], ok: false, values };
  const ok = isOk(clientCase.ok, answer.status, body);
  for (const read of clientCase.reads) {
    // Of a failure every client looks at the envelope only.
    if (!ok && isInsidePayload(read.path)) continue;
    const found = find(body, read.path);
    values.set(
      read.path,
      found.map((place) => readMember(place, read, body, sent, faults)),
    );
  }
  return { faults, ok, values };
}

/** What breaks a client before it sees the body (protocol.md 2.3). */
export function httpFaults(client: ClientCase['client'], { status, headers, body }: RawAnswer): string[] {
  const given = lowerCaseNames(headers);
  const [mediaType = '', ...parameters] = (given['content-type'] ?? '')
    .split(';')
    .map((part) => part.trim().toLowerCase());
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length);
  const faults: [string, boolean][] = [
    [`status ${status}: Android reads nothing but 200`, status !== 200],
    [`content-type ${mediaType}: iOS takes only ${jsonTypes.join(', ')}`, !jsonTypes.includes(mediaType)],
    [
      `charset ${charset}: Android takes the name literally`,
      charset !== undefined && !['utf-8', 'utf8'].includes(charset),
    ],
    [
      'cache-control: without no-store Android answers every action from one cached body',
      !/(^|[\s,])no-store([\s,]|$)/i.test(given['cache-control'] ?? ''),
    ],
    ...(['etag', 'expires', 'last-modified', 'location'] as const).map((name): [string, boolean] => [
      `${name}: must not be sent`,
      given[name] !== undefined,
    ]),
    ['content-encoding: not asked for', given['content-encoding'] !== undefined],
    ['body: begins with a byte order mark, iOS cannot parse it', body.startsWith('\uFEFF')],
    [
      'access-control-allow-origin: the page gets no answer',
      client === 'h5' && given['access-control-allow-origin'] !== '*',
    ],
  ];
  return faults.filter(([, broken]) => broken).map(([text]) => text);
}

const jsonTypes = ['application/json', 'text/json', 'text/javascript', 'text/html', 'text/xml', 'text/plain'];

/** A place in the body: its value, and the object that it is, or would be, a member of. */
interface Place {
  where: string;
  value: unknown;
  parent: Record<string, unknown>;
}

/** Every value at a path such as `returnData.pusherlist[].userid` or `returnData.msg{json}.code`. */
function find(body: Record<string, unknown>, path: string): Place[] {
  let places: Place[] = [{ where: '', value: body, parent: {} }];
  for (const step of path.split('.')) {
    const name = step.replace(/(\[\]|\{json\})$/, '');
    places = places.flatMap((place) => {
      const parent = isRecord(place.value) ? place.value : {};
      const where = place.where === '' ? name : `${place.where}.${name}`;
      return spread({ where, value: parent[name], parent }, step);
    });
  }
  return places;
}

function spread(place: Place, step: string): Place[] {
  if (step.endsWith('{json}')) return [{ ...place, value: jsonObject(place.value) }];
  if (!step.endsWith('[]')) return [place];
  if (!Array.isArray(place.value)) return [];
  return place.value.map((value: unknown, index) => ({
    where: `${place.where}[${index}]`,
    value,
    parent: place.parent,
  }));
}

function readMember(
  { where, value, parent }: Place,
  { as, type, required, rule }: Read,
  body: Record<string, unknown>,
  sent: Record<string, unknown>,
  faults: string[],
): unknown {
  const returnData = isRecord(body['returnData']) ? body['returnData'] : {};
  if (isConditional(rule, returnData)) return undefined;
  const accessor = accessors[as];
  if (accessor === undefined) throw new Error(`no accessor ${as}`);
  const complain = (why: string) =>
    void faults.push(`${where} as ${as}: ${why} (${JSON.stringify(value)?.slice(0, 80)})`);
  const got = accessor(value);
  if ('fault' in got) {
    complain(got.fault);
    return undefined;
  }
  if (isNothing(value)) {
    if (required) complain('is needed');
    return got.got;
  }
  if (!isOfType(value, type)) complain(`expected ${type}`);
  else if (rule !== undefined && !ruleOf(rule)(value, { parent, returnData, sent })) complain(rule);
  return got.got;
}

function ruleOf(text: string) {
  const rule = rules[text];
  if (rule === undefined) throw new Error(`no check for the rule "${text}"`);
  return rule;
}

function isOfType(value: unknown, type: Read['type']): boolean {
  switch (type) {
    case 'integer':
      return Number.isInteger(value) || (typeof value === 'string' && /^-?\d+$/.test(value));
    case 'string':
      return typeof value === 'string';
    case 'object':
      return isRecord(value);
    case 'array':
      return Array.isArray(value);
  }
}

function isInsidePayload(path: string): boolean {
  return /^(returnData|data)(\W|$)/.test(path);
}

/** The `ok` conditions of client-conformance.json. */
function isOk(condition: string, status: number, body: Record<string, unknown>): boolean {
  const data = body['data'];
  switch (condition) {
    case 'any':
      return true;
    case 'returnValue == 0':
      return Number(body['returnValue']) === 0;
    case 'code inside msg == 0':
      return codeInsideMsg(body['returnData']) === 0;
    case 'code == 200':
      return Number(body['code']) === 200;
    case 'HTTP 200 and code == 200':
      return status === 200 && Number(body['code']) === 200;
    case 'code == 200 and signature present':
      return Number(body['code']) === 200 && isRecord(data) && typeof data['signature'] === 'string';
    case 'errorCode == 0':
      return body['errorCode'] === 0;
    case 'errorCode == 0 and data present':
      return body['errorCode'] === 0 && !isNothing(data);
    case 'errorCode == 0 and data is an array':
      return body['errorCode'] === 0 && Array.isArray(data);
    default:
      throw new Error(`no check for the condition "${condition}"`);
  }
}

function codeInsideMsg(returnData: unknown): unknown {
  return isRecord(returnData) ? jsonObject(returnData['msg'])?.['code'] : undefined;
}

function jsonObject(text: unknown): Record<string, unknown> | undefined {
  if (typeof text !== 'string') return undefined;
  try {
    const parsed: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    return isRecord(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}
