import type { Chat, ChatOptions } from './chat';
import { readChatMessage, type ChatMessage } from './chatMessage';

/** The part of @tencentcloud/chat (its index.d.ts, version 3) that a room's chat needs. */
export interface ChatSdk {
  create(options: { SDKAppID: number }): SdkClient;
  EVENT: Record<SdkEventName, string>;
  TYPES: Record<
    'MSG_TEXT' | 'CONV_GROUP' | 'GRP_AVCHATROOM' | 'NET_STATE_CONNECTED' | 'KICKED_OUT_USERSIG_EXPIRED',
    SdkType
  >;
}

/** One of TYPES, an enumeration of texts and numbers. */
type SdkType = string | number;

type SdkEventName = 'SDK_READY' | 'SDK_NOT_READY' | 'MESSAGE_RECEIVED' | 'KICKED_OUT' | 'NET_STATE_CHANGE';

interface SdkClient {
  setLogLevel(level: number): void;
  on(event: string, handler: (event: SdkEvent) => void): void;
  off(event: string, handler: (event: SdkEvent) => void): void;
  login(options: { userID: string; userSig: string }): Promise<unknown>;
  logout(): Promise<unknown>;
  destroy(): Promise<unknown>;
  createGroup(options: { groupID?: string; name: string; type: SdkType }): Promise<unknown>;
  joinGroup(options: { groupID: string; type?: SdkType }): Promise<unknown>;
  quitGroup(groupId: string): Promise<unknown>;
  createTextMessage(options: { to: string; conversationType: SdkType; payload: { text: string } }): object;
  sendMessage(message: object): Promise<unknown>;
}

interface SdkEvent {
  name: string;
  data: unknown;
}

/** Prints nothing: the SDK's own levels are 0 (all) to 4 (none). */
const silent = 4;

/** From login to ready, and for each announcement and step of leaving. */
const readyWithinMs = 15_000;
const farewellMs = 2_000;

/** The group exists: it is this user's own (10025), or somebody made it before (10021). Document 269/1671. */
const existing = [10025, 10021];

/** The SDK has one instance for an application, and so one chat: that of the last call. */
let last: Promise<Chat> | undefined;

/**
 * Joins the AVChatRoom of a room by the official IM web SDK. Reconnecting, and joining again after it, is the SDK's work.
 * The chat of the call before is left first: what it does to the SDK's instance later would end this one.
 * @throws Error as {@link Chat} says; nothing is left open then
 */
export function openSdkChat(options: ChatOptions): Promise<Chat> {
  const before = last?.then(
    (chat) => chat.close(),
    () => undefined,
  );
  last = join(options, before);
  return last;
}

async function join(options: ChatOptions, before: Promise<void> | undefined): Promise<Chat> {
  await before;
  options.onState('connecting');
  const sdk = await options.loadSdk();
  const client = sdk.create({ SDKAppID: options.sdkAppId });
  client.setLogLevel(silent);
  const listening = listen(sdk, client, options);
  let left: Promise<void> | undefined;
  const leave = async (): Promise<void> => {
    listening.stop();
    await attempt(() => client.quitGroup(options.groupId));
    await attempt(() => client.logout());
    await attempt(() => client.destroy());
  };
  const ready = untilReady(sdk, client);
  try {
    await Promise.all([ready.come, client.login({ userID: options.userId, userSig: options.userSig })]);
    if (options.create === true) await createGroup(sdk, client, options.groupId);
    await client.joinGroup({ groupID: options.groupId, type: sdk.TYPES.GRP_AVCHATROOM });
  } catch (error) {
    ready.forget();
    options.onState('failed');
    await leave();
    throw error;
  }
  listening.joined((why) => {
    // IM has logged out already.
    listening.stop();
    left = attempt(() => client.destroy());
    options.onState('failed', why);
  });
  const { nickName = '', headPic = '' } = options;
  const announce = (userAction: 2 | 3): Promise<void> =>
    attempt(() => sendText(sdk, client, options, { userAction, nickName, headPic, msg: '' }));
  await announce(2);
  const close = async (): Promise<void> => {
    await announce(3);
    await leave();
    options.onState('closed');
  };
  return {
    async send(message) {
      if (left !== undefined) throw new Error('the chat is over');
      if (message.userAction === 2 || message.userAction === 3) return;
      await sendText(sdk, client, options, message);
    },
    close: () => (left ??= close()),
  };
}

interface Listening {
  /** @param onEnd takes that IM has ended the login: why as {@link ChatOptions} says */
  joined(onEnd: (why?: 'elsewhere') => void): void;
  stop(): void;
}

function listen(sdk: ChatSdk, client: SdkClient, options: ChatOptions): Listening {
  let onEnd: ((why?: 'elsewhere') => void) | undefined;
  const handlers: Partial<Record<SdkEventName, (event: SdkEvent) => void>> = {
    MESSAGE_RECEIVED: ({ data }) => {
      for (const message of messagesOf(sdk, options.groupId, data)) options.onMessage(message);
    },
    NET_STATE_CHANGE: ({ data }) => {
      const state = isRecord(data) ? data['state'] : undefined;
      if (onEnd !== undefined)
        options.onState(state === sdk.TYPES.NET_STATE_CONNECTED ? 'joined' : 'reconnecting');
    },
    KICKED_OUT: ({ data }) => {
      const expired = isRecord(data) && data['type'] === sdk.TYPES.KICKED_OUT_USERSIG_EXPIRED;
      onEnd?.(expired ? undefined : 'elsewhere');
    },
  };
  const each = Object.entries(handlers).map(([name, handler]) => [eventOf(sdk, name), handler] as const);
  for (const [event, handler] of each) client.on(event, handler);
  return {
    joined(then) {
      onEnd = then;
      options.onState('joined');
    },
    stop() {
      for (const [event, handler] of each) client.off(event, handler);
    },
  };
}

function eventOf(sdk: ChatSdk, name: string): string {
  const found = Object.entries(sdk.EVENT).find(([known]) => known === name);
  if (found === undefined) throw new Error(`@tencentcloud/chat has no event ${name}`);
  return found[1];
}

/** `come` settles with the login's outcome, by the SDK's own events; `forget` when nobody waits for it any more. */
function untilReady(sdk: ChatSdk, client: SdkClient): { come: Promise<void>; forget(): void } {
  let forget = (): void => undefined;
  const come = new Promise<void>((resolve, reject) => {
    const onReady = (): void => end(resolve);
    const onKickedOut = (): void => end(() => reject(new Error('IM has ended the login')));
    const timer = setTimeout(() => end(() => reject(new Error('IM was not ready in time'))), readyWithinMs);
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      client.off(sdk.EVENT.SDK_READY, onReady);
      client.off(sdk.EVENT.KICKED_OUT, onKickedOut);
      settle();
    };
    forget = () => end(() => undefined);
    client.on(sdk.EVENT.SDK_READY, onReady);
    client.on(sdk.EVENT.KICKED_OUT, onKickedOut);
  });
  return { come, forget: () => forget() };
}

async function createGroup(sdk: ChatSdk, client: SdkClient, groupId: string): Promise<void> {
  try {
    await client.createGroup({
      groupID: groupId,
      name: groupId.slice(0, 30),
      type: sdk.TYPES.GRP_AVCHATROOM,
    });
  } catch (error) {
    const code = isRecord(error) ? Number(error['code']) : NaN;
    if (!existing.includes(code)) throw error;
  }
}

async function sendText(
  sdk: ChatSdk,
  client: SdkClient,
  { groupId, userId }: ChatOptions,
  { userAction, nickName, headPic, msg }: Omit<ChatMessage, 'userId'>,
): Promise<void> {
  const said: ChatMessage = { userAction, userId, nickName, headPic, msg };
  const message = client.createTextMessage({
    to: groupId,
    conversationType: sdk.TYPES.CONV_GROUP,
    payload: { text: JSON.stringify(said) },
  });
  await client.sendMessage(message);
}

/** The event brings several messages, of whatever conversation and kind. */
function messagesOf(sdk: ChatSdk, groupId: string, data: unknown): ChatMessage[] {
  if (!Array.isArray(data)) return [];
  return data.flatMap((message: unknown) => {
    if (!isRecord(message) || message['type'] !== sdk.TYPES.MSG_TEXT || message['to'] !== groupId) return [];
    const { from, payload } = message;
    const text = isRecord(payload) ? payload['text'] : undefined;
    if (typeof text !== 'string' || typeof from !== 'string') return [];
    return readChatMessage(text, from) ?? [];
  });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** A step that may fail or take too long, and is left behind then. */
async function attempt(step: () => Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, farewellMs);
  });
  const work = (async () => step())().catch(() => undefined);
  await Promise.race([work, limit]);
  clearTimeout(timer);
}
