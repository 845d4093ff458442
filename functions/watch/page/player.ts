import type Hls from 'hls.js';
import type mpegts from 'mpegts.js';
import { backOff } from './backOff';
import type { Sources } from './pageData';

export type { Sources } from './pageData';
export type PlayerState = 'loading' | 'playing' | 'buffering' | 'reconnecting' | 'ended' | 'failed';

export interface PlayerOptions {
  video: HTMLVideoElement;
  sources: Sources;
  /** A live is joined at its newest picture and again after each interruption; a file plays from where it was. */
  live: boolean;
  onState: (state: PlayerState) => void;
  /** The player libraries, loaded only where the browser needs one. */
  libraries: {
    mpegts(): Promise<{ default: typeof mpegts }>;
    hls(): Promise<{ default: typeof Hls }>;
  };
}

export interface Player {
  close(): void;
}

/** One way to play one address; calls `onLost` once, when it can go on no longer. */
interface Playing {
  close(): void;
}
type Way = (options: PlayerOptions, onLost: () => void) => Promise<Playing>;

/** Failures in a row after which it is given up; with the longest waits that is about two minutes. */
const mostFailures = 12;

/** A picture that stands still for so long is lost, milliseconds. */
const stillFor = 8_000;

/**
 * Plays a live or a file in a video element, by the best way the browser has: HTTP-FLV through Media Source Extensions
 * for a live, HLS where there are none; MP4 for a file, else HLS, else FLV. What is lost is opened again with growing
 * pauses, at once when the network or the person comes back. Sound is on where the browser allows it, else muted.
 * `ended` comes at the end of a file; that a live is over only the server can tell.
 */
export function openPlayer(options: PlayerOptions): Player {
  const { video, live, onState } = options;
  const ways = waysFor(options);
  let playing: Playing | undefined;
  let failures = 0;
  let attempt = 0;
  let closed = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let hiddenAt = 0;
  /** Where a file goes on after an interruption, seconds. */
  let position = 0;

  const stop = (): void => {
    clearTimeout(timer);
    timer = undefined;
    playing?.close();
    playing = undefined;
    attempt += 1;
  };
  const open = (): void => {
    stop();
    const mine = attempt;
    const way = ways[Math.floor(failures / 2) % Math.max(ways.length, 1)];
    const lost = (): void => {
      if (!closed && mine === attempt) retry();
    };
    if (way === undefined) return onState('failed');
    way(options, lost).then(
      (opened) => {
        if (closed || mine !== attempt) return opened.close();
        playing = opened;
        if (position > 0) video.currentTime = position;
        startPlaying(video);
      },
      () => lost(),
    );
  };
  const retry = (): void => {
    stop();
    failures += 1;
    if (failures > mostFailures) return onState('failed');
    onState('reconnecting');
    timer = setTimeout(open, backOff(failures, Math.random()));
  };
  const retryNow = (): void => {
    if (closed || document.hidden || failures > mostFailures) return;
    if (timer !== undefined) open();
  };
  const stopWatching = watchElement(video, {
    progress() {
      failures = 0;
      if (!live) position = video.currentTime;
      onState('playing');
    },
    waiting: () => playing !== undefined && onState('buffering'),
    ended: () => (live ? retry() : onState('ended')),
    still: () => playing !== undefined && retry(),
  });
  const onVisible = (): void => {
    if (document.hidden) hiddenAt = Date.now();
    // Phones stop what is hidden: a live is joined anew rather than played from where it stood.
    else if (live && playing !== undefined && Date.now() - hiddenAt > stillFor && !video.paused) open();
    else retryNow();
  };
  document.addEventListener('visibilitychange', onVisible);
  window.addEventListener('online', retryNow);
  onState('loading');
  open();
  return {
    close() {
      closed = true;
      stop();
      stopWatching();
      document.removeEventListener('visibilitychange', onVisible);
      window.removeEventListener('online', retryNow);
    },
  };
}

/** Whether there is any way to play these here. */
export function canPlay(video: HTMLVideoElement, sources: Sources, live: boolean): boolean {
  return waysFor({ video, sources, live }).length > 0;
}

/** What happens at the video element when the browser plays nothing without a gesture, not even muted. */
export const refusedEvent = 'refused';

/** With sound where the browser allows it without a gesture, else without. */
function startPlaying(video: HTMLVideoElement): void {
  video.play().catch((error: unknown) => {
    // Another source may have taken its place meanwhile, which then plays.
    if (!(error instanceof DOMException) || error.name !== 'NotAllowedError') return;
    if (video.muted) {
      video.dispatchEvent(new Event(refusedEvent));
      return;
    }
    video.muted = true;
    startPlaying(video);
  });
}

function waysFor({ video, sources, live }: Pick<PlayerOptions, 'video' | 'sources' | 'live'>): Way[] {
  const { flv, hls, mp4 } = sources;
  const hasMse = 'MediaSource' in window && MediaSource.isTypeSupported('video/mp4; codecs="avc1.42E01E"');
  const hasHls = video.canPlayType('application/vnd.apple.mpegurl') !== '';
  const ways = {
    flv: flv !== undefined && hasMse ? [flvWay(flv)] : [],
    hls: hls === undefined ? [] : hasHls ? [nativeWay(hls)] : hasMse ? [hlsWay(hls)] : [],
    mp4: mp4 === undefined ? [] : [nativeWay(mp4)],
  };
  return live ? [...ways.flv, ...ways.hls] : [...ways.mp4, ...ways.hls, ...ways.flv];
}

function flvWay(url: string): Way {
  return async ({ video, live, libraries }, onLost) => {
    const { default: mpegts } = await libraries.mpegts();
    mpegts.LoggingControl.enableAll = false;
    const player = mpegts.createPlayer(
      { type: 'flv', isLive: live, url, cors: true },
      {
        enableWorker: false,
        enableStashBuffer: !live,
        liveBufferLatencyChasing: live,
        lazyLoad: false,
        autoCleanupSourceBuffer: true,
      },
    );
    player.on(mpegts.Events.ERROR, onLost);
    // The server has sent all: of a file that is its end, of a live an interruption.
    if (live) player.on(mpegts.Events.LOADING_COMPLETE, onLost);
    player.attachMediaElement(video);
    player.load();
    return { close: () => player.destroy() };
  };
}

function hlsWay(url: string): Way {
  return async ({ video, live, libraries }, onLost) => {
    const { default: Hls } = await libraries.hls();
    const player = new Hls({ enableWorker: false, ...(live ? { liveSyncDurationCount: 2 } : {}) });
    player.on(Hls.Events.ERROR, (_event, { fatal }) => {
      if (fatal) onLost();
    });
    player.loadSource(url);
    player.attachMedia(video);
    return { close: () => player.destroy() };
  };
}

function nativeWay(url: string): Way {
  return async ({ video }, onLost) => {
    video.addEventListener('error', onLost);
    video.src = url;
    return {
      close() {
        video.removeEventListener('error', onLost);
        video.removeAttribute('src');
        video.load();
      },
    };
  };
}

type Seen = Record<'progress' | 'waiting' | 'ended' | 'still', () => void>;

/** Reports what the element does; `progress` only for pictures that move on, not for the wish to play. */
function watchElement(video: HTMLVideoElement, seen: Seen): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let last = -1;
  const waitForPicture = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (!video.paused && !document.hidden) seen.still();
    }, stillFor);
  };
  const handlers: Record<string, () => void> = {
    timeupdate() {
      if (video.currentTime === last) return;
      last = video.currentTime;
      if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || video.seeking) return;
      waitForPicture();
      seen.progress();
    },
    waiting() {
      waitForPicture();
      seen.waiting();
    },
    loadstart: waitForPicture,
    pause: () => clearTimeout(timer),
    ended() {
      clearTimeout(timer);
      seen.ended();
    },
  };
  for (const [name, handler] of Object.entries(handlers)) video.addEventListener(name, handler);
  return () => {
    clearTimeout(timer);
    for (const [name, handler] of Object.entries(handlers)) video.removeEventListener(name, handler);
  };
}
