import type { Row } from '../../shared/store/database';
import { legacyRow } from './legacyRow';
import {
  accountDeleted,
  ageFault,
  noUserId,
  skipped,
  timeFault,
  type CopyContext,
  type LegacyTable,
  type Plan,
} from './legacyTable';
import { liveChange, placesOf, writeLives, type LegacyLive, type LiveChange } from './lives';
import type { Outcome } from './tally';
import { knownAccounts, knownUsers, userChange, writeUsers, type UserChange } from './users';

/**
 * `live_data` of the first generation: one row per host, its last broadcast. It comes over as what is known of the user,
 * with the prohibition, and, while a late notice may still name it, as a broadcast that is over. Whether its stream is
 * still up is for the cloud to say: its next notice or the sweep then puts it on the list.
 */
export const liveData: LegacyTable = {
  name: 'live_data',
  select: {
    columns: {
      userId: 'userid',
      streamId: 'stream_id',
      groupId: 'groupid',
      title: 'title',
      nickname: 'nickname',
      headPic: 'headpic',
      frontCover: 'frontcover',
      location: 'location',
      description: 'desc',
      likes: 'like_count',
      // createDB makes the one, the code of the same version asks for the other.
      forbidFlag: 'forbidflag',
      forbidStatus: 'forbid_status',
      createdAt: 'create_time',
    },
    key: ['userid'],
    size: 200,
  },
  plan,
};

interface Entry {
  key: string;
  live: LegacyLive | undefined;
  alterations: readonly string[];
}

async function plan(rows: readonly Row[], context: CopyContext): Promise<Plan> {
  const { target } = context;
  const entries = rows.map((row) => readEntry(row, context));
  const lives = entries.flatMap(({ live }) => (live === undefined ? [] : [live]));
  const userIds = [...new Set(lives.map(({ userId }) => userId))];
  const known = {
    accounts: await knownAccounts(target, userIds),
    users: await knownUsers(target, userIds),
    places: await placesOf(target, lives),
    newest: newestOfEach(lives),
  };
  const users: UserChange[] = [];
  const broadcasts: LiveChange[] = [];
  const outcomes = entries.map((entry): Outcome => {
    const judged = judge(entry, known, context);
    if ('reason' in judged) return skipped(entry.key, judged.reason);
    users.push(judged.user);
    if (judged.broadcast !== undefined) broadcasts.push(judged.broadcast);
    return outcomeOf(entry, judged, context);
  });
  return {
    outcomes,
    write: () =>
      target.transaction(async (tx) => {
        await writeUsers(tx, users);
        await writeLives(tx, broadcasts);
      }),
  };
}

/** What is to be done about one row. */
interface Judged {
  live: LegacyLive;
  user: UserChange;
  /** undefined for a broadcast so old that it would be removed. */
  broadcast: LiveChange | undefined;
}

function judge(
  { live }: Entry,
  known: {
    accounts: Awaited<ReturnType<typeof knownAccounts>>;
    users: Awaited<ReturnType<typeof knownUsers>>;
    places: Awaited<ReturnType<typeof placesOf>>;
    newest: Map<string, LegacyLive>;
  },
  context: CopyContext,
): Judged | { reason: string } {
  if (live === undefined) return { reason: noUserId };
  const { userId, createdAt } = live;
  if (known.newest.get(userId) !== live) return { reason: 'another row of the same user is newer' };
  if (known.accounts.get(userId)?.deleted === true) return { reason: accountDeleted };
  const fault = timeFault(createdAt, context);
  if (fault !== undefined) return { reason: fault };
  const user = known.users.get(userId);
  // Whoever has an account has said there who it is.
  const showsNewer = !known.accounts.has(userId) && createdAt >= (user?.createdAt ?? 0);
  const isKept = ageFault(createdAt, context) === undefined;
  return {
    live,
    user: userChange(live, user, showsNewer),
    broadcast: isKept ? liveChange(live, known.places) : undefined,
  };
}

function outcomeOf(
  { key, alterations }: Entry,
  { live, user, broadcast }: Judged,
  { isReserved }: CopyContext,
): Outcome {
  const altered = [...alterations];
  if (broadcast !== undefined && broadcast.streamId !== live.streamId) altered.push(otherStream);
  if (live.forbidden && !user.user.forbidden) altered.push(notForbidden);
  if (isReserved(live.userId)) altered.push(onlyWatches);
  const kind = [user.kind, broadcast?.kind ?? 'there'].find((one) => one !== 'there') ?? 'there';
  return { key, kind, altered, at: live.createdAt === 0 ? undefined : live.createdAt };
}

const otherStream =
  'its stream_id cannot be kept (another user has it, or its form): notices about it find nothing';
const notForbidden =
  'forbidden there, but the user has been active here since: decide with moderation/forbidUser';
const onlyWatches = 'userid: is reserved here, so this user may only watch';

function readEntry(source: Row, { offsetMinutes }: CopyContext): Entry {
  const row = legacyRow(source, offsetMinutes);
  const userId = row.userId();
  const nickname = row.text('nickname', 128);
  const live = userId !== undefined && {
    userId,
    streamId: row.id('streamId'),
    groupId: row.text('groupId', 128),
    title: row.text('title', 128) || nickname || userId,
    nickname,
    headPic: row.picture('headPic'),
    frontCover: row.picture('frontCover'),
    location: row.text('location', 128),
    description: row.text('description', 255),
    likes: row.count('likes'),
    forbidden: row.count('forbidFlag') > 0 || row.count('forbidStatus') > 0,
    createdAt: row.time('createdAt') ?? 0,
  };
  return { key: JSON.stringify(source['userId']), live: live || undefined, alterations: row.alterations };
}

/** Of several rows of one user, which only a table without a primary key or repaired text makes, the newest. */
function newestOfEach(lives: readonly LegacyLive[]): Map<string, LegacyLive> {
  const newest = new Map<string, LegacyLive>();
  for (const live of lives) {
    const other = newest.get(live.userId);
    if (other === undefined || live.createdAt > other.createdAt) newest.set(live.userId, live);
  }
  return newest;
}
