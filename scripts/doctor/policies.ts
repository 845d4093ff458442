import { deployStatements, type Statement } from '../deploy/policy';
import type { Words } from '../language';

/** A CAM policy, ready to paste into "create by policy syntax". */
export interface Policy {
  /** Whose it is. */
  holder: Words;
  document: { version: '2.0'; statement: Statement[] };
}

/** What narrows the policies down; what is not known yet stays a `*`. */
export interface PolicyScope {
  region: string;
  namespace: string;
  /** With which the names of the functions begin, such as `xiaozhibo-dev-`. */
  functionPrefix: string;
  role: string | undefined;
  /** With the APPID. */
  bucket: string | undefined;
  bucketRegion: string;
  appId: string | undefined;
  /** The VOD application; the account's own has the number of the APPID. */
  vodAppId: string | undefined;
}

/** What this command looks at; nothing of it changes anything. */
const looking = [
  'cam:GetUserAppId',
  'cam:GetRole',
  'cam:ListAttachedRolePolicies',
  'vpc:DescribeSubnets',
  'ssl:DescribeCertificate',
  'live:DescribeLiveDomains',
  'live:DescribeLiveDomainCertBindings',
  'live:DescribeLivePushAuthKey',
  'live:DescribeLivePlayAuthKey',
  'live:DescribeLiveCallbackRules',
  'live:DescribeLiveCallbackTemplate',
  'live:DescribeLiveRecordRules',
  'vod:DescribeSubAppIds',
  'vod:DescribeProcedureTemplates',
];

/** The calls of shared/cloud/live.ts. */
const liveControl = [
  'live:DescribeLiveStreamOnlineList',
  'live:ForbidLiveStream',
  'live:ResumeLiveStream',
  'live:DropLiveStream',
  'live:CreateCommonMixStream',
  'live:CancelCommonMixStream',
];

/**
 * The least that each key needs. An empty account in a resource stands for the account whose policy it is (document
 * 598/10606); SCF and VOD name theirs as documents 583/47934 and 266/33972 say.
 */
export function neededPolicies(scope: PolicyScope): Policy[] {
  const { region, namespace, functionPrefix, role, bucket, bucketRegion, appId } = scope;
  return [
    {
      holder: {
        en: 'deployer (TENCENTCLOUD_SECRET_ID)',
        zh: '部署者（TENCENTCLOUD_SECRET_ID）',
      },
      document: policy([
        ...deployStatements({ region, namespace }, functionPrefix, role),
        allow(looking, ['*']),
      ]),
    },
    {
      holder: {
        en: 'running functions (the role EXECUTION_ROLE, or the user of TENCENT_SECRET_ID)',
        zh: '运行中的函数（EXECUTION_ROLE 角色，或 TENCENT_SECRET_ID 的用户）',
      },
      document: policy([allow(liveControl, ['*'])]),
    },
    {
      holder: { en: 'uploads to COS (COS_SECRET_ID)', zh: '上传到对象存储（COS_SECRET_ID）' },
      document: policy([
        allow(
          ['name/cos:PutObject', 'name/cos:PostObject'],
          [
            `qcs::cos:${bucketRegion}:uid/${appId ?? '<COS_APPID>'}:${bucket ?? '<COS_BUCKET>-<COS_APPID>'}/*`,
          ],
        ),
      ]),
    },
    {
      holder: { en: 'uploads to VOD (VOD_SECRET_ID)', zh: '上传到点播（VOD_SECRET_ID）' },
      document: policy([
        allow(
          ['vod:ApplyUpload', 'vod:CommitUpload'],
          [`qcs::vod:::subAppId/${scope.vodAppId ?? '<VOD application>'}`],
        ),
      ]),
    },
  ];
}

function policy(statement: Statement[]): Policy['document'] {
  return { version: '2.0', statement };
}

function allow(action: string[], resource: string[]): Statement {
  return { effect: 'allow', action, resource };
}
