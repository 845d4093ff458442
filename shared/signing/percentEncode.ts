/** RFC 3986 percent-encoding with upper-case hex; unlike encodeURIComponent it also encodes ! ' ( ) and *. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
