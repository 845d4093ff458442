import { isUserId } from '../../shared/input';

/** What a shared link leads to. */
export type Link =
  | { kind: 'stream'; streamId: string }
  | { kind: 'live'; userId: string }
  | { kind: 'file'; userId: string; fileId: string; what: 'replay' | 'video' };

/**
 * Reads `/watch/<streamId>` or the query of the original's share link (protocol.md 8, step 12):
 * `userid`, `type` (0 live, 1 replay, 2 short video) and `fileid`; `ts`, `sdkappid` and `acctype` say nothing here.
 * @param path without slashes at its end
 * @returns undefined for what can lead nowhere
 */
export function readLink(path: string, query: Readonly<Record<string, string>>): Link | undefined {
  const streamId = /\/watch\/([a-z0-9_]{1,64})$/.exec(path)?.[1];
  if (streamId !== undefined) return { kind: 'stream', streamId };
  if (!path.endsWith('/watch')) return undefined;
  const { userid: userId = '', type = '0', fileid: fileId = '' } = query;
  if (!isUserId(userId)) return undefined;
  if (type === '0') return { kind: 'live', userId };
  if (!/^[^\p{Cc}\p{Surrogate}]{1,64}$/u.test(fileId)) return undefined;
  if (type === '1') return { kind: 'file', userId, fileId, what: 'replay' };
  return type === '2' ? { kind: 'file', userId, fileId, what: 'video' } : undefined;
}

/** The address of a replay or a short video, relative to the site. */
export function fileLink(userId: string, fileId: string, what: 'replay' | 'video'): string {
  const query = new URLSearchParams({ userid: userId, type: what === 'replay' ? '1' : '2', fileid: fileId });
  return `/watch?${query.toString()}`;
}
