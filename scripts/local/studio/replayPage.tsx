import { useEffect, useMemo, useState } from 'preact/hooks';
import { Avatar } from './avatar';
import { ask, CallFailed } from './calls';
import { CopyButton } from './copyButton';
import { Icon } from './icons';
import { lists } from './lists';
import { LikeButton, NotFound } from './livePage';
import { likes } from './room';
import { replayInfo, type Replay } from './shapes';
import { useStore } from './store';
import { text } from './text';
import { Video } from './video';

/** A recording, with its controls. */
export function ReplayPage({ fileId, since }: { fileId: string; since: number }) {
  const { replays, pictures } = useStore(lists);
  const [asked, setAsked] = useState<Omit<Replay, never> | 'missing'>();
  const words = text();
  useEffect(() => {
    const request = { who: 'anyone', path: '/room/info', body: { fileId } } as const;
    ask(request, replayInfo).then(setAsked, (error: unknown) => {
      if (error instanceof CallFailed && error.status === 404) setAsked('missing');
    });
  }, [fileId]);
  const replay = replays.find((one) => one.fileId === fileId) ?? asked;
  if (replay === 'missing') return <NotFound />;
  if (replay === undefined) return <p class="pad muted">{words.states.loading}</p>;
  const share = `${location.origin}/watch/${encodeURIComponent(replay.streamId)}`;
  return (
    <article class="room alone">
      <div class="stage">
        <a class="back" href="#/">
          <Icon name="back" /> {words.backToList}
        </a>
        <Video
          sources={sourcesOf(replay)}
          live={false}
          since={since}
          label={replay.title}
          poster={replay.userInfo.frontCover || (pictures[replay.streamId] ?? '')}
          over={undefined}
        />
        <Heading replay={replay} />
        <div class="actions">
          <a class="button" href={share} target="_blank" rel="noreferrer">
            <Icon name="open" /> {words.sharePage}
          </a>
          <CopyButton value={share} label={words.copyLink} />
          {[replay.playUrl, replay.hlsPlayUrl].map((url) => (
            <CopyButton key={url} value={url} label={url.split('.').at(-1)?.toUpperCase() ?? ''} />
          ))}
        </div>
      </div>
    </article>
  );
}

function Heading({ replay }: { replay: Replay }) {
  const words = text();
  const [known, setKnown] = useState(0);
  const { fileId } = replay;
  const taps = useMemo(() => likes({ fileId }, setKnown), [fileId]);
  return (
    <header class="heading">
      <Avatar userId={replay.userId} name={replay.userInfo.nickname} />
      <div class="words">
        <h1>{replay.title}</h1>
        <p class="muted">
          <span class="badge still">{words.replay}</span> {replay.userInfo.nickname || replay.userId}
        </p>
      </div>
      <LikeButton count={Math.max(known, replay.likeCount)} onTap={taps.tap} />
    </header>
  );
}

/** The addresses by what they lead to; `playUrl` is MP4 or FLV. */
function sourcesOf({ playUrl, hlsPlayUrl }: Replay): { flv?: string; hls?: string; mp4?: string } {
  const sources: { flv?: string; hls?: string; mp4?: string } = {};
  for (const url of [hlsPlayUrl, playUrl].filter((one) => one !== '')) {
    const path = new URL(url).pathname;
    if (path.endsWith('.m3u8')) sources.hls = url;
    else if (path.endsWith('.mp4')) sources.mp4 = url;
    else sources.flv = url;
  }
  return sources;
}
