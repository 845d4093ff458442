import { isSecretName, makeMask } from '../../../scripts/deploy/mask';

const environment = {
  DATABASE_URL: 'mysql://app:p%40ss%2Fword@10.0.0.1:3306/live',
  TOKEN_SECRET: `${'n'.repeat(32)},${'o'.repeat(32)}`,
  COS_SECRET_ID: 'AKIDcos',
  COS_SECRET_KEY: 'a"b\\c$d',
  LIVE_CALLBACK_KEY: 'ab',
  LIVE_APP_NAME: 'live',
  TENCENTCLOUD_SECRET_KEY: 'deployer key',
  UNKNOWN: 'something of its own',
};
const mask = makeMask(environment, Object.keys(environment));

test.each([
  ['the value', environment.DATABASE_URL],
  ['a password inside a URL', 'Access denied for app using p%40ss%2Fword'],
  ['the password as the server sees it', 'p@ss/word'],
  ['one of several secrets', 'o'.repeat(32)],
  ['a key id', 'AKIDcos'],
  ['as JSON', JSON.stringify({ key: environment.COS_SECRET_KEY })],
  ['in a URL', `?key=${encodeURIComponent(environment.COS_SECRET_KEY)}`],
  ['as base64', Buffer.from(environment.TENCENTCLOUD_SECRET_KEY).toString('base64')],
  ['of a variable that no table knows', environment.UNKNOWN],
])('hides %s', (_, text) => {
  expect(mask(text)).toContain('[secret]');
  for (const secret of ['p%40ss', 'p@ss', 'ooooo', 'AKIDcos', 'b\\c', '%24d', 'something'])
    expect(mask(text)).not.toContain(secret);
});

test('shows what is no secret, and does not hide every "ab"', () => {
  expect(mask('live, about 3 tables')).toBe('live, about 3 tables');
});

test('knows which variables are secrets', () => {
  expect(
    ['DATABASE_URL', 'ADMIN_TOKEN', 'VOD_SECRET_ID', 'TENCENTCLOUD_SECURITY_TOKEN', 'NOBODY_KNOWS'].map(
      isSecretName,
    ),
  ).toEqual([true, true, true, true, true]);
  expect(['LOG_LEVEL', 'LIVE_BIZID', 'VPC_ID', 'TENCENT_REGION'].map(isSecretName)).toEqual([
    false,
    false,
    false,
    false,
  ]);
});
