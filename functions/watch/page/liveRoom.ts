import { ask, record, Refused, textOf, type Answer } from './api';
import { element } from './elements';
import type { PageData } from './pageData';
import { repeat } from './repeat';
import { openStage } from './stage';
import type { Text } from './text';

/** How long a host may be away before the live counts as over, milliseconds. */
const mayBeAway = 8_000;

/** Before the server has heard of the end of a stream, milliseconds. */
const newsTakes = 300;

/** Milliseconds between two looks at the room, by what is going on and since when. */
const lookEvery = { live: 10_000, away: 1_500 } as const;

type Phase = 'waiting' | 'live' | 'away' | 'over';

export interface FollowedLive {
  /** Whether it is over, as far as anybody knows. */
  over(): boolean;
}

/**
 * Plays a live and keeps to what the server says of it: begins when it begins, waits for a host who is away, says when
 * it is over, offers the replay as soon as there is one, and goes on when the host comes back.
 * @param onInfo takes what room/info says, each time
 */
export function followLive(data: PageData, text: Text, onInfo: (info: Answer) => void): FollowedLive {
  const { sources, room, state } = data;
  let phase: Phase = state === 'live' ? 'live' : state === 'waiting' ? 'waiting' : 'over';
  let since = Date.now();
  const enter = (next: Phase): void => {
    phase = next;
    since = Date.now();
    showBadge(next, text);
  };
  const stage = openStage({
    text,
    live: true,
    sources,
    onState: (playing) => {
      if (phase !== 'live') return;
      if (playing === 'reconnecting' || playing === 'failed') setTimeout(look.now, newsTakes);
      if (playing === 'playing') return stage.say(undefined);
      stage.say(text.state[playing], playing === 'failed');
    },
  });
  const settle = (info: Answer): void => {
    const online = info['online'] === true;
    Object.assign(sources, record(info['playUrls']));
    if (online && phase !== 'live') {
      enter('live');
      stage.say(text.state.loading);
      stage.play();
    } else if (!online && phase === 'live') {
      enter('away');
      // There is nothing to try until the host is back.
      stage.close();
      stage.say(text.state.away);
    } else if (!online && phase === 'away' && Date.now() - since > mayBeAway) {
      enter('over');
      stage.say(text.state.ended);
    }
    showReplay(phase === 'over' ? info : {});
    onInfo(info);
  };
  const look = repeat(
    async () => settle(await infoOf(room)),
    () => pauseIn(phase, Date.now() - since),
    // What the server has written is news enough to begin with.
    pauseIn(phase, 0),
  );
  if (phase === 'live') stage.play();
  else stage.say(phase === 'waiting' ? text.state.waiting : text.state.ended);
  return { over: () => phase === 'over' };
}

/** What the server says of the room; nothing of one that is gone, as when its host has deleted the account. */
function infoOf(room: PageData['room']): Promise<Answer> {
  return ask('/room/info', room).catch((error: unknown) => {
    if (error instanceof Refused && error.status === 404) return {};
    throw error;
  });
}

/** Looks less often the longer nothing happens, and no more an hour after the end. */
function pauseIn(phase: Phase, age: number): number | undefined {
  if (phase === 'live' || phase === 'away') return lookEvery[phase];
  if (phase === 'waiting') return Math.min(3_000 + age / 20, 30_000);
  return age > 3_600_000 ? undefined : Math.min(2_000 + age / 10, 60_000);
}

function showBadge(phase: Phase, text: Text): void {
  const state = phase === 'over' ? 'ended' : phase === 'waiting' ? 'waiting' : 'live';
  document.body.className = state;
  element('badge', HTMLElement).textContent = text.badge[state];
}

function showReplay(info: Answer): void {
  const link = element('replay', HTMLAnchorElement);
  const [userid, fileid] = [textOf(info['userId']), textOf(info['replayFileId'])];
  link.hidden = fileid === '';
  if (fileid === '') return;
  const address = new URLSearchParams({ userid, type: '1', fileid });
  const lang = new URLSearchParams(window.location.search).get('lang');
  if (lang !== null) address.set('lang', lang);
  link.href = `/watch?${address.toString()}`;
}
