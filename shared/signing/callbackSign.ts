import { requireText } from './argument';
import { digest } from './digest';
import { isMissing } from './given';
import { sameText } from './sameText';

const DECIMAL_SECONDS = /^[0-9]{1,10}$/;

/**
 * The `sign` of a live event notice (and of the old live API): lower-case hex MD5 of key + t.
 * t is Unix seconds, as a number or as the decimal digits that were received, which are hashed as they are.
 * Throws TypeError on an empty key or a t that is neither. Source: document 267/38080.
 */
export function callbackSign({ key, t }: { key: string; t: number | string }): string {
  requireText('key', key);
  const digits = String(t);
  requireText('t', digits, DECIMAL_SECONDS);
  return digest('md5', key + digits);
}

export type CallbackCheck = 'ok' | 'missing' | 'malformed' | 'wrong' | 'expired' | 'tooFarAhead';

/**
 * Judges the `t` and `sign` of a notice's JSON body; never throws on what was received.
 *
 * keys: the current and the previous key, empty ones are ignored. now: Unix seconds.
 * t is the moment the notice stops being valid; it is taken until t + graceSeconds, because repeats go on for
 * longer than the ten minutes t usually allows and nobody documents whether they are signed anew.
 * A t beyond now + maxAheadSeconds is refused: the service never signs so far ahead.
 * Order: missing, malformed, wrong, expired, tooFarAhead. The signature covers t alone, not the body.
 */
export function verifyCallbackSign({
  keys,
  sign,
  t,
  now,
  graceSeconds,
  maxAheadSeconds,
}: {
  keys: readonly string[];
  sign: unknown;
  t: unknown;
  now: number;
  graceSeconds: number;
  maxAheadSeconds: number;
}): CallbackCheck {
  if (isMissing(sign) || isMissing(t)) return 'missing';
  const digits = typeof t === 'number' || typeof t === 'string' ? String(t) : '';
  if (!DECIMAL_SECONDS.test(digits) || typeof sign !== 'string' || !/^[0-9a-f]{32}$/.test(sign)) {
    return 'malformed';
  }
  const genuine = keys.some((key) => key !== '' && sameText(callbackSign({ key, t: digits }), sign));
  if (!genuine) return 'wrong';
  if (now > Number(digits) + graceSeconds) return 'expired';
  return Number(digits) > now + maxAheadSeconds ? 'tooFarAhead' : 'ok';
}
