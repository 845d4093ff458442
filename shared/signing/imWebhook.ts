import { requireText } from './argument';
import { digest } from './digest';
import { isMissing } from './given';
import { sameText } from './sameText';

const DECIMAL_SECONDS = /^[0-9]{1,10}$/;

/**
 * The Sign in the query of an IM webhook: hex SHA-256 of the token and RequestTime.
 * requestTime: decimal Unix seconds, hashed as received. Throws TypeError naming the argument that is not usable.
 * Source: the IM webhook documents; the hash printed there belongs to the token xxxxyyyy.
 */
export function imWebhookSign({
  token,
  requestTime,
}: {
  token: string;
  requestTime: number | string;
}): string {
  requireText('token', token);
  const digits = String(requestTime);
  requireText('requestTime', digits, DECIMAL_SECONDS);
  return digest('sha256', token + digits);
}

export type ImWebhookCheck = 'ok' | 'missing' | 'malformed' | 'wrong' | 'expired' | 'tooFarAhead';

/**
 * Judges the Sign and RequestTime of a webhook; never throws on what was received.
 * maxDifferenceSeconds: how far RequestTime may lie from now (Unix seconds) on either side; no document sets it.
 * Order: missing, malformed, wrong, expired, tooFarAhead.
 */
export function verifyImWebhook({
  token,
  sign,
  requestTime,
  now,
  maxDifferenceSeconds,
}: {
  token: string;
  sign: unknown;
  requestTime: unknown;
  now: number;
  maxDifferenceSeconds: number;
}): ImWebhookCheck {
  if (isMissing(sign) || isMissing(requestTime)) return 'missing';
  const digits =
    typeof requestTime === 'number' || typeof requestTime === 'string' ? String(requestTime) : '';
  if (!DECIMAL_SECONDS.test(digits) || typeof sign !== 'string' || !/^[0-9a-f]{64}$/.test(sign)) {
    return 'malformed';
  }
  if (!sameText(imWebhookSign({ token, requestTime: digits }), sign)) return 'wrong';
  if (now > Number(digits) + maxDifferenceSeconds) return 'expired';
  return Number(digits) > now + maxDifferenceSeconds ? 'tooFarAhead' : 'ok';
}
