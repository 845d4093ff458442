import { useEffect, useRef, useState } from 'preact/hooks';
import { openPlayer, type PlayerState, type Sources } from '../../../functions/watch/page/player';
import { libraries } from './libraries';
import { text } from './text';

export interface VideoProps {
  sources: Sources;
  live: boolean;
  /** performance.now() of the click that opened this. */
  since: number;
  label: string;
  poster: string;
  onFirstFrame?: () => void;
  /** What to say instead of the player's own state. */
  over: 'ended' | 'waiting' | undefined;
  /** Shown with what `over` says. */
  hint?: preact.ComponentChildren;
  /** What flies over the picture. */
  children?: preact.ComponentChildren;
}

function useHidden(): boolean {
  const [hidden, setHidden] = useState(document.hidden);
  useEffect(() => {
    const look = (): void => setHidden(document.hidden);
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, []);
  return hidden;
}

/** A picture that moves: the share page's player, with the time to its first frame. */
export function Video({
  sources,
  live,
  since,
  label,
  poster,
  onFirstFrame,
  over,
  hint,
  children,
}: VideoProps) {
  const element = useRef<HTMLVideoElement>(null);
  const [state, setState] = useState<PlayerState>('loading');
  const [firstFrame, setFirstFrame] = useState<number>();
  const address = JSON.stringify(sources);
  // A live that nobody sees gives its connection back; it is joined anew at its newest picture.
  const unseen = useHidden() && live;
  // What was waited for before there was a picture is not the player's time.
  const waited = useRef(false);
  waited.current ||= over === 'waiting';
  useEffect(() => {
    const video = element.current;
    if (video === null || over !== undefined || unseen) return undefined;
    let open = true;
    const from = waited.current ? performance.now() : since;
    // Sound begins when the person asks for it.
    video.muted = true;
    video.requestVideoFrameCallback(() => {
      if (!open) return;
      setFirstFrame((known) => known ?? Math.round(performance.now() - from));
      onFirstFrame?.();
    });
    const player = openPlayer({ video, sources, live, onState: setState, libraries });
    return () => {
      open = false;
      player.close();
    };
    // The addresses of one stream are new objects with each answer; their text says whether they differ.
  }, [address, live, over, unseen]);
  const words = text();
  const shown = over ?? (state === 'playing' ? undefined : state);
  return (
    <div class="screen" data-state={over ?? state} data-first-frame={firstFrame}>
      <video ref={element} controls playsInline aria-label={label} {...(poster === '' ? {} : { poster })} />
      {over === undefined && children}
      {shown !== undefined && (
        <div class={over === undefined ? 'state' : 'state over'} role="status">
          {(shown === 'loading' || shown === 'waiting') && <span class="spinner" aria-hidden="true" />}
          <strong>{shown === 'ended' && !live ? words.replay : words.states[shown]}</strong>
          {over !== undefined && hint}
        </div>
      )}
      {firstFrame !== undefined && over === undefined && (
        <span class="first-frame">{words.firstFrame(firstFrame)}</span>
      )}
    </div>
  );
}
