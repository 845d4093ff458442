import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Avatar } from './avatar';
import { failedPush } from './callbacks';
import { ChatPanel, Danmu } from './chatPanel';
import { CopyButton } from './copyButton';
import { Icon } from './icons';
import { lists } from './lists';
import { LiveActions } from './liveActions';
import { people } from './people';
import { likes, useRoom, type Room } from './room';
import { useRoomChat } from './roomChat';
import type { Live, LiveInfo } from './shapes';
import { useStore } from './store';
import { text } from './text';
import { Video } from './video';

/** The room of a live. */
export function LivePage({ streamId, since }: { streamId: string; since: number }) {
  const { lives, pictures, replays } = useStore(lists);
  const listed = lives.find((live) => live.streamId === streamId);
  const [begun, begin] = useBegun(listed !== undefined);
  const room = useRoom(streamId, begun);
  const words = text();
  // The list knows enough to begin to play; the room's own answer follows.
  const shown = room.info ?? listed;
  const chat = useRoomChat(
    begun ? shown?.groupId : undefined,
    shown?.userId === people.host.userId,
    ({ userAction }) => {
      if (userAction !== 1 && userAction !== 5) room.refresh();
    },
  );
  const failure = useStore(failedPush);
  if (room.missing) return <NotFound />;
  if (shown === undefined) return <p class="pad muted">{words.states.loading}</p>;
  const replay = replays.find((one) => one.streamId === streamId);
  const over = listed !== undefined && room.info === undefined ? undefined : overOf(room);
  const hint =
    over !== 'ended' ? undefined : replay === undefined ? (
      <span>{words.endedHint}</span>
    ) : (
      <a class="button primary" href={`#/replay/${encodeURIComponent(replay.fileId)}`}>
        <Icon name="play" /> {words.watchReplay}
      </a>
    );
  return (
    <article class="room">
      <div class="stage">
        <a class="back" href="#/">
          <Icon name="back" /> {words.backToList}
        </a>
        <Video
          sources={sourcesOf(shown)}
          live
          since={since}
          onFirstFrame={begin}
          label={shown.title}
          poster={shown.userInfo.frontCover || (pictures[streamId] ?? '')}
          over={over}
          hint={hint}
        >
          <Danmu lines={chat.lines} />
        </Video>
        {failure?.streamName === streamId && (
          <p class="notice bad" role="alert">
            ffmpeg: {failure.failure}
          </p>
        )}
        <Heading shown={shown} room={room} onLike={() => void chat.send(4, '').catch(() => undefined)} />
        <LiveActions live={shown} online={over === undefined} onDone={room.refresh} />
        <Details live={shown} />
      </div>
      <aside class="side">
        <section class="panel chat" aria-labelledby="chat">
          <h2 id="chat">{words.chat}</h2>
          <ChatPanel chat={chat} there={shown.groupId !== ''} />
        </section>
        <Members room={room} />
      </aside>
    </article>
  );
}

/** How long the picture has the machine to itself, at most. */
const pictureFirstMs = 700;

/** False until there is a picture, or it takes too long; at once where the list knows too little to play. */
function useBegun(playable: boolean): readonly [boolean, () => void] {
  const [begun, setBegun] = useState(!playable);
  useEffect(() => {
    const timer = setTimeout(() => setBegun(true), pictureFirstMs);
    return () => clearTimeout(timer);
  }, []);
  return [begun, () => setBegun(true)];
}

function overOf(room: Room): 'ended' | 'waiting' | undefined {
  return room.state === 'online' ? undefined : room.state;
}

function sourcesOf({ playUrls: { flv, hls } }: Live): { flv?: string; hls?: string } {
  return { ...(flv === undefined ? {} : { flv }), ...(hls === undefined ? {} : { hls }) };
}

function Heading({ shown, room, onLike }: { shown: Live | LiveInfo; room: Room; onLike: () => void }) {
  const words = text();
  const [known, setKnown] = useState(0);
  const likeCount = Math.max(known, shown.likeCount);
  const onLiked = useRef(onLike);
  onLiked.current = onLike;
  const { streamId } = shown;
  const taps = useMemo(
    () =>
      likes({ streamId }, (count, accepted) => {
        setKnown(count);
        if (accepted > 0) onLiked.current();
      }),
    [streamId],
  );
  return (
    <header class="heading">
      <Avatar userId={shown.userId} name={shown.userInfo.nickname} />
      <div class="words">
        <h1>{shown.title}</h1>
        <p class="muted">
          {room.state === 'online' && <span class="badge live still">{words.live}</span>}{' '}
          {shown.userInfo.nickname || shown.userId}
        </p>
      </div>
      <p class="figure" data-viewers={shown.viewerCount}>
        <strong>{shown.viewerCount}</strong> <span class="muted">{words.viewers}</span>
      </p>
      <LikeButton count={likeCount} onTap={taps.tap} />
    </header>
  );
}

/** A button from which hearts rise. */
export function LikeButton({ count, onTap }: { count: number; onTap: () => void }) {
  const words = text();
  const [hearts, setHearts] = useState<readonly number[]>([]);
  const last = useRef(0);
  useEffect(() => {
    if (hearts.length === 0) return undefined;
    const timer = setTimeout(() => setHearts([]), 1_200);
    return () => clearTimeout(timer);
  }, [hearts]);
  const tap = (): void => {
    last.current += 1;
    setHearts([...hearts.slice(-6), last.current]);
    onTap();
  };
  return (
    <button type="button" class="button like" onClick={tap}>
      <Icon name="heart" /> <span class="sr">{words.like}: </span>
      <strong data-likes={count}>{count}</strong>
      {hearts.map((heart) => (
        <span key={heart} class={`rising way${heart % 4}`} aria-hidden="true">
          <Icon name="heart" />
        </span>
      ))}
    </button>
  );
}

function Members({ room }: { room: Room }) {
  const words = text();
  return (
    <section class="panel members" aria-labelledby="members">
      <h2 id="members">
        {words.members} <span class="count">{room.members.length}</span>
      </h2>
      {room.members.length === 0 && <p class="muted pad">{words.nobody}</p>}
      <ul>
        {room.members.map(({ userId, nickname }) => (
          <li key={userId}>
            <Avatar userId={userId} name={nickname} /> {nickname || userId}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Details({ live }: { live: Live }) {
  const words = text();
  const rows: [string, string][] = [
    [words.streamId, live.streamId],
    [words.host, live.userId],
    ...(['flv', 'hls', 'rtmp', 'webrtc'] as const).flatMap((kind): [string, string][] => {
      const url = live.playUrls[kind];
      return url === undefined ? [] : [[kind.toUpperCase(), url]];
    }),
  ];
  return (
    <details class="panel facts">
      <summary>{words.playUrls}</summary>
      <dl>
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <code>{value}</code>
              <CopyButton value={value} name={name} />
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

export function NotFound() {
  const words = text();
  return (
    <div class="empty">
      <h1>{words.notFound}</h1>
      <p class="muted">{words.notFoundHint}</p>
      <a class="button" href="#/">
        {words.backToList}
      </a>
    </div>
  );
}
