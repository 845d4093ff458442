import { seconds } from '../../shared/clock';
import { Failure } from '../../shared/http/errors';
import { beginGuestStream } from '../linkMic/guestPushUrl';
import { mergeStreams } from '../linkMic/mergeStreams';
import { signedPlayUrl } from '../linkMic/signedPlayUrl';
import { parseV1Mix, v1MixReply } from '../linkMic/v1Mix';
import type { V1Call, V1Needs } from './v1';
import { v1Required, v1UserId, type V1Body } from './v1Input';

/** RequestLVBAddrForLinkMic (protocol.md 4.13). */
export async function requestLvbAddrForLinkMic(body: V1Body, { request }: V1Call, needs: V1Needs) {
  const caller = v1UserId(body);
  const { pushUrl, playUrl, createdAt } = await beginGuestStream(caller, request.now, needs);
  return { pushurl: pushUrl, timestamp: createdAt, playurl: playUrl };
}

/** RequestPlayUrlWithSignForLinkMic (protocol.md 4.14). */
export async function requestPlayUrlWithSign(body: V1Body, { request }: V1Call, needs: V1Needs) {
  const caller = v1UserId(body);
  const originUrl = v1Required(body, 'originStreamUrl').slice(0, 1025);
  try {
    const { url, createdAt } = await signedPlayUrl.run({ originUrl }, { ...request, caller }, needs);
    return { streamUrlWithSignature: url, timestamp: createdAt };
  } catch (error) {
    // The member has another name on this wire.
    if (error instanceof Failure)
      throw new Failure(error.code, error.message.replace('originUrl', 'originStreamUrl'));
    throw error;
  }
}

/** MergeVideoStream (protocol.md 4.15): the mixing service's reply, and our own refusals, are text in `msg`. */
export async function mergeVideoStream(body: V1Body, { request }: V1Call, needs: V1Needs) {
  const caller = v1UserId(body);
  const mix = async () => mergeStreams.run(parseV1Mix(body['mergeparams']), { ...request, caller }, needs);
  return { msg: await v1MixReply(mix(), request.now), timestamp: seconds(request.now) };
}
