/**
 * The adapter of the IM web SDK, against a stand-in with the interface that the package describes (index.d.ts of
 * @tencentcloud/chat 3.6): the SDK itself wants a browser and the service.
 */
import { EventEmitter } from 'node:events';
import { openChat, type ChatMessage, type ChatOptions, type ChatSdk } from '../../functions/watch/page/chat';
import { readChatMessage } from '../../functions/watch/page/chatMessage';

const EVENT = {
  SDK_READY: 'sdkStateReady',
  SDK_NOT_READY: 'sdkStateNotReady',
  MESSAGE_RECEIVED: 'onMessageReceived',
  KICKED_OUT: 'kickedOut',
  NET_STATE_CHANGE: 'netStateChange',
};
const TYPES = {
  MSG_TEXT: 'TIMTextElem',
  CONV_GROUP: 'GROUP',
  GRP_AVCHATROOM: 'AVChatRoom',
  NET_STATE_CONNECTED: 'connected',
  KICKED_OUT_USERSIG_EXPIRED: 'userSigExpired',
};

/** An SDK that does as it is told, and says what it was told. */
function standInSdk(answers: Partial<Record<string, () => Promise<unknown>>> = {}) {
  const told: [string, unknown][] = [];
  const events = new EventEmitter();
  const doing = (name: string) => (argument?: unknown) => {
    told.push([name, argument]);
    return answers[name]?.() ?? Promise.resolve({ code: 0 });
  };
  const emit = (name: keyof typeof EVENT, data: unknown = undefined) =>
    events.emit(EVENT[name], { name: EVENT[name], data });
  const login = doing('login');
  const sdk: ChatSdk = {
    EVENT,
    TYPES,
    create: (options) => {
      told.push(['create', options]);
      return {
        setLogLevel: (level) => told.push(['setLogLevel', level]),
        on: (event, handler) => events.on(event, handler),
        off: (event, handler) => events.off(event, handler),
        async login(options) {
          await login(options);
          // Ready comes after the login, by an event of its own.
          setImmediate(() => emit('SDK_READY'));
        },
        logout: doing('logout'),
        destroy: doing('destroy'),
        createGroup: doing('createGroup'),
        joinGroup: doing('joinGroup'),
        quitGroup: doing('quitGroup'),
        createTextMessage: (message) => message,
        sendMessage: doing('sendMessage'),
      };
    },
  };
  return { sdk, told, emit, names: () => told.map(([name]) => name), listeners: () => events.eventNames() };
}

function watching(stand: ReturnType<typeof standInSdk>, changes: Partial<ChatOptions> = {}) {
  const [states, messages]: [string[], ChatMessage[]] = [[], []];
  const reasons: (string | undefined)[] = [];
  const options: ChatOptions = {
    ...{ sdkAppId: 1400000001, userId: 'alice', userSig: 'sig', groupId: 'room1', endpoint: '' },
    ...{ nickName: 'Alice', headPic: 'https://a.example/a.jpg' },
    loadSdk: async () => stand.sdk,
    onMessage: (message) => messages.push(message),
    onState(state, why) {
      states.push(state);
      if (state === 'failed') reasons.push(why);
    },
    ...changes,
  };
  return { states, messages, reasons, opened: openChat(options) };
}

const textOf = (message: ChatMessage) => ({
  to: 'room1',
  conversationType: 'GROUP',
  payload: { text: JSON.stringify(message) },
});
const alice = { userId: 'alice', nickName: 'Alice', headPic: 'https://a.example/a.jpg' };

test('it logs in, waits until the SDK is ready, joins the AVChatRoom and announces itself', async () => {
  const stand = standInSdk();
  const { states, opened } = watching(stand);
  const chat = await opened;
  await chat.send({ userAction: 5, nickName: 'Alice', headPic: '', msg: '你好' });
  await chat.send({ userAction: 2, nickName: 'Alice', headPic: '', msg: '' });
  await chat.close();
  expect(stand.told).toEqual([
    ['create', { SDKAppID: 1400000001 }],
    ['setLogLevel', 4],
    ['login', { userID: 'alice', userSig: 'sig' }],
    ['joinGroup', { groupID: 'room1', type: 'AVChatRoom' }],
    ['sendMessage', textOf({ userAction: 2, ...alice, msg: '' })],
    ['sendMessage', textOf({ userAction: 5, ...alice, headPic: '', msg: '你好' })],
    ['sendMessage', textOf({ userAction: 3, ...alice, msg: '' })],
    ['quitGroup', 'room1'],
    ['logout', undefined],
    ['destroy', undefined],
  ]);
  expect(states).toEqual(['connecting', 'joined', 'closed']);
  expect(stand.listeners()).toEqual([]);
});

test('of what comes, only the messages of this group count, in the name that IM vouches for', async () => {
  const stand = standInSdk();
  const { messages, opened } = watching(stand);
  await opened;
  const said = { userAction: 1, userId: 'alice', nickName: 'Mallory', headPic: '', msg: '<i>hi</i>' };
  const message = {
    type: 'TIMTextElem',
    to: 'room1',
    from: 'mallory',
    payload: { text: JSON.stringify(said) },
  };
  stand.emit('MESSAGE_RECEIVED', [
    message,
    { ...message, to: 'room2' },
    { ...message, type: 'TIMGroupTipElem', payload: { operationType: 1 } },
    { ...message, payload: { text: 'not JSON' } },
    { ...message, payload: { text: '{"userAction":9}' } },
    { ...message, from: undefined },
    null,
  ]);
  stand.emit('MESSAGE_RECEIVED', 'nothing of the kind');
  expect(messages).toEqual([{ ...said, userId: 'mallory' }]);
});

test('it tells of interruptions, and that somebody else has taken the login', async () => {
  const stand = standInSdk();
  const { states, opened } = watching(stand);
  await opened;
  stand.emit('NET_STATE_CHANGE', { state: 'connecting' });
  stand.emit('NET_STATE_CHANGE', { state: 'connected' });
  stand.emit('KICKED_OUT', { type: 'multipleAccount' });
  stand.emit('NET_STATE_CHANGE', { state: 'connected' });
  expect(states).toEqual(['connecting', 'joined', 'reconnecting', 'joined', 'failed']);
});

test.each([
  ['multipleAccount', 'elsewhere'],
  ['multipleDevice', 'elsewhere'],
  ['REST_API_Kick', 'elsewhere'],
  ['userSigExpired', undefined],
])('thrown out with %s it says so, and leaves nothing behind', async (type, why) => {
  const stand = standInSdk();
  const { states, messages, reasons, opened } = watching(stand);
  const chat = await opened;
  stand.emit('KICKED_OUT', { type });
  expect([states.at(-1), reasons]).toEqual(['failed', [why]]);
  expect(stand.listeners()).toEqual([]);
  expect(stand.names().slice(-1)).toEqual(['destroy']);
  await expect(chat.send({ userAction: 1, nickName: '', headPic: '', msg: 'x' })).rejects.toThrow('over');
  await chat.close();
  // Whoever is gone announces nothing, and logs nobody out.
  expect(stand.names().slice(-1)).toEqual(['destroy']);
  expect(states.at(-1)).toBe('failed');
  const again = watching(stand);
  await again.opened;
  const said = { userAction: 1, nickName: '', headPic: '', msg: 'hi' };
  const payload = { text: JSON.stringify(said) };
  stand.emit('MESSAGE_RECEIVED', [{ type: 'TIMTextElem', to: 'room1', from: 'bob', payload }]);
  expect([messages.length, again.messages.length]).toEqual([0, 1]);
});

test('the next chat waits until the one before is left, which would log it out again', async () => {
  let answer: (() => void) | undefined;
  const slow = () => new Promise<void>((resolve) => (answer = resolve));
  const stand = standInSdk({ quitGroup: slow });
  const first = await watching(stand).opened;
  const closed = first.close();
  const { states, opened } = watching(stand, { groupId: 'room2' });
  while (answer === undefined) await new Promise((resolve) => setImmediate(resolve));
  expect([stand.names().at(-1), states]).toEqual(['quitGroup', []]);
  answer();
  await Promise.all([closed, opened]);
  expect(stand.names().slice(-8)).toEqual([
    ...['quitGroup', 'logout', 'destroy'],
    ...['create', 'setLogLevel', 'login', 'joinGroup', 'sendMessage'],
  ]);
});

test('a chat that nobody waits for any more is left before the next is joined', async () => {
  const stand = standInSdk();
  const first = watching(stand);
  const second = watching(stand, { groupId: 'room2' });
  await Promise.all([first.opened, second.opened]);
  expect(first.states).toEqual(['connecting', 'joined', 'closed']);
  expect(second.states).toEqual(['connecting', 'joined']);
  expect(stand.names()).toEqual([
    ...['create', 'setLogLevel', 'login', 'joinGroup', 'sendMessage'],
    ...['sendMessage', 'quitGroup', 'logout', 'destroy'],
    ...['create', 'setLogLevel', 'login', 'joinGroup', 'sendMessage'],
  ]);
});

test.each([10025, 10021])(
  'a host makes the group first; one that exists (%i) is good as well',
  async (code) => {
    const stand = standInSdk({
      createGroup: () => Promise.reject(Object.assign(new Error('exists'), { code })),
    });
    await watching(stand, { create: true }).opened;
    expect(stand.told[3]).toEqual(['createGroup', { groupID: 'room1', name: 'room1', type: 'AVChatRoom' }]);
    expect(stand.names()[4]).toBe('joinGroup');
  },
);

test.each(['login', 'createGroup', 'joinGroup'])('when %s fails, nothing is left open', async (step) => {
  const refused = Object.assign(new Error('refused'), { code: 70001 });
  const stand = standInSdk({ [step]: () => Promise.reject(refused) });
  const { states, opened } = watching(stand, { create: true });
  await expect(opened).rejects.toThrow('refused');
  expect(states).toEqual(['connecting', 'failed']);
  expect(stand.names().slice(-3)).toEqual(['quitGroup', 'logout', 'destroy']);
});

test('it leaves although the service does not answer', async () => {
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick'] });
  const stand = standInSdk({ quitGroup: () => new Promise(() => undefined) });
  const chat = await watching(stand).opened;
  const closed = chat.close();
  await jest.advanceTimersByTimeAsync(2_000);
  await closed;
  expect(stand.names().slice(-3)).toEqual(['quitGroup', 'logout', 'destroy']);
  jest.useRealTimers();
});

test('a message that cannot be sent is an error of the sender', async () => {
  let sent = 0;
  const stand = standInSdk({
    sendMessage: () => ((sent += 1) > 1 ? Promise.reject(new Error('too fast')) : Promise.resolve()),
  });
  const chat = await watching(stand).opened;
  await expect(chat.send({ userAction: 1, nickName: '', headPic: '', msg: 'x' })).rejects.toThrow('too fast');
});

test('the text of a message is read leniently, and cut to what fits a screen', () => {
  expect(readChatMessage('{"userAction":"4"}', 'bob')).toEqual({
    ...{ userAction: 4, userId: 'bob', nickName: '', headPic: '', msg: '' },
  });
  const long = JSON.stringify({ userAction: 1, msg: 'x'.repeat(9_000), nickName: ['a'] });
  expect(readChatMessage(long, 'bob')).toMatchObject({ msg: 'x'.repeat(500), nickName: '' });
  for (const text of ['', '1', 'null', '[]', '{}', '{"userAction":0}', '{"userAction":1.5}'])
    expect(readChatMessage(text, 'bob')).toBeUndefined();
});
