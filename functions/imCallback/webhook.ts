import * as v from 'valibot';
import { isUserId, parseInput } from '../../shared/input';

/** Most members of one webhook that are looked at; IM sends them in far smaller groups. */
const mostMembers = 500;

const members = v.pipe(
  v.array(v.object({ Member_Account: v.string('expected text') }), 'expected a list of members'),
  v.maxLength(mostMembers, `expected at most ${mostMembers} members`),
  v.transform((list) => list.map(({ Member_Account: account }) => account).filter(isUserId)),
);
const groupId = v.pipe(
  v.string('expected text'),
  v.minLength(1, 'expected text'),
  v.maxLength(128, 'expected at most 128 characters'),
);
/** Printed as a string of milliseconds, typed Integer (webhook documents): both are taken. */
const eventTime = v.optional(
  v.pipe(
    v.union([v.number(), v.pipe(v.string(), v.regex(/^\d{1,15}$/))], 'expected epoch milliseconds'),
    v.transform(Number),
  ),
);

const command = v.object({ CallbackCommand: v.string('expected text') });
const joined = v.object({ GroupId: groupId, NewMemberList: members, EventTime: eventTime });
const left = v.object({ GroupId: groupId, ExitMemberList: members, EventTime: eventTime });
const destroyed = v.object({ GroupId: groupId, EventTime: eventTime });
const stateChanged = v.object({
  GroupId: groupId,
  EventType: v.string('expected text'),
  MemberList: members,
});

/** What a webhook says, in our words. `members` are IM user ids; `at` is epoch milliseconds, undefined when it says none. */
export type ImEvent =
  | { kind: 'joined' | 'left'; groupId: string; members: string[]; at: number | undefined }
  | { kind: 'destroyed'; groupId: string; at: number | undefined }
  | { kind: 'other' };

/**
 * Reads the body of an IM webhook whose signature has been checked (signing.md 5.3).
 * @throws Failure invalidInput naming the member at fault
 */
export function readWebhook(body: Record<string, unknown>): ImEvent {
  switch (parseInput(command, body).CallbackCommand) {
    case 'Group.CallbackAfterNewMemberJoin': {
      const { GroupId, NewMemberList, EventTime } = parseInput(joined, body);
      return { kind: 'joined', groupId: GroupId, members: NewMemberList, at: EventTime };
    }
    case 'Group.CallbackAfterMemberExit': {
      const { GroupId, ExitMemberList, EventTime } = parseInput(left, body);
      return { kind: 'left', groupId: GroupId, members: ExitMemberList, at: EventTime };
    }
    case 'Group.CallbackAfterGroupDestroyed': {
      const { GroupId, EventTime } = parseInput(destroyed, body);
      return { kind: 'destroyed', groupId: GroupId, at: EventTime };
    }
    case 'Group.CallbackOnMemberStateChange': {
      const { GroupId, EventType, MemberList } = parseInput(stateChanged, body);
      // Whoever comes back online joins again, which has a webhook of its own.
      if (EventType !== 'Offline') return { kind: 'other' };
      return { kind: 'left', groupId: GroupId, members: MemberList, at: undefined };
    }
    default:
      return { kind: 'other' };
  }
}
