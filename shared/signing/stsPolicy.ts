import { requireText } from './argument';

const UPLOAD_ACTIONS = [
  'PutObject',
  'PostObject',
  'InitiateMultipartUpload',
  'ListMultipartUploads',
  'ListParts',
  'UploadPart',
  'CompleteMultipartUpload',
];

export interface StsPolicy {
  version: '2.0';
  statement: { effect: 'allow'; action: string[]; resource: string[] }[];
}

/**
 * The policy of temporary credentials that can do nothing but upload below one prefix of one bucket.
 *
 * bucket: full name `name-appid`. prefix: ends with `/`, without leading slash and without wildcards.
 * There is no principal: the STS documents forbid it in this policy (an official helper package adds one).
 * Throws TypeError naming the argument that is not usable.
 * Source: documents "GetFederationToken" and "Generating and Using Temporary Keys".
 */
export function stsPolicy({
  appId,
  bucket,
  region,
  prefix,
}: {
  appId: string;
  bucket: string;
  region: string;
  prefix: string;
}): StsPolicy {
  requireText('appId', appId, /^[0-9]+$/);
  requireText('bucket', bucket, /^[a-z0-9-]+-[0-9]+$/);
  requireText('region', region, /^[a-z0-9-]+$/);
  requireText('prefix', prefix, /^[^/*?\s][^*?\s]*\/$/);
  return {
    version: '2.0',
    statement: [
      {
        effect: 'allow',
        action: UPLOAD_ACTIONS.map((name) => `name/cos:${name}`),
        resource: [`qcs::cos:${region}:uid/${appId}:${bucket}/${prefix}*`],
      },
    ],
  };
}
