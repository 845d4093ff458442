import { CloudCallError, type Cloud } from '../../../scripts/deploy/cloud';
import { compareDomain } from '../../../scripts/deploy/customDomain';

const wanted = {
  name: 'live.example.com',
  certificateId: 'cert1',
  namespace: 'default',
  prefix: 'xiaozhibo-dev-',
  endpoints: [
    { path: '/room/*', remoteName: 'xiaozhibo-dev-room' },
    { path: '/*', remoteName: 'xiaozhibo-dev-app' },
  ],
};
const endpoint = (PathMatch: string, FunctionName: string, Namespace = 'default') => ({
  PathMatch,
  FunctionName,
  Namespace,
  Qualifier: 'current',
  PathRewrite: null,
});
const asWanted = {
  Domain: 'live.example.com',
  Protocol: 'HTTPS',
  CertConfig: { CertificateId: 'cert1' },
  EndpointsConfig: [endpoint('/*', 'xiaozhibo-dev-app'), endpoint('/room/*', 'xiaozhibo-dev-room')],
};

const compare = (answer: object | CloudCallError) => {
  const cloud: Cloud = {
    call: async () => {
      if (answer instanceof CloudCallError) throw answer;
      return answer;
    },
    close: () => undefined,
  };
  return compareDomain(cloud, wanted);
};

test('a domain that is as it is wanted stays, in whatever order its paths come', async () => {
  expect(await compare(asWanted)).toBe('none');
});

test.each([
  ['without HTTPS', { Protocol: 'HTTP' }],
  ['with another certificate', { CertConfig: { CertificateId: 'old' } }],
  ['without certificate', { CertConfig: null }],
  ['with a path too few', { EndpointsConfig: asWanted.EndpointsConfig.slice(1) }],
  ['without paths', { EndpointsConfig: null }],
  [
    'with another version behind it',
    { EndpointsConfig: asWanted.EndpointsConfig.map((one) => ({ ...one, Qualifier: '$LATEST' })) },
  ],
])('one %s is updated', async (_, change) => {
  expect(await compare({ ...asWanted, ...change })).toBe('update');
});

test('one that is not there is created; another refusal is told', async () => {
  expect(await compare(new CloudCallError('GetCustomDomain', 'ResourceNotFound', 'none'))).toBe('create');
  const refused = new CloudCallError('GetCustomDomain', 'UnauthorizedOperation', 'refused');
  await expect(compare(refused)).rejects.toBe(refused);
});

test.each([
  ['another stage', endpoint('/*', 'xiaozhibo-prod-app')],
  ['another service whose name begins alike', endpoint('/*', 'xiaozhibo-dev-x-app')],
  ['another namespace', endpoint('/*', 'xiaozhibo-dev-app', 'other')],
  ['something else of the account', endpoint('/shop', 'shop')],
])('one that leads to %s is not taken away from it', async (_, foreign) => {
  await expect(compare({ ...asWanted, EndpointsConfig: [foreign] })).rejects.toThrow(
    /^live\.example\.com: GetCustomDomain: the domain leads to .*What to do: give PUBLIC_DOMAIN another domain/,
  );
});
