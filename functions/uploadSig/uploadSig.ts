import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { seconds } from '../../shared/clock';
import { defineCommand } from '../../shared/command';
import type { Config } from '../../shared/config';
import { count, moment } from '../../shared/output';
import { cosPostPolicy } from '../../shared/signing/cosPostPolicy';
import { vodUploadSignature } from '../../shared/signing/vodUpload';

/** Seconds an upload may be begun after the signature was given. SCF logs what a function returns, so it is short. */
const imageLife = 300;
const videoLife = 3_600;

/** COS compares its own clock with the start of the key time. */
const clockSkew = 60;

const bytesAllowed = { cover: 5 * 1024 * 1024, avatar: 2 * 1024 * 1024 } as const;

const extensions = { 'image/jpeg': 'jpg', 'image/png': 'png', 'image/webp': 'webp' } as const;

const input = v.variant(
  'kind',
  [
    v.object({
      kind: v.picklist(['cover', 'avatar']),
      contentType: v.picklist(
        ['image/jpeg', 'image/png', 'image/webp'],
        'expected image/jpeg, image/png or image/webp',
      ),
    }),
    v.object({ kind: v.literal('video') }),
  ],
  'expected cover, avatar or video',
);

const output = v.variant('kind', [
  v.object({
    kind: v.picklist(['cover', 'avatar']),
    url: v.string(),
    fields: v.record(v.string(), v.string()),
    key: v.string(),
    publicUrl: v.string(),
    maxBytes: count,
    expiresAt: moment,
  }),
  v.object({ kind: v.literal('video'), signature: v.string(), expiresAt: moment }),
]);

export interface UploadSigNeeds {
  config: Pick<
    Config,
    | 'COS_APPID'
    | 'COS_BUCKET'
    | 'COS_REGION'
    | 'COS_SECRET_ID'
    | 'COS_SECRET_KEY'
    | 'VOD_SECRET_ID'
    | 'VOD_SECRET_KEY'
    | 'VOD_PROCEDURE'
    | 'VOD_SUB_APPID'
  >;
  random: (bytes: number) => Uint8Array;
}

/**
 * Permission for one upload of the caller.
 *
 * `kind` cover or avatar: a signed COS form for one new object of one type and a bounded size. Send `fields` and then
 * the file as `multipart/form-data` to `url`; the picture is then at `publicUrl`.
 * `kind` video: a VOD client-upload signature, good for one upload, bound to the caller by its sourceContext.
 * `expiresAt` in epoch seconds, `maxBytes` in bytes.
 */
export const uploadSig = defineCommand({
  name: 'uploadSig',
  input,
  output,
  access: 'user',
  async run(request: v.InferOutput<typeof input>, { caller, now }, { config, random }: UploadSigNeeds) {
    if (request.kind === 'video') return videoSignature(caller, seconds(now), config, random);
    const expiresAt = seconds(now) + imageLife;
    const bucket = `${config.COS_BUCKET}-${config.COS_APPID}`;
    const key = `${request.kind}/${ownFolder(caller)}/${Buffer.from(random(12)).toString('hex')}.${extensions[request.contentType]}`;
    const maxBytes = bytesAllowed[request.kind];
    const { fields } = cosPostPolicy({
      secretId: config.COS_SECRET_ID,
      secretKey: config.COS_SECRET_KEY.reveal(),
      bucket,
      key,
      contentType: request.contentType,
      minBytes: 1,
      maxBytes,
      startsAt: seconds(now) - clockSkew,
      expiresAt,
    });
    const url = bucketUrl(config.COS_REGION, bucket);
    return { kind: request.kind, url, fields, key, publicUrl: `${url}/${key}`, maxBytes, expiresAt };
  },
});

function videoSignature(
  caller: string,
  now: number,
  config: UploadSigNeeds['config'],
  random: UploadSigNeeds['random'],
) {
  const expiresAt = now + videoLife;
  const signature = vodUploadSignature({
    secretKey: config.VOD_SECRET_KEY.reveal(),
    params: {
      secretId: config.VOD_SECRET_ID,
      currentTimeStamp: now,
      expireTime: expiresAt,
      random: Buffer.from(random(4)).readUInt32BE(),
      ...(config.VOD_PROCEDURE === '' ? {} : { procedure: config.VOD_PROCEDURE }),
      ...(config.VOD_SUB_APPID === undefined ? {} : { vodSubAppId: Number(config.VOD_SUB_APPID) }),
      oneTimeValid: 1,
      sourceContext: JSON.stringify({ userId: caller }),
    },
  });
  return { kind: 'video' as const, signature, expiresAt };
}

/** A folder of the caller's own that tells nothing about the id and is safe in a path. */
function ownFolder(userId: string): string {
  return createHash('sha256').update(userId).digest('hex').slice(0, 24);
}

/** COS_REGION may be an endpoint instead of a region; `npm start` has its own. */
function bucketUrl(region: string, bucket: string): string {
  return region.includes('://') ? `${region}/${bucket}` : `https://${bucket}.cos.${region}.myqcloud.com`;
}
