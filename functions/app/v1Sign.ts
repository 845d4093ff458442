import { seconds } from '../../shared/clock';
import { cosV4Sign } from '../../shared/signing/cosLegacy';
import { cosSignKey } from '../../shared/signing/cosRequest';
import { vodUploadSignature, vodUploadSignatureV1 } from '../../shared/signing/vodUpload';
import type { V1Call, V1Needs } from './v1';
import type { V1Body } from './v1Input';

/**
 * Seconds a COS signature lives, as in the original. These two forms open the whole bucket for what the key may do:
 * it must be the key of a sub-user who may do nothing but upload pictures.
 */
const cosLife = 30;

/** Seconds a VOD signature lives. The original's day is longer than an upload takes, and SCF logs what is returned. */
const vodLife = 3_600;

/** The task flow that the original package set up. */
const originalProcedure = 'XIAOZHIBO-DEFAULT';

/** GetCOSSign (protocol.md 4.10): the COS v4 signature of the old upload SDK. */
export async function getCosSign(_body: V1Body, { request }: V1Call, { config, random }: V1Needs) {
  const now = seconds(request.now);
  const sign = cosV4Sign({
    appId: config.COS_APPID,
    bucket: config.COS_BUCKET,
    secretId: config.COS_SECRET_ID,
    secretKey: config.COS_SECRET_KEY.reveal(),
    now,
    expiresAt: now + cosLife,
    random: randomNumber(random),
  });
  return { sign };
}

/** GetCOSSignV2: the app signs its COS request itself with this short-lived key. */
export async function getCosSignV2(_body: V1Body, { request }: V1Call, { config }: V1Needs) {
  const now = seconds(request.now);
  const keyTime = `${now};${now + cosLife}`;
  return { signKey: cosSignKey({ secretKey: config.COS_SECRET_KEY.reveal(), keyTime }), keyTime };
}

/** GetVodSignature (protocol.md 4.11): the first, short-key form of the VOD upload signature. */
export async function getVodSignature(_body: V1Body, { request }: V1Call, { config, random }: V1Needs) {
  const now = seconds(request.now);
  const signature = vodUploadSignatureV1({
    secretId: config.VOD_SECRET_ID,
    secretKey: config.VOD_SECRET_KEY.reveal(),
    now,
    expiresAt: now + vodLife,
    procedure: config.VOD_PROCEDURE || originalProcedure,
    random: randomNumber(random),
  });
  return { signature };
}

/** GetVodSignatureV2: the documented VOD client-upload signature. */
export async function getVodSignatureV2(_body: V1Body, { request }: V1Call, { config, random }: V1Needs) {
  const now = seconds(request.now);
  const signature = vodUploadSignature({
    secretKey: config.VOD_SECRET_KEY.reveal(),
    params: {
      secretId: config.VOD_SECRET_ID,
      currentTimeStamp: now,
      expireTime: now + vodLife,
      procedure: config.VOD_PROCEDURE || originalProcedure,
      ...(config.VOD_SUB_APPID === undefined ? {} : { vodSubAppId: Number(config.VOD_SUB_APPID) }),
      random: randomNumber(random),
    },
  });
  return { signature };
}

/** Below 2^31, which every implementation of these forms takes. */
function randomNumber(random: V1Needs['random']): number {
  return Buffer.from(random(4)).readUInt32BE() >>> 1;
}
