/** What travels through a room's IM group, as the apps of the first generation send it: the JSON of a text message. */
export interface ChatMessage {
  /** 1 comment, 2 entered, 3 left, 4 like, 5 danmu (a comment that flies over the picture). */
  userAction: 1 | 2 | 3 | 4 | 5;
  userId: string;
  nickName: string;
  headPic: string;
  msg: string;
}

const actions = [1, 2, 3, 4, 5] as const;

/** UTF-16 units; a comment beyond it is cut, as nobody reads it on a phone. */
const longest = { nickName: 64, headPic: 512, msg: 500 } as const;

/**
 * Reads what somebody sent to the group.
 * @param text the text of a message, whoever wrote it
 * @param sender the user id that IM vouches for; what the text says of itself does not count
 * @returns undefined for what is no such message
 */
export function readChatMessage(text: string, sender: string): ChatMessage | undefined {
  const said = parseRecord(text);
  const userAction = actions.find((action) => action === Number(said?.['userAction']));
  if (said === undefined || userAction === undefined) return undefined;
  const part = (name: keyof typeof longest): string => {
    const value = said[name];
    return typeof value === 'string' ? value.slice(0, longest[name]) : '';
  };
  return {
    userAction,
    userId: sender,
    nickName: part('nickName'),
    headPic: part('headPic'),
    msg: part('msg'),
  };
}

function parseRecord(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
