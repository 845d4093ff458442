import { int, text, type Queryable, type Row } from '../../shared/store/database';
import { presentation, type Replay } from '../../shared/store/replays';
import { knownCounts, writeCounts, type LegacyCounts } from './counts';
import type { LegacyRow } from './legacyRow';
import {
  accountDeleted,
  ageFault,
  insertRows,
  noUserId,
  rowsIn,
  skipped,
  timeFault,
  type CopyContext,
  type Plan,
} from './legacyTable';
import type { Outcome } from './tally';
import { knownAccounts } from './users';

/** A recording on an old server. */
export interface LegacyRecording extends Omit<Replay, 'replayId' | 'groupId' | 'playUrl' | 'hlsPlayUrl'> {
  urls: readonly { url: string; format: string }[];
  viewers: number;
  likes: number;
}

/** A row as a recording, or the reason why it is none. */
export type ReadRecording = { key: string; alterations: readonly string[] } & (
  { recording: LegacyRecording } | { fault: string }
);

/** The second file of a recording gets the id of the first with this behind it: the old servers forgot its own. */
const secondFile = '~2';
const longestFileId = 64 - secondFile.length;

/**
 * Reads what `tape_data` and `tb_vod` have in common.
 * @param rest what the other columns say
 * @param playFormat what `play_url` is when its address does not show it
 */
export function readRecording(
  row: LegacyRow,
  source: Row,
  rest: Pick<LegacyRecording, 'nickname' | 'headPic' | 'description' | 'streamId'>,
  playFormat: 'flv' | 'mp4',
): ReadRecording {
  const key = `${JSON.stringify(source['userId'])} ${JSON.stringify(source['fileId'])}`;
  const { alterations } = row;
  const userId = row.userId();
  const fileId = row.id('fileId');
  const endedAt = row.time('endedAt') ?? row.time('startedAt');
  const urls = filesOf(row, playFormat);
  if (userId === undefined) return { key, alterations, fault: noUserId };
  if (fileId === '' || fileId.length > longestFileId || /[\p{Cc}\p{Surrogate}]/u.test(fileId)) {
    const fault = `file_id: expected 1 to ${longestFileId} characters, none of them a control character`;
    return { key, alterations, fault };
  }
  if (urls.length === 0)
    return { key, alterations, fault: 'neither play_url nor hls_play_url is an address' };
  if (endedAt === undefined)
    return { key, alterations, fault: 'create_time and start_time: neither is a time' };
  const recording = {
    ...rest,
    userId,
    fileId,
    title: row.text('title', 128),
    frontCover: row.picture('frontCover'),
    location: row.text('location', 128),
    urls,
    startedAt: Math.min(row.time('startedAt') ?? endedAt, endedAt),
    endedAt,
    viewers: row.count('viewers'),
    likes: row.count('likes'),
  };
  return { key, alterations, recording };
}

function filesOf(row: LegacyRow, playFormat: string): LegacyRecording['urls'] {
  const files = [
    { url: row.url('playUrl'), otherwise: playFormat },
    { url: row.url('hlsPlayUrl'), otherwise: 'hls' },
  ].filter(({ url }, at, all) => url !== '' && url !== all[at - 1]?.url);
  return files.map(({ url, otherwise }) => {
    const [, extension = ''] = /\.(flv|mp4|m3u8)(?:[?#]|$)/i.exec(url) ?? [];
    const format = extension.toLowerCase().replace('m3u8', 'hls') || otherwise;
    return { url, format };
  });
}

type Change =
  | { kind: 'new'; recording: LegacyRecording }
  | {
      kind: 'changed' | 'there';
      recording: LegacyRecording;
      known: KnownReplay;
      addedFiles: Row[];
      counts: LegacyCounts;
    };

interface KnownReplay {
  replayId: number;
  userId: string;
  files: Row[];
  counts: LegacyCounts | undefined;
}

/** What is to be done about recordings. One that came over before gets what its old server learnt of it since. */
export async function planRecordings(entries: readonly ReadRecording[], context: CopyContext): Promise<Plan> {
  const { target } = context;
  const recordings = entries.flatMap((entry) => ('recording' in entry ? [entry.recording] : []));
  const accounts = await knownAccounts(target, [...new Set(recordings.map(({ userId }) => userId))]);
  const known = await knownReplays(
    target,
    recordings.map(({ fileId }) => fileId),
  );
  const changes = new Map<string, Change>();

  const outcomes = entries.map((entry): Outcome => {
    if ('fault' in entry) return skipped(entry.key, entry.fault);
    const { key, recording, alterations } = entry;
    if (accounts.get(recording.userId)?.deleted === true) return skipped(key, accountDeleted);
    const fault = timeFault(recording.endedAt, context) ?? ageFault(recording.endedAt, context);
    if (fault !== undefined) return skipped(key, fault);
    const earlier = changes.get(recording.fileId);
    if (earlier?.recording.userId === recording.userId)
      return skipped(key, 'another row has the same userid and file_id');
    const change = earlier === undefined ? changeOf(recording, known.get(recording.fileId)) : undefined;
    if (change === undefined) return skipped(key, "file_id: is that of another user's replay");
    changes.set(recording.fileId, change);
    return { key, kind: change.kind, altered: alterations, at: recording.endedAt };
  });
  const due = [...changes.values()].filter(({ kind }) => kind !== 'there');
  return { outcomes, write: () => target.transaction((tx) => writeRecordings(tx, due)) };
}

function changeOf(recording: LegacyRecording, known: KnownReplay | undefined): Change | undefined {
  if (known === undefined) return { kind: 'new', recording };
  if (known.userId !== recording.userId) return undefined;
  const lacking = recording.urls.filter(
    ({ url, format }) => !known.files.some((file) => file['url'] === url || file['format'] === format),
  );
  const addedFiles = lacking.map((file) => fileRow(recording, file, known.files));
  const { viewers, likes } = recording;
  const counts = { roomId: `r${known.replayId}`, viewers, likes };
  const counted = known.counts?.viewers === viewers && known.counts.likes === likes;
  const kind = addedFiles.length === 0 && counted ? 'there' : 'changed';
  return { kind, recording, known, addedFiles, counts };
}

/** A file as replay_files has it, under the first id that none of the others has. */
function fileRow(
  { fileId, startedAt, endedAt }: LegacyRecording,
  { url, format }: LegacyRecording['urls'][number],
  others: readonly Row[],
): Row {
  const taken = others.some((file) => file['file_id'] === fileId);
  const file_id = taken ? `${fileId}${secondFile}` : fileId;
  return { file_id, format, url, started_at: startedAt, ended_at: endedAt };
}

async function knownReplays(db: Queryable, fileIds: readonly string[]): Promise<Map<string, KnownReplay>> {
  const rows = await rowsIn(
    db,
    `SELECT f.file_id, f.replay_id, r.user_id FROM replay_files f JOIN replays r ON r.replay_id = f.replay_id
     WHERE f.file_id IN`,
    fileIds,
  );
  const replayIds = [...new Set(rows.map((row) => int(row, 'replay_id')))];
  const files = await rowsIn(
    db,
    'SELECT replay_id, file_id, format, url, started_at, ended_at FROM replay_files WHERE replay_id IN',
    replayIds,
  );
  const counts = await knownCounts(
    db,
    replayIds.map((id) => `r${id}`),
  );
  return new Map(
    rows.map((row) => {
      const replayId = int(row, 'replay_id');
      const own = files.filter((file) => file['replay_id'] === replayId);
      const known = {
        replayId,
        userId: text(row, 'user_id'),
        files: own,
        counts: counts.get(`r${replayId}`),
      };
      return [text(row, 'file_id'), known];
    }),
  );
}

async function writeRecordings(tx: Queryable, changes: readonly Change[]): Promise<void> {
  const added = changes.flatMap((change) => (change.kind === 'new' ? [change.recording] : []));
  const replayIds = await addReplays(tx, added);
  const counts: LegacyCounts[] = [];
  for (const change of changes) {
    if (change.kind !== 'new') {
      await addFiles(tx, change.known, change.addedFiles);
      counts.push(change.counts);
      continue;
    }
    const { fileId, viewers, likes } = change.recording;
    if (viewers > 0 || likes > 0) counts.push({ roomId: `r${replayIds.get(fileId)}`, viewers, likes });
  }
  await writeCounts(tx, counts);
}

async function insertFiles(tx: Queryable, files: readonly Row[]): Promise<void> {
  await insertRows(
    tx,
    'INSERT INTO replay_files (file_id, replay_id, format, url, bytes, started_at, ended_at, received_at)',
    files.map((file) => [
      text(file, 'file_id'),
      int(file, 'replay_id'),
      text(file, 'format'),
      text(file, 'url'),
      0,
      int(file, 'started_at'),
      int(file, 'ended_at'),
      int(file, 'ended_at'),
    ]),
  );
}

/** Gives a replay further files and shows it with them. */
async function addFiles(tx: Queryable, known: KnownReplay, added: readonly Row[]): Promise<void> {
  if (added.length === 0) return;
  await insertFiles(
    tx,
    added.map((file) => ({ ...file, replay_id: known.replayId })),
  );
  const { playUrl, hlsPlayUrl } = presented([...known.files, ...added]);
  await tx.run('UPDATE replays SET play_url = ?, hls_play_url = ? WHERE replay_id = ?', [
    playUrl,
    hlsPlayUrl,
    known.replayId,
  ]);
}

function allFiles(recording: LegacyRecording): Row[] {
  const files: Row[] = [];
  for (const file of recording.urls) files.push(fileRow(recording, file, files));
  return files;
}

function presented(files: readonly Row[]) {
  return presentation([...files].sort((a, b) => (text(a, 'file_id') < text(b, 'file_id') ? -1 : 1)));
}

/** Adds replays with their files. @returns the replay ids by file id */
async function addReplays(tx: Queryable, added: readonly LegacyRecording[]): Promise<Map<string, number>> {
  await insertRows(
    tx,
    `INSERT INTO replays (file_id, stream_id, user_id, group_id, title, nickname, head_pic, front_cover, location,
       description, play_url, hls_play_url, started_at, ended_at)`,
    added.map((recording) => {
      const { fileId, streamId, userId, title, nickname, headPic, frontCover, location } = recording;
      const { description, startedAt, endedAt } = recording;
      const { playUrl, hlsPlayUrl } = presented(allFiles(recording));
      const names = [title, nickname, headPic, frontCover, location, description];
      return [fileId, streamId, userId, '', ...names, playUrl, hlsPlayUrl, startedAt, endedAt];
    }),
  );
  const rows = added.length === 0 ? [] : await addedReplays(tx, added);
  const replayIds = new Map(rows.map((row) => [text(row, 'file_id'), int(row, 'replay_id')]));
  const files = added.flatMap((recording) =>
    allFiles(recording).map((file) => ({ ...file, replay_id: replayIds.get(recording.fileId) ?? null })),
  );
  await insertFiles(tx, files);
  return replayIds;
}

/** By user too, because that is what replays are indexed by. */
async function addedReplays(tx: Queryable, added: readonly LegacyRecording[]): Promise<Row[]> {
  const places = added.map(() => '?').join(', ');
  return tx.rows(
    `SELECT replay_id, file_id FROM replays WHERE user_id IN (${places}) AND file_id IN (${places})`,
    [...added.map(({ userId }) => userId), ...added.map(({ fileId }) => fileId)],
  );
}
