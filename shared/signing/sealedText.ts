import { requireText } from './argument';
import { hmac } from './digest';
import { isPlainText, parseBase64 } from './given';
import { sameText } from './sameText';

const SHA1_BYTES = 20;

/**
 * The form that COS v4 and VOD share: base64( HMAC-SHA1(secretKey, text) as 20 bytes, then the text itself ).
 * The text is readable by everybody who has the signature.
 */
export function sealText({ secretKey, text }: { secretKey: string; text: string }): string {
  requireText('secretKey', secretKey);
  return Buffer.concat([hmac('sha1', secretKey, text), Buffer.from(text)]).toString('base64');
}

/** The text inside a sealed one (at most 4096 characters), not yet trusted; undefined when it has no such form. */
export function textInSeal(sealed: unknown): string | undefined {
  if (!isPlainText(sealed, 4096)) return undefined;
  const bytes = parseBase64(sealed);
  return bytes !== undefined && bytes.length > SHA1_BYTES ? bytes.subarray(SHA1_BYTES).toString() : undefined;
}

/** Whether the seal was made with this key over exactly this text. */
export function isSealedBy({
  secretKey,
  text,
  sealed,
}: {
  secretKey: string;
  text: string;
  sealed: unknown;
}): boolean {
  return typeof sealed === 'string' && sameText(sealText({ secretKey, text }), sealed);
}
