import { seconds } from '../../shared/clock';
import type { Config } from '../../shared/config';
import { cosSignKey } from '../../shared/signing/cosRequest';
import { vodUploadSignature } from '../../shared/signing/vodUpload';

/**
 * Seconds a COS signature lives, as in the original. What old apps get opens the whole bucket for what the key may do:
 * it must be the key of a sub-user who may do nothing but upload pictures. Our own uploadSig is bound to one object.
 */
export const cosLife = 30;

/** Seconds a VOD signature lives. The original's day is longer than an upload takes, and SCF logs what is returned. */
export const vodLife = 3_600;

/** The task flow that the original package set up. */
export const originalProcedure = 'XIAOZHIBO-DEFAULT';

/** The key with which a v1 or v2 app signs its COS request itself, for half a minute. */
export function cosKey(
  config: Pick<Config, 'COS_SECRET_KEY'>,
  now: number,
): { signKey: string; keyTime: string } {
  const keyTime = `${seconds(now)};${seconds(now) + cosLife}`;
  return { signKey: cosSignKey({ secretKey: config.COS_SECRET_KEY.reveal(), keyTime }), keyTime };
}

/** The documented VOD upload signature as a v1 or v2 app takes it; a known uploader is bound by the sourceContext. */
export function vodSignature(
  config: Pick<Config, 'VOD_SECRET_ID' | 'VOD_SECRET_KEY' | 'VOD_PROCEDURE' | 'VOD_SUB_APPID'>,
  random: (bytes: number) => Uint8Array,
  now: number,
  uploader?: string,
): { signature: string } {
  const signature = vodUploadSignature({
    secretKey: config.VOD_SECRET_KEY.reveal(),
    params: {
      secretId: config.VOD_SECRET_ID,
      currentTimeStamp: seconds(now),
      expireTime: seconds(now) + vodLife,
      procedure: config.VOD_PROCEDURE || originalProcedure,
      ...(config.VOD_SUB_APPID === undefined ? {} : { vodSubAppId: Number(config.VOD_SUB_APPID) }),
      random: smallRandom(random),
      ...(uploader === undefined ? {} : { sourceContext: JSON.stringify({ userId: uploader }) }),
    },
  });
  return { signature };
}

/** Below 2^31, which every implementation of these forms takes. */
export function smallRandom(random: (bytes: number) => Uint8Array): number {
  return Buffer.from(random(4)).readUInt32BE() >>> 1;
}
