import { cosPostPolicy, signCosPolicy, verifyCosPostPolicy } from '../../../shared/signing/cosPostPolicy';
import { cosKeyTime } from '../../../shared/signing/cosRequest';

const now = 1_700_000_000;
const ids = { secretId: 'localonlyid', secretKey: 'localonlysecret' };
const place = { bucket: 'covers-1250000000', contentType: 'image/png' };
const form = {
  ...ids,
  ...place,
  key: 'covers/u1/1.png',
  minBytes: 10,
  maxBytes: 1000,
  startsAt: now,
  expiresAt: now + 60,
};
const { fields } = cosPostPolicy(form);

const check = (changes: Partial<Parameters<typeof verifyCosPostPolicy>[0]>) =>
  verifyCosPostPolicy({ fields, fileSize: 500, ...place, ...ids, now, ...changes });

/** A form signed by the right key with conditions of another kind. */
function formWith(conditions: unknown, expiration: unknown = '2099-01-01T00:00:00Z') {
  const keyTime = cosKeyTime(now, now + 60);
  const policyText = JSON.stringify({ expiration, conditions });
  const { policy, signature } = signCosPolicy({ secretKey: ids.secretKey, keyTime, policyText });
  const signing = { 'q-sign-algorithm': 'sha1', 'q-ak': ids.secretId, 'q-key-time': keyTime };
  return { key: 'covers/u1/1.png', policy, ...signing, 'q-signature': signature };
}

const needed = [
  { 'q-sign-algorithm': 'sha1' },
  { 'q-ak': ids.secretId },
  { 'q-sign-time': cosKeyTime(now, now + 60) },
];

describe('cosPostPolicy', () => {
  it('pins bucket, key, type, size and signer down', () => {
    expect(JSON.parse(Buffer.from(fields.policy ?? '', 'base64').toString())).toEqual({
      expiration: '2023-11-14T22:14:20.000Z',
      conditions: [
        { bucket: 'covers-1250000000' },
        ['eq', '$key', 'covers/u1/1.png'],
        ['eq', '$Content-Type', 'image/png'],
        ['content-length-range', 10, 1000],
        { 'q-sign-algorithm': 'sha1' },
        { 'q-ak': 'localonlyid' },
        { 'q-sign-time': '1700000000;1700000060' },
      ],
    });
    expect(Object.keys(fields).sort()).toEqual([
      'Content-Type',
      'key',
      'policy',
      'q-ak',
      'q-key-time',
      'q-sign-algorithm',
      'q-signature',
    ]);
  });

  test.each([
    ['bucket', { bucket: 'covers' }],
    ['key', { key: '' }],
    ['key', { key: '/a' }],
    ['key', { key: 'covers/${filename}' }],
    ['contentType', { contentType: 'image' }],
    ['contentType', { contentType: 'image/*' }],
    ['maxBytes', { maxBytes: -1 }],
    ['maxBytes', { maxBytes: 6 * 1024 ** 3 }],
    ['minBytes', { minBytes: 1001 }],
    ['expiresAt', { expiresAt: now * 1000 }],
    ['secretId', { secretId: '' }],
    ['secretKey', { secretKey: '' }],
  ])('throws naming %s for %j', (name, change) => {
    expect(() => cosPostPolicy({ ...form, ...change })).toThrow(new RegExp(`^${name} must be`));
  });
});

describe('verifyCosPostPolicy', () => {
  it('accepts from the first second to the last, and from the least size to the greatest', () => {
    expect(check({})).toBe('ok');
    expect(check({ now: now - 1 })).toBe('notYet');
    expect(check({ now: now + 60 })).toBe('ok');
    expect(check({ now: now + 61 })).toBe('expired');
    expect(check({ fileSize: 9 })).toBe('tooSmall');
    expect(check({ fileSize: 10 })).toBe('ok');
    expect(check({ fileSize: 1000 })).toBe('ok');
    expect(check({ fileSize: 1001 })).toBe('tooLarge');
    expect(check({ fileSize: NaN })).toBe('tooSmall');
  });

  it('refuses another key, type, bucket, id, secret', () => {
    expect(check({ fields: { ...fields, key: 'covers/u2/1.png' } })).toBe('conditionFailed');
    expect(check({ fields: { ...fields, 'Content-Type': 'text/html' } })).toBe('conditionFailed');
    expect(check({ contentType: 'text/html' })).toBe('conditionFailed');
    expect(check({ bucket: 'other-1250000000' })).toBe('conditionFailed');
    expect(check({ bucket: 'other-1250000000', fields: { ...fields, bucket: place.bucket } })).toBe(
      'conditionFailed',
    );
    expect(check({ secretId: 'other' })).toBe('unknownId');
    expect(check({ secretKey: 'other' })).toBe('wrong');
  });

  it('knows field names in any case, but not twice', () => {
    const { key = '', ...others } = fields;
    expect(check({ fields: { ...others, KEY: key } })).toBe('ok');
    expect(check({ fields: { ...fields, KEY: 'covers/u2/1.png' } })).toBe('malformed');
  });

  it('says what is missing or malformed', () => {
    expect(check({ fields: {} })).toBe('missing');
    expect(check({ fields: undefined })).toBe('malformed');
    expect(check({ fields: [] })).toBe('malformed');
    expect(check({ fields: { ...fields, policy: ['a'] } })).toBe('malformed');
    expect(check({ fields: { ...fields, 'q-sign-algorithm': 'md5' } })).toBe('malformed');
    expect(check({ fields: { ...fields, 'q-key-time': 'a' } })).toBe('malformed');
    const many = Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`f${i}`, '']));
    expect(check({ fields: { ...many, ...fields } })).toBe('malformed');
  });

  test.each<[string, unknown[], ReturnType<typeof verifyCosPostPolicy>]>([
    ['a prefix that fits', [['starts-with', '$key', 'covers/u1/']], 'ok'],
    ['a prefix that does not', [['starts-with', '$key', 'covers/u2/']], 'conditionFailed'],
    ['an empty prefix of an absent field', [['starts-with', '$x-cos-meta-a', '']], 'ok'],
    ['a prefix of an absent field', [['starts-with', '$x-cos-meta-a', 'a']], 'conditionFailed'],
    ['an absent field that has to be equal', [{ acl: 'private' }], 'conditionFailed'],
    ['an absent field that has to be empty', [{ acl: '' }], 'conditionFailed'],
    ['a size in range', [['content-length-range', 1, 500]], 'ok'],
    ['a size out of range', [['content-length-range', 1, 499]], 'tooLarge'],
    ['a size given as text', [['content-length-range', '1', '500']], 'unknownCondition'],
    ['an unknown kind', [['ends-with', '$key', 'png']], 'unknownCondition'],
    ['a field without $', [['eq', 'key', 'covers/u1/1.png']], 'unknownCondition'],
    ['too long a condition', [['eq', '$key', 'covers/u1/1.png', 1]], 'unknownCondition'],
    ['two fields in one', [{ key: 'covers/u1/1.png', acl: 'a' }], 'unknownCondition'],
    ['no field in one', [{}], 'unknownCondition'],
    ['no condition at all', [null], 'unknownCondition'],
    ['a number for a text', [{ key: 1 }], 'unknownCondition'],
  ])('%s', (_what, conditions, expected) => {
    expect(check({ fields: formWith([...needed, ...conditions]) })).toBe(expected);
  });

  it('wants the policy to name its algorithm, id and time', () => {
    expect(check({ fields: formWith(needed) })).toBe('ok');
    for (const left of needed) {
      expect(check({ fields: formWith(needed.filter((one) => one !== left)) })).toBe('malformed');
    }
    const otherTime = [...needed.slice(0, 2), { 'q-sign-time': cosKeyTime(now, now + 600) }];
    expect(check({ fields: formWith(otherTime) })).toBe('conditionFailed');
  });

  it('ends with the expiration of the policy too, and wants that to be a moment', () => {
    expect(check({ fields: formWith(needed, '2023-11-14T22:13:20.000Z') })).toBe('ok');
    expect(check({ fields: formWith(needed, '2023-11-14T22:13:19Z') })).toBe('expired');
    for (const odd of [null, 5, 'tomorrow', '2099-01-01', '2099-13-01T00:00:00Z']) {
      expect(check({ fields: formWith(needed, odd) })).toBe('malformed');
    }
    expect(check({ fields: formWith('none') })).toBe('malformed');
  });
});
