import { requireText } from './argument';
import { digest } from './digest';
import { isMissing } from './given';
import { sameText } from './sameText';

/**
 * The header Liteav-Sig with which the app of the second generation signs a request:
 * hex MD5 of the token and the hex MD5 of the body's bytes as they are sent. Source: the original PHP.
 */
export function liteavSig({ token, rawBody }: { token: string; rawBody: string | Uint8Array }): string {
  requireText('token', token);
  return digest('md5', token + digest('md5', rawBody));
}

/** Judges a Liteav-Sig over the bytes received; never throws on what a client sent. Order: missing, malformed, wrong. */
export function verifyLiteavSig({
  token,
  rawBody,
  sig,
}: {
  token: string;
  rawBody: string | Uint8Array;
  sig: unknown;
}): 'ok' | 'missing' | 'malformed' | 'wrong' {
  if (isMissing(sig)) return 'missing';
  if (typeof sig !== 'string' || !/^[0-9a-f]{32}$/.test(sig)) return 'malformed';
  return sameText(liteavSig({ token, rawBody }), sig) ? 'ok' : 'wrong';
}

/** The form in which that app sends a password: hex MD5 of the password's hex MD5 and the user id. */
export function legacyPasswordHash({ password, userId }: { password: string; userId: string }): string {
  return digest('md5', digest('md5', password) + userId);
}

/** The sign of get_roomservice_sign (2018): hex MD5 of the API key, txTime in decimal Unix seconds, and the user id. */
export function roomserviceSign({
  apiKey,
  txTime,
  userId,
}: {
  apiKey: string;
  txTime: string | number;
  userId: string;
}): string {
  requireText('apiKey', apiKey);
  return digest('md5', `${apiKey}${txTime}${userId}`);
}
