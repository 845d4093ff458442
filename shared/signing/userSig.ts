import { deflateSync } from 'node:zlib';
import { requireInteger, requireSeconds, requireText } from './argument';
import { hmac } from './digest';
import { isMissing, isPlainText, isRecord, parseBase64, parseJson } from './given';
import { inflateExactly } from './inflateExactly';
import { sameText } from './sameText';

/** One line of text: the signed text separates its fields by line ends, so an id must not contain any. */
const IDENTIFIER = /^[^\p{Cc}\p{Surrogate}]+$/u;
/** Of the text and of what it unpacks to. */
const MAX_LENGTH = 4096;
/** Base64 marks and what stands for them in a UserSig, in both directions. */
const URL_MARKS: Readonly<Record<string, string>> = {
  '+': '*',
  '/': '-',
  '=': '_',
  '*': '+',
  '-': '/',
  _: '=',
};

/**
 * A UserSig (version 2) for IM and TRTC, byte for byte what the official Node package makes.
 *
 * key: the hex text of the console, used as text. userId: one line without control characters; the services allow
 * at most 32 bytes. now: Unix seconds. expire: its life in seconds. userBuf: extra bytes to sign (privateMapKey).
 * Throws TypeError naming the argument that is not usable. Source: package tls-sig-api-v2 and document "Generating UserSig".
 */
export function makeUserSig({
  sdkAppId,
  key,
  userId,
  now,
  expire,
  userBuf,
}: {
  sdkAppId: number;
  key: string;
  userId: string;
  now: number;
  expire: number;
  userBuf?: Uint8Array | undefined;
}): string {
  requireText('key', key);
  requireInteger('sdkAppId', sdkAppId, 1, 0xffffffff);
  requireText('userId', userId, IDENTIFIER);
  requireSeconds('now', now);
  requireSeconds('expire', expire);
  const content = {
    'TLS.ver': '2.0',
    'TLS.identifier': userId,
    'TLS.sdkappid': sdkAppId,
    'TLS.time': now,
    'TLS.expire': expire,
    ...(userBuf && { 'TLS.userbuf': Buffer.from(userBuf).toString('base64') }),
  };
  const json = JSON.stringify({ ...content, 'TLS.sig': signature(content, key) });
  return deflateSync(json)
    .toString('base64')
    .replace(/[+/=]/g, (mark) => URL_MARKS[mark] ?? mark);
}

export type UserSigCheck =
  | { ok: true; userId: string; expiresAt: number }
  | {
      ok: false;
      reason: 'missing' | 'malformed' | 'wrong' | 'otherApp' | 'otherUser' | 'expired';
    };

/**
 * Judges a UserSig; never throws on what a client sent.
 *
 * userId: whom it has to belong to, when that is known. now: Unix seconds; the last valid one is time + expire.
 * Order: missing, malformed (also one with a userbuf, which is a room key), wrong, otherApp, otherUser, expired.
 * Content is what is signed, not its compressed bytes: those differ between zlib versions and between the official
 * packages, so one UserSig can be written in several ways. Nothing else about the text may vary.
 * The official Go package looks at the signature last; here it comes first, so that what is said about the
 * content is only ever said of content that the key's owner wrote.
 */
export function verifyUserSig({
  sdkAppId,
  key,
  userSig,
  userId,
  now,
}: {
  sdkAppId: number;
  key: string;
  userSig: unknown;
  userId?: string | undefined;
  now: number;
}): UserSigCheck {
  requireText('key', key);
  if (isMissing(userSig)) return { ok: false, reason: 'missing' };
  const content = readContent(userSig);
  if (content === undefined) return { ok: false, reason: 'malformed' };
  if (!sameText(content['TLS.sig'], signature(content, key))) return { ok: false, reason: 'wrong' };
  if (content['TLS.sdkappid'] !== sdkAppId) return { ok: false, reason: 'otherApp' };
  if (userId !== undefined && content['TLS.identifier'] !== userId) return { ok: false, reason: 'otherUser' };
  const expiresAt = content['TLS.time'] + content['TLS.expire'];
  return now > expiresAt
    ? { ok: false, reason: 'expired' }
    : { ok: true, userId: content['TLS.identifier'], expiresAt };
}

interface Content {
  'TLS.identifier': string;
  'TLS.sdkappid': number;
  'TLS.time': number;
  'TLS.expire': number;
  'TLS.userbuf'?: string;
}

function signature(content: Content, key: string): string {
  const names = ['TLS.identifier', 'TLS.sdkappid', 'TLS.time', 'TLS.expire', 'TLS.userbuf'] as const;
  const lines = names
    .filter((name) => content[name] !== undefined)
    .map((name) => `${name}:${content[name]}\n`);
  return hmac('sha256', key, lines.join('')).toString('base64');
}

function readContent(userSig: unknown): (Content & { 'TLS.sig': string }) | undefined {
  if (!isPlainText(userSig, MAX_LENGTH) || !/^[A-Za-z0-9*-]+_{0,2}$/.test(userSig)) return undefined;
  const bytes = parseBase64(userSig.replace(/[*_-]/g, (mark) => URL_MARKS[mark] ?? mark));
  const json = bytes && inflateExactly(bytes, MAX_LENGTH);
  const content = json && parseJson(json.toString());
  if (!isRecord(content) || content['TLS.ver'] !== '2.0' || 'TLS.userbuf' in content) return undefined;
  const identifier = content['TLS.identifier'];
  const sig = content['TLS.sig'];
  const [app, time, expire] = ['TLS.sdkappid', 'TLS.time', 'TLS.expire'].map((name) => content[name]);
  if (typeof identifier !== 'string' || !IDENTIFIER.test(identifier) || typeof sig !== 'string')
    return undefined;
  if (!isCount(app) || !isCount(time) || !isCount(expire)) return undefined;
  return {
    'TLS.identifier': identifier,
    'TLS.sdkappid': app,
    'TLS.time': time,
    'TLS.expire': expire,
    'TLS.sig': sig,
  };
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
