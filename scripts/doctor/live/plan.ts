import type { Secret } from '../../../shared/secret';
import { sameText } from '../../../shared/signing/sameText';

/** What the live service should have been told. */
export interface LivePlan {
  bizId: string;
  /** Undefined where the domains of the bizid are used. */
  pushDomain: string | undefined;
  playDomain: string | undefined;
  appName: string;
  pushKey: Secret | undefined;
  playKey: Secret | undefined;
  callbackKey: Secret | undefined;
  callbackKeyPrevious: Secret | undefined;
  /** LIVE_RECORD: what push URLs ask for; '' leaves it to a template. */
  record: string;
  /** Settings that cannot be read: what is about them is not asked. */
  unusable: ReadonlySet<string>;
  /** PUBLIC_DOMAIN: the host that callbacks should go to, where it is known. */
  publicDomain: string | undefined;
}

export type Kind = 'push' | 'play';

/** The domain that is set, or that of the bizid. */
export function domainOf({ bizId, pushDomain, playDomain }: LivePlan, kind: Kind): string {
  const own = kind === 'push' ? pushDomain : playDomain;
  return own ?? `${bizId}.live${kind}.myqcloud.com`;
}

/** Live streams on a domain of the bizid are in the app `live`. */
export function appNameOf({ pushDomain, appName }: LivePlan): string {
  return pushDomain === undefined ? 'live' : appName;
}

export function isOneOf(given: Secret | undefined, keys: readonly string[]): boolean {
  return given !== undefined && keys.some((key) => key !== '' && sameText(key, given.reveal()));
}
