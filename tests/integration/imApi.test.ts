import { randomBytes } from 'node:crypto';
import { imCloud, imCloudSettings } from '../../shared/cloud/im';
import { CloudError } from '../../shared/cloud/tencentApi';
import { readConfig } from '../../shared/config';
import { environment, type Environment } from '../backend';
import { standImApi, type ImApiStand } from '../imApiStand';
import type { Fault } from '../liveApiStand';

let stand: ImApiStand;

beforeAll(async () => {
  stand = await standImApi();
});
afterAll(() => stand.close());
beforeEach(() => {
  stand.fault = undefined;
});

const cloud = (overrides: Environment = {}) =>
  imCloud(readConfig({ ...environment, ...stand.settings, ...overrides }, imCloudSettings), randomBytes);

const refusalOf = async (work: Promise<unknown>): Promise<string> => {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof CloudError)) throw new Error(`expected a CloudError, not ${String(error)}`);
  expect(error.message).not.toMatch(/usersig=|eJ/);
  return error.code === 'refused' ? error.refusal : error.code;
};

const group = { groupId: 'room1', name: '一个很长的名字'.repeat(4), ownerId: '123456789' };

test('accounts, rooms and notices reach IM; what is so already is a success', async () => {
  const im = cloud();
  expect(im.configured()).toBe(true);
  await im.importAccount({ userId: '123456789', nickname: '昵称', headPic: 'https://c.example/1.png' });
  expect(stand.api.accounts.get('123456789')).toEqual({
    nickname: '昵称',
    headPic: 'https://c.example/1.png',
  });
  await im.createGroup(group);
  await im.createGroup(group);
  expect(stand.api.groups.get('room1')?.name).toBe('一个很长的名字一个很');
  await im.notifyGroup('room1', 'hello');
  expect(stand.api.notices.at(-1)).toEqual({ groupId: 'room1', content: 'hello' });
  expect(await im.onlineMembers('room1')).toBe(1);
  await im.destroyGroup('room1');
  await im.destroyGroup('room1');
  await im.notifyGroup('room1', 'nobody hears it');
  expect(stand.api.groups.size).toBe(0);
});

test('refusals carry the code of IM', async () => {
  const im = cloud();
  await im.createGroup(group);
  expect(await refusalOf(im.createGroup({ ...group, ownerId: 'another' }))).toBe('10021');
  expect(await refusalOf(im.createGroup({ ...group, groupId: '@TGS#1' }))).toBe('10004');
  expect(await refusalOf(im.onlineMembers('no such room'))).toBe('10010');
  expect(await refusalOf(im.importAccount({ userId: 'x'.repeat(33), nickname: '', headPic: '' }))).toBe(
    '70402',
  );
  await im.destroyGroup('room1');
});

test('the administrator is who the key says', async () => {
  const otherKey = { IM_SECRET_KEY: 'f'.repeat(64) };
  expect(await refusalOf(cloud(otherKey).destroyGroup('room1'))).toBe('70009');
  expect(await refusalOf(cloud({ IM_SDKAPPID: '1400000001' }).destroyGroup('room1'))).toBe('60006');
  expect(await refusalOf(cloud({ IM_ADMIN: 'somebody' }).destroyGroup('room1'))).toBe('60008');
});

test('without an administrator nothing is sent', async () => {
  const before = stand.calls.length;
  const im = cloud({ IM_ADMIN: '' });
  expect(im.configured()).toBe(false);
  expect(await refusalOf(im.destroyGroup('room1'))).toBe('notConfigured');
  expect(stand.calls).toHaveLength(before);
});

test.each<[string, Fault]>([
  ['hangs', 'hang'],
  ['never ends its answer', 'trickle'],
  ['breaks the connection', 'cut'],
  ['answers 502', { status: 502, text: '<html>bad gateway</html>' }],
  ['answers no JSON', { status: 200, text: 'ok' }],
  ['answers without a code', { status: 200, text: '{"ActionStatus":"OK"}' }],
  ['answers a code that is text', { status: 200, text: '{"ActionStatus":"OK","ErrorCode":"0"}' }],
  ['answers another status', { status: 200, text: '{"ActionStatus":"MAYBE","ErrorCode":0}' }],
])('an IM that %s is unavailable', async (_what, fault) => {
  stand.fault = fault;
  expect(await refusalOf(cloud().destroyGroup('room1', 200))).toBe('unavailable');
});

test('a count that is none is not believed', async () => {
  for (const count of ['-1', '1.5', '"3"', 'null']) {
    stand.fault = { status: 200, text: `{"ActionStatus":"OK","ErrorCode":0,"OnlineMemberNum":${count}}` };
    expect(await refusalOf(cloud().onlineMembers('room1'))).toBe('unavailable');
  }
});

test('one UserSig serves many calls, and is made anew before it expires', async () => {
  const clock = jest.spyOn(Date, 'now');
  const begin = 1_795_358_274_000;
  try {
    const im = cloud();
    for (const minutes of [0, 30, 54, 56, 200]) {
      clock.mockReturnValue(begin + minutes * 60_000);
      await im.destroyGroup('room1');
    }
  } finally {
    clock.mockRestore();
  }
});
