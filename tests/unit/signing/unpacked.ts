import { inflateSync } from 'node:zlib';

/** The JSON inside a UserSig: its compressed bytes depend on the version of zlib, so they are not compared. */
export function unpacked(userSig: string): string {
  const base64 = userSig.replaceAll('*', '+').replaceAll('-', '/').replaceAll('_', '=');
  return inflateSync(Buffer.from(base64, 'base64')).toString();
}
