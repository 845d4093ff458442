import { requireText } from './argument';
import { digest } from './digest';
import { txTime } from './txSecret';

interface Limits {
  /** Seconds of free preview. */
  exper?: string | number | undefined;
  /** How many different addresses may play, at most 9. */
  rlimit?: string | number | undefined;
  /** Random text that makes the URL different each time. */
  us?: string | undefined;
}

interface SiteLimits {
  whref?: string | undefined;
  bkref?: string | undefined;
  whreg?: string | undefined;
  bkreg?: string | undefined;
}

/**
 * The `sign` of a hotlink-protected VOD URL: hex MD5 of the key and the parts in their fixed order, absent ones empty.
 * dir: the path without the file name, with both slashes. t: lower-case hex of the moment of expiry in Unix seconds.
 * Throws TypeError naming the argument that is not usable. Source: document "Key Hotlink Protection".
 */
export function vodHotlinkSign({
  key,
  dir,
  t,
  exper = '',
  rlimit = '',
  us = '',
  whref = '',
  bkref = '',
  whreg = '',
  bkreg = '',
}: { key: string; dir: string; t: string } & Limits & SiteLimits): string {
  requireText('key', key);
  requireText('dir', dir, /^\/(.*\/)?$/s);
  requireText('t', t, /^[0-9a-f]{1,8}$/);
  return digest('md5', [key, dir, t, exper, rlimit, us, whref, bkref, whreg, bkreg].join(''));
}

/**
 * A VOD file's URL with the protection parameters appended.
 * url: without query, its path as the CDN sees it. expiresAt: Unix seconds.
 * Throws TypeError naming the argument that is not usable.
 */
export function vodHotlinkUrl({
  url,
  key,
  expiresAt,
  exper,
  rlimit,
  us,
}: { url: string; key: string; expiresAt: number } & Limits): string {
  const dir = /^https?:\/\/[^/?#]+(\/(?:[^/?#]+\/)*)[^/?#]+$/.exec(url)?.[1];
  requireText('url', dir);
  const t = txTime(expiresAt);
  const fields = { t, exper, rlimit, us, sign: vodHotlinkSign({ key, dir, t, exper, rlimit, us }) };
  const query = Object.entries(fields).filter(([, value]) => value !== undefined);
  return `${url}?${query.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join('&')}`;
}
