import { finding, type Finding } from '../findings';
import type { Words } from '../language';

type Environment = Record<string, string | undefined>;

/** What two or more variables say together. Each rule gives one finding when it is broken, none when it is kept. */
export function checkPairs(environment: Environment): Finding[] {
  const given = (name: string): string => environment[name]?.trim() ?? '';
  return [
    ...togetherOrNeither(given),
    ...keysApart(given),
    ...liveDomains(given),
    ...bucketName(given),
    ...sameSecrets(given),
    ...leftOut(given),
  ];
}

type Given = (name: string) => string;

const pairs: readonly (readonly [string, string])[] = [
  ['TENCENTCLOUD_SECRET_ID', 'TENCENTCLOUD_SECRET_KEY'],
  ['TENCENT_SECRET_ID', 'TENCENT_SECRET_KEY'],
  ['WECHAT_APPID', 'WECHAT_SECRET'],
  ['PUBLIC_DOMAIN', 'CERTIFICATE_ID'],
];

function togetherOrNeither(given: Given): Finding[] {
  return pairs
    .filter(([one, other]) => (given(one) === '') !== (given(other) === ''))
    .map(([one, other]) => {
      const [missing, present] = given(one) === '' ? [one, other] : [other, one];
      return finding('wrong', missing, {
        en: `belongs to ${present}: set both or neither`,
        zh: `与 ${present} 成对：要么都填，要么都不填`,
      });
    });
}

/** Whoever takes a key out of one place should not hold the others. */
function keysApart(given: Given): Finding[] {
  const deployer = given('TENCENTCLOUD_SECRET_ID');
  const others = ['TENCENT_SECRET_ID', 'COS_SECRET_ID', 'VOD_SECRET_ID'];
  const asDeployer = others.filter((name) => deployer !== '' && given(name) === deployer);
  const live = given('TENCENT_SECRET_ID');
  const asLive = ['COS_SECRET_ID', 'VOD_SECRET_ID'].filter(
    (name) => live !== '' && live !== deployer && given(name) === live,
  );
  return [
    ...asDeployer.map((name) => keyShared(name, 'TENCENTCLOUD_SECRET_ID')),
    ...asLive.map((name) => keyShared(name, 'TENCENT_SECRET_ID')),
  ];
}

function keyShared(name: string, other: string): Finding {
  return finding('warning', name, {
    en: `is the same key as ${other}: give it a sub-user of its own with only what it needs (npm run doctor -- --policies)`,
    zh: `与 ${other} 是同一把密钥：请为它单独建一个只有必要权限的子用户（npm run doctor -- --policies）`,
  });
}

function liveDomains(given: Given): Finding[] {
  const [push, play] = [given('LIVE_PUSH_DOMAIN'), given('LIVE_PLAY_DOMAIN')];
  const found: Finding[] = [];
  if (push !== '' && push === play)
    found.push(
      finding('wrong', 'LIVE_PLAY_DOMAIN', {
        en: 'is the push domain: streams are pushed to one domain and played from another',
        zh: '与推流域名相同：推流与播放须使用不同的域名',
      }),
    );
  if ((push === '') !== (play === ''))
    found.push(
      finding('warning', push === '' ? 'LIVE_PUSH_DOMAIN' : 'LIVE_PLAY_DOMAIN', {
        en: `not set while its partner is: <bizid>.${push === '' ? 'livepush' : 'liveplay'}.myqcloud.com is used, which newer accounts do not have`,
        zh: `未填写而另一个已填写：将使用 <bizid>.${push === '' ? 'livepush' : 'liveplay'}.myqcloud.com，新账号没有这个域名`,
      }),
    );
  if (/:\d+$/.test(push) || play.includes('://'))
    found.push(
      finding('warning', /:\d+$/.test(push) ? 'LIVE_PUSH_DOMAIN' : 'LIVE_PLAY_DOMAIN', {
        en: 'names a port or a scheme: that is for trying out on one machine, the live service has plain domains',
        zh: '带有端口或协议：那只用于本机试运行，云直播的域名不带这些',
      }),
    );
  return found;
}

function bucketName(given: Given): Finding[] {
  const [bucket, appId] = [given('COS_BUCKET'), given('COS_APPID')];
  const found: Finding[] = [];
  if (appId !== '' && bucket.endsWith(`-${appId}`))
    found.push(
      finding('wrong', 'COS_BUCKET', {
        en: 'ends with -APPID: expected the name without it, COS_APPID is put behind it',
        zh: '末尾带有 -APPID：应去掉，程序会自动加上 COS_APPID',
      }),
    );
  if (given('COS_REGION').includes('://'))
    found.push(
      finding('warning', 'COS_REGION', {
        en: 'is an endpoint in place of a region: that is for `npm start` on one machine',
        zh: '是一个地址而不是地域：那只用于本机 npm start',
      }),
    );
  const liveAppId = given('LIVE_APPID');
  if (appId !== '' && liveAppId !== '' && appId !== liveAppId)
    found.push(
      finding('warning', 'COS_APPID', {
        en: 'differs from LIVE_APPID: an account has one APPID',
        zh: '与 LIVE_APPID 不同：一个账号只有一个 APPID',
      }),
    );
  return found;
}

const secrets = [
  'TOKEN_SECRET',
  'ADMIN_TOKEN',
  'LIVE_PUSH_KEY',
  'LIVE_PLAY_KEY',
  'LIVE_CALLBACK_KEY',
  'LIVE_CALLBACK_KEY_PREVIOUS',
  'IM_SECRET_KEY',
  'IM_CALLBACK_TOKEN',
] as const;

/** One secret for one thing: two that are alike fall together. */
function sameSecrets(given: Given): Finding[] {
  return secrets.flatMap((name, index) => {
    const twin = secrets.slice(0, index).find((other) => given(name) !== '' && given(other) === given(name));
    if (twin === undefined) return [];
    return finding('warning', name, {
      en: `has the same value as ${twin}: one that leaks gives both away`,
      zh: `与 ${twin} 的值相同：泄露一个就等于泄露两个`,
    });
  });
}

/** Features that are off because something optional was left out. */
function leftOut(given: Given): Finding[] {
  const off: [boolean, string, 'note' | 'warning', Words][] = [
    [
      given('TENCENT_SECRET_ID') === '' && given('EXECUTION_ROLE') === '',
      'EXECUTION_ROLE',
      'warning',
      {
        en: 'not set, and no TENCENT_SECRET_ID either: no stream mixing, no cutting of forbidden lives, and a live whose end was not heard stays listed for up to 24 h',
        zh: '未填写，也没有 TENCENT_SECRET_ID：不能混流，不能切断被禁的直播，漏掉断流通知的直播最多会在列表中停留 24 小时',
      },
    ],
    [
      given('IM_ADMIN') === '',
      'IM_ADMIN',
      'note',
      {
        en: 'not set: rooms are not created or closed in IM by the backend (apps do that themselves)',
        zh: '未填写：后台不在 IM 中创建或解散房间（由客户端自行处理）',
      },
    ],
    [
      given('IM_CALLBACK_TOKEN') === '',
      'IM_CALLBACK_TOKEN',
      'note',
      {
        en: 'not set: IM webhooks are refused; members are counted by enter and quit alone',
        zh: '未填写：IM 回调一律拒绝，房间人数只按进房、退房统计',
      },
    ],
    [
      given('WECHAT_APPID') === '',
      'WECHAT_APPID',
      'note',
      { en: 'not set: shared pages carry no WeChat card', zh: '未填写：分享页不带微信卡片' },
    ],
    [
      given('V1_ACCESS') === 'open',
      'V1_ACCESS',
      'warning',
      {
        en: 'is open: whoever knows the address may act as any v1 user; usersig asks for proof (docs/old-apps.md)',
        zh: '为 open：知道地址的人可以冒充任何 v1 用户；usersig 会要求证明（docs/old-apps.zh-CN.md）',
      },
    ],
  ];
  return off.flatMap(([isOff, name, status, words]) => (isOff ? [finding(status, name, words)] : []));
}
