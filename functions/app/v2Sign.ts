import { seconds } from '../../shared/clock';
import { roomserviceSign } from '../../shared/signing/liteavSig';
import { cosKey, vodSignature } from './uploadSign';
import type { V2Call, V2Needs } from './v2';
import { v2Count, type V2Body } from './v2Input';

/** Seconds, as in the original. */
const roomserviceLife = 600;

/**
 * get_cos_sign: the app signs its COS request itself with this key, for half a minute. The form cannot say for which
 * object or bucket: it opens whatever COS_SECRET_ID may do, so that must be a sub-user who may only upload pictures to
 * this one bucket. Our own uploadSig is bound to one object of the caller.
 */
export async function getCosSign(_input: unknown, { request }: V2Call, { config }: V2Needs) {
  return cosKey(config, request.now);
}

/** get_vod_sign (2018): the documented VOD client-upload signature, bound to the caller by its sourceContext. */
export async function getVodSign(_input: unknown, { request, session }: V2Call, { config, random }: V2Needs) {
  return vodSignature(config, random, request.now, session.userId);
}

/**
 * get_roomservice_sign (2018): what the room service of that time asks for. Its key is the API key of the live console,
 * which also signs callbacks; a user id begins with a letter, so no answer can be used as the sign of a callback, which
 * covers digits only.
 */
export async function getRoomserviceSign(_input: unknown, { request, session }: V2Call, { config }: V2Needs) {
  const txTime = seconds(request.now) + roomserviceLife;
  const apiKey = config.LIVE_CALLBACK_KEY.reveal();
  return { txTime, sign: roomserviceSign({ apiKey, txTime, userId: session.userId }) };
}

export function readSigType(body: V2Body): number {
  return v2Count(body, 'type');
}

/** getsig (2018): the three above by number; any other number is answered with nothing. */
export async function getSig(type: number, call: V2Call, needs: V2Needs): Promise<object> {
  if (type === 1) return getRoomserviceSign(type, call, needs);
  if (type === 2) return getCosSign(type, call, needs);
  return type === 3 ? getVodSign(type, call, needs) : {};
}
