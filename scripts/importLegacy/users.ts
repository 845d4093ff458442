import { int, intOrNull, text, type Queryable } from '../../shared/store/database';
import type { Profile } from '../../shared/store/users';
import { insertRows, rowsIn } from './legacyTable';

/** What an old server knew of a user. `createdAt` is epoch milliseconds, 0 when it did not say. */
export interface LegacyUser extends Profile {
  userId: string;
  forbidden: boolean;
  createdAt: number;
}

/** A user as our tables have it. */
interface KnownUser extends LegacyUser {
  /** Nothing of it was changed here since it came over: its updated_at is 0, which no command writes. */
  untouched: boolean;
}

export interface KnownAccount {
  createdAt: number;
  deleted: boolean;
}

export async function knownUsers(db: Queryable, userIds: readonly string[]): Promise<Map<string, KnownUser>> {
  const rows = await rowsIn(
    db,
    `SELECT user_id, nickname, head_pic, front_cover, location, forbidden, created_at, updated_at
     FROM users WHERE user_id IN`,
    userIds,
  );
  return new Map(
    rows.map((row) => [
      text(row, 'user_id'),
      {
        userId: text(row, 'user_id'),
        nickname: text(row, 'nickname'),
        headPic: text(row, 'head_pic'),
        frontCover: text(row, 'front_cover'),
        location: text(row, 'location'),
        forbidden: int(row, 'forbidden') === 1,
        createdAt: int(row, 'created_at'),
        untouched: int(row, 'updated_at') === 0,
      },
    ]),
  );
}

export async function knownAccounts(
  db: Queryable,
  userIds: readonly string[],
): Promise<Map<string, KnownAccount>> {
  const rows = await rowsIn(
    db,
    'SELECT user_id, created_at, deleted_at FROM accounts WHERE user_id IN',
    userIds,
  );
  return new Map(
    rows.map((row) => [
      text(row, 'user_id'),
      { createdAt: int(row, 'created_at'), deleted: intOrNull(row, 'deleted_at') !== null },
    ]),
  );
}

export interface UserChange {
  kind: 'new' | 'changed' | 'there';
  /** As it is to be afterwards. */
  user: LegacyUser;
}

/**
 * What is to be done about a user. Who has done anything here since is left alone. A prohibition is only ever added:
 * lifting one is for an operator.
 * @param showsNewer whether this old row knows the profile better than what is on record
 */
export function userChange(
  legacy: LegacyUser,
  known: KnownUser | undefined,
  showsNewer: boolean,
): UserChange {
  if (known === undefined) return { kind: 'new', user: legacy };
  const { untouched, ...before } = known;
  if (!untouched) return { kind: 'there', user: before };
  const user = { ...(showsNewer ? legacy : before), forbidden: before.forbidden || legacy.forbidden };
  const same = members.every((member) => user[member] === before[member]);
  return { kind: same ? 'there' : 'changed', user };
}

const members = ['nickname', 'headPic', 'frontCover', 'location', 'forbidden', 'createdAt'] as const;

export async function writeUsers(tx: Queryable, changes: readonly UserChange[]): Promise<void> {
  const values = ({ nickname, headPic, frontCover, location, forbidden, createdAt }: LegacyUser) => [
    nickname,
    headPic,
    frontCover,
    location,
    forbidden ? 1 : 0,
    createdAt,
  ];
  await insertRows(
    tx,
    'INSERT INTO users (user_id, nickname, head_pic, front_cover, location, forbidden, created_at, updated_at)',
    changes.flatMap(({ kind, user }) => (kind === 'new' ? [[user.userId, ...values(user), 0]] : [])),
    // Somebody may have come since: only the prohibition is added then.
    'ON DUPLICATE KEY UPDATE forbidden = GREATEST(forbidden, VALUES(forbidden))',
  );
  for (const { kind, user } of changes) {
    if (kind !== 'changed') continue;
    await tx.run(
      `UPDATE users SET nickname = ?, head_pic = ?, front_cover = ?, location = ?, forbidden = ?, created_at = ?
       WHERE user_id = ? AND updated_at = 0`,
      [...values(user), user.userId],
    );
  }
}
