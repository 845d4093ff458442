import type { Chat, ChatOptions } from './chat';
import { readChatMessage, type ChatMessage } from './chatMessage';

/** The part of @tencentcloud/chat (its index.d.ts, version 3) that a room's chat needs. */
export interface ChatSdk {
  create(options: { SDKAppID: number }): SdkClient;
  EVENT: Record<SdkEventName, string>;
  TYPES: Record<'MSG_TEXT' | 'CONV_GROUP' | 'GRP_AVCHATROOM' | 'NET_STATE_CONNECTED', SdkType>;
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

/**
 * Joins the AVChatRoom of a room by the official IM web SDK. Reconnecting, and joining again after it, is the SDK's work.
 * @throws Error as {@link Chat} says; nothing is left open then
 */
export async function openSdkChat(options: ChatOptions): Promise<Chat> {
  options.onState('connecting');
  const sdk = await options.loadSdk();
  const client = sdk.create({ SDKAppID: options.sdkAppId });
  client.setLogLevel(silent);
  const listening = listen(sdk, client, options);
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
  listening.joined();
  const { nickName = '', headPic = '' } = options;
  const announce = (userAction: 2 | 3): Promise<void> =>
    attempt(() => sendText(sdk, client, options, { userAction, nickName, headPic, msg: '' }));
  await announce(2);
  return {
    async send(message) {
      if (message.userAction === 2 || message.userAction === 3) return;
      await sendText(sdk, client, options, message);
    },
    async close() {
      await announce(3);
      await leave();
      options.onState('closed');
    },
  };
}

function listen(sdk: ChatSdk, client: SdkClient, options: ChatOptions): { joined(): void; stop(): void } {
  let joined = false;
  const handlers: Partial<Record<SdkEventName, (event: SdkEvent) => void>> = {
    MESSAGE_RECEIVED: ({ data }) => {
      for (const message of messagesOf(sdk, options.groupId, data)) options.onMessage(message);
    },
    NET_STATE_CHANGE: ({ data }) => {
      const state = isRecord(data) ? data['state'] : undefined;
      if (joined) options.onState(state === sdk.TYPES.NET_STATE_CONNECTED ? 'joined' : 'reconnecting');
    },
    // Another login of the same user, or an expired UserSig: logging in again by itself would throw the other one out.
    KICKED_OUT: () => {
      joined = false;
      options.onState('failed');
    },
  };
  const each = Object.entries(handlers).map(([name, handler]) => [eventOf(sdk, name), handler] as const);
  for (const [event, handler] of each) client.on(event, handler);
  return {
    joined() {
      joined = true;
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
