import { useEffect } from 'preact/hooks';
import { LiveCard, ReplayCard } from './card';
import { GoLiveButton } from './goLiveButton';
import { lists, refreshLists } from './lists';
import { session } from './session';
import { preloadPlayer } from './libraries';
import { useStore } from './store';
import { TestPictures } from './testPictures';
import { text } from './text';

/** All that is on the air, and all that was. */
export function Home() {
  const { loaded, lives, replays, pictures, problem } = useStore(lists);
  const words = text();
  useEffect(() => void refreshLists(), []);
  const anyLive = lives.length > 0;
  useEffect(() => {
    if (anyLive) preloadPlayer();
  }, [anyLive]);
  return (
    <>
      {problem !== undefined && (
        <p class="notice bad" role="alert">
          {words.unreachable}: {problem}
        </p>
      )}
      <section aria-labelledby="live-now" aria-busy={!loaded}>
        <h1 id="live-now">
          {words.liveNow} {lives.length > 0 && <span class="count">{lives.length}</span>}
        </h1>
        {!loaded && problem === undefined && <p class="waiting muted">{words.states.loading}</p>}
        {loaded && lives.length === 0 && <Empty />}
        <div class="cards">
          {lives.map((live) => (
            <LiveCard key={live.streamId} live={live} shot={pictures[live.streamId]} onNear={preloadPlayer} />
          ))}
        </div>
        <TestPictures />
      </section>
      <section aria-labelledby="replays">
        <h2 id="replays">
          {words.replays} {replays.length > 0 && <span class="count">{replays.length}</span>}
        </h2>
        {loaded && replays.length === 0 && <p class="muted">{words.noReplays}</p>}
        <div class="cards">
          {replays.map((replay) => (
            <ReplayCard key={replay.fileId} replay={replay} shot={pictures[replay.streamId]} />
          ))}
        </div>
      </section>
    </>
  );
}

function Empty() {
  const words = text();
  const minutes = useStore(session)?.testPushMinutes;
  return (
    <div class="empty">
      <span class="bars" aria-hidden="true">
        <i />
        <i />
        <i />
        <i />
        <i />
        <i />
        <i />
      </span>
      <h2>{words.emptyTitle}</h2>
      <p>{words.emptyText}</p>
      <p class="row">
        <GoLiveButton large />
        <a class="button large" href="#/go-live">
          {words.otherWays}
        </a>
      </p>
      {minutes !== undefined && <p class="muted">{words.goLiveHint(minutes)}</p>}
    </div>
  );
}
