import { int, type Queryable } from './database';

/** What apps show of a user. All are text, '' when unknown. */
export interface Profile {
  nickname: string;
  headPic: string;
  frontCover: string;
  location: string;
}

/**
 * Makes sure the user has a row, brings its profile up to date (an empty field changes nothing) and locks the row until
 * the transaction ends, so that two requests of one user follow each other.
 * @returns whether an operator forbade the user to broadcast
 */
export async function lockUser(
  tx: Queryable,
  userId: string,
  profile: Profile,
  now: number,
): Promise<{ forbidden: boolean }> {
  const { nickname, headPic, frontCover, location } = profile;
  await tx.run(
    `INSERT IGNORE INTO users (user_id, nickname, head_pic, front_cover, location, created_at, updated_at)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
    [userId, nickname, headPic, frontCover, location, now, now],
  );
  const [user] = await tx.rows('SELECT forbidden FROM users WHERE user_id = ? FOR UPDATE', [userId]);
  await tx.run(
    `UPDATE users SET
       nickname = CASE WHEN ? = '' THEN nickname ELSE ? END,
       head_pic = CASE WHEN ? = '' THEN head_pic ELSE ? END,
       front_cover = CASE WHEN ? = '' THEN front_cover ELSE ? END,
       location = CASE WHEN ? = '' THEN location ELSE ? END,
       updated_at = ?
     WHERE user_id = ?`,
    [nickname, nickname, headPic, headPic, frontCover, frontCover, location, location, now, userId],
  );
  return { forbidden: user !== undefined && int(user, 'forbidden') === 1 };
}
