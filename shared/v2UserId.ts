/** A user id of the second generation. */
export const v2UserIdForm = /^[a-zA-Z][a-zA-Z0-9_]{3,23}$/;

/** The end of a stream id that this backend made; see streamId.ts. */
const ownStream = /_[0-9a-f]{16}$/;

/**
 * Whose stream it is, of a stream that was not made here: the room service of the v2 apps calls it `<bizid>_<user id>`.
 * Ids of our own form are never one, so that nobody can register a user id that claims another's stream.
 * @param bizId LIVE_BIZID: a stream that somebody named with another prefix is nobody's
 */
export function v2UserOfStream(streamId: string, bizId: string): string | undefined {
  const prefix = `${bizId}_`;
  if (!streamId.startsWith(prefix) || ownStream.test(streamId)) return undefined;
  const userId = streamId.slice(prefix.length);
  return v2UserIdForm.test(userId) ? userId : undefined;
}
