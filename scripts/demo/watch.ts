import { download } from './product';
import { Mismatch } from './step';

/** What a piece of an FLV stream held. */
export interface FlvSample {
  videoTags: number;
  keyFrames: number;
  audioTags: number;
  /** Between the first and the last video tag. */
  milliseconds: number;
  bytes: number;
}

const fileHeaderBytes = 9 + 4;
const tagHeaderBytes = 11;
const previousSizeBytes = 4;

/**
 * Reads the beginning of an HTTP-FLV stream: long enough to see video flow.
 * @param milliseconds of video to wait for
 * @throws Mismatch when there is no FLV, no H.264 key frame, or not so much within `seconds`
 */
export async function watchFlv(url: string, milliseconds: number, seconds = 12): Promise<FlvSample> {
  const expected = `GET ${url}: FLV with a key frame and ${milliseconds} ms of H.264 video within ${seconds} s`;
  const leave = new AbortController();
  const signal = AbortSignal.any([leave.signal, AbortSignal.timeout(seconds * 1000)]);
  const response = await fetch(url, { signal });
  if (response.status !== 200 || response.body === null)
    throw new Mismatch(expected, `HTTP ${response.status}`);
  let read = Buffer.alloc(0);
  let sample = readFlv(read);
  try {
    const chunks: AsyncIterable<Uint8Array> = response.body;
    for await (const chunk of chunks) {
      read = Buffer.concat([read, chunk]);
      sample = readFlv(read);
      if (sample === 'no FLV') throw new Mismatch(expected, `bytes ${read.subarray(0, 16).toString('hex')}`);
      if (sample.keyFrames > 0 && sample.milliseconds >= milliseconds) return sample;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    leave.abort();
  }
  throw new Mismatch(expected, `the stream ended or stalled after ${JSON.stringify(sample)}`);
}

/**
 * Takes the tags of an FLV stream apart (Adobe "Video File Format Specification" version 10, annex E).
 * @param bytes from the beginning of the stream; an incomplete last tag is left out
 */
export function readFlv(bytes: Buffer): FlvSample | 'no FLV' {
  const sample = { videoTags: 0, keyFrames: 0, audioTags: 0, milliseconds: 0, bytes: bytes.length };
  if (bytes.length >= 4 && bytes.toString('latin1', 0, 4) !== 'FLV\x01') return 'no FLV';
  let first: number | undefined;
  for (let at = fileHeaderBytes; at + tagHeaderBytes < bytes.length;) {
    const size = bytes.readUIntBE(at + 1, 3);
    const end = at + tagHeaderBytes + size;
    if (end + previousSizeBytes > bytes.length) break;
    const timestamp = bytes.readUIntBE(at + 4, 3) + bytes.readUInt8(at + 7) * 0x1000000;
    const type = bytes[at];
    if (type === 8) sample.audioTags += 1;
    // Frame type and codec (7: H.264), then packet type: 1 is picture data, 0 the decoder's settings.
    const [kind = 0, packet] = bytes.subarray(at + tagHeaderBytes, at + tagHeaderBytes + 2);
    if (type === 9 && (kind & 0x0f) === 7 && packet === 1) {
      first ??= timestamp;
      sample.videoTags += 1;
      sample.milliseconds = timestamp - first;
      if (kind >> 4 === 1) sample.keyFrames += 1;
    }
    at = end + previousSizeBytes;
  }
  return sample;
}

/**
 * Reads an HLS playlist and its first segment.
 * @param seconds allowed for the playlist: of a live, the first one waits for a segment
 * @throws Mismatch unless the segment is an MPEG transport stream
 */
export async function watchHls(url: string, seconds = 20): Promise<{ segments: number; bytes: number }> {
  const playlist = (await download(url, 200, {}, seconds)).bytes.toString();
  const segments = playlist.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
  const [first] = segments;
  if (!playlist.startsWith('#EXTM3U') || first === undefined)
    throw new Mismatch(`GET ${url}: an m3u8 playlist with a segment`, playlist.slice(0, 200));
  const { bytes } = await download(new URL(first.trim(), url).href);
  const packets = [0, 1, 2].map((packet) => bytes[packet * 188]);
  if (!packets.every((sync) => sync === 0x47))
    throw new Mismatch('an MPEG-TS segment: 0x47 every 188 bytes', bytes.subarray(0, 16).toString('hex'));
  return { segments: segments.length, bytes: bytes.length };
}

const signatures: Record<string, { at: number; text: string }> = {
  flv: { at: 0, text: 'FLV\x01' },
  mp4: { at: 4, text: 'ftyp' },
};

/**
 * Fetches the head of a recording with a Range request and looks for the signature of its container.
 * @returns the size of the whole file in bytes
 * @throws Mismatch when it is not 206, or not what the address says
 */
export async function headOfFile(url: string): Promise<{ container: string; size: number }> {
  const container = /\.(\w+)$/.exec(new URL(url).pathname)?.[1] ?? '';
  const signature = signatures[container];
  if (signature === undefined) throw new Mismatch('the address of an .flv or .mp4 file', url);
  const { bytes, headers } = await download(url, 206, { Range: 'bytes=0-15' });
  const range = headers.get('content-range') ?? '';
  const size = /^bytes 0-15\/(\d+)$/.exec(range)?.[1];
  if (size === undefined || bytes.length !== 16)
    throw new Mismatch(
      'Content-Range: bytes 0-15/<size> and 16 bytes',
      `"${range}" and ${bytes.length} bytes`,
    );
  const { at, text } = signature;
  if (bytes.toString('latin1', at, at + text.length) !== text)
    throw new Mismatch(`the signature of ${container} in the first bytes`, bytes.toString('hex'));
  return { container, size: Number(size) };
}
