import { execFile } from 'node:child_process';
import { zipSync } from 'fflate';
import { Client } from 'tencentcloud-sdk-nodejs/tencentcloud/services/scf/v20180416/scf_client';
import { tc3Authorization } from '../../shared/signing/tc3';
import { startEmulator, type Emulator, type EmulatorOptions } from './emulator/startEmulator';

// The emulator itself, with the SDK in front of it: it has to refuse what SCF refuses, or a test of the deployment
// that passes here would say nothing.

const opened: Emulator[] = [];
afterEach(async () => {
  for (const emulator of opened.splice(0)) await emulator.close();
});

async function open(options?: EmulatorOptions): Promise<Emulator> {
  const emulator = await startEmulator(options);
  opened.push(emulator);
  return emulator;
}

function clientOf(
  emulator: Emulator,
  key: Partial<Emulator['credential']> = {},
  region = emulator.region,
): Client {
  const { secretId, secretKey } = { ...emulator.credential, ...key };
  return new Client({
    credential: { secretId, secretKey },
    region,
    profile: { httpProfile: { agent: emulator.agent, reqTimeout: 10 } },
  });
}

/** A zip whose index.js is this text. */
function zipOf(code: string): string {
  return Buffer.from(zipSync({ 'index.js': Buffer.from(code) })).toString('base64');
}

const answering = (body: string): string =>
  `exports.main_handler = async () => ({ statusCode: 200, headers: {}, body: ${JSON.stringify(body)} });`;

const minimal = {
  FunctionName: 'one-dev-first',
  Handler: 'index.main_handler',
  Runtime: 'Nodejs18.15',
  Code: { ZipFile: zipOf(answering('first')) },
};

async function create(client: Client, more: object = {}): Promise<void> {
  await client.CreateFunction({ ...minimal, ...more });
  await settled(client, { ...minimal, ...more });
}

async function settled(client: Client, { FunctionName }: { FunctionName: string }, Qualifier = '$LATEST') {
  for (let looks = 0; looks < 5; looks += 1) {
    const { Status } = await client.GetFunction({ FunctionName, Qualifier });
    if (Status === 'Active') return;
  }
  throw new Error(`${FunctionName} does not become Active`);
}

const codeOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'done',
    (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : error),
  );

const publicUrl = JSON.stringify({
  AuthType: 'NONE',
  NetConfig: { EnableIntranet: false, EnableExtranet: true },
});

describe('signatures', () => {
  test('a call is done only with the right key, and each fault has a code of its own', async () => {
    const emulator = await open();
    expect(await codeOf(clientOf(emulator).ListFunctions({}))).toBe('done');
    expect(await codeOf(clientOf(emulator, { secretId: 'AKIDnobody' }).ListFunctions({}))).toBe(
      'AuthFailure.SecretIdNotFound',
    );
    expect(await codeOf(clientOf(emulator, { secretKey: 'wrong' }).ListFunctions({}))).toBe(
      'AuthFailure.SignatureFailure',
    );
    expect(await codeOf(clientOf(emulator, {}, 'ap-nowhere').ListFunctions({}))).toBe('UnsupportedRegion');
    expect(emulator.calls().map(({ refused }) => refused)).toEqual([
      undefined,
      'AuthFailure.SecretIdNotFound',
      'AuthFailure.SignatureFailure',
      'UnsupportedRegion',
    ]);
  });

  test('a signature is of this service, of this moment, and over what arrives', async () => {
    const emulator = await open();
    const now = Math.floor(Date.now() / 1000);
    const payload = '{"Limit":1}';
    const usual = { service: 'scf', timestamp: now, signed: payload, contentType: 'application/json' };
    const call = async (changes: Partial<typeof usual>): Promise<unknown> => {
      const { service, timestamp, signed, contentType } = { ...usual, ...changes };
      const headers = { 'content-type': 'application/json', host: 'scf.tencentcloudapi.com' };
      const authorization = tc3Authorization({
        ...emulator.credential,
        service,
        timestamp,
        method: 'POST',
        headers: { ...headers, 'content-type': contentType },
        payload: signed,
      });
      const { text } = await emulator.request('https://scf.tencentcloudapi.com/', {
        method: 'POST',
        headers: {
          ...headers,
          authorization,
          'x-tc-action': 'ListFunctions',
          'x-tc-version': '2018-04-16',
          'x-tc-region': emulator.region,
          'x-tc-timestamp': String(timestamp),
        },
        body: payload,
      });
      return /"Code":"([^"]+)"/.exec(text)?.[1] ?? 'done';
    };
    expect(await call({})).toBe('done');
    expect(await call({ timestamp: now - 290 })).toBe('done');
    expect(await call({ timestamp: now - 310 })).toBe('AuthFailure.SignatureExpire');
    expect(await call({ timestamp: now + 310 })).toBe('AuthFailure.SignatureExpire');
    expect(await call({ service: 'sts' })).toBe('AuthFailure.SignatureFailure');
    expect(await call({ signed: '{"Limit":2}' })).toBe('AuthFailure.SignatureFailure');
    expect(await call({ contentType: 'text/plain' })).toBe('AuthFailure.SignatureFailure');
  });

  test('a temporary key goes with its token', async () => {
    const credential = { secretId: 'AKIDtemporary', secretKey: 'temporarykey', token: 'temporarytoken' };
    const emulator = await open({ credential });
    const profile = { httpProfile: { agent: emulator.agent } };
    const withToken = new Client({ credential, region: emulator.region, profile });
    expect(await codeOf(withToken.ListFunctions({}))).toBe('done');
    expect(await codeOf(clientOf(emulator).ListFunctions({}))).toBe('AuthFailure.TokenFailure');
  });
});

test('parameters are those of the SDK: no others, none missing, each of its type', async () => {
  const emulator = await open();
  const client = clientOf(emulator);
  const call = (action: string, parameters: object): Promise<unknown> =>
    codeOf(client.request(action, parameters));
  expect(await call('GetFunction', { FunctionNam: 'a' })).toBe('UnknownParameter');
  expect(await call('CreateFunction', { FunctionName: 'one' })).toBe('MissingParameter');
  expect(await call('CreateFunction', { ...minimal, MemorySize: '256' })).toBe('InvalidParameter');
  expect(await call('CreateFunction', { ...minimal, Code: { Zip: 'a' } })).toBe('UnknownParameter');
  // The SDK says that these two are texts.
  expect(await call('ListAliases', { FunctionName: 'one', Limit: 20 })).toBe('InvalidParameter');
  expect(await call('CreateFunctions', {})).toBe('InvalidAction');
  expect(emulator.unexpected()).toEqual([]);
  expect(await call('CreateFunction', { ...minimal, TraceEnable: 'TRUE' })).toBe('InternalError');
  expect(emulator.unexpected()).toEqual([
    'scf CreateFunction: the emulator does not know what TraceEnable would do',
  ]);
});

test.each<[string, object, string]>([
  ['the name', { FunctionName: 'one-' }, 'InvalidParameterValue.FunctionName'],
  ['a name of 61 characters', { FunctionName: 'a'.repeat(61) }, 'InvalidParameterValue.FunctionName'],
  ['the namespace', { Namespace: 'nowhere' }, 'ResourceNotFound.Namespace'],
  ['the memory', { MemorySize: 200 }, 'InvalidParameterValue.MemorySize'],
  ['the timeout', { Timeout: 901 }, 'LimitExceeded.Timeout'],
  ['the runtime', { Runtime: 'Nodejs22' }, 'InvalidParameterValue.Runtime'],
  ['the handler', { Handler: 'index' }, 'InvalidParameterValue.Handler'],
  ['the description', { Description: 'hash: 0a_1' }, 'InvalidParameterValue.Description'],
  ['the role', { Role: 'nobody' }, 'ResourceNotFound.Role'],
  ['the VPC', { VpcConfig: { VpcId: 'vpc-1', SubnetId: 'subnet-1' } }, 'ResourceNotFound.Vpc'],
  ['what is no zip', { Code: { ZipFile: 'bm8gemlw' } }, 'InvalidParameterValue.ZipFile'],
  [
    'a variable of the system',
    variables({ SCF_NAME: 'a' }),
    'InvalidParameterValue.EnvironmentSystemProtect',
  ],
  [
    'a key of the platform',
    variables({ TENCENTCLOUD_SECRETID: 'a' }),
    'InvalidParameterValue.EnvironmentSystemProtect',
  ],
  ['a variable without a value', variables({ NAME: '' }), 'InvalidParameterValue.Environment'],
  ['4097 bytes', variables({ AB: 'x'.repeat(4095) }), 'InvalidParameterValue.EnvironmentExceededLimit'],
])('CreateFunction refuses %s', async (_what, more, code) => {
  const client = clientOf(await open());
  expect(await codeOf(client.CreateFunction({ ...minimal, ...more }))).toBe(code);
});

function variables(pairs: Record<string, string>): object {
  return { Environment: { Variables: Object.entries(pairs).map(([Key, Value]) => ({ Key, Value })) } };
}

test('4096 bytes of environment are not too many', async () => {
  const client = clientOf(await open());
  expect(await codeOf(client.CreateFunction({ ...minimal, ...variables({ AB: 'x'.repeat(4094) }) }))).toBe(
    'done',
  );
});

test('while a function is being made or changed, it takes no other change', async () => {
  const emulator = await open();
  const client = clientOf(emulator);
  const { FunctionName } = minimal;
  emulator.state.settling = { polls: 2, ms: 0 };
  await client.CreateFunction(minimal);
  expect(await codeOf(client.CreateFunction(minimal))).toBe('ResourceInUse.FunctionName');
  const changes = (): Promise<unknown[]> =>
    Promise.all([
      codeOf(client.UpdateFunctionCode({ FunctionName, ZipFile: zipOf(answering('other')) })),
      codeOf(client.UpdateFunctionConfiguration({ FunctionName, Timeout: 4 })),
      codeOf(client.PublishVersion({ FunctionName })),
      codeOf(
        client.CreateTrigger({ FunctionName, TriggerName: 'url', Type: 'http', TriggerDesc: publicUrl }),
      ),
      codeOf(client.DeleteFunction({ FunctionName })),
    ]);
  const refused = [
    'UpdateFunctionCode',
    'UpdateFunctionConfiguration',
    'PublishVersion',
    'CreateTrigger',
    'DeleteFunction',
  ];
  const codes = refused.map((action) => `FailedOperation.${action}`);
  expect(await changes()).toEqual(codes);
  const looks = [];
  for (let look = 0; look < 3; look += 1) looks.push((await client.GetFunction({ FunctionName })).Status);
  expect(looks).toEqual(['Creating', 'Creating', 'Active']);
  await client.UpdateFunctionConfiguration({ FunctionName, Timeout: 4 });
  expect((await client.GetFunction({ FunctionName })).Status).toBe('Updating');
  expect(await changes()).toEqual(codes);
  await settled(client, minimal);
  expect(await codeOf(client.UpdateFunctionConfiguration({ FunctionName, Runtime: 'Nodejs20.19' }))).toBe(
    'InvalidParameterValue.Runtime',
  );
  const shown = await client.GetFunction({ FunctionName });
  expect(shown).toMatchObject({ Timeout: 4, MemorySize: 128, CodeInfo: '' });
  expect(JSON.stringify(shown)).not.toMatch(/sha|md5|hash/i);
});

test('stuck and failing functions', async () => {
  const emulator = await open();
  const client = clientOf(emulator);
  const { FunctionName } = minimal;
  emulator.state.failing.set(FunctionName, 'CreateFailed');
  await client.CreateFunction(minimal);
  await client.GetFunction({ FunctionName });
  expect(await client.GetFunction({ FunctionName })).toMatchObject({ Status: 'CreateFailed' });
  expect(await codeOf(client.UpdateFunctionCode({ FunctionName, ZipFile: minimal.Code.ZipFile }))).toBe(
    'FailedOperation.UpdateFunctionCode',
  );
  await client.DeleteFunction({ FunctionName });
  await client.GetFunction({ FunctionName });
  expect(await codeOf(client.GetFunction({ FunctionName }))).toBe('ResourceNotFound.Function');
  await create(client);
  emulator.state.stuck.add(FunctionName);
  await client.UpdateFunctionConfiguration({ FunctionName, Timeout: 4 });
  for (let look = 0; look < 5; look += 1)
    expect((await client.GetFunction({ FunctionName })).Status).toBe('Updating');
});

test('a published version stays as it is, and an alias leads to one that is ready', async () => {
  const emulator = await open();
  const client = clientOf(emulator);
  const { FunctionName } = minimal;
  await create(client, variables({ COLOUR: 'red' }));
  expect(await client.PublishVersion({ FunctionName, Description: 'the first' })).toMatchObject({
    FunctionVersion: '1',
  });
  const alias = { FunctionName, Name: 'current' };
  expect(await codeOf(client.CreateAlias({ ...alias, FunctionVersion: '1' }))).toBe(
    'FailedOperation.FunctionVersionStatusNotActive',
  );
  await settled(client, minimal, '1');
  expect(await codeOf(client.CreateAlias({ ...alias, FunctionVersion: '2' }))).toBe(
    'ResourceNotFound.Qualifier',
  );
  await client.CreateAlias({ ...alias, FunctionVersion: '1', Description: 'first' });
  expect(await codeOf(client.CreateAlias({ ...alias, FunctionVersion: '1' }))).toBe('ResourceInUse.Alias');
  await client.UpdateFunctionConfiguration({ FunctionName, ...variables({ COLOUR: 'blue' }) });
  await settled(client, minimal);
  const colourOf = async (Qualifier: string) =>
    (await client.GetFunction({ FunctionName, Qualifier })).Environment?.Variables?.[0]?.Value;
  expect([await colourOf('$LATEST'), await colourOf('1'), await colourOf('current')]).toEqual([
    'blue',
    'red',
    'red',
  ]);
  expect(await codeOf(client.DeleteFunction({ FunctionName, Qualifier: '1' }))).toBe(
    'UnsupportedOperation.AliasBind',
  );
  expect((await client.ListAliases({ FunctionName })).Aliases).toEqual([
    expect.objectContaining({ Name: '$DEFAULT', FunctionVersion: '$LATEST' }),
    expect.objectContaining({ Name: 'current', FunctionVersion: '1', Description: 'first' }),
  ]);
  await client.UpdateAlias({ ...alias, FunctionVersion: '$LATEST' });
  expect(await client.GetAlias(alias)).toMatchObject({ FunctionVersion: '$LATEST', Description: '' });
  await client.DeleteFunction({ FunctionName, Qualifier: '1' });
  expect((await client.ListVersionByFunction({ FunctionName })).FunctionVersion).toEqual(['$LATEST']);
});

test('triggers: what is refused, and how they are shown', async () => {
  const emulator = await open();
  const client = clientOf(emulator);
  const { FunctionName } = minimal;
  await create(client);
  const trigger = { FunctionName, TriggerName: 'url', Type: 'http', TriggerDesc: publicUrl };
  const timer = { FunctionName, TriggerName: 'minute', Type: 'timer', TriggerDesc: '0 * * * * * *' };
  const refused = (more: object): Promise<unknown> => codeOf(client.CreateTrigger({ ...trigger, ...more }));
  expect(await refused({ Type: 'apigw' })).toBe('UnsupportedOperation.Trigger');
  expect(await refused({ Qualifier: 'current' })).toBe('ResourceNotFound.Qualifier');
  expect(await refused({ TriggerDesc: '{"AuthType":"NONE"}' })).toBe('InvalidParameterValue.TriggerDesc');
  expect(await refused({ ...timer, TriggerDesc: '* * * * *' })).toBe('InvalidParameterValue.TriggerDesc');
  await client.CreateTrigger(trigger);
  expect(await refused({})).toBe('ResourceInUse.Trigger');
  expect(await refused({ TriggerName: 'other' })).toBe('ResourceInUse.Trigger');
  await client.CreateTrigger({ ...timer, CustomArgument: 'go' });
  await client.UpdateTrigger({ ...timer, TriggerDesc: '30 * * * * * *' });
  const { Triggers = [] } = await client.ListTriggers({ FunctionName });
  expect(Triggers).toEqual([
    expect.objectContaining({ TriggerName: 'url', Type: 'http', Qualifier: '$LATEST', Enable: 1 }),
    expect.objectContaining({
      TriggerName: 'minute',
      TriggerDesc: '{"cron":"30 * * * * * *"}',
      CustomArgument: 'go',
    }),
  ]);
  expect(Triggers[0]?.TriggerDesc).toMatch(
    /"ExtranetUrl":"https:\/\/1250000000-\w+\.ap-guangzhou\.tencentscf\.com"/,
  );
  expect(await codeOf(client.DeleteTrigger({ ...trigger, Qualifier: '$DEFAULT' }))).toBe(
    'ResourceNotFound.Trigger',
  );
  await client.DeleteTrigger(trigger);
  expect((await client.ListTriggers({ FunctionName })).TotalCount).toBe(1);
});

test('lists come in pages', async () => {
  const emulator = await open();
  const client = clientOf(emulator);
  emulator.state.settling = { polls: 0, ms: 0 };
  for (let index = 0; index < 21; index += 1)
    await client.CreateFunction({ ...minimal, FunctionName: `one-${index}` });
  const first = await client.ListFunctions({});
  expect([first.Functions?.length, first.TotalCount]).toEqual([20, 21]);
  expect((await client.ListFunctions({ Offset: 20 })).Functions).toHaveLength(1);
  expect(await codeOf(client.ListFunctions({ Limit: 101 }))).toBe('InvalidParameterValue.Limit');
  const { FunctionName } = { FunctionName: 'one-0' };
  for (let index = 0; index < 20; index += 1) await client.PublishVersion({ FunctionName });
  const versions = await client.ListVersionByFunction({ FunctionName });
  expect([versions.Versions?.length, versions.TotalCount]).toEqual([20, 21]);
});

describe('what runs', () => {
  const url = async (client: Client, FunctionName: string): Promise<string> => {
    const { TriggerInfo } = await client.CreateTrigger({
      FunctionName,
      TriggerName: 'url',
      Type: 'http',
      TriggerDesc: publicUrl,
    });
    return /"ExtranetUrl":"([^"]+)"/.exec(TriggerInfo?.TriggerDesc ?? '')?.[1] ?? '';
  };

  test('a function URL gives the documented event to the stored zip, in a process with only its own environment', async () => {
    const emulator = await open();
    const client = clientOf(emulator);
    const code = `exports.main_handler = async (event, context) => {
      console.log('called');
      return { statusCode: 201, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({
        event, environment: process.env, folder: process.cwd(), name: context.function_name,
        modules: (() => { try { return require.resolve('valibot') } catch { return 'none' } })() }) } }`;
    await create(client, { Code: { ZipFile: zipOf(code) }, ...variables({ COLOUR: 'red' }) });
    const address = await url(client, minimal.FunctionName);
    const answer = await emulator.request(`${address}/a/b?x=1&x=2`, {
      method: 'POST',
      headers: { 'Content-Type': 'text/plain', 'X-Scf-Remote-Addr': '6.6.6.6' },
      body: '你好',
    });
    expect(answer.status).toBe(201);
    const seen: unknown = JSON.parse(answer.text);
    expect(seen).toEqual({
      event: {
        body: '你好',
        httpMethod: 'POST',
        path: '/a/b',
        queryString: { x: '2' },
        headers: expect.objectContaining({
          'content-type': 'text/plain',
          'x-scf-remote-addr': '203.0.113.7',
        }),
      },
      environment: {
        COLOUR: 'red',
        TENCENTCLOUD_RUNENV: 'SCF',
        SCF_NAMESPACE: 'default',
        USER_CODE_ROOT: expect.any(String),
        NODE_PATH: expect.any(String),
        _SCF_SERVER_PORT: '28902',
        PWD: expect.any(String),
        HOME: '/home/qcloud',
        LANG: 'en_US.UTF8',
      },
      folder: expect.not.stringContaining(process.cwd()),
      name: minimal.FunctionName,
      modules: 'none',
    });
    expect(emulator.state.invocations.map(({ lines }) => lines)).toEqual([['called']]);
    expect(emulator.unexpected()).toEqual([]);
  });

  test.each([
    ['throws', 'async () => { throw new Error("oops") }', 430],
    ['takes too long', '() => new Promise(() => undefined)', 433],
    ['ends its process', '() => process.exit(1)', 439],
    ['is not there', '"text"', 437],
  ])('a handler that %s is answered by the platform', async (_what, handler, status) => {
    const emulator = await open();
    const client = clientOf(emulator);
    await create(client, { Code: { ZipFile: zipOf(`exports.main_handler = ${handler}`) }, Timeout: 1 });
    expect((await emulator.request(await url(client, minimal.FunctionName))).status).toBe(status);
  });

  test('an answer that is not whole is noticed', async () => {
    const emulator = await open();
    const client = clientOf(emulator);
    await create(client, {
      Code: { ZipFile: zipOf('exports.main_handler = async () => ({ statusCode: 200 })') },
    });
    await emulator.request(await url(client, minimal.FunctionName));
    expect(emulator.unexpected()).toEqual([expect.stringMatching(/^one-dev-first returned no full answer/)]);
  });

  test('an alias answers with its version; a custom domain leads by path to functions that have a URL', async () => {
    const emulator = await open({ domains: ['api.example.com'], certificates: ['cert1'] });
    const client = clientOf(emulator);
    emulator.state.settling = { polls: 0, ms: 0 };
    await client.CreateFunction(minimal);
    const second = {
      ...minimal,
      FunctionName: 'one-dev-second',
      Code: { ZipFile: zipOf(answering('second')) },
    };
    await client.CreateFunction(second);
    const addresses = [];
    for (const { FunctionName } of [minimal, second]) {
      await client.PublishVersion({ FunctionName });
      await client.CreateAlias({ FunctionName, Name: 'current', FunctionVersion: '1' });
    }
    const domain = (...paths: [string, string][]) => ({
      Domain: 'api.example.com',
      Protocol: 'HTTPS',
      CertConfig: { CertificateId: 'cert1' },
      EndpointsConfig: paths.map(([PathMatch, FunctionName]) => ({
        Namespace: 'default',
        FunctionName,
        Qualifier: 'current',
        PathMatch,
      })),
    });
    const paths = domain(['/one', minimal.FunctionName], ['/*', second.FunctionName]);
    expect(await codeOf(client.CreateCustomDomain(paths))).toBe('InvalidParameterValue');
    for (const { FunctionName } of [minimal, second]) {
      const trigger = {
        FunctionName,
        TriggerName: 'url',
        Type: 'http',
        TriggerDesc: publicUrl,
        Qualifier: 'current',
      };
      const { TriggerInfo } = await client.CreateTrigger(trigger);
      addresses.push(/"ExtranetUrl":"([^"]+)"/.exec(TriggerInfo?.TriggerDesc ?? '')?.[1] ?? '');
    }
    await client.CreateCustomDomain(paths);
    await client.UpdateFunctionCode({
      FunctionName: minimal.FunctionName,
      ZipFile: zipOf(answering('changed')),
    });
    const texts = async (...urls: string[]) =>
      Promise.all(urls.map(async (one) => (await emulator.request(one)).text));
    expect(await texts(...addresses)).toEqual(['first', 'second']);
    expect(await texts('https://api.example.com/one', 'https://api.example.com/one/more')).toEqual([
      'first',
      'second',
    ]);
    expect(await codeOf(client.DeleteFunction({ FunctionName: minimal.FunctionName }))).toBe(
      'FailedOperation.DeleteFunction',
    );
    expect(await codeOf(client.CreateCustomDomain(paths))).toBe('ResourceInUse');
    await client.UpdateCustomDomain(domain(['/one/*', minimal.FunctionName]));
    expect((await emulator.request('https://api.example.com/two')).status).toBe(404);
  });

  test('Invoke, and what it leaves in the log', async () => {
    const emulator = await open();
    const client = clientOf(emulator);
    const code =
      'exports.main_handler = async (event) => { console.log("got", event.a); return event.a * 2; }';
    await create(client, { Code: { ZipFile: zipOf(code) } });
    const { FunctionName } = minimal;
    const { Result } = await client.Invoke({ FunctionName, ClientContext: '{"a":21}', LogType: 'Tail' });
    expect(Result).toMatchObject({
      RetMsg: '42',
      InvokeResult: 0,
      ErrMsg: '',
      Log: expect.stringContaining('got 21'),
    });
    const { Data } = await client.GetFunctionLogs({ FunctionName });
    expect(Data?.map(({ Log }) => Log)).toEqual([expect.stringMatching(/got 21[^]*RetMsg:42/)]);
  });
});

test('faults hit the calls they are meant for', async () => {
  const emulator = await open();
  const client = clientOf(emulator);
  emulator.faults.throttle(2);
  expect(await codeOf(client.ListFunctions({}))).toBe('RequestLimitExceeded');
  expect(await codeOf(client.ListFunctions({}))).toBe('RequestLimitExceeded');
  emulator.faults.add({ action: 'CreateFunction', effect: { kind: 'dropAnswer' } });
  expect(await codeOf(client.ListFunctions({}))).toBe('done');
  expect(await codeOf(client.CreateFunction(minimal))).not.toBe('done');
  expect(await codeOf(client.CreateFunction(minimal))).toBe('ResourceInUse.FunctionName');
  emulator.faults.add({ action: 'GetFunction', skip: 1, effect: { kind: 'drop' } });
  const { FunctionName } = minimal;
  expect(await codeOf(client.GetFunction({ FunctionName }))).toBe('done');
  expect(await codeOf(client.GetFunction({ FunctionName }))).not.toBe('done');
  expect(await codeOf(client.GetFunction({ FunctionName }))).toBe('done');
});

describe('a program with the environment of the emulator', () => {
  const run = (emulator: Emulator, code: string): Promise<string> =>
    new Promise((resolve) => {
      const env = { PATH: process.env['PATH'], ...emulator.environment() };
      execFile(process.execPath, ['-e', code], { env }, (_error, out, err) => resolve(out + err));
    });

  test('reaches it under the real names, and nothing else at all', async () => {
    const emulator = await open();
    const https = (url: string): string =>
      `require('https').get('${url}', (r) => console.log(r.resume().statusCode)).on('error', (e) => console.log(e.code))`;
    const fetched = `fetch('https://sts.tencentcloudapi.com').then((r) => console.log(r.status), (e) => console.log(e.cause))
      .then(() => process.exit())`;
    expect(await run(emulator, https('https://scf.tencentcloudapi.com/'))).toBe('200\n');
    expect(await run(emulator, fetched)).toBe('200\n');
    expect(emulator.unexpected()).toEqual([]);
    expect(await run(emulator, https('https://registry.example.com/'))).toBe(
      'ERR_TLS_CERT_ALTNAME_INVALID\n',
    );
    expect(await run(emulator, https('https://127.0.0.1:9/'))).toBe('ENETUNREACH\n');
    expect(await run(emulator, https('https://scf.tencentcloudapi.com:8443/'))).toBe('ENETUNREACH\n');
    expect(emulator.unexpected()).toEqual([
      'a connection to registry.example.com',
      'a connection to 127.0.0.1:9',
      'a connection to scf.tencentcloudapi.com:8443',
    ]);
  });
});
