import { int, text, type Queryable } from './database';

/** What apps show of a user. All are text, '' when unknown. */
export interface Profile {
  nickname: string;
  headPic: string;
  frontCover: string;
  location: string;
}

/**
 * Makes sure the user has a row and locks it until the transaction ends, so that two requests of one user follow each
 * other. The profile is left alone: an old app's request proves nothing about whom it names.
 * @returns whether an operator forbade the user to broadcast
 */
export async function lockUser(tx: Queryable, userId: string, now: number): Promise<{ forbidden: boolean }> {
  // The upsert takes the row's lock at once: INSERT IGNORE would share it first, and two requests would deadlock.
  await tx.run(
    `INSERT INTO users (user_id, nickname, head_pic, front_cover, location, created_at, updated_at)
     VALUES (?, '', '', '', '', ?, ?)
     ON DUPLICATE KEY UPDATE updated_at = VALUES(updated_at)`,
    [userId, now, now],
  );
  const [user] = await tx.rows('SELECT forbidden FROM users WHERE user_id = ? FOR UPDATE', [userId]);
  return { forbidden: user !== undefined && int(user, 'forbidden') === 1 };
}

/** What is known of a user; undefined when nothing ever was. */
export async function findProfile(db: Queryable, userId: string): Promise<Profile | undefined> {
  return (await profilesOf(db, [userId])).get(userId);
}

/** What is known of each of these users who is known at all. */
export async function profilesOf(db: Queryable, userIds: readonly string[]): Promise<Map<string, Profile>> {
  if (userIds.length === 0) return new Map();
  const places = userIds.map(() => '?').join(', ');
  const rows = await db.rows(
    `SELECT user_id, nickname, head_pic, front_cover, location FROM users WHERE user_id IN (${places})`,
    userIds,
  );
  return new Map(
    rows.map((row) => [
      text(row, 'user_id'),
      {
        nickname: text(row, 'nickname'),
        headPic: text(row, 'head_pic'),
        frontCover: text(row, 'front_cover'),
        location: text(row, 'location'),
      },
    ]),
  );
}

/** Sets what is given of a profile, also to ''; what is undefined stays. */
export async function setProfile(
  db: Queryable,
  userId: string,
  profile: { [Name in keyof Profile]?: Profile[Name] | undefined },
  now: number,
): Promise<void> {
  const given = [profile.nickname, profile.headPic, profile.frontCover, profile.location].map(
    (value) => value ?? null,
  );
  await db.run(
    `INSERT INTO users (user_id, nickname, head_pic, front_cover, location, created_at, updated_at)
     VALUES (?, ?, ?, ?, ?, ?, ?)
     ON DUPLICATE KEY UPDATE
       nickname = COALESCE(?, nickname), head_pic = COALESCE(?, head_pic),
       front_cover = COALESCE(?, front_cover), location = COALESCE(?, location), updated_at = VALUES(updated_at)`,
    [userId, ...given.map((value) => value ?? ''), now, now, ...given],
  );
}

/** Whether an operator forbade the user to broadcast. */
export async function isForbidden(db: Queryable, userId: string): Promise<boolean> {
  const [user] = await db.rows('SELECT forbidden FROM users WHERE user_id = ?', [userId]);
  return user !== undefined && int(user, 'forbidden') === 1;
}

/** Forbids a user to broadcast or lifts that; also one who has never broadcast. */
export async function setForbidden(
  tx: Queryable,
  userId: string,
  forbidden: boolean,
  now: number,
): Promise<void> {
  await tx.run(
    `INSERT INTO users (user_id, nickname, head_pic, front_cover, location, forbidden, created_at, updated_at)
     VALUES (?, '', '', '', '', ?, ?, ?)
     ON DUPLICATE KEY UPDATE forbidden = VALUES(forbidden), updated_at = VALUES(updated_at)`,
    [userId, forbidden ? 1 : 0, now, now],
  );
}

/** Which of these users an operator forbade to broadcast. */
export async function forbiddenUsers(db: Queryable, userIds: readonly string[]): Promise<Set<string>> {
  if (userIds.length === 0) return new Set();
  const places = userIds.map(() => '?').join(', ');
  const rows = await db.rows(
    `SELECT user_id FROM users WHERE forbidden = 1 AND user_id IN (${places})`,
    userIds,
  );
  return new Set(rows.map((row) => text(row, 'user_id')));
}
