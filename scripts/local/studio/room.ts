import { useEffect, useRef, useState } from 'preact/hooks';
import { ask, CallFailed } from './calls';
import { deliveries } from './callbacks';
import { people } from './people';
import { entered, liked, liveInfo, memberList, nothing, type LiveInfo, type Member } from './shapes';
import { useStore } from './store';

export interface Room {
  info: LiveInfo | undefined;
  members: readonly Member[];
  missing: boolean;
  /** `waiting`: nothing has been pushed yet. */
  state: 'online' | 'waiting' | 'ended';
  readonly refresh: () => void;
}

const lookMs = 5_000;

/**
 * The room of a live, entered as the viewer for as long as it is shown; asked anew every 5 s and whenever a notice of
 * the stream has been delivered.
 * @param begun false: not yet, the picture comes first
 */
export function useRoom(streamId: string, begun: boolean): Room {
  const [info, setInfo] = useState<LiveInfo>();
  const [members, setMembers] = useState<readonly Member[]>([]);
  const [missing, setMissing] = useState(false);
  const [looks, setLooks] = useState(0);
  const ofStream = useStore(deliveries).filter((delivery) => delivery.streamId === streamId);
  const newest = ofStream[0];

  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) setLooks((count) => count + 1);
    }, lookMs);
    return () => clearInterval(timer);
  }, [streamId]);
  useEffect(() => {
    if (!begun) return undefined;
    let current = true;
    look(streamId).then(
      (seen) => {
        if (!current) return;
        setInfo(seen.info);
        setMembers(seen.members);
        setMissing(false);
      },
      (error: unknown) => {
        if (current && error instanceof CallFailed && error.status === 404) setMissing(true);
      },
    );
    return () => {
      current = false;
    };
  }, [streamId, looks, newest?.at, begun]);
  useStay(streamId, begun && !missing, () => setLooks((count) => count + 1));

  const everUp = useRef(false);
  everUp.current ||= info?.online === true || ofStream.some(({ eventType }) => eventType === 0);
  const state = info?.online === true ? 'online' : everUp.current || isOld(info) ? 'ended' : 'waiting';
  return { info, members, missing, state, refresh: () => setLooks((count) => count + 1) };
}

/** A push that has not come by then will not come. */
const waitSeconds = 120;

function isOld(info: LiveInfo | undefined): boolean {
  return info !== undefined && Date.now() / 1000 - info.createdAt > waitSeconds;
}

async function look(streamId: string): Promise<{ info: LiveInfo; members: readonly Member[] }> {
  const [info, list] = await Promise.all([
    ask({ who: 'anyone', path: '/room/info', body: { streamId }, background: true }, liveInfo),
    people.viewer
      .token()
      .then((token) =>
        ask(
          { who: 'viewer', path: '/room/members', body: { streamId }, token, background: true },
          memberList,
        ),
      ),
  ]);
  return { info, members: list.items };
}

/** Enters, says every `beatSeconds` that the viewer is still there, and leaves. */
function useStay(streamId: string, stay: boolean, onEntered: () => void): void {
  useEffect(() => {
    if (!stay) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let here = true;
    const enter = async (background: boolean): Promise<void> => {
      const token = await people.viewer.token();
      if (!here) return;
      const body = { streamId, nickname: people.viewer.nickname };
      const { beatSeconds } = await ask(
        { who: 'viewer', path: '/room/enter', body, token, background },
        entered,
      );
      if (!here) return;
      if (!background) onEntered();
      timer = setTimeout(() => void enter(true).catch(() => undefined), beatSeconds * 1000);
    };
    const leave = (): void => {
      if (!here) return;
      here = false;
      clearTimeout(timer);
      void people.viewer
        .token()
        .then((token) =>
          ask({ who: 'viewer', path: '/room/quit', body: { streamId }, token, farewell: true }, nothing),
        )
        .catch(() => undefined);
    };
    enter(false).catch(() => undefined);
    addEventListener('pagehide', leave);
    return () => {
      removeEventListener('pagehide', leave);
      leave();
    };
  }, [streamId, stay]);
}

/** How long taps are gathered into one call. */
const gatherMs = 400;
const mostAtOnce = 20;

/**
 * Likes as apps send them: taps gathered into one request with an id of its own.
 * @param onLiked takes the new number of likes, and how many of the taps count
 */
export function likes(
  room: { streamId: string } | { fileId: string },
  onLiked: (likes: number, accepted: number) => void,
): { readonly tap: () => void } {
  let taps = 0;
  const send = async (): Promise<void> => {
    const count = Math.min(taps, mostAtOnce);
    taps = 0;
    const token = await people.viewer.token();
    const body = { ...room, count, likeId: crypto.randomUUID() };
    const answer = await ask({ who: 'viewer', path: '/room/like', body, token }, liked);
    onLiked(answer.likes, answer.accepted);
  };
  return {
    tap() {
      taps += 1;
      if (taps === 1) setTimeout(() => void send().catch(() => undefined), gatherMs);
    },
  };
}
