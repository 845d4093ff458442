import type { ChatMessage } from './chatMessage';
import { openSdkChat, type ChatSdk } from './chatSdk';
import { openStandInChat } from './chatStandIn';

export type { ChatMessage } from './chatMessage';
export type { ChatSdk } from './chatSdk';

/** `failed` and `closed` are final; `reconnecting` goes on by itself. */
export type ChatState = 'connecting' | 'joined' | 'reconnecting' | 'failed' | 'closed';

export interface ChatOptions {
  sdkAppId: number;
  userId: string;
  /** From imSig; when it has expired the state becomes `failed`: open again with a new one. */
  userSig: string;
  groupId: string;
  /** '': the official SDK; else the address of the stand-in of `npm start`. */
  endpoint: string;
  /** How this user is named in the messages that announce entering and leaving. */
  nickName?: string;
  headPic?: string;
  /** Make the group first, as a host does who begins a broadcast. The stand-in makes groups by itself. */
  create?: boolean;
  /** The module @tencentcloud/chat, as a file of our own host; called only where the endpoint is ''. */
  loadSdk(): Promise<ChatSdk>;
  /** Takes what others in the group send, and that they have entered or left. */
  onMessage(message: ChatMessage): void;
  /**
   * @param why `elsewhere`, with `failed`: the same user has joined on another page, or an operator has ended the login.
   * To join again by itself would throw the other one out.
   */
  onState(state: ChatState, why?: 'elsewhere'): void;
}

export interface Chat {
  /**
   * Sends to the group; it is not received back. `userId` of the message is replaced by the user's own.
   * Entering (2) and leaving (3) are announced by `openChat` and `close`, and not sent again.
   * @throws Error when the service refuses it: too fast, too long, no member any more
   */
  send(message: Omit<ChatMessage, 'userId'>): Promise<void>;
  /** Announces leaving, and leaves. Never throws. */
  close(): Promise<void>;
}

/**
 * Joins the chat of a room, by the official IM SDK or by its stand-in, with the same messages. With the SDK there is one
 * chat at a time: joining one ends the one before, and waits until that is left.
 * @throws Error when the group cannot be joined; the state is `failed` then
 */
export function openChat(options: ChatOptions): Promise<Chat> {
  return options.endpoint === '' ? openSdkChat(options) : openStandInChat(options);
}
