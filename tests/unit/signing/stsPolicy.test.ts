import { stsPolicy } from '../../../shared/signing/stsPolicy';

const given = {
  appId: '1250000000',
  bucket: 'covers-1250000000',
  region: 'ap-guangzhou',
  prefix: 'avatar/u1/',
};

it('names one prefix of one bucket', () => {
  expect(stsPolicy(given).statement[0]?.resource).toEqual([
    'qcs::cos:ap-guangzhou:uid/1250000000:covers-1250000000/avatar/u1/*',
  ]);
});

test.each([
  ['prefix', { prefix: '' }],
  ['prefix', { prefix: '/' }],
  ['prefix', { prefix: '*/' }],
  ['prefix', { prefix: 'avatar/u1' }],
  ['prefix', { prefix: 'avatar/*/' }],
  ['prefix', { prefix: '/avatar/' }],
  ['bucket', { bucket: '*' }],
  ['region', { region: '*' }],
  ['appId', { appId: '*' }],
])('throws naming %s for %j, which would allow more', (name, change) => {
  expect(() => stsPolicy({ ...given, ...change })).toThrow(new RegExp(`^${name} must be`));
});
