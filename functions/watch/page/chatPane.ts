import { ask, countOf, textOf } from './api';
import type { ChatMessage } from './chat';
import { stayInChat } from './chatStay';
import { danmuOver } from './danmu';
import { button, element, make } from './elements';
import type { AsGuest, Guest } from './guest';
import { ownFile } from './ownFile';
import type { PageData } from './pageData';
import type { Text } from './text';

export interface ChatPaneOptions {
  chat: PageData['chat'] & object;
  text: Text;
  asGuest: AsGuest;
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
  /** Leaves the chat, and comes back: the page may be put aside and brought forth again. */
  leave(): void;
  join(): void;
}

/** Lines that are kept; older ones go. */
const mostLines = 100;

/** What is said in the room: joins the IM group as a guest, shows messages and sends one's own. */
export function openChatPane(options: ChatPaneOptions): ChatPane {
  const { text, hint } = options;
  const show = messageList(options);
  const form = element('say', HTMLFormElement);
  const words = element('words', HTMLInputElement);
  const fly = button('fly');
  const joined = joinChat(options, show);
  joined.join();
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) joined.comeBack();
  });
  element('messages', HTMLElement).hidden = false;
  form.hidden = false;
  fly.addEventListener('click', () =>
    fly.setAttribute('aria-pressed', String(fly.getAttribute('aria-pressed') !== 'true')),
  );
  const send = async (said: string): Promise<void> => {
    const { chat, guest } = joined.current() ?? {};
    if (chat === undefined || guest === undefined) {
      joined.comeBack();
      return hint(text.chatConnecting);
    }
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
    leave: joined.leave,
    join: joined.join,
  };
}

/** Asks for a UserSig and joins with it, again after a failure. */
function joinChat({ chat: place, asGuest, nameOf, hint, text }: ChatPaneOptions, show: Show) {
  return stayInChat({
    async enter(onState) {
      const { guest, login } = await asGuest(async (guest) => ({
        guest,
        login: await ask('/imSig', {}, guest.token),
      }));
      const { openChat } = await ownFile(() => import('./chat'));
      const chat = await openChat({
        sdkAppId: countOf(login['sdkAppId']) ?? 0,
        userId: textOf(login['userId']),
        userSig: textOf(login['userSig']),
        groupId: place.groupId,
        endpoint: place.endpoint,
        nickName: nameOf(guest),
        loadSdk: async () => (await ownFile(() => import('@tencentcloud/chat'))).default,
        onMessage: (message) => show(message, false),
        onState,
      });
      return { chat, guest };
    },
    onOut: (why) => hint(why === 'elsewhere' ? text.chatElsewhere : text.chatClosed),
  });
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
