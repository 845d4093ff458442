import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readService, readTarget } from '../../../scripts/deploy/service';
import { readDeployAccess } from '../../../scripts/deploy/settings';

const root = join(__dirname, '..', '..', '..');

const key = (letter: string): string => letter.repeat(40);
const settings = {
  TENCENTCLOUD_SECRET_ID: 'AKIDdeployer',
  TENCENTCLOUD_SECRET_KEY: key('d'),
  VPC_ID: 'vpc-0a1b2c3d',
  SUBNET_ID: 'subnet-0a1b2c3d',
  DATABASE_URL: 'mysql://app:pa%24%7Bss@10.0.0.1:3306/live',
  TOKEN_SECRET: `\${self:service} $HOME #${key('t')}`,
  ADMIN_TOKEN: key('a'),
  LIVE_BIZID: '8888',
  LIVE_PUSH_KEY: key('p'),
  LIVE_CALLBACK_KEY: 'callbackKey1',
  COS_APPID: '1250000000',
  COS_BUCKET: 'covers',
  COS_REGION: 'ap-guangzhou',
  COS_SECRET_ID: 'AKIDcos',
  COS_SECRET_KEY: key('c'),
  VOD_SECRET_ID: 'AKIDvod',
  VOD_SECRET_KEY: key('v'),
  IM_SDKAPPID: '1400000000',
  IM_SECRET_KEY: key('i'),
};

const read = (environment: Record<string, string | undefined>, stage?: string) =>
  readService({ root, environment, stage });

const messageOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return 'accepted';
};

describe('the serverless.yml of this project', () => {
  test('says all of a function: names, sizes, network, triggers and nothing empty', () => {
    const { functions, prefix, access } = read(settings, 'prod');
    expect([prefix, access.region, access.namespace]).toEqual(['xiaozhibo-prod-', 'ap-guangzhou', 'default']);
    const reconcile = functions.find(({ name }) => name === 'reconcile');
    expect(reconcile).toMatchObject({
      remoteName: 'xiaozhibo-prod-reconcile',
      configuration: {
        handler: 'index.main_handler',
        runtime: 'Nodejs18.15',
        timeoutSeconds: 50,
        vpcId: settings.VPC_ID,
        subnetId: settings.SUBNET_ID,
        publicNet: true,
        role: '',
      },
      triggers: [
        { type: 'http', name: 'url' },
        { type: 'timer', name: 'everyMinute', cron: '0 * * * * * *', argument: '' },
      ],
    });
    for (const { name, configuration } of functions)
      expect([name, Object.values(configuration.environment).includes('')]).toEqual([name, false]);
  });

  test('gives a value as it is, whatever is in it', () => {
    const { functions } = read(settings);
    const { environment } = functions.find(({ name }) => name === 'room')?.configuration ?? {};
    expect(environment).toMatchObject({
      TOKEN_SECRET: settings.TOKEN_SECRET,
      DATABASE_URL: settings.DATABASE_URL,
    });
  });

  test('keeps exactly the functions without a database out of the VPC, and no URL on the migrations', () => {
    const { functions } = read(settings);
    for (const { name, configuration, triggers } of functions) {
      expect([name, configuration.vpcId !== '']).toEqual([name, 'DATABASE_URL' in configuration.environment]);
      if (name === 'migrate') expect(triggers).toEqual([]);
    }
  });

  test('each variable that is missing is named once, with the functions and where to find it', () => {
    const message = messageOf(() => read({}));
    for (const name of Object.keys(settings))
      expect(message).toContain(`${name} is missing. Where to find it: `);
    expect(message).toMatch(/^LIVE_CALLBACK_KEY is missing.* \(function liveCallback, app\)$/m);
    expect(message.match(/TOKEN_SECRET is missing/g)).toHaveLength(1);
  });

  test.each([
    ['malformed', { LIVE_BIZID: 'eight' }, /^LIVE_BIZID is malformed: expected a number/m],
    ['published', { TOKEN_SECRET: `localonly${key('x')}` }, /^TOKEN_SECRET is a published default/m],
    ['of this machine', { DATABASE_URL: 'sqlite:live.db' }, /^DATABASE_URL is malformed/m],
    ['optional and malformed', { LIVE_URL_TTL: 'soon' }, /^LIVE_URL_TTL is malformed/m],
  ])('a setting that is %s is refused without its value', (_, change, message) => {
    expect(messageOf(() => read({ ...settings, ...change }))).toMatch(message);
    for (const value of Object.values(change))
      expect(messageOf(() => read({ ...settings, ...change }))).not.toContain(value);
  });

  test('to look at a deployment, the key is enough', () => {
    const { TENCENTCLOUD_SECRET_ID, TENCENTCLOUD_SECRET_KEY } = settings;
    const environment = { TENCENTCLOUD_SECRET_ID, TENCENTCLOUD_SECRET_KEY };
    expect(readTarget({ root, environment }).names).toContain('app');
    expect(messageOf(() => readTarget({ root, environment: {} }))).toMatch(
      /TENCENTCLOUD_SECRET_ID is missing/,
    );
  });

  test('a stage is a word', () => {
    for (const stage of ['../x', 'a b', '-', 'x'.repeat(30)])
      expect(messageOf(() => readTarget({ root, environment: settings, stage }))).toMatch(
        /stage is malformed/,
      );
  });
});

test('the key of the functions is taken when the deployer has none, and said so', () => {
  const functionsKey = { TENCENT_SECRET_ID: 'AKIDlive', TENCENT_SECRET_KEY: key('l') };
  expect(readDeployAccess(functionsKey)).toMatchObject({
    keyOfFunctions: true,
    key: { secretId: 'AKIDlive' },
  });
  expect(readDeployAccess({ ...settings, ...functionsKey })).toMatchObject({
    keyOfFunctions: false,
    key: { secretId: 'AKIDdeployer' },
  });
  // Half a key of its own is a mistake, not a reason to take another.
  expect(
    messageOf(() => readDeployAccess({ ...functionsKey, TENCENTCLOUD_SECRET_ID: 'AKIDdeployer' })),
  ).toMatch(/^TENCENTCLOUD_SECRET_KEY is missing/m);
});

describe('another file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'service-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const refusal = (text: string): string => {
    writeFileSync(join(folder, 'serverless.yml'), text);
    return messageOf(() => readService({ root: folder, environment: settings }));
  };

  test.each([
    ['of a component', 'component: scf\nname: x\ninputs: {}\n', /component: there is no such key/],
    [
      'of components inside',
      'name: live\nfn: { component: scf, inputs: {} }\n',
      /name: there is no such key/,
    ],
    [
      'with a key too many in a function',
      'provider: {}\nfunctions: { one: { handler: index.main_handler, memory: 3 } }\n',
      /functions\.one\.memory: there is no such key/,
    ],
    [
      'with a trigger that SCF no longer has',
      'provider: {}\nfunctions: { one: { handler: index.main_handler, events: [{ apigw: {} }] } }\n',
      /events\.0\.apigw: there is no such key/,
    ],
    ['of another provider', 'provider: { name: aws }\nfunctions: {}\n', /provider\.name/],
    ['without functions', 'provider: {}\n', /functions: is missing/],
  ])('%s is refused', (_, text, message) => {
    expect(refusal(text)).toMatch(message);
  });
});
