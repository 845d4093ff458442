// The parts of node-media-server's RTMP protocol layer that the local cloud uses. The package has no types.

declare module 'node-media-server/src/core/avpacket.js' {
  /** One audio, video or data message. `data` may be longer than `size` and is reused for the next message. */
  class AVPacket {
    codec_type: number;
    flags: number;
    dts: number;
    size: number;
    data: Buffer;
  }
  export = AVPacket;
}

declare module 'node-media-server/src/core/logger.js' {
  const logger: { log: (message: string, level?: string) => void };
  export = logger;
}

declare module 'node-media-server/src/protocol/amf.js' {
  export function decodeAmf0Data(bytes: Buffer): { cmd?: unknown; dataObj?: unknown };
}

declare module 'node-media-server/src/protocol/rtmp.js' {
  import type AVPacket from 'node-media-server/src/core/avpacket.js';

  class Rtmp {
    streamApp: unknown;
    streamHost: unknown;
    streamName: unknown;
    streamId: number;
    ackSize: unknown;
    inPackets: Map<number, unknown>;
    parserPacket: { header: { stream_id: number; length: number; type: number } };
    onOutputCallback: (bytes: Buffer) => void;
    onPacketCallback: (packet: AVPacket) => void;
    onPublish: (message: { streamName?: unknown }) => void;
    onPlay: (message: { streamName?: unknown }) => void;
    onDeleteStream: (message: unknown) => void;
    packetAlloc: () => void;
    parserData(bytes: Buffer): string | null;
    respondPlay(): void;
    sendACK(receivedBytes: number): void;
    sendStatusMessage(streamId: number, level: string, code: string, description: string): void;
    static createMessage(packet: AVPacket): Buffer;
  }
  export = Rtmp;
}
