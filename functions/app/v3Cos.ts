import { uploadSig } from '../uploadSig/uploadSig';
import type { V3Call, V3Needs } from './v3';

/**
 * cos/config: an app's constant names this path and no known client calls it. It gives what uploadSig gives: a signed
 * form for one picture of the caller, and no key.
 */
export async function cosConfig({ caller, params, request }: V3Call, needs: V3Needs) {
  const kind = params.get('type') === 'cover' ? 'cover' : 'avatar';
  return uploadSig.run({ kind, contentType: 'image/png' }, { ...request, caller: caller.userId }, needs);
}
