import { isRecord } from '../../shared/http/request';

/** What a rule may look at besides the value itself. */
export interface RuleContext {
  /** The object that the value is a member of. */
  parent: Record<string, unknown>;
  returnData: Record<string, unknown>;
  /** The members of the request. */
  sent: Record<string, unknown>;
}

type Rule = (value: unknown, context: RuleContext) => boolean;

/**
 * The `rule` texts of client-conformance.json as checks. Where the text only explains what the accessor does anyway,
 * the check says so again.
 */
export const rules: Record<string, Rule> = {
  'starts with rtmp://, contains /live/<id>? , id lower case without dot': (value) =>
    /^rtmp:\/\/[^/\s]+\/live\/[^A-Z./?\s]+\?[^\s]/.test(String(value)),
  'starts with rtmp://': startsWithRtmp,
  'rtmp://': startsWithRtmp,
  'seconds; number or text': isSeconds,
  'seconds, < 2^31': isSeconds,
  'JSON number, seconds; text is ignored': (value) => typeof value === 'number' && isSeconds(value),
  'equals the number of items that paging delivers': (value, { returnData, sent }) => {
    const [size, page] = [Number(sent['pagesize']), Number(sent['pageno'])];
    const list = returnData['pusherlist'];
    return (
      Array.isArray(list) && list.length === Math.min(Math.max(Number(value) - (page - 1) * size, 0), size)
    );
  },
  '0 live, 1 replay, 2 UGC': (value, { sent }) =>
    (typesOfFlag[String(sent['flag'])] ?? [0, 1, 2]).includes(Number(value)),
  'live: rtmp:// or http(s) with .flv; replay and UGC: http(s) with .flv/.m3u8/.mp4': (value, { parent }) =>
    Number(parent['type']) === 0
      ? /^rtmp:\/\/\S+$|^https?:\/\/\S+\.flv/.test(String(value))
      : isRecordingUrl(value),
  'required for replays and UGC': (value, { parent }) =>
    Number(parent['type']) === 0 || (typeof value === 'string' && value !== ''),
  'played for replays (type 1), so required there': (value, { parent }) =>
    Number(parent['type']) !== 1 || isRecordingUrl(value),
  'null or absent crashes the list adapter; array or text fails the whole list': isRecord,
  'origin URL with txSecret, txTime, bizid': (value, { sent }) => isSignedOrigin(value, sent),
  'text that is a JSON object': isJsonObjectText,
  '0 = success': (value) => Number(value) === 0,
  '[] or null crashes': isRecord,
  'null crashes': (value) => value !== null,
  'read only if totalcount > 0': Array.isArray,
};

/** The list is looked at only when there is something in it. */
export function isConditional(rule: string | undefined, returnData: Record<string, unknown>): boolean {
  return rule === 'read only if totalcount > 0' && !(Number(returnData['totalcount']) > 0);
}

const typesOfFlag: Record<string, number[]> = { '1': [0], '2': [1], '3': [0, 1], '4': [0], '5': [2] };

function startsWithRtmp(value: unknown): boolean {
  return String(value).startsWith('rtmp://');
}

/** From 2015 on, and not in milliseconds. */
function isSeconds(value: unknown): boolean {
  const number = Number(value);
  return Number.isInteger(number) && number > 1_420_000_000 && number < 2 ** 31;
}

function isRecordingUrl(value: unknown): boolean {
  return /^https?:\/\/\S+\.(flv|m3u8|mp4)/.test(String(value));
}

/** The same place, whatever else its query held, and one signature: a signature the origin came with makes way for it. */
function isSignedOrigin(value: unknown, sent: Record<string, unknown>): boolean {
  const [place, query, ...more] = String(value).split('?');
  const [originPlace, originQuery = ''] = String(sent['originStreamUrl']).split('?');
  if (place !== originPlace || query === undefined || more.length > 0) return false;
  const given = new URLSearchParams(query);
  const kept = [...new URLSearchParams(originQuery)].filter(([name]) => !signed.has(name));
  return (
    kept.every(([name, text]) => given.get(name) === text) &&
    [...signed.keys()].every((name) => given.getAll(name).length === 1) &&
    [...signed].every(([name, form]) => form.test(given.get(name) ?? ''))
  );
}

const signed = new Map([
  ['txSecret', /^[0-9a-f]{32,64}$/],
  ['txTime', /^[0-9a-f]+$/i],
  ['bizid', /^\d+$/],
]);

function isJsonObjectText(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  try {
    return isRecord(JSON.parse(value));
  } catch {
    return false;
  }
}
