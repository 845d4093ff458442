import * as v from 'valibot';
import type { Config } from './config';
import { Failure } from './http/errors';

export type MediaConfig = Pick<Config, 'COS_APPID' | 'COS_BUCKET' | 'COS_REGION' | 'MEDIA_HOSTS'>;

/** Longest URL of a picture or video that is stored. */
const mostCharacters = 512;

/**
 * Whether a URL of a picture leads to where pictures of this deployment are: the COS bucket under any of its domains,
 * the VOD domain of the account, or a host of MEDIA_HOSTS. Everybody's app loads the picture, so anyone who could put
 * another address there would see who is watching.
 * @returns true for '' too, which stands for no picture
 */
export function isMediaUrl(config: MediaConfig, url: string): boolean {
  if (url === '') return true;
  const parsed = url.length > mostCharacters || /[\s"'<>\\\p{Cc}]/u.test(url) ? undefined : parseUrl(url);
  if (parsed === undefined) return false;
  const { protocol, host, hostname, username, password, pathname } = parsed;
  if (!['http:', 'https:'].includes(protocol) || username !== '' || password !== '') return false;
  const bucket = `${config.COS_BUCKET}-${config.COS_APPID}`;
  if (config.COS_REGION.includes('://')) {
    const endpoint = new URL(config.COS_REGION);
    const folder = `${endpoint.pathname.replace(/\/$/, '')}/${bucket}/`;
    if (host === endpoint.host && pathname.startsWith(folder)) return true;
  }
  return (
    (hostname.startsWith(`${bucket}.`) && hostname.endsWith('.myqcloud.com')) ||
    hostname === `${config.COS_APPID}.vod2.myqcloud.com` ||
    hostname === `${config.COS_APPID}.vod-qcloud.com` ||
    config.MEDIA_HOSTS.includes(host)
  );
}

/**
 * @param urls members of an input that hold such a URL, by their names
 * @throws Failure invalidInput naming the first that leads elsewhere
 */
export function requireMedia(config: MediaConfig, urls: Record<string, string | undefined>): void {
  for (const [name, url] of Object.entries(urls)) {
    if (!isMediaUrl(config, url ?? '')) {
      throw new Failure(
        'invalidInput',
        `${name}: expected a URL in the COS bucket, in VOD or on a host of MEDIA_HOSTS`,
      );
    }
  }
}

function parseUrl(url: string): URL | undefined {
  try {
    return new URL(url);
  } catch {
    return undefined;
  }
}

/** A member of a command's input that holds such a URL; the command itself then asks {@link isMediaUrl}. */
export const mediaUrl = v.pipe(
  v.string('expected the URL of a picture'),
  v.trim(),
  v.maxLength(mostCharacters, `expected a URL of at most ${mostCharacters} characters`),
);
