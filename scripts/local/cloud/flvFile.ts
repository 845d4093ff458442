/** A recorded FLV file on disk: finding its true end, and writing its length into its head. */
import { open, type FileHandle } from 'node:fs/promises';
import {
  DURATION_OFFSET,
  FILESIZE_OFFSET,
  FLV_AUDIO,
  FLV_SCRIPT,
  FLV_VIDEO,
  PREVIOUS_SIZE_BYTES,
  TAG_HEADER_BYTES,
  readTimestamp,
} from './flvTag';

export interface FlvSummary {
  /** Up to the end of the last whole tag. */
  readonly bytes: number;
  readonly durationMs: number;
  readonly hasKeyFrame: boolean;
  /** h264, h265, av1 or vp9; empty without video. */
  readonly videoCodec: string;
}

const FILE_HEADER_BYTES = 13;
const BLOCK_BYTES = 1024 * 1024;

/**
 * Reads the file tag by tag. Out: what it holds; everything after the first broken or unfinished tag (a process
 * killed while writing leaves one) is not counted. `durationMs` includes the last frame's own length.
 */
export async function summarizeFlv(path: string): Promise<FlvSummary> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const read = blockReader(file);
    const audio = track();
    const video = track();
    let hasKeyFrame = false;
    let videoCodec = '';
    let at = FILE_HEADER_BYTES;
    for (;;) {
      const tag = await readTag(read, at, size);
      if (!tag) break;
      if (tag.type === FLV_AUDIO) audio.add(tag.timestamp);
      if (tag.type === FLV_VIDEO) {
        video.add(tag.timestamp);
        hasKeyFrame ||= ((tag.start.readUInt8(0) >> 4) & 7) === 1 && !isVideoHeader(tag.start);
        videoCodec ||= codecName(tag.start);
      }
      at = tag.end;
    }
    const durationMs = Math.max(audio.endMs(), video.endMs());
    return { bytes: Math.min(at, size), durationMs, hasKeyFrame, videoCodec };
  } finally {
    await file.close();
  }
}

/** Cuts the file at `bytes` and writes duration and size into its onMetaData. */
export async function closeFlv(path: string, summary: FlvSummary): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.truncate(summary.bytes);
    await writeDouble(file, DURATION_OFFSET, summary.durationMs / 1000);
    await writeDouble(file, FILESIZE_OFFSET, summary.bytes);
  } finally {
    await file.close();
  }
}

async function writeDouble(file: FileHandle, at: number, value: number): Promise<void> {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  await file.write(bytes, 0, 8, at);
}

type Reader = (at: number, length: number) => Promise<Buffer>;

/** Reads in blocks; a tag header at a time would be a system call each. May give less at the end of the file. */
function blockReader(file: FileHandle): Reader {
  const block = Buffer.alloc(BLOCK_BYTES);
  let blockAt = 0;
  let filled = 0;
  return async (at, length) => {
    if (at < blockAt || at + length > blockAt + filled) {
      blockAt = at;
      filled = (await file.read(block, 0, BLOCK_BYTES, at)).bytesRead;
    }
    return block.subarray(at - blockAt, Math.min(at - blockAt + length, filled));
  };
}

interface FileTag {
  readonly type: number;
  readonly timestamp: number;
  readonly end: number;
  /** The first bytes of the payload. */
  readonly start: Buffer;
}

async function readTag(read: Reader, at: number, size: number): Promise<FileTag | undefined> {
  const least = TAG_HEADER_BYTES + PREVIOUS_SIZE_BYTES;
  if (at + least > size) return undefined;
  const head = Buffer.from(await read(at, TAG_HEADER_BYTES + 5));
  const type = head.readUInt8(0);
  const length = head.readUIntBE(1, 3);
  const end = at + least + length;
  if (length === 0 || end > size || ![FLV_AUDIO, FLV_VIDEO, FLV_SCRIPT].includes(type)) return undefined;
  const previous = await read(end - PREVIOUS_SIZE_BYTES, PREVIOUS_SIZE_BYTES);
  if (previous.readUInt32BE(0) !== TAG_HEADER_BYTES + length) return undefined;
  return { type, timestamp: readTimestamp(head), end, start: head.subarray(TAG_HEADER_BYTES) };
}

function isVideoHeader(start: Buffer): boolean {
  const first = start.readUInt8(0);
  return first & 0x80 ? (first & 0x0f) === 0 : start.readUInt8(1) === 0;
}

function codecName(start: Buffer): string {
  const first = start.readUInt8(0);
  if (first & 0x80) {
    const names: Record<string, string> = { hvc1: 'h265', av01: 'av1', vp09: 'vp9' };
    return names[start.toString('latin1', 1, 5)] ?? '';
  }
  return (first & 0x0f) === 7 ? 'h264' : '';
}

/** Follows one track's timestamps; the last frame is taken to be as long as the one before it. */
function track(): { add(timestamp: number): void; endMs(): number } {
  let last: number | undefined;
  let step = 0;
  return {
    add(timestamp) {
      if (last !== undefined && timestamp > last) step = Math.min(timestamp - last, 1000);
      last = Math.max(last ?? 0, timestamp);
    },
    endMs: () => (last === undefined ? 0 : last + step),
  };
}
