import { button, element } from './elements';
import { libraries } from './libraries';
import { canPlay, openPlayer, refusedEvent, type Player, type PlayerState, type Sources } from './player';
import type { Text } from './text';

export interface StageOptions {
  text: Text;
  live: boolean;
  /** Read at each beginning: signed addresses may be replaced meanwhile. */
  sources: Sources;
  onState: (state: PlayerState) => void;
}

export interface Stage {
  play(): void;
  close(): void;
  /** What stands over the picture; undefined for nothing. */
  say(words: string | undefined, retry?: boolean): void;
}

/** The picture with its buttons. */
export function openStage({ text, live, sources, onState }: StageOptions): Stage {
  const video = element('video', HTMLVideoElement);
  const stage = element('stage', HTMLElement);
  const notice = element('notice', HTMLElement);
  const words = element('noticeText', HTMLElement);
  const retry = button('retry');
  let player: Player | undefined;
  connectButtons(video, stage, text, live);
  // For whoever measures; the browser's own tools show it.
  video.addEventListener('playing', () => performance.mark('first picture'), { once: true });
  const close = (): void => {
    player?.close();
    player = undefined;
    stage.classList.remove('running');
  };
  const say: Stage['say'] = (said, again = false) => {
    // A status that is written anew is read out anew.
    if (words.textContent !== (said ?? '')) words.textContent = said ?? '';
    retry.hidden = !again;
    notice.classList.toggle('empty', said === undefined);
  };
  const play = (): void => {
    close();
    if (!canPlay(video, sources, live)) return say(text.state.unsupported);
    stage.classList.add('running');
    element('controls', HTMLElement).hidden = false;
    player = openPlayer({ video, sources, live, libraries, onState });
  };
  retry.addEventListener('click', play);
  return { play, close, say };
}

function connectButtons(video: HTMLVideoElement, stage: HTMLElement, text: Text, live: boolean): void {
  const [pause, mute, bigPlay, unmute] = [
    button('pause'),
    button('mute'),
    button('bigPlay'),
    button('unmute'),
  ];
  let mutedByHand = false;
  let refused = false;
  const show = (): void => {
    const ready = refused || video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA;
    bigPlay.hidden = !(video.paused && ready && !video.ended);
    unmute.hidden = !video.muted || mutedByHand || video.paused;
    pause.hidden = live;
    stage.classList.toggle('paused', video.paused);
    stage.classList.toggle('silent', video.muted);
    pause.setAttribute('aria-label', video.paused ? text.play : text.pause);
    mute.setAttribute('aria-label', video.muted ? text.unmute : text.mute);
    stage.classList.toggle('upright', video.videoHeight > video.videoWidth);
  };
  for (const event of [
    'play',
    'playing',
    'pause',
    'ended',
    'volumechange',
    'loadeddata',
    'canplay',
    'resize',
  ])
    video.addEventListener(event, show);
  video.addEventListener(refusedEvent, () => {
    refused = true;
    show();
  });
  const playWithSound = (): void => {
    video.muted = false;
    mutedByHand = false;
    refused = false;
    void video.play().catch(() => undefined);
  };
  bigPlay.addEventListener('click', playWithSound);
  unmute.addEventListener('click', () => {
    playWithSound();
    mute.focus();
  });
  pause.addEventListener('click', () => (video.paused ? playWithSound() : video.pause()));
  mute.addEventListener('click', () => {
    mutedByHand = !video.muted;
    video.muted = !video.muted;
  });
  connectSeek(video, live);
  connectFullScreen(video, stage);
  show();
}

function connectSeek(video: HTMLVideoElement, live: boolean): void {
  const seek = element('seek', HTMLInputElement);
  const time = element('time', HTMLElement);
  seek.hidden = live;
  time.hidden = live;
  if (live) return;
  const show = (): void => {
    const { duration, currentTime } = video;
    if (!Number.isFinite(duration)) return;
    seek.max = String(duration);
    seek.value = String(currentTime);
    seek.style.setProperty('--done', `${(currentTime / Math.max(duration, 0.1)) * 100}%`);
    time.textContent = `${clockText(currentTime)} / ${clockText(duration)}`;
    seek.setAttribute('aria-valuetext', time.textContent);
  };
  seek.addEventListener('input', () => {
    video.currentTime = Number(seek.value);
    show();
  });
  for (const event of ['timeupdate', 'durationchange', 'seeked']) video.addEventListener(event, show);
}

/** Phones of Apple know full screen for the video only. */
function connectFullScreen(video: HTMLVideoElement, stage: HTMLElement): void {
  const control = button('fullScreen');
  const onVideo = 'webkitEnterFullscreen' in video ? video.webkitEnterFullscreen : undefined;
  const whole = document.fullscreenEnabled === true;
  control.hidden = !whole && typeof onVideo !== 'function';
  control.addEventListener('click', () => {
    if (!whole && typeof onVideo === 'function') Reflect.apply(onVideo, video, []);
    else if (document.fullscreenElement === null) void stage.requestFullscreen().catch(() => undefined);
    else void document.exitFullscreen();
  });
}

function clockText(seconds: number): string {
  const whole = Math.floor(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const rest = String(whole % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
}
