import fc from 'fast-check';
import data from '../data/callback-samples.json';
import { makeBackend, type Backend } from '../backend';
import { engines } from '../servers/engines';
import { isRecord } from '../../shared/http/request';
import { imWebhookSign } from '../../shared/signing/imWebhook';
import { addBroadcast } from '../../shared/store/broadcasts';
import { readCounter } from '../../shared/store/counters';
import type { Database } from '../../shared/store/database';
import { enterRoom, listMembers } from '../../shared/store/roomMembers';
import { addV3Room, closeV3Room } from '../../shared/store/v3Rooms';
import { emptyTables } from './oldApps';
import { v3Phone } from './v3Phone';

const token = 'xxxyyy';
const begin = data.meta.now * 1000;
const host = 'host';
const nobody = { nickname: '', headPic: '', frontCover: '', location: '' };

const samples = data.samples.flatMap((sample) =>
  sample.kind === 'im' && 'query' in sample && isRecord(sample.body) && isRecord(sample.query)
    ? [
        {
          name: sample.name,
          body: sample.body,
          query: texts(sample.query),
          expected: sample.expectedResponse,
        },
      ]
    : [],
);

function texts(record: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, String(value)]));
}

const ok = { ActionStatus: 'OK', ErrorInfo: '', ErrorCode: 0 };

describe.each(engines())('IM webhooks on $name', ({ open }) => {
  let database: Database;
  let backend: Backend;
  let clock: jest.SpyInstance<number, []>;

  const begun = (groupId: string, at = begin - 60_000, streamId = 's1') =>
    database.transaction((tx) =>
      addBroadcast(tx, { ...nobody, streamId, userId: host, groupId, title: 't', description: '' }, at),
    );
  const signedQuery = (now: number, from = token) => {
    const requestTime = Math.floor(now / 1000);
    return {
      SdkAppid: '1400000000',
      Sign: imWebhookSign({ token: from, requestTime }),
      RequestTime: String(requestTime),
    };
  };
  const post = (body: unknown, query: Record<string, string> = signedQuery(Date.now())) =>
    backend.ask('imCallback', { body, query });
  const said = (kind: 'join' | 'exit', user: string, at: number, GroupId = 'room_1001') =>
    kind === 'join'
      ? {
          CallbackCommand: 'Group.CallbackAfterNewMemberJoin',
          GroupId,
          NewMemberList: [{ Member_Account: user }],
          EventTime: at,
        }
      : {
          CallbackCommand: 'Group.CallbackAfterMemberExit',
          GroupId,
          ExitMemberList: [{ Member_Account: user }],
          EventTime: String(at),
        };
  const members = async (room = 's1') => {
    const list = await listMembers(database, room, { size: 100, offset: 0 });
    const users = list.map(({ userId }) => userId).sort();
    expect(await readCounter(database, room, 'viewers')).toBe(users.length);
    return users;
  };
  const enter = (userId: string, room = 's1') =>
    database.transaction((tx) =>
      enterRoom(tx, room, { userId, nickname: '', headPic: '' }, begin, begin + 3_600_000),
    );

  beforeAll(async () => {
    database = await open();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    clock = jest.spyOn(Date, 'now').mockReturnValue(begin);
    backend = makeBackend(database, { IM_CALLBACK_TOKEN: token });
    await emptyTables(database);
  });
  afterEach(() => clock.mockRestore());

  test('there are six samples', () => expect(samples).toHaveLength(6));

  test.each(samples)('$name is answered as IM expects, and twice', async ({ body, query, expected }) => {
    await begun(String(body['GroupId']), 1_670_574_000_000);
    for (let time = 0; time < 2; time += 1) {
      const { status, body: answer } = await post(body, query);
      expect({ status, answer }).toEqual({ status: 200, answer: expected });
    }
  });

  test('a group belongs to whoever had it first on the air, and to an open v3 room before all', async () => {
    const broadcasting = async (userId: string, streamId: string, at: number, groupId = 'room_1001') => {
      await database.transaction((tx) =>
        addBroadcast(tx, { ...nobody, streamId, userId, groupId, title: 't', description: '' }, at),
      );
      await database.run('UPDATE broadcasts SET online = 1 WHERE stream_id = ?', [streamId]);
    };
    await broadcasting(host, 's1', begin - 60_000);
    await broadcasting('mallory', 's2', begin - 30_000);
    await post(said('join', 'viewer', begin));
    expect([await members('s1'), await members('s2')]).toEqual([['viewer'], []]);
    await post(said('exit', 'viewer', begin + 1));
    expect(await members('s1')).toEqual([]);

    await broadcasting('v3host', 's3', begin - 10_000);
    const room = { streamId: 's3', roomId: 'room_1001', userId: 'v3host', category: '', beatAt: begin };
    await database.transaction((tx) => addV3Room(tx, room, begin - 10_000));
    await database.run('UPDATE broadcasts SET online = 0 WHERE stream_id = ?', ['s3']);
    await post(said('join', 'second', begin));
    expect([await members('s1'), await members('s3')]).toEqual([[], ['second']]);
    await database.transaction((tx) => closeV3Room(tx, 's3'));
    await post(said('join', 'third', begin));
    expect(await members('s1')).toEqual(['third']);
  });

  test('who went offline in the second of joining is gone', async () => {
    await begun('room_1001');
    clock.mockReturnValue(begin + 900);
    await post(said('join', 'viewer', begin + 500));
    expect(await members()).toEqual(['viewer']);
    await post({
      CallbackCommand: 'Group.CallbackOnMemberStateChange',
      GroupId: 'room_1001',
      EventType: 'Offline',
      MemberList: [{ Member_Account: 'viewer' }],
    });
    expect(await members()).toEqual([]);
  });

  test('the documented samples move the members that they name', async () => {
    const [join, exit, offline, destroyed] = samples;
    if (!join || !exit || !offline || !destroyed) throw new Error('no samples');
    await begun('@TGS#2J4SZEAEL', 1_670_574_000_000);
    await post(join.body, join.query);
    expect(await members()).toEqual(['jared', 'tommy']);
    await post({ ...exit.body, ExitMemberList: [{ Member_Account: 'tommy' }] }, exit.query);
    expect(await members()).toEqual(['jared']);
    await post(offline.body, offline.query);
    expect(await members()).toEqual([]);
    await enter('peter');
    await post(destroyed.body, destroyed.query);
    expect(await members()).toEqual([]);
  });

  test('a group that is no live, a member who is none and other commands change nothing', async () => {
    await begun('room_1001');
    for (const body of [
      said('join', 'viewer01', begin, 'another group'),
      said('exit', 'never there', begin),
      said('join', host, begin),
      { CallbackCommand: 'C2C.CallbackAfterSendMsg', From_Account: 'a' },
      {
        CallbackCommand: 'Group.CallbackOnMemberStateChange',
        GroupId: 'room_1001',
        EventType: 'Online',
        MemberList: [],
      },
    ])
      expect((await post(body)).body).toEqual(ok);
    expect(await members()).toEqual([]);
  });

  test('the later word about a user holds, in any order and any number of times', async () => {
    await begun('room_1001');
    const words = [
      { ...said('join', 'a', begin - 5_000), last: true },
      said('exit', 'a', begin - 6_000),
      said('join', 'b', begin - 9_000),
      said('exit', 'b', begin - 8_000),
      said('join', 'b', begin - 10_000),
      said('join', 'c', begin - 1_000),
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(words, { minLength: 6 }),
        fc.array(fc.nat(5)),
        async (order, again) => {
          await database.run('DELETE FROM im_presence');
          await database.run('DELETE FROM room_members');
          await database.run('DELETE FROM counters');
          for (const word of order) await post(word);
          for (const index of again) await post(words[index]);
          expect(await members()).toEqual(['a', 'c']);
        },
      ),
      { numRuns: 15 },
    );
  });

  test('many at once leave the right number', async () => {
    await begun('room_1001');
    const users = Array.from({ length: 12 }, (_, index) => `viewer${index}`);
    const all = users.map((user) => ({ Member_Account: user }));
    const joins = (list: typeof all) => ({ ...said('join', '', begin - 2_000), NewMemberList: list });
    await Promise.all([joins(all), joins([...all].reverse()), joins(all)].map((body) => post(body)));
    expect(await members()).toEqual([...users].sort());
    const exits = { ...said('exit', '', begin - 1_000), ExitMemberList: all.slice(0, 6) };
    await Promise.all([post(exits), post(exits), post(joins(all))]);
    expect(await members()).toHaveLength(6);
  });

  test('a word about an earlier live of the same group is late', async () => {
    await begun('room_1001', begin - 600_000, 's0');
    await begun('room_1001', begin - 60_000, 's1');
    await enter('viewer01');
    expect((await post(said('exit', 'viewer01', begin - 120_000))).body).toEqual(ok);
    expect(await members()).toEqual(['viewer01']);
    await post({
      CallbackCommand: 'Group.CallbackAfterGroupDestroyed',
      GroupId: 'room_1001',
      EventTime: begin - 90_000,
    });
    expect(await members()).toEqual(['viewer01']);
  });

  test('v3 apps are in IM under a number and in the room as themselves', async () => {
    await begun('room_1001');
    const phone = await v3Phone(backend, { username: 'viewer' }).join();
    await phone.call('auth_users/user_update', { name: '看客' });
    await post(said('join', phone.userId, begin));
    expect(await members()).toEqual(['viewer']);
    expect(await listMembers(database, 's1', { size: 1, offset: 0 })).toMatchObject([{ nickname: '看客' }]);
    await post(said('exit', phone.userId, begin));
    expect(await members()).toEqual([]);
  });

  test('nobody else is believed', async () => {
    await begun('room_1001');
    await enter('viewer01');
    const exit = said('exit', 'viewer01', begin);
    const good = signedQuery(begin);
    const cases: [number, Record<string, string>][] = [
      [401, {}],
      [401, { ...good, Sign: '' }],
      [401, { ...good, Sign: '0'.repeat(64) }],
      [401, { ...good, Sign: good.Sign.toUpperCase() }],
      [401, { ...good, RequestTime: String(Number(good.RequestTime) + 1) }],
      [401, signedQuery(begin, 'anothertoken')],
      [401, signedQuery(begin - 301_000)],
      [401, signedQuery(begin + 301_000)],
      [403, { ...good, SdkAppid: '1400000001' }],
      [403, { Sign: good.Sign, RequestTime: good.RequestTime }],
    ];
    for (const [status, query] of cases) {
      const answer = await post(exit, query);
      expect({ query, status: answer.status, said: answer.body['ActionStatus'] }).toEqual({
        query,
        status,
        said: 'FAIL',
      });
    }
    expect(await members()).toEqual(['viewer01']);
    expect((await post(exit)).status).toBe(200);
    expect(await members()).toEqual([]);
  });

  test('without a token every webhook is refused, and the answer says what to do', async () => {
    backend = makeBackend(database);
    const answer = await post(said('exit', 'viewer01', begin));
    expect(answer.status).toBe(403);
    expect(answer.body['ErrorInfo']).toContain('IM_CALLBACK_TOKEN');
  });

  test('what is no webhook is refused with the member named', async () => {
    for (const [body, member] of [
      ['not json', 'json'],
      [{}, 'CallbackCommand'],
      [{ CallbackCommand: 'Group.CallbackAfterNewMemberJoin', NewMemberList: [] }, 'GroupId'],
      [{ ...said('join', 'a', begin), NewMemberList: 'a' }, 'NewMemberList'],
      [{ ...said('join', 'a', begin), EventTime: 'soon' }, 'EventTime'],
      [
        { ...said('join', 'a', begin), NewMemberList: Array(501).fill({ Member_Account: 'a' }) },
        'NewMemberList',
      ],
    ] as const) {
      const answer = await post(body);
      expect(answer.status).toBe(400);
      expect(answer.body['ErrorInfo']).toContain(member);
    }
  });
});
