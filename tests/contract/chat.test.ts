/** The chat's stand-in (scripts/local/cloud/chat.ts), over HTTP as a page and as those who mean it ill. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect } from 'node:net';
import { openChatService, type ChatService } from '../../scripts/local/cloud/chat';
import { chatGroups, chatLimits, type Member } from '../../scripts/local/cloud/chatGroups';
import { makeUserSig } from '../../shared/signing/userSig';
import { portOf } from '../e2e/startedProduct';

const sdkAppId = 1400000001;
const key = 'example'.padEnd(64, '0');
let now = 1_800_000_000_000;
let service: ChatService;
let server: Server;
let url: string;

beforeEach(async () => {
  now = 1_800_000_000_000;
  service = openChatService({ sdkAppId, secretKey: key, now: () => now, beatMs: 20 });
  await listen();
});

afterEach(async () => {
  service.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function listen(): Promise<void> {
  server = createServer((req, res) => {
    const { pathname, searchParams } = new URL(req.url ?? '', 'http://localhost');
    service.serve(req, res, pathname, searchParams).catch(() => res.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${portOf(server)}/cloud/im/chat`;
}

interface Joining {
  userId?: string;
  userSig?: string;
  groupId?: string;
  sdkAppId?: string;
  nickName?: string;
}

function sigOf(userId: string, changes: { key?: string; sdkAppId?: number; expire?: number } = {}): string {
  return makeUserSig({ sdkAppId, key, userId, now: now / 1000, expire: 600, ...changes });
}

function eventsUrl(joining: Joining): string {
  const userId = joining.userId ?? 'alice';
  const asked = { sdkAppId: String(sdkAppId), userId, userSig: sigOf(userId), groupId: 'room1', ...joining };
  return `${url}/events?${new URLSearchParams(asked).toString()}`;
}

interface Joined {
  member: string;
  /** The messages received, as they come. */
  messages: Record<string, unknown>[];
  until(fits: (messages: Record<string, unknown>[]) => boolean): Promise<void>;
  leave(): void;
  over: Promise<void>;
}

/** Joins, and reads on until it is left. */
async function join(joining: Joining = {}): Promise<Joined> {
  const leaving = new AbortController();
  const response = await fetch(eventsUrl(joining), { signal: leaving.signal });
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
  const messages: Record<string, unknown>[] = [];
  const changed = new EventTarget();
  let member = '';
  let text = '';
  const body: AsyncIterable<Uint8Array> | null = response.body;
  if (body === null) throw new Error('no stream');
  const read = async (): Promise<void> => {
    for await (const part of body) {
      text += Buffer.from(part).toString();
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const data = /^data: (.*)$/m.exec(block)?.[1];
        if (data === undefined) continue;
        if (block.includes('event: joined')) member = data;
        else messages.push(JSON.parse(data) as Record<string, unknown>);
      }
      changed.dispatchEvent(new Event('change'));
    }
  };
  const over = read().catch(() => undefined);
  const until = async (fits: () => boolean): Promise<void> => {
    const signal = AbortSignal.timeout(5_000);
    while (!fits()) await once(changed, 'change', { signal });
  };
  await until(() => member !== '');
  return {
    member,
    messages,
    until: (fits) => until(() => fits(messages)),
    leave: () => leaving.abort(),
    over,
  };
}

function say(body: unknown, text = JSON.stringify(body)): Promise<Response> {
  return fetch(`${url}/messages`, { method: 'POST', body: text });
}

const comment = (msg: string) => ({ userAction: 1, nickName: 'Alice', headPic: '', msg });

test('what one says all others in the group receive, and nobody else', async () => {
  const [alice, bob] = [await join(), await join({ userId: 'bob' })];
  const stranger = await join({ userId: 'carol', groupId: 'room2' });
  expect((await say({ member: alice.member, message: comment('<b>hello</b> 你好 "😀"') })).status).toBe(204);
  expect((await say({ member: alice.member, message: { userAction: 4 } })).status).toBe(204);
  await bob.until((messages) => messages.length === 2);
  expect(bob.messages).toEqual([
    { userAction: 1, userId: 'alice', nickName: 'Alice', headPic: '', msg: '<b>hello</b> 你好 "😀"' },
    { userAction: 4, userId: 'alice', nickName: '', headPic: '', msg: '' },
  ]);
  // The sender hears only that bob came.
  expect(alice.messages.map(({ userAction, userId }) => [userAction, userId])).toEqual([[2, 'bob']]);
  expect(stranger.messages).toEqual([]);
});

test('entering and leaving is announced once per user, however many connections', async () => {
  const alice = await join();
  const bobs = [await join({ userId: 'bob', nickName: 'Bob' }), await join({ userId: 'bob' })];
  expect(service.usersOf('room1')).toEqual(['alice', 'bob']);
  bobs[0]?.leave();
  await bobs[0]?.over;
  bobs[1]?.leave();
  await alice.until((messages) => messages.length === 2);
  expect(alice.messages).toEqual([
    { userAction: 2, userId: 'bob', nickName: 'Bob', headPic: '', msg: '' },
    expect.objectContaining({ userAction: 3, userId: 'bob' }),
  ]);
  expect(service.usersOf('room1')).toEqual(['alice']);
});

test.each<[string, () => Joining, number]>([
  ['forged', () => ({ userSig: sigOf('alice', { key: 'another'.padEnd(64, '1') }) }), 403],
  ['of somebody else', () => ({ userSig: sigOf('bob') }), 403],
  ['of another application', () => ({ userSig: sigOf('alice', { sdkAppId: 1400000002 }) }), 403],
  ['expired', () => ({ userSig: expired() }), 403],
  ['missing', () => ({ userSig: '' }), 403],
  ['no UserSig at all', () => ({ userSig: 'x'.repeat(9_000) }), 403],
  ['for a group without a name', () => ({ groupId: '' }), 400],
  ['with a name of two lines', () => ({ nickName: 'a\ndata: {}' }), 400],
  ['for an application that is not known', () => ({ sdkAppId: '1' }), 403],
])('a UserSig that is %s does not join', async (_what, joining, status) => {
  const response = await fetch(eventsUrl(joining()));
  expect(response.status).toBe(status);
  expect(service.usersOf('room1')).toEqual([]);
});

function expired(): string {
  return makeUserSig({ sdkAppId, key, userId: 'alice', now: now / 1000 - 700, expire: 600 });
}

test('a UserSig that runs out ends the connection, and is refused at the next', async () => {
  const asked = eventsUrl({});
  const response = await fetch(asked);
  now += 601_000;
  // The stream ends with the next sign of life.
  await expect(response.text()).rejects.toThrow();
  expect((await fetch(asked)).status).toBe(403);
});

test("a message in somebody else's name goes out in the sender's own", async () => {
  const [alice, bob] = [await join(), await join({ userId: 'bob' })];
  await say({ member: bob.member, userId: 'alice', message: { ...comment('I am alice'), userId: 'alice' } });
  await alice.until((messages) => messages.length === 2);
  expect(alice.messages[1]).toMatchObject({ userAction: 1, userId: 'bob', msg: 'I am alice' });
});

test('a name of a connection that was never given, or has left, says nothing', async () => {
  const alice = await join();
  expect((await say({ member: 'f'.repeat(32), message: comment('hello') })).status).toBe(403);
  const bob = await join({ userId: 'bob' });
  bob.leave();
  await alice.until((messages) => messages.some(({ userAction }) => userAction === 3));
  expect((await say({ member: bob.member, message: comment('still here') })).status).toBe(403);
});

test.each<[string, (member: string) => Promise<Response>, number]>([
  ['no JSON', () => say(undefined, '{'), 400],
  ['a comment of 501 signs', (member) => say({ member, message: comment('x'.repeat(501)) }), 400],
  ['a body of 9 KB', (member) => say({ member, message: comment('好'.repeat(3_000)) }), 413],
  ['entering by word', (member) => say({ member, message: { userAction: 2 } }), 400],
  ['leaving by word', (member) => say({ member, message: { userAction: 3 } }), 400],
  ['an unknown action', (member) => say({ member, message: { userAction: 6 } }), 400],
  ['a name of two lines', (member) => say({ member, message: { userAction: 1, nickName: 'a\nb' } }), 400],
  ['another path', () => fetch(`${url}/else`), 404],
])('%s is refused, and nobody hears of it', async (_what, send, status) => {
  const [alice, bob] = [await join(), await join({ userId: 'bob' })];
  expect((await send(alice.member)).status).toBe(status);
  await say({ member: alice.member, message: comment('after it') });
  await bob.until((messages) => messages.length === 1);
  expect(bob.messages[0]).toMatchObject({ msg: 'after it' });
});

test('a flood is stopped at the allowance of the user, and time gives it back', async () => {
  const [alice, other] = [await join(), await join()];
  const statuses: number[] = [];
  for (let sent = 0; sent < chatLimits.burst; sent += 1)
    statuses.push((await say({ member: alice.member, message: comment('x') })).status);
  expect(new Set(statuses)).toEqual(new Set([204]));
  expect((await say({ member: alice.member, message: comment('x') })).status).toBe(429);
  // Another connection of the same user has the same allowance.
  expect((await say({ member: other.member, message: comment('x') })).status).toBe(429);
  now += 1_000;
  expect((await say({ member: other.member, message: comment('x') })).status).toBe(204);
});

test('a user is connected to a group a few times at most, and a group has room for so many', async () => {
  for (let count = 0; count < chatLimits.connectionsOfUser; count += 1) await join();
  expect((await fetch(eventsUrl({}))).status).toBe(429);
  service.close();
  const limits = { ...chatLimits, groups: 1, membersOfGroup: 2 };
  service = openChatService({ sdkAppId, secretKey: key, now: () => now, limits });
  await join();
  expect((await fetch(eventsUrl({ groupId: 'room2' }))).status).toBe(429);
  await join({ userId: 'bob' });
  expect((await fetch(eventsUrl({ userId: 'carol' }))).status).toBe(429);
});

test('one who does not read is put out, and the others hear that it has left', async () => {
  service.close();
  const limits = { ...chatLimits, burst: 1_000_000 };
  service = openChatService({ sdkAppId, secretKey: key, now: () => now, limits });
  const alice = await join();
  const sleeper = connect(portOf(server), '127.0.0.1');
  sleeper.on('error', () => undefined);
  const asked = new URL(eventsUrl({ userId: 'sleeper' }));
  sleeper.pause().write(`GET ${asked.pathname}${asked.search} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  await alice.until((messages) => messages.some(({ userId }) => userId === 'sleeper'));
  const message = { userAction: 1, nickName: '', headPic: '好'.repeat(512), msg: '好'.repeat(500) };
  for (let sent = 0; sent < 300 && service.usersOf('room1').includes('sleeper'); sent += 1) {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => say({ member: alice.member, message })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([204]));
  }
  await alice.until((messages) => messages.at(-1)?.['userAction'] === 3);
  expect(service.usersOf('room1')).toEqual(['alice']);
  sleeper.destroy();
});

test('an open connection shows that it lives', async () => {
  const response = await fetch(eventsUrl({}));
  let text = '';
  const body: AsyncIterable<Uint8Array> = response.body ?? fail();
  for await (const part of body) {
    text += Buffer.from(part).toString();
    if (text.split(': beat').length > 2) break;
  }
  expect(text).toMatch(/^retry: 1000\nevent: joined\ndata: [0-9a-f]{32}\n\n: beat\n\n: beat/);
});

function fail(): never {
  throw new Error('no stream');
}

test('the departure of one who is too far behind does not keep the message from the rest', () => {
  const groups = chatGroups(() => now);
  const heard: [string, number][] = [];
  const member = (id: string, keepsUp: boolean): Member => ({
    ...{ id, groupId: 'room', userId: id, nickName: '', headPic: '', end: () => undefined },
    deliver: ({ userAction }) => keepsUp && heard.push([id, userAction]) > 0,
  });
  const [alice, bob] = [member('alice', true), member('bob', true)];
  for (const one of [alice, member('slow', false), bob]) groups.join(one);
  // The slow one was put out when it was to hear of bob, and both others hear of that.
  expect(heard).toEqual([
    ['alice', 2],
    ['alice', 2],
    ['alice', 3],
    ['bob', 3],
  ]);
  expect(groups.usersOf('room')).toEqual(['alice', 'bob']);
  groups.join(member('slow', false));
  heard.length = 0;
  groups.say(alice, { userAction: 1, nickName: '', headPic: '', msg: 'hello' });
  expect(heard).toEqual([
    ['bob', 1],
    ['alice', 3],
    ['bob', 3],
  ]);
});
