import { isApiError } from '../../../scripts/client/apiError';
import { makeClient } from '../../../scripts/client/makeClient';
import type { Fetch, Tokens } from '../../../scripts/client/publicTypes';
import { isRecord } from '../../../shared/http/request';

const described = {
  access: {
    'account/login': 'public',
    'account/refresh': 'public',
    'account/logout': 'user',
    getLiveList: 'public',
    imSig: 'viewer',
  },
  names: { 4010: 'unauthorized' },
};

/** An event that is waited for. */
function event(): { happened: Promise<void>; happen: () => void } {
  let happen = (): void => undefined;
  const happened = new Promise<void>((resolve) => (happen = resolve));
  return { happened, happen };
}

/**
 * A client of user A, whose access token A1 has ended.
 * @param held the request, as command and bearer, whose answer waits for `release`
 * @param refuses whether the backend refuses refresh tokens
 */
function clientOfA({ held = '', refuses = false } = {}) {
  const sent: string[] = [];
  const told: (Tokens | undefined)[] = [];
  const arrival = event();
  const gate = event();
  const fetch: Fetch = async (url, { headers, body }) => {
    const command = url.replace('https://api.example.com/', '');
    const request = `${command} ${headers['Authorization'] ?? ''}`.replace('Bearer ', '').trim();
    sent.push(request);
    if (request === held) {
      arrival.happen();
      await gate.happened;
    }
    return answerOf(request, body, refuses);
  };
  const client = makeClient(described, {
    baseUrl: 'https://api.example.com',
    tokens: { accessToken: 'A1', refreshToken: 'RA1' },
    onTokens: (tokens) => told.push(tokens),
    fetch,
  });
  const call = async (path: string, input?: unknown): Promise<unknown> => {
    const found = path.split('/').reduce<unknown>((at, name) => (isRecord(at) ? at[name] : at), client);
    if (typeof found !== 'function') throw new Error(`no ${path}`);
    return Reflect.apply(found, undefined, [input]);
  };
  return { call, sent, told, arrived: arrival.happened, release: gate.happen };
}

function answerOf(request: string, body: string, refuses: boolean) {
  const answer = (status: number, content: unknown) => ({
    status,
    headers: { get: () => null },
    text: () => Promise.resolve(JSON.stringify(content)),
  });
  const good = (returnData: unknown) => answer(200, { returnValue: 0, returnMsg: 'ok', returnData });
  const refused = answer(401, { returnValue: 4010, returnMsg: 'token: has ended' });
  if (request === 'account/login') return good({ accessToken: 'B1', refreshToken: 'RB1' });
  if (request === 'account/refresh') {
    if (refuses) return refused;
    const [next = ''] = /[AC]/.exec(body) ?? [];
    return good({ accessToken: `${next}2`, refreshToken: `R${next}2` });
  }
  return request === 'imSig A1' ? refused : good({ request });
}

const codeOf = (error: unknown) => (isApiError(error) ? error.code : String(error));
const tokensOf = (user: string) => ({ accessToken: user, refreshToken: `R${user}` });

test('a refresh goes on with the session: the call is sent again', async () => {
  const { call, sent, told } = clientOfA();
  expect(await Promise.all([call('imSig'), call('imSig')])).toEqual(Array(2).fill({ request: 'imSig A2' }));
  expect(sent.filter((request) => request === 'account/refresh')).toHaveLength(1);
  expect(told).toEqual([tokensOf('A2')]);
});

test.each([false, true])(
  'a refresh under way says nothing about the next login (refused: %s)',
  async (refuses) => {
    const { call, sent, told, arrived, release } = clientOfA({ held: 'account/refresh', refuses });
    const before = call('imSig').catch(codeOf);
    await arrived;
    await call('account/login', { userId: 'B' });
    release();
    expect(await before).toBe('unauthorized');
    expect(await call('tokens')).toEqual(tokensOf('B1'));
    expect(await call('imSig')).toEqual({ request: 'imSig B1' });
    expect(told).toEqual([tokensOf('B1')]);
    expect(sent).toEqual(['imSig A1', 'account/refresh', 'account/login', 'imSig B1']);
  },
);

test('nor brings back the tokens of whoever has logged out', async () => {
  const { call, told, arrived, release } = clientOfA({ held: 'account/refresh' });
  const before = call('imSig').catch(codeOf);
  await arrived;
  await call('account/logout', {});
  release();
  expect(await before).toBe('unauthorized');
  expect(await call('tokens')).toBeUndefined();
  expect(told).toEqual([undefined]);
});

test('nor is it waited for by the next login, which has its own', async () => {
  const { call, sent, arrived, release } = clientOfA({ held: 'account/refresh' });
  const before = call('imSig').catch(codeOf);
  await arrived;
  await call('useTokens', { accessToken: 'A1', refreshToken: 'RC1' });
  const after = call('imSig');
  release();
  expect([await before, await after]).toEqual(['unauthorized', { request: 'imSig C2' }]);
  expect(sent.filter((request) => request === 'account/refresh')).toHaveLength(2);
  expect(await call('tokens')).toEqual(tokensOf('C2'));
});

test('a call of one user is not sent again as another', async () => {
  const { call, sent, arrived, release } = clientOfA({ held: 'imSig A1' });
  const before = call('imSig').catch(codeOf);
  await arrived;
  await call('account/login', { userId: 'B' });
  release();
  expect(await before).toBe('unauthorized');
  expect(sent).toEqual(['imSig A1', 'account/login']);
  expect(await call('tokens')).toEqual(tokensOf('B1'));
});

test('the logout of one user does not log out the next', async () => {
  const { call, arrived, release } = clientOfA({ held: 'account/logout A1' });
  const before = call('account/logout', {});
  await arrived;
  await call('account/login', { userId: 'B' });
  release();
  await before;
  expect(await call('tokens')).toEqual(tokensOf('B1'));
});

test('an exchange that the app asks for goes on with the session, unless it is of another login', async () => {
  const own = clientOfA({ held: 'imSig A1' });
  const before = own.call('imSig');
  await own.arrived;
  await own.call('account/refresh', { refreshToken: 'RA1' });
  own.release();
  expect(await before).toEqual({ request: 'imSig A2' });

  const other = clientOfA({ held: 'imSig A1' });
  const refused = other.call('imSig').catch(codeOf);
  await other.arrived;
  await other.call('account/refresh', { refreshToken: 'RC1' });
  other.release();
  expect(await refused).toBe('unauthorized');
  expect(await other.call('tokens')).toEqual(tokensOf('C2'));

  const late = clientOfA({ held: 'account/refresh' });
  const exchange = late.call('account/refresh', { refreshToken: 'RA1' });
  await late.arrived;
  await late.call('account/login', { userId: 'B' });
  late.release();
  await exchange;
  expect(await late.call('tokens')).toEqual(tokensOf('B1'));
});
