/** One stream that is up: keeps what a new viewer needs to start at once, and passes every tag on. */
import { flvHeader, metadataTag, noMetadata, tagBytes, type FlvTag, type Metadata } from './flvTag';

/** Someone who receives the stream: a player, a recording, a segmenter. */
export interface Viewer {
  /** Called once, when there is something to show: the tracks, then tag() with headers and the latest GOP. */
  start(tracks: { audio: boolean; video: boolean }, metadata: Metadata): void;
  tag(tag: FlvTag): void;
  /** The stream has ended. Not called after leave(). */
  end(): void;
}

export interface LiveStream {
  metadata(): Metadata;
  setMetadata(metadata: Metadata): void;
  /** Takes in one audio or video tag. */
  feed(tag: FlvTag): void;
  /** Adds a viewer; the result removes it again. */
  watch(viewer: Viewer): () => void;
  viewerCount(): number;
  /** A complete FLV of one picture, the newest key frame; undefined before the first. */
  keyFrameFlv(): Buffer | undefined;
  end(): void;
}

const MAX_GOP_BYTES = 16 * 1024 * 1024;
/** A stream without video counts as ready after this much sound (ms). */
const AUDIO_ONLY_MS = 1000;

interface Cache {
  metadata: Metadata;
  audioHeader: FlvTag | undefined;
  videoHeader: FlvTag | undefined;
  gop: FlvTag[];
  gopBytes: number;
  keyFrame: FlvTag | undefined;
  firstAudioAt: number | undefined;
  ready: boolean;
}

export function liveStream(): LiveStream {
  const cache: Cache = {
    metadata: noMetadata,
    audioHeader: undefined,
    videoHeader: undefined,
    gop: [],
    gopBytes: 0,
    keyFrame: undefined,
    firstAudioAt: undefined,
    ready: false,
  };
  const viewers = new Set<Viewer>();
  return {
    metadata: () => cache.metadata,
    setMetadata: (metadata) => {
      cache.metadata = metadata;
    },
    feed(tag) {
      const wasReady = cache.ready;
      remember(cache, tag);
      // Viewers that waited get this tag with the cache.
      for (const viewer of viewers) {
        if (wasReady) viewer.tag(tag);
        else if (cache.ready) begin(cache, viewer);
      }
    },
    watch(viewer) {
      viewers.add(viewer);
      if (cache.ready) begin(cache, viewer);
      return () => viewers.delete(viewer);
    },
    viewerCount: () => viewers.size,
    keyFrameFlv: () => keyFrameFlv(cache),
    end() {
      const leaving = [...viewers];
      viewers.clear();
      for (const viewer of leaving) viewer.end();
    },
  };
}

function remember(cache: Cache, tag: FlvTag): void {
  if (tag.kind === 'audioHeader') cache.audioHeader = tag;
  else if (tag.kind === 'videoHeader') cache.videoHeader = tag;
  else if (tag.kind === 'keyFrame') {
    cache.keyFrame = tag;
    cache.gop = [tag];
    cache.gopBytes = tag.bytes.length;
    cache.ready = true;
  } else if (cache.keyFrame) keepInGop(cache, tag);
  else if (tag.kind === 'audio' && !cache.videoHeader && cache.metadata.videoCodecId === 0) {
    cache.firstAudioAt ??= tag.timestamp;
    cache.ready ||= tag.timestamp - cache.firstAudioAt >= AUDIO_ONLY_MS;
  }
}

function keepInGop(cache: Cache, tag: FlvTag): void {
  if (cache.gop.length === 0) return;
  cache.gop.push(tag);
  cache.gopBytes += tag.bytes.length;
  // An encoder that hardly ever sends key frames: new viewers then wait for the next one.
  if (cache.gopBytes > MAX_GOP_BYTES) cache.gop = [];
}

function begin(cache: Cache, viewer: Viewer): void {
  const audio = cache.audioHeader !== undefined || cache.metadata.audioCodecId > 0 || !cache.keyFrame;
  viewer.start({ audio, video: cache.keyFrame !== undefined }, cache.metadata);
  // The headers take the time of what follows, or players see the clock jump.
  const at = cache.gop[0]?.timestamp ?? cache.firstAudioAt ?? 0;
  if (cache.audioHeader) viewer.tag(retimed(cache.audioHeader, at));
  if (cache.videoHeader) viewer.tag(retimed(cache.videoHeader, at));
  for (const tag of cache.gop) viewer.tag(tag);
}

function retimed(tag: FlvTag, timestamp: number): FlvTag {
  const size = tag.bytes.readUIntBE(1, 3);
  const bytes = tagBytes(tag.bytes.readUInt8(0), timestamp, tag.bytes.subarray(11, 11 + size));
  return { kind: tag.kind, timestamp, bytes };
}

function keyFrameFlv(cache: Cache): Buffer | undefined {
  if (!cache.keyFrame || !cache.videoHeader) return undefined;
  return Buffer.concat([
    flvHeader({ audio: false, video: true }),
    metadataTag({ ...cache.metadata, audioCodecId: 0, audioSampleRate: 0 }),
    retimed(cache.videoHeader, cache.keyFrame.timestamp).bytes,
    cache.keyFrame.bytes,
  ]);
}
