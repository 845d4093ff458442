import { requireInteger, requireText } from './argument';
import { digest } from './digest';
import { isMissing, isPlainText } from './given';
import { sameText } from './sameText';

export type TxSecretAlgorithm = 'md5' | 'sha256';

interface TxSecretInput {
  key: string;
  streamName: string;
  /** Exactly the text that goes into the URL: the hash is over these characters, case included. */
  txTime: string;
  /** MD5 is what the console sets by default. SHA-256 is a documented choice without a printed example. */
  algorithm?: TxSecretAlgorithm | undefined;
}

/**
 * Unix seconds as the lower-case hexadecimal text of a txTime.
 * Throws TypeError when the moment does not fit 32 bits.
 */
export function txTime(unixSeconds: number): string {
  requireInteger('unixSeconds', unixSeconds, 0, 0xffffffff);
  return unixSeconds.toString(16);
}

/**
 * The txSecret of a push or play URL: lower-case hex hash of key + stream name + txTime.
 * For a push txTime is the moment of expiry, for a play the start of the validity set with the key.
 * Throws TypeError on an empty key or name, or a txTime that is not 1 to 8 hex digits.
 * Source: documents 267/32833 and "Hotlink Protection URL Calculation".
 */
export function txSecret({ key, streamName, txTime, algorithm = 'md5' }: TxSecretInput): string {
  requireText('key', key);
  requireText('streamName', streamName);
  requireText('txTime', txTime, /^[0-9A-Fa-f]{1,8}$/);
  return digest(algorithm, key + streamName + txTime);
}

export type TxSecretCheck = 'ok' | 'missing' | 'malformed' | 'wrong' | 'expired';

/**
 * Judges the txSecret and txTime of a URL; never throws on what a client sent.
 *
 * keys: the primary and the backup key, either is accepted, empty ones are ignored. now: Unix seconds.
 * validSeconds: how long after txTime the URL still works; 0 for a push, the validity set with the key for a play.
 * Order: missing, malformed, wrong, expired; so 'expired' is only ever said of a genuine signature.
 *
 * txTime must have exactly 8 digits (any moment from 1978 to 2106). The hash does not separate the name from
 * the time, so with a free length the last digits of a name could be passed off as the first ones of a time.
 */
export function verifyTxSecret(request: {
  keys: readonly string[];
  streamName: unknown;
  txSecret: unknown;
  txTime: unknown;
  now: number;
  validSeconds?: number | undefined;
  algorithm?: TxSecretAlgorithm | undefined;
}): TxSecretCheck {
  const {
    keys,
    streamName,
    txSecret: secret,
    txTime: time,
    now,
    validSeconds = 0,
    algorithm = 'md5',
  } = request;
  if (isMissing(secret) || isMissing(time)) return 'missing';
  if (typeof time !== 'string' || !/^[0-9A-Fa-f]{8}$/.test(time)) return 'malformed';
  if (isMissing(streamName) || !isPlainText(streamName, 1024) || !isPlainText(secret, 64)) return 'malformed';
  const genuine = keys.some(
    (key) => key !== '' && sameText(txSecret({ key, streamName, txTime: time, algorithm }), secret),
  );
  if (!genuine) return 'wrong';
  return now > parseInt(time, 16) + validSeconds ? 'expired' : 'ok';
}
