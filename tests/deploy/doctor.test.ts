import { existsSync } from 'node:fs';
import { checkPairs } from '../../scripts/doctor/pairs';
import { neededPolicies } from '../../scripts/doctor/policies';
import type { Section } from '../../scripts/findings';
import { knownNames } from '../../scripts/settingCheck';
import { settingGuide } from '../../scripts/settingGuide';
import { secretsIn } from './deployment';
import { openDoctorStand, troubles, wordsOf, type DoctorStand } from './doctorStand';

// The doctor in this process, over the emulator's account, in which everything is well until a test changes one thing.

let stand: DoctorStand;
beforeAll(async () => {
  stand = await openDoctorStand();
});
afterAll(() => stand.close());
afterEach(() => {
  stand.emulator.faults.clear();
  stand.emulator.forgetCalls();
});

const offline = (changes: Record<string, string | undefined>): Promise<Section[]> =>
  stand.examine(changes, { offline: true });

/** What is said about a variable, in English, of findings that are not well. */
function saidOf(sections: readonly Section[], subject: string): string {
  return sections
    .flatMap(({ findings }) => findings)
    .filter((one) => one.subject === subject && (one.status === 'wrong' || one.status === 'warning'))
    .map(({ said }) => said.en)
    .join('\n');
}

test('a whole account has no troubles; nothing of it is changed, and no secret is said', async () => {
  const sections = await stand.examine();
  expect(troubles(sections)).toEqual([]);
  expect(
    sections.flatMap(({ findings }) => findings).filter(({ status }) => status === 'ok').length,
  ).toBeGreaterThan(60);
  expect(stand.emulator.writes()).toEqual([]);
  expect(stand.emulator.unexpected()).toEqual([]);
  expect(secretsIn(wordsOf(sections), stand.settings)).toEqual([]);
});

test('the printed policies allow what the doctor calls, and no more than reading', async () => {
  await stand.examine();
  const [deployer, functions] = neededPolicies({
    region: 'ap-guangzhou',
    namespace: 'default',
    functionPrefix: 'xiaozhibo-',
    role: 'live-functions',
    bucket: 'covers-1250000000',
    bucketRegion: 'ap-guangzhou',
    appId: '1250000000',
    vodAppId: undefined,
  }).map(({ document }) => new Set(document.statement.flatMap(({ action }) => action)));
  const called = new Set(stand.emulator.calls().map(({ service, action }) => `${service}:${action}`));
  // Anyone may ask who he is.
  called.delete('sts:GetCallerIdentity');
  expect(called.size).toBeGreaterThan(12);
  for (const action of called)
    expect({ action, allowed: deployer?.has(action) === true || functions?.has(action) === true }).toEqual({
      action,
      allowed: true,
    });
  expect([...called].filter((action) => !/:(Get|List|Describe)/.test(action))).toEqual([]);
});

describe('variables', () => {
  test('every variable is judged, in one line, in both languages', async () => {
    const [settings] = await offline({});
    const subjects = settings?.findings.map(({ subject }) => subject) ?? [];
    expect(knownNames.filter((name) => !subjects.includes(name))).toEqual([]);
    expect(new Set(subjects).size).toBe(subjects.length);
    for (const { said } of settings?.findings ?? []) {
      expect(said.en).not.toMatch(/\n/);
      expect(said.zh).toMatch(/[\u4e00-\u9fff]/);
    }
  });

  test('every variable is explained in Chinese as well', () => {
    expect(knownNames.filter((name) => settingGuide[name] === undefined)).toEqual([]);
  });

  test('whoever is sent to a page finds it, in the language that is spoken', () => {
    const said = [
      ...Object.values(settingGuide).flatMap((guide) => guide.where ?? []),
      ...checkPairs({ V1_ACCESS: 'open' }).map(({ said: { zh } }) => zh),
    ].join('\n');
    expect(said).not.toMatch(/README/);
    const pages = [...said.matchAll(/docs\/[\w.-]+\.md/g)].map(([page]) => page);
    expect([...new Set(pages)]).toEqual(['docs/old-apps.zh-CN.md']);
    for (const page of pages) expect({ page, there: existsSync(page) }).toEqual({ page, there: true });
  });

  const needed = [
    'TENCENTCLOUD_SECRET_ID',
    'VPC_ID',
    'DATABASE_URL',
    'TOKEN_SECRET',
    'ADMIN_TOKEN',
    'LIVE_BIZID',
    'LIVE_PUSH_KEY',
    'LIVE_CALLBACK_KEY',
    'COS_APPID',
    'COS_BUCKET',
    'COS_REGION',
    'COS_SECRET_ID',
    'COS_SECRET_KEY',
    'VOD_SECRET_ID',
    'VOD_SECRET_KEY',
    'IM_SDKAPPID',
    'IM_SECRET_KEY',
  ];
  test.each(needed)('%s: missing is said, with what was expected and where to find it', async (name) => {
    const said = saidOf(await offline({ [name]: undefined }), name);
    expect(said).toMatch(/^missing: .+\. Where to find it: .+/);
  });

  const malformed: [string, string][] = [
    ['TENCENT_REGION', 'Guangzhou'],
    ['VPC_ID', '0a1b2c3d'],
    ['SUBNET_ID', 'vpc-0a1b2c3d'],
    ['PUBLIC_DOMAIN', 'https://live.example.com'],
    ['SCF_NAMESPACE', '1st'],
    ['DATABASE_URL', 'postgres://u:longpassword@h/db'],
    ['DATABASE_URL', 'mysql://u:longpassword@h/db?tls=1'],
    ['DATABASE_URL', 'sqlite:.local/xiaozhibo.db'],
    ['TOKEN_SECRET', 'too short for it'],
    ['ADMIN_TOKEN', 'with spaces in between'],
    ['V1_ACCESS', 'yes'],
    ['LIVE_BIZID', '8888.livepush'],
    ['LIVE_PUSH_DOMAIN', 'rtmp://push.example.com'],
    ['LIVE_PUSH_KEY', 'key-with-dashes'],
    ['LIVE_CALLBACK_KEY', 'a23456789b123456789c123456789d123'],
    ['LIVE_RECORD', 'avi'],
    ['COS_APPID', '12500000x0'],
    ['IM_SDKAPPID', '0'],
    ['IM_SECRET_KEY', 'short-im-key'],
    ['WECHAT_APPID', 'gh_0123456789'],
    ['LIVE_URL_TTL', '10'],
    ['REPLAY_WINDOW_DAYS', 'a week'],
  ];
  test.each(malformed)('%s: %j is malformed, and is not repeated', async (name, value) => {
    const sections = await offline({ [name]: value });
    expect(saidOf(sections, name)).toMatch(/^malformed: expected .+\. Where to find it: .+/);
    if (value.length > 8) expect(wordsOf(sections)).not.toContain(value);
  });

  test.each(['localonlyPushKey', 'changeme', '5d41402abc4b2a76b9719d911017c592'])(
    'a key that anyone can look up is refused: %s',
    async (value) => {
      const sections = await offline({ LIVE_PUSH_KEY: value });
      expect(saidOf(sections, 'LIVE_PUSH_KEY')).toMatch(/^a value that anyone can look up/);
    },
  );

  test('a secret of few characters and a misspelt variable are told', async () => {
    const sections = await stand.examine(
      { ADMIN_TOKEN: 'abababababababababab' },
      { offline: true, inFile: ['LIVE_PUSHKEY', 'IM_SDK_APPID', 'PORT', 'NPM_TOKEN', 'LIVE_BIZID'] },
    );
    expect(saidOf(sections, 'ADMIN_TOKEN')).toMatch(/repeats a few characters/);
    expect(saidOf(sections, 'LIVE_PUSHKEY')).toMatch(/did you mean LIVE_PUSH_KEY\?/);
    expect(saidOf(sections, 'IM_SDK_APPID')).toMatch(/did you mean IM_SDKAPPID\?/);
    expect(troubles(sections)).toHaveLength(3);
  });

  test('the environment of a function must fit into 4 KB', async () => {
    const sections = await offline({
      MEDIA_HOSTS: Array.from({ length: 400 }, (_, i) => `h${i}.example`).join(','),
    });
    expect(saidOf(sections, 'serverless.yml')).toMatch(/4096 are possible; the longest are MEDIA_HOSTS/);
  });
});

describe('variables that belong together', () => {
  const cases: [string, Record<string, string | undefined>, RegExp][] = [
    ['TENCENT_SECRET_KEY', { TENCENT_SECRET_KEY: undefined }, /belongs to TENCENT_SECRET_ID/],
    ['WECHAT_SECRET', { WECHAT_APPID: 'wx0123456789abcdef' }, /belongs to WECHAT_APPID/],
    ['CERTIFICATE_ID', { CERTIFICATE_ID: undefined }, /belongs to PUBLIC_DOMAIN/],
    ['LIVE_PLAY_DOMAIN', { LIVE_PLAY_DOMAIN: 'push.example.com' }, /is the push domain/],
    ['LIVE_PLAY_DOMAIN', { LIVE_PLAY_DOMAIN: undefined }, /not set while its partner is/],
    ['LIVE_PUSH_DOMAIN', { LIVE_PUSH_DOMAIN: 'push.example.com:1935' }, /names a port/],
    ['COS_BUCKET', { COS_BUCKET: 'covers-1250000000' }, /ends with -APPID/],
    ['COS_REGION', { COS_REGION: 'http://127.0.0.1:9000/cos' }, /for `npm start`/],
    ['COS_APPID', { COS_APPID: '1250000001' }, /differs from LIVE_APPID/],
    ['V1_ACCESS', { V1_ACCESS: 'open' }, /whoever knows the address/],
    [
      'EXECUTION_ROLE',
      { EXECUTION_ROLE: undefined, TENCENT_SECRET_ID: undefined, TENCENT_SECRET_KEY: undefined },
      /no stream mixing/,
    ],
  ];
  test.each(cases)('%s %j', async (subject, changes, said) => {
    expect(saidOf(await offline(changes), subject)).toMatch(said);
  });

  test('two secrets that are alike, and one key for two things', async () => {
    const { LIVE_CALLBACK_KEY, TENCENTCLOUD_SECRET_ID, TENCENTCLOUD_SECRET_KEY } = stand.settings;
    const sections = await offline({
      IM_CALLBACK_TOKEN: LIVE_CALLBACK_KEY,
      COS_SECRET_ID: TENCENTCLOUD_SECRET_ID,
      COS_SECRET_KEY: TENCENTCLOUD_SECRET_KEY,
    });
    expect(saidOf(sections, 'IM_CALLBACK_TOKEN')).toMatch(/same value as LIVE_CALLBACK_KEY/);
    expect(saidOf(sections, 'COS_SECRET_ID')).toMatch(/same key as TENCENTCLOUD_SECRET_ID.*--policies/);
  });

  test('without a key of its own the deployment takes that of the functions, which is told', async () => {
    const sections = await offline({ TENCENTCLOUD_SECRET_ID: undefined, TENCENTCLOUD_SECRET_KEY: undefined });
    expect(saidOf(sections, 'TENCENTCLOUD_SECRET_ID')).toMatch(/TENCENT_SECRET_ID is taken to deploy/);
  });
});

describe('keys', () => {
  test('an unknown key, a wrong one, and a clock that is off', async () => {
    const unknown = await stand.examine({ TENCENTCLOUD_SECRET_ID: 'AKIDnobodyknowsthis' });
    expect(saidOf(unknown, 'TENCENTCLOUD_SECRET_ID')).toMatch(/not known to Tencent Cloud.*CAM console/);
    const wrong = await stand.examine({ TENCENTCLOUD_SECRET_KEY: 'notthekeythatbelongsthere' });
    expect(saidOf(wrong, 'TENCENTCLOUD_SECRET_ID')).toMatch(/TENCENTCLOUD_SECRET_KEY does not belong to/);
    // With a key that is refused nothing else is asked.
    expect(stand.emulator.calls('DescribeLiveDomains')).toEqual([]);
    for (const sections of [unknown, wrong])
      expect(wordsOf(sections)).not.toMatch(/nobodyknowsthis|notthekeythatbelongsthere/);
  });

  test('the key that functions run with, and that of VOD', async () => {
    const sections = await stand.examine({
      TENCENT_SECRET_KEY: 'another-key-of-the-functions',
      VOD_SECRET_ID: 'AKIDanotherkeyofvod',
    });
    expect(saidOf(sections, 'TENCENT_SECRET_ID')).toMatch(/TENCENT_SECRET_KEY does not belong/);
    expect(saidOf(sections, 'VOD_SECRET_ID')).toMatch(/VOD_SECRET_ID is not known/);
    expect(troubles(sections)).toHaveLength(2);
  });

  test('a missing permission is named, and where the policy is', async () => {
    stand.emulator.faults.add({
      action: 'DescribeLiveDomains',
      times: 2,
      effect: { kind: 'refuse', code: 'UnauthorizedOperation' },
    });
    const said = saidOf(await stand.examine(), 'LIVE_PUSH_DOMAIN');
    expect(said).toMatch(/may not live:DescribeLiveDomains; .*--policies/);
    expect(said).toMatch(/RequestId [0-9a-f-]{36}/);
  });

  test('a service that does not answer costs its time and no more', async () => {
    stand.emulator.faults.add({ action: 'DescribeSubnets', effect: { kind: 'hang' } });
    const sections = await stand.examine({}, { limitMs: 1_500 });
    expect(saidOf(sections, 'SUBNET_ID')).toMatch(/vpc:DescribeSubnets gave no usable answer in time/);
    expect(troubles(sections)).toHaveLength(1);
  });

  test('no cloud at all: every section says so, nothing is thrown', async () => {
    stand.emulator.faults.add({ times: 1000, effect: { kind: 'drop' } });
    const sections = await stand.examine();
    expect(saidOf(sections, 'TENCENTCLOUD_SECRET_ID')).toMatch(/gave no usable answer/);
    expect(troubles(sections).filter(({ status }) => status === 'wrong')).toEqual([]);
  });
});

/** One thing changed in the account, and what is found. `change` says how to take it back. */
const noAddresses = { StreamBeginNotifyUrl: '', StreamEndNotifyUrl: '', RecordNotifyUrl: '' };

type Change = (account: DoctorStand) => () => void;

function put<Place extends object, Name extends keyof Place>(
  place: Place,
  name: Name,
  value: Place[Name],
): () => void {
  const before = place[name];
  place[name] = value;
  return () => void (place[name] = before);
}

function first<Entry>(list: readonly Entry[]): Entry {
  const [entry] = list;
  if (entry === undefined) throw new Error('the account has none');
  return entry;
}

const accountCases: [string, Change, 'wrong' | 'warning', string, RegExp][] = [
  [
    'no push domain',
    ({ live }) => put(live, 'domains', live.domains.slice(1)),
    'wrong',
    'LIVE_PUSH_DOMAIN',
    /not a domain of this live account/,
  ],
  [
    'push domain is a playback domain',
    ({ live }) => put(first(live.domains), 'Type', 1),
    'wrong',
    'LIVE_PUSH_DOMAIN',
    /is a playback domain, expected a push domain/,
  ],
  [
    'push domain disabled',
    ({ live }) => put(first(live.domains), 'Status', 0),
    'wrong',
    'LIVE_PUSH_DOMAIN',
    /is disabled/,
  ],
  [
    'CNAME not set',
    ({ live }) => put(first(live.domains), 'BCName', 0),
    'wrong',
    'LIVE_PUSH_DOMAIN',
    /set it to push\.example\.com\.tlivepush\.com/,
  ],
  [
    'no certificate for play URLs',
    ({ live }) => put(live, 'withTls', []),
    'warning',
    'LIVE_PLAY_DOMAIN',
    /browsers cannot play/,
  ],
  [
    'another push key',
    ({ live }) =>
      put(
        live,
        'pushKeys',
        new Map([['push.example.com', { Enable: 1, MasterAuthKey: 'other', BackupAuthKey: 'another' }]]),
      ),
    'wrong',
    'LIVE_PUSH_KEY',
    /neither the primary nor the backup key/,
  ],
  [
    'push authentication off',
    ({ live }) =>
      put(
        live,
        'pushKeys',
        new Map([['push.example.com', { Enable: 0, MasterAuthKey: '', BackupAuthKey: '' }]]),
      ),
    'warning',
    'LIVE_PUSH_KEY',
    /anyone may push/,
  ],
  [
    'another play key',
    ({ live }) =>
      put(
        live,
        'playKeys',
        new Map([['play.example.com', { Enable: 1, AuthKey: 'other', AuthBackKey: '' }]]),
      ),
    'wrong',
    'LIVE_PLAY_KEY',
    /players would get 403/,
  ],
  [
    'playback authentication off',
    ({ live }) =>
      put(live, 'playKeys', new Map([['play.example.com', { Enable: 0, AuthKey: '', AuthBackKey: '' }]])),
    'warning',
    'LIVE_PLAY_KEY',
    /is set, but playback authentication/,
  ],
  [
    'no callback template',
    ({ live }) => put(live, 'callbackRules', []),
    'warning',
    'LIVE_CALLBACK_KEY',
    /make one with https:\/\/live\.example\.com\/liveCallback/,
  ],
  [
    'a callback to somewhere else',
    ({ live }) =>
      put(first(live.callbackTemplates), 'StreamEndNotifyUrl', 'https://other.example.com/liveCallback'),
    'wrong',
    'LIVE_CALLBACK_KEY',
    /address for stream end is https:\/\/other/,
  ],
  [
    'a callback to no path of ours',
    ({ live }) => put(first(live.callbackTemplates), 'RecordNotifyUrl', 'https://live.example.com/'),
    'wrong',
    'LIVE_CALLBACK_KEY',
    /address for recording/,
  ],
  [
    'no callback for recordings',
    ({ live }) => put(first(live.callbackTemplates), 'RecordNotifyUrl', ''),
    'wrong',
    'LIVE_CALLBACK_KEY',
    /address for recording is empty/,
  ],
  [
    'callbacks that wait for the first address',
    ({ live }) => put(live, 'callbackTemplates', [{ ...first(live.callbackTemplates), ...noAddresses }]),
    'warning',
    'LIVE_CALLBACK_KEY',
    /after the deployment put https:\/\/live\.example\.com\/liveCallback in/,
  ],
  [
    'a callback to the function URL of before the domain',
    ({ live }) =>
      put(
        first(live.callbackTemplates),
        'StreamBeginNotifyUrl',
        'https://1250000000-abc.ap-guangzhou.tencentscf.com/liveCallback',
      ),
    'warning',
    'LIVE_CALLBACK_KEY',
    /address for stream begin is https:\/\/1250000000-abc/,
  ],
  [
    'a callback without encryption',
    ({ live }) =>
      put(first(live.callbackTemplates), 'RecordNotifyUrl', 'http://live.example.com/liveCallback'),
    'warning',
    'LIVE_CALLBACK_KEY',
    /address for recording/,
  ],
  [
    'a callback without a key',
    ({ live }) => put(first(live.callbackTemplates), 'CallbackKey', ''),
    'wrong',
    'LIVE_CALLBACK_KEY',
    /has no key/,
  ],
  [
    'another callback key',
    ({ live }) => put(first(live.callbackTemplates), 'CallbackKey', 'somethingelse'),
    'wrong',
    'LIVE_CALLBACK_KEY',
    /every notice would be refused/,
  ],
  [
    'no recording',
    ({ live }) => put(live, 'recordRules', []),
    'warning',
    'LIVE_RECORD',
    /there will be no replays/,
  ],
  [
    'no bucket',
    ({ bucket }) => put(bucket, 'name', 'others-1250000000'),
    'wrong',
    'COS_BUCKET',
    /no bucket covers-1250000000 in ap-guangzhou/,
  ],
  [
    'another COS key',
    ({ bucket }) => put(bucket, 'secretId', 'AKIDother'),
    'wrong',
    'COS_SECRET_ID',
    /not known to COS/,
  ],
  [
    'another COS secret',
    ({ bucket }) => put(bucket, 'secretKey', 'other'),
    'wrong',
    'COS_SECRET_KEY',
    /does not belong to COS_SECRET_ID/,
  ],
  [
    'a COS key that may list',
    ({ bucket }) => put(bucket, 'keyLists', true),
    'warning',
    'COS_SECRET_ID',
    /only has to upload/,
  ],
  [
    'a bucket that all may list',
    ({ bucket }) => put(bucket, 'everyoneLists', true),
    'warning',
    'COS_BUCKET',
    /anyone may list/,
  ],
  [
    'a private bucket',
    ({ bucket }) => put(bucket, 'everyoneReads', false),
    'warning',
    'COS_BUCKET',
    /covers would not be shown/,
  ],
  [
    'a bucket without CORS',
    ({ bucket }) => put(bucket, 'corsOrigins', []),
    'warning',
    'COS_BUCKET',
    /add a CORS rule/,
  ],
  [
    'no task flow',
    ({ vod }) => put(vod, 'procedures', new Map()),
    'wrong',
    'VOD_PROCEDURE',
    /no task flow to-mp4/,
  ],
  [
    'no subnet',
    ({ network }) => put(network, 'subnets', []),
    'wrong',
    'SUBNET_ID',
    /no subnet-4e5f6a7b in ap-guangzhou/,
  ],
  [
    'a subnet of another VPC',
    ({ network }) => put(first(network.subnets), 'VpcId', 'vpc-other'),
    'wrong',
    'SUBNET_ID',
    /lies in vpc-other, not in VPC_ID/,
  ],
  [
    'a subnet that is full',
    ({ network }) => put(first(network.subnets), 'AvailableIpAddressCount', 3),
    'warning',
    'SUBNET_ID',
    /has 3 addresses left/,
  ],
  [
    'no certificate',
    ({ network }) => put(network, 'certificates', []),
    'wrong',
    'CERTIFICATE_ID',
    /no such certificate/,
  ],
  [
    'a certificate for another domain',
    ({ network }) =>
      put(network, 'certificates', [
        {
          CertificateId: 'cert1234',
          Domain: 'a.example',
          SubjectAltName: ['*.b.example'],
          CertEndTime: '2099-01-01 00:00:00',
        },
      ]),
    'wrong',
    'CERTIFICATE_ID',
    /is for a\.example, \*\.b\.example/,
  ],
  [
    'a certificate that has ended',
    ({ network }) => put(first(network.certificates), 'CertEndTime', '2020-01-01 00:00:00'),
    'wrong',
    'CERTIFICATE_ID',
    /renew it/,
  ],
  [
    'another IM key',
    ({ im }) => put(im, 'secretKey', 'f'.repeat(64)),
    'wrong',
    'IM_SECRET_KEY',
    /not the key of application/,
  ],
  [
    'another IM application',
    ({ im }) => put(im, 'sdkAppId', 1400000009),
    'wrong',
    'IM_SDKAPPID',
    /not known to IM/,
  ],
  ['no administrator', ({ im }) => put(im, 'admins', ['root']), 'wrong', 'IM_ADMIN', /not an administrator/],
  [
    'no such IM account',
    ({ im }) => put(im, 'accounts', []),
    'wrong',
    'IM_ADMIN',
    /IM has no account administrator/,
  ],
];

describe('one thing of the account is not well', () => {
  test.each(accountCases)('%s', async (_what, change, status, subject, said) => {
    const takeBack = change(stand);
    try {
      const sections = await stand.examine();
      expect(saidOf(sections, subject)).toMatch(said);
      expect(troubles(sections)).toEqual([{ status, subject }]);
      expect(secretsIn(wordsOf(sections), stand.settings)).toEqual([]);
    } finally {
      takeBack();
    }
    expect(stand.emulator.unexpected()).toEqual([]);
  });

  test('a role that is not there, and a namespace', async () => {
    stand.emulator.faults.add({
      action: 'ListFunctions',
      effect: { kind: 'refuse', code: 'ResourceNotFound.Namespace' },
    });
    const sections = await stand.examine({ EXECUTION_ROLE: 'nobody', SCF_NAMESPACE: 'nowhere' });
    expect(saidOf(sections, 'EXECUTION_ROLE')).toMatch(/there is no role nobody/);
    expect(saidOf(sections, 'SCF_NAMESPACE')).toMatch(/there is no namespace nowhere/);
  });

  test('one setting that cannot be read keeps the others from nothing', async () => {
    const sections = await stand.examine({ LIVE_PUSH_KEY: 'changeme' });
    expect(troubles(sections)).toEqual([{ status: 'wrong', subject: 'LIVE_PUSH_KEY' }]);
    expect(wordsOf(sections)).toMatch(/^LIVE_PUSH_KEY: not checked/m);
    expect(wordsOf(sections)).toMatch(/^LIVE_CALLBACK_KEY: is the key of callback template/m);
  });

  test('without domains of its own an account has those of its bizid, or not', async () => {
    const sections = await stand.examine({ LIVE_PUSH_DOMAIN: undefined, LIVE_PLAY_DOMAIN: undefined });
    expect(saidOf(sections, 'LIVE_PUSH_DOMAIN')).toMatch(
      /8888\.livepush\.myqcloud\.com, which is used then, is not among/,
    );
    expect(saidOf(sections, 'LIVE_PLAY_DOMAIN')).toMatch(/8888\.liveplay\.myqcloud\.com/);
  });

  test('the key before the last change still signs', async () => {
    const { LIVE_CALLBACK_KEY } = stand.settings;
    const sections = await stand.examine({
      LIVE_CALLBACK_KEY: 'anewkey',
      LIVE_CALLBACK_KEY_PREVIOUS: LIVE_CALLBACK_KEY,
    });
    expect(troubles(sections)).toEqual([{ status: 'warning', subject: 'LIVE_CALLBACK_KEY_PREVIOUS' }]);
  });
});
