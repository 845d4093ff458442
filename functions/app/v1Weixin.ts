import type { V1Call, V1Needs } from './v1';
import { v1Required, type V1Body } from './v1Input';
import { weixinSignature } from '../watch/weixinSignature';

/** GetWeixinSignature (protocol.md 4.16): what the share page needs for WeChat's JS-SDK. */
export async function getWeixinSignature(body: V1Body, { request }: V1Call, needs: V1Needs) {
  const url = v1Required(body, 'url');
  return { data: await weixinSignature.run({ url }, { ...request, caller: undefined }, needs) };
}
