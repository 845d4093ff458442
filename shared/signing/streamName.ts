/**
 * Stream and application names this library signs. The documents also allow some other symbols; these are
 * the ones that never need encoding in a URL, a path or a mixing request.
 */
export const STREAM_NAME = /^[A-Za-z0-9_-]+$/;

/**
 * The stream a play or push URL is about: the last path segment up to its first dot, without query.
 * Undefined when that is not a stream name. Rule of the original RequestPlayUrlWithSignForLinkMic.
 */
export function streamNameInUrl(url: string): string | undefined {
  const lastSegment = /^[a-z]+:\/\/[^/?#\s]+\/(?:[^/?#\s]+\/)*([^/?#.\s]+)[^/?#\s]*(?:\?[^#\s]*)?$/i.exec(
    url,
  )?.[1];
  return lastSegment !== undefined && STREAM_NAME.test(lastSegment) ? lastSegment : undefined;
}
