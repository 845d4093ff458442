import { ask, countOf, textOf } from './api';
import { backOff } from './backOff';
import type { Chat, ChatMessage } from './chat';
import { danmuOver } from './danmu';
import { button, element, make } from './elements';
import type { Guest } from './guest';
import type { PageData } from './pageData';
import type { Text } from './text';

export interface ChatPaneOptions {
  chat: PageData['chat'] & object;
  text: Text;
  guest: () => Promise<Guest>;
  /** How a guest is called. */
  nameOf: (guest: Guest) => string;
  /** Says something for a moment. */
  hint: (words: string) => void;
  onLike: () => void;
  onPresence: (by: 1 | -1) => void;
}

export interface ChatPane {
  /** Tells the room of a like. */
  liked(): void;
  close(): void;
}

/** Lines that are kept; older ones go. */
const mostLines = 100;

/** A chat that cannot be reached is tried so often, with growing pauses. */
const mostTries = 6;

/** What is said in the room: joins the IM group as a guest, shows messages and sends one's own. */
export function openChatPane(options: ChatPaneOptions): ChatPane {
  const { text, hint } = options;
  const show = messageList(options);
  const form = element('say', HTMLFormElement);
  const words = element('words', HTMLInputElement);
  const fly = button('fly');
  const joined = joinChat(options, show);
  element('messages', HTMLElement).hidden = false;
  form.hidden = false;
  fly.addEventListener('click', () =>
    fly.setAttribute('aria-pressed', String(fly.getAttribute('aria-pressed') !== 'true')),
  );
  const send = async (said: string): Promise<void> => {
    const { chat, guest } = joined.current() ?? {};
    if (chat === undefined || guest === undefined) return hint(text.chatConnecting);
    const userAction = fly.getAttribute('aria-pressed') === 'true' ? 5 : 1;
    const message = { userAction, nickName: options.nameOf(guest), headPic: '', msg: said } as const;
    words.value = '';
    try {
      await chat.send(message);
      show({ ...message, userId: guest.userId }, true);
    } catch {
      hint(text.notSent);
      if (words.value === '') words.value = said;
    }
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const said = words.value.trim();
    if (said !== '') void send(said);
  });
  return {
    liked() {
      const { chat, guest } = joined.current() ?? {};
      if (chat === undefined || guest === undefined) return;
      const message = { userAction: 4, nickName: options.nameOf(guest), headPic: '', msg: '' } as const;
      chat.send(message).catch(() => undefined);
    },
    close: () => joined.close(),
  };
}

interface Joined {
  current(): { chat: Chat; guest: Guest } | undefined;
  close(): void;
}

/** Stays in the chat: asks for a UserSig, joins, and joins anew after a failure. */
function joinChat({ chat: place, guest, nameOf, hint, text }: ChatPaneOptions, show: Show): Joined {
  let current: { chat: Chat; guest: Guest } | undefined;
  let failures = 0;
  let closed = false;
  const join = async (): Promise<void> => {
    const me = await guest();
    const [login, { openChat }] = await Promise.all([ask('/imSig', {}, me.token), import('./chat')]);
    const chat = await openChat({
      sdkAppId: countOf(login['sdkAppId']) ?? 0,
      userId: textOf(login['userId']),
      userSig: textOf(login['userSig']),
      groupId: place.groupId,
      endpoint: place.endpoint,
      nickName: nameOf(me),
      loadSdk: async () => (await import('@tencentcloud/chat')).default,
      onMessage: (message) => show(message, false),
      onState(state) {
        if (state !== 'failed' || current === undefined) return;
        current = undefined;
        again();
      },
    });
    if (closed) return chat.close();
    current = { chat, guest: me };
    failures = 0;
  };
  const again = (): void => {
    failures += 1;
    if (closed) return;
    if (failures > mostTries) return hint(text.chatClosed);
    setTimeout(() => void join().catch(again), backOff(failures + 2, Math.random()));
  };
  void join().catch(again);
  return {
    current: () => current,
    close() {
      closed = true;
      void current?.chat.close();
    },
  };
}

type Show = (message: ChatMessage, own: boolean) => void;

function messageList({ text, onLike, onPresence }: ChatPaneOptions): Show {
  const list = element('messages', HTMLElement);
  const fly = danmuOver(element('danmu', HTMLElement));
  const add = (line: HTMLElement): void => {
    const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
    list.append(line);
    while (list.childElementCount > mostLines) list.firstElementChild?.remove();
    if (atEnd) list.scrollTop = list.scrollHeight;
  };
  return ({ userAction, userId, nickName, msg }, own) => {
    const name = shown(nickName) || shown(userId);
    if (userAction === 2) {
      add(eventLine(name, text.entered));
      onPresence(1);
    }
    if (userAction === 3) onPresence(-1);
    if (userAction === 4) onLike();
    const said = shown(msg);
    if ((userAction !== 1 && userAction !== 5) || said === '') return;
    if (userAction === 5) fly(said, own);
    const line = make('p', own ? 'own' : '');
    const who = make('bdi', 'by', name);
    who.style.setProperty('--hue', String(hueOf(userId)));
    line.append(who, make('bdi', 'msg', said));
    add(line);
  };
}

function eventLine(name: string, what: string): HTMLElement {
  const line = make('p', 'event');
  line.append(make('bdi', '', name), ` ${what}`);
  return line;
}

/** Somebody's text in one line, without marks that turn the direction of what follows. */
function shown(given: string): string {
  return given
    .replace(/[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}

function hueOf(userId: string): number {
  let sum = 0;
  for (const character of userId) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 360;
  return sum;
}
