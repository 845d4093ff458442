import { seconds } from '../../shared/clock';
import { cosV4Sign } from '../../shared/signing/cosLegacy';
import { vodUploadSignatureV1 } from '../../shared/signing/vodUpload';
import { cosKey, cosLife, originalProcedure, smallRandom, vodLife, vodSignature } from './uploadSign';
import type { V1Call, V1Needs } from './v1';
import type { V1Body } from './v1Input';

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
    random: smallRandom(random),
  });
  return { sign };
}

/** GetCOSSignV2: the app signs its COS request itself with this short-lived key. */
export async function getCosSignV2(_body: V1Body, { request }: V1Call, { config }: V1Needs) {
  return cosKey(config, request.now);
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
    random: smallRandom(random),
  });
  return { signature };
}

/** GetVodSignatureV2: the documented VOD client-upload signature. */
export async function getVodSignatureV2(_body: V1Body, { request }: V1Call, { config, random }: V1Needs) {
  return vodSignature(config, random, request.now);
}
