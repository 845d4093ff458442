/**
 * Records pushes. While a push runs, its FLV is written to a folder of its own together with a job file; after
 * the cut the job is finished: one file in each wanted format and one notice for each. A job found at start was
 * left by a process that died, and is finished in the same way.
 */
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  type WriteStream,
} from 'node:fs';
import { copyFile, link, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { runFfmpeg } from './ffmpeg';
import { closeFlv, summarizeFlv, type FlvSummary } from './flvFile';
import { flvHeader, metadataTag, withTimestamp, type FlvTag } from './flvTag';
import type { LiveStream } from './liveStream';
import {
  recordingReady,
  recordingStatus,
  type PushFacts,
  type RecordEvent,
  type RecordFormat,
} from './noticeBodies';
import type { Notices } from './notices';

export interface RecordingOptions {
  /** Folder of unfinished jobs, and folder of finished files (one sub-folder for each file id). */
  readonly jobsFolder: string;
  readonly filesFolder: string;
  readonly appId: number;
  /** Address under which `/vod/...` is served. */
  readonly publicUrl: string;
  readonly ffmpeg: string | undefined;
  readonly notices: Notices;
  readonly now: () => number;
  readonly newId: () => string;
  readonly log: (line: string) => void;
}

export interface Recordings {
  /** Begins to record; ends by itself with the stream. */
  start(push: PushFacts, stream: LiveStream, formats: readonly RecordFormat[]): void;
  /** From now on nothing is finished any more; it is left to the next start. */
  stop(): void;
  /** Waits until nothing is under way. */
  settled(): Promise<void>;
}

interface JobFile {
  readonly format: RecordFormat;
  readonly fileId: string;
  readonly session: string;
  done: boolean;
}

/** What is kept on disk of a recording under way. */
interface Job {
  readonly push: PushFacts;
  readonly files: JobFile[];
  /** Milliseconds: clock time and own timestamp of the first frame; startedAt 0 before there is one. */
  startedAt: number;
  mediaStartMs: number;
  width: number;
  height: number;
}

interface Context extends RecordingOptions {
  readonly stopping: AbortController;
  readonly underWay: Set<Promise<void>>;
}

/** Names of the finished file in its folder. */
const fileNames: Record<RecordFormat, string> = { flv: 'f0.flv', mp4: 'f0.mp4', hls: 'playlist.m3u8' };
const MIN_DURATION_MS = 1000;
const MAX_UNWRITTEN_BYTES = 64 * 1024 * 1024;
const REMUX_SECONDS = 600;

export function openRecordings(options: RecordingOptions): Recordings {
  mkdirSync(options.jobsFolder, { recursive: true });
  mkdirSync(options.filesFolder, { recursive: true });
  const context: Context = { ...options, stopping: new AbortController(), underWay: new Set() };
  follow(context, finishLeftOver(context));
  return {
    start(push, stream, formats) {
      try {
        record(context, push, stream, possibleFormats(context, formats));
      } catch (error) {
        context.log(`recording: ${push.streamName} is not recorded: ${String(error)}`);
      }
    },
    stop: () => context.stopping.abort(),
    settled: async () => {
      await Promise.allSettled([...context.underWay]);
    },
  };
}

/** Without ffmpeg only FLV can be made; something is better than nothing. */
function possibleFormats(context: Context, wanted: readonly RecordFormat[]): RecordFormat[] {
  if (context.ffmpeg !== undefined || wanted.length === 0) return [...new Set(wanted)];
  return ['flv'];
}

function follow(context: Context, work: Promise<void>): void {
  const safe = work.catch((error: unknown) =>
    context.log(`recording: ${error instanceof Error ? error.message : 'failed'}`),
  );
  context.underWay.add(safe);
  void safe.finally(() => context.underWay.delete(safe));
}

function record(context: Context, push: PushFacts, stream: LiveStream, formats: RecordFormat[]): void {
  if (formats.length === 0) return;
  const folder = join(context.jobsFolder, push.sequence);
  const job: Job = {
    push,
    files: formats.map((format) => ({
      format,
      fileId: context.newId(),
      session: context.newId(),
      done: false,
    })),
    startedAt: 0,
    mediaStartMs: 0,
    width: 0,
    height: 0,
  };
  mkdirSync(folder, { recursive: true });
  saveJob(folder, job);
  let output: WriteStream | undefined;
  let firstTimestamp: number | undefined;
  stream.watch({
    start(tracks, metadata) {
      output = openOutput(context, job, folder);
      output.write(flvHeader(tracks));
      output.write(metadataTag(metadata, { duration: 0, filesize: 0 }));
      job.startedAt = context.now();
      job.width = metadata.width;
      job.height = metadata.height;
      for (const file of job.files) announce(context, job, file, 'record_start_succeeded');
    },
    tag(tag) {
      if (!output || output.destroyed) return;
      if (firstTimestamp === undefined) {
        firstTimestamp = job.mediaStartMs = tag.timestamp;
        saveJob(folder, job);
      }
      write(output, tag, firstTimestamp);
    },
    end() {
      const written = output;
      if (!written) return rmSync(folder, { recursive: true, force: true });
      follow(
        context,
        flushed(written).then(() => finish(context, job, folder)),
      );
    },
  });
}

function openOutput(context: Context, job: Job, folder: string): WriteStream {
  const output = createWriteStream(join(folder, 'record.flv'));
  output.on('error', (error) => {
    context.log(`recording: ${job.push.streamName} cannot be written: ${error.message}`);
    for (const file of job.files) announce(context, job, file, 'record_error');
  });
  return output;
}

/** Timestamps in the file start at 0, whatever the encoder's clock says. */
function write(output: WriteStream, tag: FlvTag, firstTimestamp: number): void {
  output.write(withTimestamp(tag, Math.max(0, tag.timestamp - firstTimestamp)));
  if (output.writableLength > MAX_UNWRITTEN_BYTES) output.destroy(new Error('the disk is too slow'));
}

function flushed(output: WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (output.closed) return resolve();
    output.once('close', resolve);
    output.end();
  });
}

function saveJob(folder: string, job: Job): void {
  const path = join(folder, 'job.json');
  writeFileSync(`${path}.new`, JSON.stringify(job));
  renameSync(`${path}.new`, path);
}

async function finishLeftOver(context: Context): Promise<void> {
  for (const name of readdirSync(context.jobsFolder)) {
    const folder = join(context.jobsFolder, name);
    const job = readJob(folder);
    if (!job || job.startedAt === 0) rmSync(folder, { recursive: true, force: true });
    else
      await finish(context, job, folder).catch((error: unknown) =>
        context.log(`recording: ${String(error)}`),
      );
  }
}

function readJob(folder: string): Job | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(join(folder, 'job.json'), 'utf8'));
    return isJob(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The file is this module's own; the check is for one that is torn or from another version. */
function isJob(value: unknown): value is Job {
  return (
    typeof value === 'object' &&
    value !== null &&
    'push' in value &&
    'files' in value &&
    Array.isArray(value.files) &&
    'startedAt' in value
  );
}

async function finish(context: Context, job: Job, folder: string): Promise<void> {
  if (context.stopping.signal.aborted) return;
  const source = join(folder, 'record.flv');
  const summary = await summarizeFlv(source).catch(() => undefined);
  if (summary && isWorthKeeping(summary)) {
    await closeFlv(source, summary);
    for (const file of job.files) {
      if (file.done) continue;
      await produce(context, job, file, source, summary);
      if (context.stopping.signal.aborted) return;
      file.done = true;
      saveJob(folder, job);
    }
  } else {
    context.log(`recording: ${job.push.streamName} too short for a file`);
  }
  for (const file of job.files) announce(context, job, file, 'record_ended');
  await rm(folder, { recursive: true, force: true });
}

function isWorthKeeping(summary: FlvSummary): boolean {
  return summary.durationMs >= MIN_DURATION_MS && (summary.hasKeyFrame || summary.videoCodec === '');
}

/** Makes one format and tells of it. The folder appears under its final name only when it is complete. */
async function produce(
  context: Context,
  job: Job,
  file: JobFile,
  source: string,
  summary: FlvSummary,
): Promise<void> {
  const target = join(context.filesFolder, file.fileId);
  const building = `${target}.new`;
  try {
    // It can be there already: made by a process that died before it could say so.
    if (!existsSync(target)) {
      await mkdir(building, { recursive: true });
      await convert(context, file.format, source, building);
      await rename(building, target);
    }
  } catch (error) {
    if (context.stopping.signal.aborted) return;
    context.log(`recording: ${job.push.streamName} as ${file.format} failed: ${String(error)}`);
    announce(context, job, file, 'record_error');
    return rm(building, { recursive: true, force: true });
  }
  const name = fileNames[file.format];
  context.notices.send(
    recordingReady(context.appId, job.push, {
      fileId: file.fileId,
      format: file.format,
      bytes: await folderBytes(target),
      url: `${context.publicUrl}/vod/${context.appId}/${file.fileId}/${name}`,
      startedAt: job.startedAt,
      durationMs: summary.durationMs,
      mediaStartMs: job.mediaStartMs,
      video: { width: job.width, height: job.height, codec: summary.videoCodec },
    }),
  );
  context.log(`recording: ${job.push.streamName} as ${file.format}, ${summary.durationMs / 1000} s`);
}

async function convert(
  context: Context,
  format: RecordFormat,
  source: string,
  folder: string,
): Promise<void> {
  const target = join(folder, fileNames[format]);
  // A second name for the same bytes where the file system can do that.
  if (format === 'flv') return link(source, target).catch(() => copyFile(source, target));
  if (context.ffmpeg === undefined) throw new Error('ffmpeg is needed');
  const segments = ['-hls_segment_filename', join(folder, 'f0_%d.ts')];
  const output =
    format === 'mp4'
      ? ['-movflags', '+faststart', target]
      : [
          '-f',
          'hls',
          '-hls_time',
          '5',
          '-hls_playlist_type',
          'vod',
          '-hls_list_size',
          '0',
          ...segments,
          target,
        ];
  await runFfmpeg(context.ffmpeg, ['-i', source, '-c', 'copy', ...output], {
    seconds: REMUX_SECONDS,
    signal: context.stopping.signal,
  });
}

async function folderBytes(folder: string): Promise<number> {
  const names = await readdir(folder);
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

function announce(context: Context, job: Job, file: JobFile, event: RecordEvent): void {
  const status = {
    event,
    format: file.format,
    session: file.session,
    seq: context.newId(),
    at: context.now(),
  };
  context.notices.send(recordingStatus(context.appId, job.push, status));
}
