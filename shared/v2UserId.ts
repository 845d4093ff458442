/** A user id of the second generation. */
export const v2UserIdForm = /^[a-zA-Z][a-zA-Z0-9_]{3,23}$/;

/** The end of a stream id that this backend made; see streamId.ts. */
const ownStream = /_[0-9a-f]{16}$/;

/**
 * Whose stream it is, of a stream that was not made here: the room service of the v2 apps calls it `<bizid>_<user id>`.
 * Ids of our own form are never one, so that nobody can register a user id that claims another's stream.
 */
export function v2UserOfStream(streamId: string): string | undefined {
  const userId = /^[^_]+_(.+)$/.exec(streamId)?.[1];
  if (userId === undefined || ownStream.test(streamId)) return undefined;
  return v2UserIdForm.test(userId) ? userId : undefined;
}
