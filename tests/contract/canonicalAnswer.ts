import { createHash, createHmac } from 'node:crypto';
import { isRecord } from '../../shared/http/request';
import { recordedConfig } from './transcripts';

/** How the names and moments of one server's answers are told. */
export interface Telling {
  /** What the original calls the broadcast of a stream id; 'unknown' for an id that was never given out. */
  streamOf(id: string): string;
  /** The end of a known recording as the other server has it; undefined for any other moment. */
  recordingEnd(seconds: number): number | undefined;
  /** Whether a moment may be now, or have been while the scenario ran. */
  isRecent(seconds: number): boolean;
  /** When an answer was given that says it is about a broadcast of this time. */
  answeredAt(timestamp: number): number;
}

/**
 * An answer with everything that differs from one run to the next replaced by what it means: signatures by whether they
 * are valid, times by their relation to now, stream ids by the broadcast they belong to.
 */
export function canonicalAnswer(body: unknown, telling: Telling): unknown {
  if (!isRecord(body)) return body;
  const data = body['returnData'];
  return {
    ...body,
    ...('returnMsg' in body ? { returnMsg: message(body['returnValue'], body['returnMsg']) } : {}),
    ...('returnData' in body ? { returnData: isRecord(data) ? payload(data, telling) : data } : {}),
  };
}

/** A message matters where it says which member is at fault, or that nothing was sent: deployment checks look at that. */
function message(returnValue: unknown, text: unknown): unknown {
  if (typeof text !== 'string' || text === '') return text;
  if (returnValue === 0 || returnValue === 4001) return text;
  if (returnValue !== 1000) return 'some text';
  const [base = '', detail = ''] = text.split(' | ');
  const member = /^([A-Za-z]\w*)/.exec(detail)?.[1];
  return member === undefined ? base : `${base} | ${member}`;
}

function payload(data: Record<string, unknown>, telling: Telling): Record<string, unknown> {
  const told = item(data, telling);
  if ('totalcount' in data)
    told['totalcount'] = { value: Number(data['totalcount']), type: typeof data['totalcount'] };
  if (Array.isArray(data['pusherlist']))
    told['pusherlist'] = data['pusherlist'].map((one: unknown) => (isRecord(one) ? item(one, telling) : one));
  if (Array.isArray(data['memberlist'])) told['memberlist'] = members(data['memberlist'], data['totalcount']);
  if ('sign' in data) told['sign'] = sealed(data['sign'], 'e', 't', 'r', telling);
  if ('signature' in data) told['signature'] = vodSignature(data['signature'], telling);
  if ('signKey' in data) Object.assign(told, signKey(data, telling));
  return told;
}

function item(data: Record<string, unknown>, telling: Telling): Record<string, unknown> {
  const told = { ...data };
  if ('timestamp' in data) told['timestamp'] = moment(data['timestamp'], data['type'] === 1, telling);
  for (const name of ['pushurl', 'playurl', 'hls_play_url', 'streamUrlWithSignature']) {
    const value = data[name];
    if (typeof value === 'string' && value.includes('/live/'))
      told[name] = streamUrl(value, data['timestamp'], telling);
  }
  return told;
}

function moment(value: unknown, isReplay: boolean, telling: Telling): unknown {
  if (typeof value !== 'number' || !Number.isInteger(value)) return value;
  const end = isReplay ? telling.recordingEnd(value) : undefined;
  if (end !== undefined) return { recordingEnd: end };
  return telling.isRecent(value) ? 'epoch seconds' : value;
}

function streamUrl(url: string, timestamp: unknown, telling: Telling): unknown {
  const parsed = /^(\w+):\/\/([^/]+)(\/.*?\/)([^/.?]+)([^?]*)(?:\?(.*))?$/.exec(url);
  if (parsed === null) return url;
  const [, scheme, host, path, id = '', end, query] = parsed;
  const pairs = (query ?? '').split('&').filter((pair) => pair !== '');
  const values = new Map(
    pairs.map((pair): [string, string] => [nameIn(pair), pair.slice(nameIn(pair).length + 1)]),
  );
  const txTime = values.get('txTime') ?? '';
  if (values.has('txSecret')) {
    const expected = md5(`${recordedConfig.pushKey}${id}${txTime}`);
    values.set(
      'txSecret',
      values.get('txSecret') === expected ? 'md5(push key + stream id + txTime)' : 'wrong',
    );
    const life = parseInt(txTime, 16) - telling.answeredAt(typeof timestamp === 'number' ? timestamp : 0);
    values.set('txTime', `now + ${life}`);
  }
  return {
    scheme,
    host,
    path,
    stream: { of: telling.streamOf(id), id },
    end,
    parameters: [...values.keys()],
    query: Object.fromEntries(values),
  };
}

/** A page that holds all members, in the order of their ids: the original does not define one. Of a part, its size. */
function members(list: unknown[], total: unknown): unknown {
  if (list.length < Number(total)) return { members: list.length, each: [...new Set(list.map(shapeOf))] };
  return [...list].sort((one, other) => (idOf(one) < idOf(other) ? -1 : 1));
}

function shapeOf(value: unknown): string {
  return isRecord(value) ? Object.keys(value).sort().join() : typeof value;
}

function idOf(value: unknown): string {
  return isRecord(value) ? String(value['userid']) : '';
}

/** Base64 of an HMAC-SHA1 with the text it covers behind it; `ends`, `begins` and `random` name its members that vary. */
function sealed(value: unknown, ends: string, begins: string, random: string, telling: Telling): unknown {
  if (typeof value !== 'string') return value;
  const bytes = Buffer.from(value, 'base64');
  const text = bytes.subarray(20).toString('latin1');
  const valid = createHmac('sha1', recordedConfig.secretKey)
    .update(text)
    .digest()
    .equals(bytes.subarray(0, 20));
  const pairs = text
    .split('&')
    .map((pair): [string, string] => [nameIn(pair), pair.slice(nameIn(pair).length + 1)]);
  const values = new Map(pairs);
  const life = Number(values.get(ends)) - Number(values.get(begins));
  values.set(begins, telling.isRecent(Number(values.get(begins))) ? 'now' : 'another time');
  values.set(ends, `now + ${life}`);
  values.set(random, /^\d+$/.test(values.get(random) ?? '') ? 'random' : 'not a number');
  return { valid, members: [...values.keys()], values: Object.fromEntries(values) };
}

function vodSignature(value: unknown, telling: Telling): unknown {
  const short = typeof value === 'string' && Buffer.from(value, 'base64').toString('latin1', 20, 22) === 's=';
  return short
    ? sealed(value, 'e', 't', 'r', telling)
    : sealed(value, 'expireTime', 'currentTimeStamp', 'random', telling);
}

function signKey(data: Record<string, unknown>, telling: Telling): Record<string, unknown> {
  const keyTime = String(data['keyTime']);
  const [begins = NaN, ends = NaN] = keyTime.split(';').map(Number);
  const valid =
    createHmac('sha1', recordedConfig.secretKey).update(keyTime).digest('hex') === data['signKey'];
  return {
    signKey: valid ? 'HMAC-SHA1 of keyTime' : 'wrong',
    keyTime: `${telling.isRecent(begins) ? 'now' : 'another time'};now + ${ends - begins}`,
  };
}

function nameIn(pair: string): string {
  return pair.split('=', 1)[0] ?? '';
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
