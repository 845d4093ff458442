/**
 * FLV tags: the form in which a live stream travels inside the local cloud.
 * Source of the layout: Adobe "Video File Format Specification" version 10, annex E.
 */

export type TagKind = 'metadata' | 'audioHeader' | 'videoHeader' | 'keyFrame' | 'interFrame' | 'audio';

export interface FlvTag {
  readonly kind: TagKind;
  /** Milliseconds, unsigned 32 bit. */
  readonly timestamp: number;
  /** The whole tag with its 11-byte header and the 4 bytes of "previous tag size" behind it. */
  readonly bytes: Buffer;
}

/** What a push says about itself; 0 when it says nothing. */
export interface Metadata {
  readonly width: number;
  readonly height: number;
  readonly frameRate: number;
  readonly videoCodecId: number;
  readonly audioCodecId: number;
  readonly audioSampleRate: number;
  readonly stereo: boolean;
}

export const noMetadata: Metadata = {
  width: 0,
  height: 0,
  frameRate: 0,
  videoCodecId: 0,
  audioCodecId: 0,
  audioSampleRate: 0,
  stereo: false,
};

export const FLV_AUDIO = 8;
export const FLV_VIDEO = 9;
export const FLV_SCRIPT = 18;
export const TAG_HEADER_BYTES = 11;
export const PREVIOUS_SIZE_BYTES = 4;

/** In: which tracks follow. Out: the 9-byte file header and the first (zero) "previous tag size". */
export function flvHeader(tracks: { audio: boolean; video: boolean }): Buffer {
  const flags = (tracks.audio ? 4 : 0) | (tracks.video ? 1 : 0);
  return Buffer.from([0x46, 0x4c, 0x56, 1, flags, 0, 0, 0, 9, 0, 0, 0, 0]);
}

/** In: tag type (8, 9, 18), timestamp in ms, payload (copied). Out: the tag's bytes. */
export function tagBytes(type: number, timestamp: number, payload: Buffer): Buffer {
  const bytes = Buffer.alloc(TAG_HEADER_BYTES + payload.length + PREVIOUS_SIZE_BYTES);
  bytes[0] = type;
  bytes.writeUIntBE(payload.length, 1, 3);
  writeTimestamp(bytes, timestamp);
  payload.copy(bytes, TAG_HEADER_BYTES);
  bytes.writeUInt32BE(TAG_HEADER_BYTES + payload.length, bytes.length - PREVIOUS_SIZE_BYTES);
  return bytes;
}

/** Out: a copy of the tag with another timestamp (ms). */
export function withTimestamp(tag: FlvTag, timestamp: number): Buffer {
  const bytes = Buffer.from(tag.bytes);
  writeTimestamp(bytes, timestamp);
  return bytes;
}

/** In: bytes that begin with a tag header. Out: its timestamp in ms. */
export function readTimestamp(header: Buffer): number {
  return header.readUIntBE(4, 3) + header.readUInt8(7) * 0x1000000;
}

function writeTimestamp(bytes: Buffer, timestamp: number): void {
  bytes.writeUIntBE(timestamp & 0xffffff, 4, 3);
  bytes[7] = (timestamp >>> 24) & 0xff;
}

/**
 * In: what is known of the stream; `total` only for a file whose end is known or will be patched in.
 * Out: an onMetaData tag. `duration` (s) and `filesize` (bytes) come first, so that their place in a file is
 * fixed: see DURATION_OFFSET and FILESIZE_OFFSET.
 */
export function metadataTag(metadata: Metadata, total?: { duration: number; filesize: number }): Buffer {
  const fields: [string, number | boolean][] = [
    ['width', metadata.width],
    ['height', metadata.height],
    ['framerate', metadata.frameRate],
    ['videocodecid', metadata.videoCodecId],
    ['audiocodecid', metadata.audioCodecId],
    ['audiosamplerate', metadata.audioSampleRate],
    ['stereo', metadata.stereo],
  ];
  const known = fields.filter(([, value]) => value !== 0);
  if (total) known.unshift(['duration', total.duration], ['filesize', total.filesize]);
  const count = Buffer.alloc(5);
  count[0] = 0x08;
  count.writeUInt32BE(known.length, 1);
  const body = known.flatMap(([name, value]) => [amfName(name), amfValue(value)]);
  const end = Buffer.from([0, 0, 9]);
  return tagBytes(
    FLV_SCRIPT,
    0,
    Buffer.concat([Buffer.from([0x02]), amfName('onMetaData'), count, ...body, end]),
  );
}

/** Where the 8-byte big-endian doubles stand in a file that begins with flvHeader() and metadataTag(…, total). */
export const DURATION_OFFSET = 13 + TAG_HEADER_BYTES + 1 + 12 + 5 + 10 + 1;
export const FILESIZE_OFFSET = DURATION_OFFSET + 8 + 10 + 1;

function amfName(name: string): Buffer {
  const bytes = Buffer.alloc(2 + name.length);
  bytes.writeUInt16BE(name.length);
  bytes.write(name, 2, 'latin1');
  return bytes;
}

function amfValue(value: number | boolean): Buffer {
  if (typeof value === 'boolean') return Buffer.from([0x01, value ? 1 : 0]);
  const bytes = Buffer.alloc(9);
  bytes.writeDoubleBE(value, 1);
  return bytes;
}
