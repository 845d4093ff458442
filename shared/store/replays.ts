import { int, text, type Queryable, type Row } from './database';
import type { Profile } from './users';

/** One recorded broadcast, all its formats in one item. Times are epoch milliseconds. */
export interface Replay extends Profile {
  replayId: number;
  fileId: string;
  streamId: string;
  userId: string;
  groupId: string;
  title: string;
  description: string;
  /** FLV or MP4 where there is one, else whatever there is. */
  playUrl: string;
  /** HLS where there is one, else whatever there is. */
  hlsPlayUrl: string;
  startedAt: number;
  endedAt: number;
}

export interface ListedReplay extends Replay {
  viewers: number;
  likes: number;
}

/** One file of a recording, as event 100 announces it. */
export interface ReplayFile {
  fileId: string;
  format: string;
  url: string;
  bytes: number;
  startedAt: number;
  endedAt: number;
}

/** Viewers and likes of a replay's room. */
const counts = `
  (SELECT COALESCE(SUM(value), 0) FROM counters WHERE room_id = CONCAT('r', replay_id) AND kind = 'viewers') AS viewers,
  (SELECT COALESCE(SUM(value), 0) FROM counters WHERE room_id = CONCAT('r', replay_id) AND kind = 'likes') AS likes`;

const columns = `replay_id, file_id, stream_id, user_id, group_id, title, nickname, head_pic, front_cover, location, description,
  play_url, hls_play_url, started_at, ended_at`;

/**
 * Files a recording under its replay, made on the spot when it is the first of its recording. Files of one stream belong
 * together when they cover the same time (see {@link sameRecording}); which of them came first makes no difference.
 * A file that is on record already changes nothing. The broadcast's row must be locked by the caller's transaction.
 * @param owner whose it is and what it is called: the broadcast's own row
 */
export async function fileRecording(
  tx: Queryable,
  owner: Omit<Replay, 'replayId' | 'fileId' | 'playUrl' | 'hlsPlayUrl' | 'startedAt' | 'endedAt'>,
  file: ReplayFile,
  now: number,
): Promise<void> {
  const known = await tx.rows('SELECT replay_id FROM replay_files WHERE file_id = ?', [file.fileId]);
  if (known.length > 0) return;
  const others = await tx.rows(
    `SELECT f.replay_id, f.started_at, f.ended_at FROM replay_files f JOIN replays r ON r.replay_id = f.replay_id
     WHERE r.stream_id = ? ORDER BY f.replay_id`,
    [owner.streamId],
  );
  const match = others.find((row) =>
    sameRecording({ startedAt: int(row, 'started_at'), endedAt: int(row, 'ended_at') }, file),
  );
  const replayId = match === undefined ? await addReplay(tx, owner, file) : int(match, 'replay_id');
  await tx.run(
    `INSERT INTO replay_files (file_id, replay_id, format, url, bytes, started_at, ended_at, received_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    [file.fileId, replayId, file.format, file.url, file.bytes, file.startedAt, file.endedAt, now],
  );
  const rows = await tx.rows(
    'SELECT file_id, format, url, started_at, ended_at FROM replay_files WHERE replay_id = ? ORDER BY file_id',
    [replayId],
  );
  const shown = presentation(rows);
  await tx.run(
    'UPDATE replays SET file_id = ?, play_url = ?, hls_play_url = ?, started_at = ?, ended_at = ? WHERE replay_id = ?',
    [shown.fileId, shown.playUrl, shown.hlsPlayUrl, shown.startedAt, shown.endedAt, replayId],
  );
}

/**
 * Two files are of one recording when what they share is most of the longer one: formats of one recording differ by
 * seconds, while slices follow each other and a slice is at most half of what has not been sliced.
 */
export function sameRecording(
  one: { startedAt: number; endedAt: number },
  other: { startedAt: number; endedAt: number },
): boolean {
  const shared = Math.min(one.endedAt, other.endedAt) - Math.max(one.startedAt, other.startedAt);
  const longer = Math.max(one.endedAt - one.startedAt, other.endedAt - other.startedAt);
  return shared * 2 > longer || (shared === 0 && longer === 0);
}

/** One page of the replays that ended after `since`, newest first. `after` continues behind a row, `offset` skips rows. */
export async function listReplays(
  db: Queryable,
  since: number,
  page: { size: number; offset?: number; after?: { at: number; id: string } },
): Promise<ListedReplay[]> {
  const { after } = page;
  const rows = await db.rows(
    `SELECT ${columns}, ${counts}
     FROM (
       SELECT ${columns} FROM replays
       WHERE ended_at > ? ${after === undefined ? '' : 'AND (ended_at < ? OR (ended_at = ? AND replay_id < ?))'}
       ORDER BY ended_at DESC, replay_id DESC LIMIT ? OFFSET ?
     ) AS page
     ORDER BY ended_at DESC, replay_id DESC`,
    [
      since,
      ...(after === undefined ? [] : [after.at, after.at, Number(after.id)]),
      page.size,
      page.offset ?? 0,
    ],
  );
  return rows.map((row) => ({ ...replay(row), viewers: int(row, 'viewers'), likes: int(row, 'likes') }));
}

/** The replay that a file belongs to, by the id of any of its files. */
export async function findReplay(db: Queryable, fileId: string): Promise<ListedReplay | undefined> {
  const [row] = await db.rows(
    `SELECT ${columns}, ${counts}
     FROM replays WHERE replay_id = (SELECT replay_id FROM replay_files WHERE file_id = ?)`,
    [fileId],
  );
  return row && { ...replay(row), viewers: int(row, 'viewers'), likes: int(row, 'likes') };
}

/** The clocks of the live service and ours may be so far apart, milliseconds. */
const clockDifference = 300_000;

/**
 * Of a broadcast that was recorded in several pieces, the longest one. What was recorded before it began is of an
 * earlier one: the server before this one had a single stream id for all broadcasts of a user.
 */
export async function longestReplayOf(
  db: Queryable,
  { streamId, createdAt }: { streamId: string; createdAt: number },
): Promise<Replay | undefined> {
  const [row] = await db.rows(
    `SELECT ${columns} FROM replays WHERE stream_id = ? AND started_at >= ?
     ORDER BY ended_at - started_at DESC, replay_id LIMIT 1`,
    [streamId, createdAt - clockDifference],
  );
  return row && replay(row);
}

/** Where a replay is, by format: flv, hls, mp4 or another that the cloud named. */
export async function replayFormats(
  db: Queryable,
  replayId: number,
): Promise<Partial<Record<string, string>>> {
  const rows = await db.rows('SELECT format, url FROM replay_files WHERE replay_id = ? ORDER BY file_id', [
    replayId,
  ]);
  return Object.fromEntries(rows.map((row) => [text(row, 'format'), text(row, 'url')]));
}

export async function countReplays(db: Queryable, since: number): Promise<number> {
  const [row] = await db.rows('SELECT COUNT(*) AS total FROM replays WHERE ended_at > ?', [since]);
  return row === undefined ? 0 : int(row, 'total');
}

/** Removes every replay of a user from the lists; the recorded files stay where the cloud has them. */
export async function dropReplaysOf(tx: Queryable, userId: string): Promise<void> {
  const rows = await tx.rows('SELECT replay_id FROM replays WHERE user_id = ? FOR UPDATE', [userId]);
  for (const row of rows) {
    const replayId = int(row, 'replay_id');
    await tx.run('DELETE FROM replay_files WHERE replay_id = ?', [replayId]);
    await tx.run('DELETE FROM room_members WHERE room_id = ?', [`r${replayId}`]);
    await tx.run('DELETE FROM counters WHERE room_id = ?', [`r${replayId}`]);
  }
  await tx.run('DELETE FROM replays WHERE user_id = ?', [userId]);
}

async function addReplay(
  tx: Queryable,
  owner: Omit<Replay, 'replayId' | 'fileId' | 'playUrl' | 'hlsPlayUrl' | 'startedAt' | 'endedAt'>,
  file: ReplayFile,
): Promise<number> {
  const { insertId } = await tx.run(
    `INSERT INTO replays (file_id, stream_id, user_id, group_id, title, nickname, head_pic, front_cover, location, description,
       play_url, hls_play_url, started_at, ended_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      file.fileId,
      owner.streamId,
      owner.userId,
      owner.groupId,
      owner.title,
      owner.nickname,
      owner.headPic,
      owner.frontCover,
      owner.location,
      owner.description,
      file.url,
      file.url,
      file.startedAt,
      file.endedAt,
    ],
  );
  return insertId;
}

/**
 * What a replay shows of its files.
 * @param files its rows of replay_files, at least one, in the order of their ids
 */
export function presentation(
  files: readonly Row[],
): Pick<Replay, 'fileId' | 'playUrl' | 'hlsPlayUrl' | 'startedAt' | 'endedAt'> {
  const urlOf = (...formats: string[]) => {
    for (const format of formats) {
      const file = files.find((row) => text(row, 'format') === format);
      if (file !== undefined) return text(file, 'url');
    }
    return undefined;
  };
  const any = urlOf(...files.map((row) => text(row, 'format'))) ?? '';
  return {
    fileId: files[0] === undefined ? '' : text(files[0], 'file_id'),
    playUrl: urlOf('flv', 'mp4', 'hls') ?? any,
    hlsPlayUrl: urlOf('hls', 'mp4', 'flv') ?? any,
    startedAt: Math.min(...files.map((row) => int(row, 'started_at'))),
    endedAt: Math.max(...files.map((row) => int(row, 'ended_at'))),
  };
}

function replay(row: Row): Replay {
  return {
    replayId: int(row, 'replay_id'),
    fileId: text(row, 'file_id'),
    streamId: text(row, 'stream_id'),
    userId: text(row, 'user_id'),
    groupId: text(row, 'group_id'),
    title: text(row, 'title'),
    nickname: text(row, 'nickname'),
    headPic: text(row, 'head_pic'),
    frontCover: text(row, 'front_cover'),
    location: text(row, 'location'),
    description: text(row, 'description'),
    playUrl: text(row, 'play_url'),
    hlsPlayUrl: text(row, 'hls_play_url'),
    startedAt: int(row, 'started_at'),
    endedAt: int(row, 'ended_at'),
  };
}
