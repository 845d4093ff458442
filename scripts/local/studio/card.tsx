import { Avatar } from './avatar';
import { Icon } from './icons';
import type { Live, Replay } from './shapes';
import { text } from './text';

interface Shown {
  href: string;
  title: string;
  userId: string;
  nickname: string;
  cover: string;
  /** The newest screenshot. */
  shot: string | undefined;
  viewers: number;
  likes: number;
  /** Seconds since 1970. */
  at: number;
}

export function LiveCard({
  live,
  shot,
  onNear,
}: {
  live: Live;
  shot: string | undefined;
  onNear: () => void;
}) {
  return (
    <Card
      shown={{
        href: `#/live/${encodeURIComponent(live.streamId)}`,
        title: live.title,
        userId: live.userId,
        nickname: live.userInfo.nickname,
        cover: live.userInfo.frontCover,
        shot,
        viewers: live.viewerCount,
        likes: live.likeCount,
        at: live.createdAt,
      }}
      badge={<span class="badge live">{text().live}</span>}
      onNear={onNear}
    />
  );
}

export function ReplayCard({ replay, shot }: { replay: Replay; shot: string | undefined }) {
  return (
    <Card
      shown={{
        href: `#/replay/${encodeURIComponent(replay.fileId)}`,
        title: replay.title,
        userId: replay.userId,
        nickname: replay.userInfo.nickname,
        cover: replay.userInfo.frontCover,
        shot,
        viewers: replay.viewerCount,
        likes: replay.likeCount,
        at: replay.endedAt,
      }}
      badge={<span class="badge">{text().duration(Math.max(0, replay.endedAt - replay.startedAt))}</span>}
    />
  );
}

function Card({ shown, badge, onNear }: { shown: Shown; badge: preact.JSX.Element; onNear?: () => void }) {
  const { cover, shot, title } = shown;
  const minutes = Math.floor((Date.now() / 1000 - shown.at) / 60);
  return (
    <a class="card" href={shown.href} onPointerEnter={onNear} onFocus={onNear}>
      <span class="picture">
        <Picture cover={cover} shot={shot} title={title} />
        {badge}
        {cover !== '' && shot !== undefined && <img class="inset" src={shot} alt="" loading="lazy" />}
      </span>
      <span class="about">
        <Avatar userId={shown.userId} name={shown.nickname} />
        <span class="words">
          <strong class="title">{title}</strong>
          <span class="muted">{shown.nickname || shown.userId}</span>
        </span>
      </span>
      <span class="figures muted">
        <span>
          <Icon name="people" /> {text().viewerCount(shown.viewers)}
        </span>
        <span>
          <Icon name="heart" /> {text().likeCount(shown.likes)}
        </span>
        <span class="when">{text().minutesAgo(minutes)}</span>
      </span>
    </a>
  );
}

function Picture({ cover, shot, title }: { cover: string; shot: string | undefined; title: string }) {
  const source = cover === '' ? shot : cover;
  if (source === undefined)
    return (
      <span class="placeholder" aria-hidden="true">
        {[...title].slice(0, 2).join('')}
      </span>
    );
  return <img class="cover" src={source} alt="" />;
}
