import { isRecord } from '../../shared/http/request';

/** What a client has after reading one member, or why it fails there. */
export type Got = { got: unknown } | { fault: string };

type Accessor = (value: unknown) => Got;

const greatestInt = 2 ** 31 - 1;

/**
 * How each client library takes a member (protocol.md 4.3 and Annex A). `undefined` stands for a member that is absent.
 * Values that a library accepts but bends, such as a long cut to 32 bits, count as faults.
 */
export const accessors: Record<string, Accessor> = {
  // org.json
  getInt: (value) => (isNothing(value) ? fault('throws: no value') : javaInt(value)),
  getString: (value) => (value === undefined ? fault('throws: no value') : javaText(value)),
  optInt: (value) => (isNothing(value) ? { got: 0 } : javaInt(value)),
  optString: (value) => (value === undefined ? { got: '' } : javaText(value)),
  optJSONObject: (value) => ({ got: isRecord(value) ? value : null }),
  getJSONArray: (value) => (Array.isArray(value) ? { got: value } : fault('throws: not an array')),
  optJSONArray: (value) => ({ got: Array.isArray(value) ? value : null }),

  // Gson: one bad member and the whole list is gone
  'gson:int': gsonInt,
  'gson:String': gsonText,
  'gson:object': gsonObject,
  'gson:List': (value) =>
    isNothing(value)
      ? { got: null }
      : Array.isArray(value)
        ? { got: value }
        : fault('the whole answer fails: not an array'),
  'gson:int(v3)': gsonInt,
  'gson:String(v3)': gsonText,

  // Foundation: a message that the object does not understand, NSNull above all, ends the app
  intValue: foundationInt,
  longValue: foundationInt,
  'integerValue(NSNumber)': (value) => ({ got: typeof value === 'number' ? Math.trunc(value) : 0 }),
  NSString: (value) => foundation(value, typeof value === 'string'),
  NSDictionary: (value) => foundation(value, isRecord(value)),
  NSArray: (value) => foundation(value, Array.isArray(value)),

  // MJExtension: null is passed over, text and numbers are converted
  'mj:int': (value) => (isNothing(value) ? { got: 0 } : foundationInt(value)),
  'mj:NSString': (value) =>
    isNothing(value)
      ? { got: null }
      : typeof value === 'string' || typeof value === 'number'
        ? { got: String(value) }
        : fault('not a text'),
  'mj:object': (value) =>
    isNothing(value) ? { got: null } : isRecord(value) ? { got: value } : fault('not an object'),

  js: (value) => ({ got: value }),

  // Swift casts with as?: another type is as good as absent
  'swift:String': (value) => ({ got: typeof value === 'string' ? value : undefined }),
  'swift:Int': (value) => ({ got: isInteger(value) ? value : undefined }),
  'swift:Int32': (value) => ({
    got: isInteger(value) && Math.abs(value) <= greatestInt ? value : undefined,
  }),
};

function fault(why: string): Got {
  return { fault: why };
}

export function isNothing(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

function isInteger(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value);
}

/** A number, or text that is one. */
function numberIn(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(value)
    ? Number(value)
    : undefined;
}

function javaInt(value: unknown): Got {
  const number = numberIn(value);
  if (number === undefined) return fault('throws: not a number');
  const whole = Math.trunc(number);
  return Math.abs(whole) > greatestInt ? fault('wraps around above 2^31-1') : { got: whole };
}

function javaText(value: unknown): Got {
  if (typeof value === 'string') return { got: value };
  return { got: value === null ? 'null' : JSON.stringify(value) };
}

function gsonInt(value: unknown): Got {
  if (isNothing(value)) return { got: 0 };
  const number = numberIn(value);
  if (number === undefined) return fault('the whole list fails: not a number');
  if (!Number.isInteger(number)) return fault('the whole list fails: a fraction');
  return Math.abs(number) > greatestInt ? fault('the whole list fails: above 2^31-1') : { got: number };
}

function gsonText(value: unknown): Got {
  if (isNothing(value)) return { got: null };
  return typeof value === 'object' ? fault('the whole list fails: not a text') : { got: javaString(value) };
}

function javaString(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function gsonObject(value: unknown): Got {
  if (isNothing(value)) return { got: null };
  return isRecord(value) ? { got: value } : fault('the whole list fails: not an object');
}

/** -intValue exists for numbers and for text, of which it reads the leading digits; nil gives 0. */
function foundationInt(value: unknown): Got {
  if (value === undefined) return { got: 0 };
  if (typeof value === 'number' || typeof value === 'boolean') return { got: Math.trunc(Number(value)) };
  if (typeof value === 'string') return { got: Number(/^\s*-?\d+/.exec(value)?.[0] ?? 0) };
  return fault('crashes: neither number nor text');
}

function foundation(value: unknown, understood: boolean): Got {
  if (value === undefined) return { got: undefined };
  return understood ? { got: value } : fault('crashes: another type');
}
