import { useEffect, useRef, useState } from 'preact/hooks';
import { openChat, type Chat, type ChatMessage, type ChatState } from '../../../functions/watch/page/chat';
import { ask } from './calls';
import { joinInTurn } from './chatTurn';
import { loadChatSdk } from './libraries';
import { people } from './people';
import { session } from './session';
import { imLogin } from './shapes';
import { useStore } from './store';

export interface Line extends ChatMessage {
  id: number;
  mine: boolean;
}

export interface RoomChat {
  state: ChatState;
  /** The oldest first. */
  lines: readonly Line[];
  send(userAction: 1 | 4 | 5, msg: string): Promise<void>;
}

const kept = 100;
let lastLine = 0;

/**
 * The chat of a room, joined as the viewer with a UserSig of imSig.
 * @param groupId undefined while it is not known, '' when there is none
 * @param create make the group first: the broadcast is the studio's own
 * @param onMessage told of what others say
 */
export function useRoomChat(
  groupId: string | undefined,
  create: boolean,
  onMessage: (message: ChatMessage) => void,
): RoomChat {
  const [state, setState] = useState<ChatState>('connecting');
  const [lines, setLines] = useState<readonly Line[]>([]);
  const chat = useRef<Chat | undefined>(undefined);
  const endpoint = useStore(session)?.chatEndpoint;
  const add = (message: ChatMessage, mine: boolean): void => {
    const line = { ...message, id: (lastLine += 1), mine };
    setLines((known) => [...known, line].slice(-kept));
  };
  useEffect(() => {
    if (groupId === undefined || groupId === '' || endpoint === undefined) return undefined;
    let open = true;
    setLines([]);
    const turn = joinInTurn(() =>
      join({ groupId, endpoint, create }, setState, (message) => {
        add(message, false);
        onMessage(message);
      }),
    );
    turn.chat.then(
      (joined) => {
        if (open) chat.current = joined;
      },
      () => {
        if (open) setState('failed');
      },
    );
    return () => {
      open = false;
      turn.leave();
      chat.current = undefined;
    };
  }, [groupId, endpoint]);
  return {
    state,
    lines,
    async send(userAction, msg) {
      const { userId, nickname: nickName } = people.viewer;
      await chat.current?.send({ userAction, nickName, headPic: '', msg });
      add({ userAction, userId, nickName, headPic: '', msg }, true);
    },
  };
}

async function join(
  place: { groupId: string; endpoint: string; create: boolean },
  onState: (state: ChatState) => void,
  onMessage: (message: ChatMessage) => void,
): Promise<Chat> {
  const { viewer } = people;
  const token = await viewer.token();
  const login = await ask({ who: 'viewer', path: '/imSig', token }, imLogin);
  const { nickname: nickName } = viewer;
  return openChat({ ...login, ...place, nickName, loadSdk: loadChatSdk, onMessage, onState });
}
