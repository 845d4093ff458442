/**
 * The RTMP protocol of one connection: node-media-server's handshake, chunk parser and AMF, without its server.
 * Its server objects cannot refuse a push before announcing it, hold an ended push for 30 s, and end the
 * process when the port is taken; its protocol class has none of that.
 */
import type AVPacket from 'node-media-server/src/core/avpacket.js';
import libraryLogger from 'node-media-server/src/core/logger.js';
import { decodeAmf0Data } from 'node-media-server/src/protocol/amf.js';
import Rtmp from 'node-media-server/src/protocol/rtmp.js';
import { noMetadata, tagBytes, type FlvTag, type Metadata, type TagKind } from './flvTag';

/** What a client asks for: `rtmp://<domain>/<appName>/<streamName>?<streamParam>`. */
export interface StreamRequest {
  readonly domain: string;
  readonly appName: string;
  readonly streamName: string;
  /** The query as sent, without the question mark. */
  readonly streamParam: string;
}

export interface RtmpHandlers {
  output(bytes: Buffer): void;
  publish(request: StreamRequest): void;
  play(request: StreamRequest): void;
  /** The client ended its push or play in words. */
  ended(): void;
  tag(tag: FlvTag): void;
  metadata(metadata: Metadata): void;
}

export interface RtmpProtocol {
  /** Feeds received bytes. Throws on anything that is not RTMP; a RangeError named MESSAGE_TOO_LARGE on size. */
  receive(bytes: Buffer): void;
  acceptPublish(): void;
  acceptPlay(): void;
  /** Sends an error status; the caller closes the connection afterwards. */
  refuse(code: string, description: string): void;
}

export const MESSAGE_TOO_LARGE = 'message too large';
const MAX_MEDIA_BYTES = 8 * 1024 * 1024;
const MAX_COMMAND_BYTES = 64 * 1024;
const MAX_CHUNK_STREAMS = 64;

// Flags that the library's tag parser puts on a packet.
const kinds: Record<number, TagKind> = {
  0: 'audioHeader',
  1: 'audio',
  2: 'videoHeader',
  3: 'keyFrame',
  4: 'interFrame',
};

// The library prints to the console; the local cloud has a log of its own.
libraryLogger.log = () => undefined;

/** In: what to do with each thing received. Out: the protocol state of one connection. */
export function rtmpProtocol(handlers: RtmpHandlers): RtmpProtocol {
  const rtmp = new Rtmp();
  const acknowledge = acknowledgements(rtmp);
  limitSizes(rtmp);
  rtmp.onOutputCallback = (bytes) => handlers.output(bytes);
  rtmp.onPacketCallback = (packet) => deliver(packet, handlers);
  rtmp.onDeleteStream = () => handlers.ended();
  rtmp.onPublish = (message) => handlers.publish(streamRequest(rtmp, message.streamName));
  rtmp.onPlay = (message) => handlers.play(streamRequest(rtmp, message.streamName));
  return {
    receive(bytes) {
      const problem = rtmp.parserData(bytes);
      if (problem !== null) throw new Error(problem);
      acknowledge(bytes.length);
    },
    acceptPublish: () =>
      rtmp.sendStatusMessage(rtmp.streamId, 'status', 'NetStream.Publish.Start', 'The push is accepted.'),
    acceptPlay: () => rtmp.respondPlay(),
    refuse: (code, description) => rtmp.sendStatusMessage(rtmp.streamId, 'error', code, description),
  };
}

/** Out: one RTMP message for a player. */
export function rtmpMessage(tag: FlvTag): Buffer {
  const size = tag.bytes.readUIntBE(1, 3);
  const data = tag.bytes.subarray(11, 11 + size);
  return Rtmp.createMessage({
    codec_type: tag.bytes.readUInt8(0),
    flags: 0,
    dts: tag.timestamp,
    size,
    data,
  });
}

function streamRequest(rtmp: Rtmp, name: unknown): StreamRequest {
  rtmp.streamId = rtmp.parserPacket.header.stream_id;
  const given = typeof name === 'string' ? name : '';
  const question = given.indexOf('?');
  const streamName = question < 0 ? given : given.slice(0, question);
  rtmp.streamName = streamName;
  return {
    domain: typeof rtmp.streamHost === 'string' ? rtmp.streamHost : '',
    appName: typeof rtmp.streamApp === 'string' ? rtmp.streamApp.replace(/\/+$/, '') : '',
    streamName,
    streamParam: question < 0 ? '' : given.slice(question + 1),
  };
}

function deliver(packet: AVPacket, handlers: RtmpHandlers): void {
  if (packet.size === 0) return;
  const payload = packet.data.subarray(0, packet.size);
  if (packet.flags === 5) {
    const metadata = readMetadata(payload);
    if (metadata) handlers.metadata(metadata);
    return;
  }
  const kind = kinds[packet.flags];
  if (kind === undefined || (packet.codec_type !== 8 && packet.codec_type !== 9)) return;
  const timestamp = packet.dts >>> 0;
  handlers.tag({ kind, timestamp, bytes: tagBytes(packet.codec_type, timestamp, payload) });
}

function readMetadata(payload: Buffer): Metadata | undefined {
  const { cmd, dataObj } = decodeAmf0Data(payload);
  if (cmd !== '@setDataFrame' && cmd !== 'onMetaData') return undefined;
  if (typeof dataObj !== 'object' || dataObj === null) return undefined;
  const fields = new Map<string, unknown>(Object.entries(dataObj));
  const number = (name: string): number => {
    const value = fields.get(name);
    return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : 0;
  };
  return {
    ...noMetadata,
    width: Math.round(number('width')),
    height: Math.round(number('height')),
    frameRate: number('framerate'),
    videoCodecId: number('videocodecid'),
    audioCodecId: number('audiocodecid'),
    audioSampleRate: number('audiosamplerate'),
    stereo: fields.get('stereo') === true,
  };
}

/** Without this a client could make the parser reserve 16 MB for each of 65,000 chunk streams. */
function limitSizes(rtmp: Rtmp): void {
  const allocate = rtmp.packetAlloc.bind(rtmp);
  rtmp.packetAlloc = () => {
    const { length, type } = rtmp.parserPacket.header;
    const limit = type === 8 || type === 9 ? MAX_MEDIA_BYTES : MAX_COMMAND_BYTES;
    if (length > limit) throw new RangeError(MESSAGE_TOO_LARGE);
    if (rtmp.inPackets.size > MAX_CHUNK_STREAMS) throw new RangeError('too many chunk streams');
    allocate();
  };
}

/** A client that announced an acknowledgement window stops sending when nobody acknowledges (RTMP 1.0, 5.4.4). */
function acknowledgements(rtmp: Rtmp): (received: number) => void {
  let total = 0;
  let acknowledged = 0;
  return (received) => {
    total += received;
    if (typeof rtmp.ackSize !== 'number' || rtmp.ackSize <= 0) return;
    if (total - acknowledged < rtmp.ackSize) return;
    acknowledged = total;
    rtmp.sendACK(total >>> 0);
  };
}
