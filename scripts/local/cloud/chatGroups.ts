/** The groups of the chat's stand-in, in memory: who is in which, and what is said to whom. */
import type { ChatMessage } from '../../../functions/watch/page/chatMessage';

/** One connection of a user to a group. */
export interface Member {
  readonly id: string;
  readonly groupId: string;
  readonly userId: string;
  readonly nickName: string;
  readonly headPic: string;
  /** False: this one is too far behind, and leaves. */
  readonly deliver: (message: ChatMessage) => boolean;
  readonly end: () => void;
}

export interface ChatLimits {
  readonly groups: number;
  readonly membersOfGroup: number;
  readonly connectionsOfUser: number;
  /** Messages a user may send at once, and regains in a second; likes and comments together. */
  readonly burst: number;
  readonly perSecond: number;
}

export const chatLimits: ChatLimits = {
  groups: 200,
  membersOfGroup: 500,
  connectionsOfUser: 5,
  burst: 20,
  perSecond: 5,
};

export interface ChatGroups {
  /** Announces the user's first connection to the others. Out: why it may not join, or undefined. */
  join(member: Member): string | undefined;
  /** Announces the end of the user's last connection. */
  leave(member: Member): void;
  find(id: string): Member | undefined;
  /** Gives a message to everyone in the sender's group but this connection. Out: false when the sender is too fast. */
  say(sender: Member, message: Omit<ChatMessage, 'userId'>): boolean;
  /** User ids in a group, each once. */
  usersOf(groupId: string): string[];
  all(): Member[];
}

/** @param now milliseconds */
export function chatGroups(now: () => number, limits: ChatLimits = chatLimits): ChatGroups {
  const groups = new Map<string, Map<string, Member>>();
  const budgets = new Map<string, { left: number; at: number }>();
  const inGroup = (groupId: string): Member[] => [...(groups.get(groupId)?.values() ?? [])];
  const ofUser = ({ groupId, userId }: Member): Member[] =>
    inGroup(groupId).filter((member) => member.userId === userId);

  const leave = (member: Member): void => {
    const group = groups.get(member.groupId);
    if (group?.delete(member.id) !== true) return;
    if (group.size === 0) groups.delete(member.groupId);
    if (ofUser(member).length > 0) return;
    budgets.delete(budgetOf(member));
    send(member, announcement(3, member));
  };
  const send = (from: Member, message: ChatMessage): void => {
    const behind = inGroup(from.groupId).filter((to) => to.id !== from.id && !to.deliver(message));
    for (const member of behind) {
      member.end();
      leave(member);
    }
  };
  return {
    join(member) {
      const group = groups.get(member.groupId);
      if (group === undefined && groups.size >= limits.groups) return 'there are too many groups';
      if (group !== undefined && group.size >= limits.membersOfGroup) return 'the group is full';
      const others = ofUser(member).length;
      if (others >= limits.connectionsOfUser) return 'this user is connected too often';
      groups.set(member.groupId, (group ?? new Map<string, Member>()).set(member.id, member));
      if (others === 0) send(member, announcement(2, member));
      return undefined;
    },
    leave,
    find: (id) => [...groups.values()].map((group) => group.get(id)).find((found) => found !== undefined),
    say(sender, message) {
      if (!take(budgets, budgetOf(sender), limits, now())) return false;
      send(sender, { ...message, userId: sender.userId });
      return true;
    },
    usersOf: (groupId) => [...new Set(inGroup(groupId).map(({ userId }) => userId))],
    all: () => [...groups.keys()].flatMap(inGroup),
  };
}

function budgetOf({ groupId, userId }: Member): string {
  return JSON.stringify([groupId, userId]);
}

function announcement(userAction: 2 | 3, { userId, nickName, headPic }: Member): ChatMessage {
  return { userAction, userId, nickName, headPic, msg: '' };
}

function take(
  budgets: Map<string, { left: number; at: number }>,
  name: string,
  { burst, perSecond }: ChatLimits,
  now: number,
): boolean {
  const known = budgets.get(name) ?? { left: burst, at: now };
  const left = Math.min(burst, known.left + ((now - known.at) / 1000) * perSecond);
  const allowed = left >= 1;
  budgets.set(name, { left: allowed ? left - 1 : left, at: now });
  return allowed;
}
