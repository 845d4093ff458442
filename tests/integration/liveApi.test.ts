import { Agent, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { Client } from 'tencentcloud-sdk-nodejs/tencentcloud/services/live/v20180801/live_client';
import { readConfig } from '../../shared/config';
import { liveCloud, liveCloudSettings, type LiveCloud } from '../../shared/cloud/live';
import { tc3Authorization } from '../../shared/signing/tc3';
import { apiAccount, pushDomain, standLiveApi, type LiveApiStand } from '../liveApiStand';
import { standUp, type Stand } from './cloudStand';
import { push, until } from './media';

/** The official client, which believes to speak to the real service: its connections lead to a port of this machine. */
function official(endpoint: string, keys: { secretId?: string; secretKey?: string } = {}) {
  const agent = new Agent({ keepAlive: false });
  Object.assign(agent, {
    createConnection: () => connect(Number(new URL(endpoint).port), '127.0.0.1'),
  });
  return new Client({
    credential: { ...apiAccount, ...keys },
    region: 'ap-guangzhou',
    profile: { httpProfile: { protocol: 'http://', agent, reqTimeout: 5 } },
  });
}

function ours(
  endpoint: string,
  changes: Record<string, string> = {},
  environment: Record<string, string> = {},
): LiveCloud {
  const given = {
    LIVE_BIZID: '8888',
    LIVE_PUSH_DOMAIN: pushDomain,
    TENCENT_SECRET_ID: apiAccount.secretId,
    TENCENT_SECRET_KEY: apiAccount.secretKey,
    TENCENT_LIVE_ENDPOINT: endpoint,
    ...changes,
  };
  return liveCloud(readConfig(given, liveCloudSettings), environment);
}

const place = { AppName: 'live', DomainName: pushDomain };
const begin = Date.parse('2026-11-22T12:00:00Z');

describe('the stand-in of the live API', () => {
  let stand: LiveApiStand;
  let sent: { headers: IncomingMessage['headers']; body: string }[];

  beforeAll(async () => {
    stand = await standLiveApi();
    stand.observe = (headers, body) => sent.push({ headers, body });
  });
  beforeEach(() => {
    sent = [];
    stand.up.clear();
    stand.forbidden.clear();
  });
  afterAll(() => stand.close());

  test('takes the official client, and its answers mean the same to ours', async () => {
    stand.up.set('8888_a_01', begin).set('8888_b_02', begin + 61_000);
    const { TotalNum, TotalPage, OnlineInfo } = await official(stand.endpoint).DescribeLiveStreamOnlineList({
      ...place,
      PageSize: 100,
    });
    expect([TotalNum, TotalPage]).toEqual([2, 1]);
    const theirs = (OnlineInfo ?? []).map(({ StreamName, PublishTimeList, ...rest }) => {
      expect(rest).toMatchObject({ AppName: 'live', DomainName: pushDomain });
      return [StreamName, Date.parse(PublishTimeList?.[0]?.PublishTime ?? '')];
    });
    const { streams, complete } = await ours(stand.endpoint).onlineStreams();
    expect(streams.map(({ streamName, publishedAt }) => [streamName, publishedAt])).toEqual(theirs);
    expect(theirs).toEqual([
      ['8888_a_01', begin],
      ['8888_b_02', begin + 61_000],
    ]);
    expect(complete).toBe(true);
  });

  test('our requests are signed byte for byte as the official client signs', async () => {
    await official(stand.endpoint).DropLiveStream({ ...place, StreamName: '8888_a_01' });
    await ours(stand.endpoint).dropStream('8888_a_01');
    const [theirs, own] = sent;
    for (const { headers, body } of [theirs, own].filter((one) => one !== undefined)) {
      expect(headers.authorization).toBe(
        tc3Authorization({
          ...apiAccount,
          service: 'live',
          timestamp: Number(headers['x-tc-timestamp']),
          method: 'POST',
          headers: { 'content-type': headers['content-type'] ?? '', host: headers.host ?? '' },
          payload: body,
        }),
      );
    }
    expect(sent).toHaveLength(2);
    const common = ['content-type', 'x-tc-action', 'x-tc-version', 'x-tc-region'];
    expect(common.map((name) => own?.headers[name])).toEqual(common.map((name) => theirs?.headers[name]));
    expect(JSON.parse(own?.body ?? '')).toEqual(JSON.parse(theirs?.body ?? ''));
    expect(theirs?.headers.host).toBe('live.tencentcloudapi.com');
  });

  test('takes a list of several pages', async () => {
    for (let index = 0; index < 25; index += 1) stand.up.set(`8888_s_${index}`, begin);
    const client = official(stand.endpoint);
    const names: unknown[] = [];
    for (const PageNum of [1, 2, 3]) {
      const { OnlineInfo } = await client.DescribeLiveStreamOnlineList({ ...place, PageNum, PageSize: 10 });
      names.push(...(OnlineInfo ?? []).map(({ StreamName }) => StreamName));
    }
    expect(names).toEqual([...stand.up.keys()]);
    await expect(client.DescribeLiveStreamOnlineList({ ...place, PageSize: 9 })).rejects.toMatchObject({
      code: 'InvalidParameter',
    });
  });

  test.each<[string, { secretId?: string; secretKey?: string }, string]>([
    ['a wrong key', { secretKey: 'wrong' }, 'AuthFailure.SignatureFailure'],
    ['an unknown id', { secretId: 'unknown' }, 'AuthFailure.SecretIdNotFound'],
  ])('refuses %s to both clients', async (_name, keys, code) => {
    const theirs = official(stand.endpoint, keys).DescribeLiveStreamOnlineList(place);
    await expect(theirs).rejects.toMatchObject({ code });
    const changes = {
      TENCENT_SECRET_ID: keys.secretId ?? apiAccount.secretId,
      TENCENT_SECRET_KEY: keys.secretKey ?? apiAccount.secretKey,
    };
    await expect(ours(stand.endpoint, changes).onlineStreams()).rejects.toMatchObject({
      code: 'refused',
      refusal: code,
    });
  });

  test('refuses a request that was changed on its way, or comes late', async () => {
    await ours(stand.endpoint).dropStream('8888_a_01');
    const [{ headers, body } = { headers: {}, body: '' }] = sent;
    const again = async (changed: Record<string, string>, text = body): Promise<unknown> => {
      const copied = Object.entries(headers).filter(([name]) => /^(x-tc-|auth|content-type)/.test(name));
      const response = await fetch(stand.endpoint, {
        method: 'POST',
        headers: { ...Object.fromEntries(copied.map(([name, value]) => [name, String(value)])), ...changed },
        body: text,
      });
      return response.json();
    };
    const refused = (Code: string) => ({ Response: { Error: { Code } } });
    expect(await again({})).toEqual({ Response: { RequestId: expect.any(String) } });
    expect(await again({}, body.replace('_a_', '_b_'))).toMatchObject(
      refused('AuthFailure.SignatureFailure'),
    );
    expect(await again({ 'x-tc-timestamp': '1' })).toMatchObject(refused('AuthFailure.SignatureFailure'));
    expect(await again({ authorization: 'none' })).toMatchObject(refused('AuthFailure.InvalidAuthorization'));
    const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 302_000);
    expect(await again({})).toMatchObject(refused('AuthFailure.SignatureExpire'));
    clock.mockRestore();
  });

  test('knows no other action, version or domain', async () => {
    const client = official(stand.endpoint);
    await expect(client.DescribeLiveDomains({})).rejects.toMatchObject({ code: 'InvalidAction' });
    await expect(
      client.DropLiveStream({ ...place, DomainName: 'other.example.com', StreamName: 's' }),
    ).rejects.toMatchObject({ code: 'ResourceNotFound.DomainNotExist' });
  });

  test('forbids up to 90 days and resumes', async () => {
    const client = official(stand.endpoint);
    stand.up.set('8888_a_01', begin);
    const forbid = (days: number) =>
      client.ForbidLiveStream({
        ...place,
        StreamName: '8888_a_01',
        ResumeTime: new Date(Date.now() + days * 86_400_000).toISOString(),
      });
    await expect(forbid(91)).rejects.toMatchObject({ code: 'InvalidParameter' });
    await expect(forbid(-1)).rejects.toMatchObject({ code: 'InvalidParameter' });
    await forbid(89);
    expect([stand.up.size, [...stand.forbidden.keys()]]).toEqual([0, ['8888_a_01']]);
    await client.ResumeLiveStream({ ...place, StreamName: '8888_a_01' });
    expect(stand.forbidden.size).toBe(0);
  });

  test('keeps the rules of mixing', async () => {
    const client = official(stand.endpoint);
    stand.up.set('h', begin).set('g', begin).set('other', begin).set('young', Date.now());
    const mix = (session: string, output: string, ...inputs: string[]) =>
      client.CreateCommonMixStream({
        MixStreamSessionId: session,
        InputStreamList: inputs.map((InputStreamName, index) => ({
          InputStreamName,
          LayoutParams: { ImageLayer: index + 1 },
        })),
        OutputParams: { OutputStreamName: output },
      });
    const refusals: [Promise<unknown>, string][] = [
      [mix('s 1', 'h', 'h'), 'InvalidParameter'],
      [
        mix('s', 'h', ...Array.from({ length: 17 }, (_, n) => `n${n}`)),
        'InvalidParameter.InputNumLimitExceeded',
      ],
      [mix('s', 'h', 'h', 'gone'), 'FailedOperation.StreamNotExist'],
      [mix('s', 'h', 'h', 'young'), 'FailedOperation.GetStreamResolutionError'],
      [mix('s', 'h', 'g', 'other'), 'InvalidParameter.InvalidOutputType'],
      [client.CancelCommonMixStream({ MixStreamSessionId: 's' }), 'InvalidParameter.CancelSessionNotExist'],
    ];
    for (const [call, code] of refusals) await expect(call).rejects.toMatchObject({ code });
    await mix('s', 'h', 'h', 'g');
    expect(stand.mixes.get('s')).toEqual({ output: 'h', inputs: ['h', 'g'] });
    await expect(mix('s', 'g', 'h', 'g')).rejects.toMatchObject({
      code: 'InvalidParameter.SessionOutputStreamChanged',
    });
    await expect(mix('s2', 'h', 'h', 'g')).rejects.toMatchObject({
      code: 'InvalidParameter.InvalidOutputStreamID',
    });
    await client.CancelCommonMixStream({ MixStreamSessionId: 's' });
    await expect(mix('s', 'h', 'h', 'g')).rejects.toMatchObject({ code: 'FailedOperation.ProcessMixError' });
    // What the official client is told is a success for ours.
    await ours(stand.endpoint).cancelMix('s');
  });
});

describe('our client', () => {
  let stand: LiveApiStand;
  beforeAll(async () => {
    stand = await standLiveApi();
  });
  beforeEach(() => {
    stand.calls.length = 0;
    stand.fault = undefined;
  });
  afterAll(() => stand.close());

  const role = {
    TENCENTCLOUD_SECRETID: apiAccount.secretId,
    TENCENTCLOUD_SECRETKEY: apiAccount.secretKey,
    TENCENTCLOUD_SESSIONTOKEN: 'token-of-the-role',
  };
  const unset = { TENCENT_SECRET_ID: '', TENCENT_SECRET_KEY: '' };

  test('takes the keys of the execution role, as they are at each call', async () => {
    const environment: Record<string, string> = {};
    const client = ours(stand.endpoint, unset, environment);
    expect(client.configured()).toBe(false);
    await expect(client.dropStream('s')).rejects.toMatchObject({ code: 'notConfigured' });
    expect(stand.calls).toEqual([]);
    const tokens: unknown[] = [];
    stand.observe = (headers) => tokens.push(headers['x-tc-token']);
    Object.assign(environment, role);
    expect(client.configured()).toBe(true);
    await client.dropStream('s');
    environment['TENCENTCLOUD_SESSIONTOKEN'] = 'renewed';
    await client.dropStream('s');
    // Keys that are set win, and have no token.
    await ours(stand.endpoint, {}, { ...role, TENCENTCLOUD_SECRETKEY: 'other' }).dropStream('s');
    expect(tokens).toEqual(['token-of-the-role', 'renewed', undefined]);
    stand.observe = undefined;
  });

  test('wants both keys or none', () => {
    expect(() => ours(stand.endpoint, { TENCENT_SECRET_KEY: '' })).toThrow(/belong together/);
  });

  test('asks for the domains of the account when there are none of its own', async () => {
    const bodies: unknown[] = [];
    stand.observe = (_headers, body) => bodies.push(JSON.parse(body));
    await expect(ours(stand.endpoint, { LIVE_PUSH_DOMAIN: '' }).dropStream('s')).rejects.toMatchObject({
      refusal: 'ResourceNotFound.DomainNotExist',
    });
    await ours(stand.endpoint, { LIVE_PUSH_DOMAIN: `${pushDomain}:11935` }).dropStream('s');
    expect(bodies).toMatchObject([{ DomainName: '8888.livepush.myqcloud.com' }, { DomainName: pushDomain }]);
    stand.observe = undefined;
  });

  test.each([
    ['hangs', 'hang' as const],
    ['never ends its answer', 'trickle' as const],
  ])('gives up a server that %s within its limit', async (_name, fault) => {
    stand.fault = fault;
    await expect(ours(stand.endpoint).dropStream('s', 150)).rejects.toMatchObject({
      code: 'unavailable',
      message: 'DropLiveStream: no answer in time',
    });
  });

  test('says where nobody listens, and nothing of keys', async () => {
    const failure: unknown = await ours('http://127.0.0.1:1')
      .dropStream('s')
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'unavailable',
      message: 'DropLiveStream: no connection (ECONNREFUSED)',
    });
  });

  test('tells of a list that is longer than it looks at', async () => {
    const page = { TotalPage: 1_000, OnlineInfo: [{ StreamName: 's' }] };
    stand.fault = { status: 200, text: JSON.stringify({ Response: page }) };
    const { streams, complete } = await ours(stand.endpoint).onlineStreams();
    expect([streams.length, complete]).toEqual([stand.calls.length, false]);
    expect(stand.calls.length).toBeLessThanOrEqual(10);
  });

  test('an answer without end is cut off', async () => {
    stand.fault = { status: 200, text: `{"Response":{"x":"${'x'.repeat(17 * 1024 * 1024)}"}}` };
    await expect(ours(stand.endpoint).dropStream('s', 10_000)).rejects.toMatchObject({
      code: 'unavailable',
      message: 'DropLiveStream: no readable answer',
    });
  });
});

describe('the API over real streams', () => {
  let stand: Stand;
  let client: LiveCloud;
  let ahead = 0;
  beforeAll(async () => {
    const api = { ...apiAccount, pushDomain };
    stand = await standUp({ api, now: () => Date.now() + ahead });
    client = ours(stand.publicUrl);
  });
  afterAll(() => stand.close());

  const names = async () => (await client.onlineStreams()).streams.map(({ streamName }) => streamName);
  const up = (name: string) =>
    until(`${name} is up`, () => stand.cloud.liveStreams().some(({ streamName }) => streamName === name));

  test('lists, cuts, forbids and resumes what is really pushed', async () => {
    const first = push(stand.pushUrl('8888_live_01'));
    await up('8888_live_01');
    expect(await names()).toEqual(['8888_live_01']);
    await client.dropStream('8888_live_01');
    await first.finished;
    expect(await names()).toEqual([]);

    const second = push(stand.pushUrl('8888_live_01'));
    await up('8888_live_01');
    await client.forbidStream('8888_live_01', Date.now() + 86_400_000, 'test');
    await second.finished;
    expect((await push(stand.pushUrl('8888_live_01'), { seconds: 5 }).finished).code).not.toBe(0);
    expect(await names()).toEqual([]);

    await client.resumeStream('8888_live_01');
    const third = push(stand.pushUrl('8888_live_01'));
    await up('8888_live_01');
    await third.stop();
  });

  test('mixes streams that are up for five seconds', async () => {
    const pushes = ['8888_host_01', '8888_guest_02'].map((name) => push(stand.pushUrl(name)));
    await Promise.all(['8888_host_01', '8888_guest_02'].map(up));
    const inputs = ['8888_host_01', '8888_guest_02'].map((streamName, index) => ({
      streamName,
      imageLayer: index + 1,
    }));
    const mix = () => client.mixStreams('8888_host_01', '8888_host_01', inputs);
    await expect(mix()).rejects.toMatchObject({ refusal: 'FailedOperation.GetStreamResolutionError' });
    ahead = 6_000;
    await mix();
    expect([...stand.cloud.mixes().keys()]).toEqual(['8888_host_01']);
    await client.cancelMix('8888_host_01');
    expect([...stand.cloud.mixes().keys()]).toEqual([]);
    await Promise.all(pushes.map((one) => one.stop()));
  });
});
