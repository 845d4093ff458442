import { useState } from 'preact/hooks';
import { stopTestPicture } from './goLive';
import { lists } from './lists';
import type { TestPush } from './shapes';
import { useStore } from './store';
import { hourOfDay, text } from './text';

/** The test pictures that this machine pushes, also those whose tab has been closed: each with its end, and a button. */
export function TestPictures() {
  const { pushing } = useStore(lists);
  const words = text();
  if (pushing.length === 0) return null;
  return (
    <section class="panel pushing" aria-labelledby="pushing">
      <h2 id="pushing">{words.testPictures}</h2>
      <ul>
        {pushing.map((push) => (
          <TestPicture key={push.streamName} push={push} />
        ))}
      </ul>
    </section>
  );
}

function TestPicture({ push: { streamName, endsAt } }: { push: TestPush }) {
  const words = text();
  const { lives } = useStore(lists);
  const [said, setSaid] = useState('');
  const title = lives.find((live) => live.streamId === streamName)?.title ?? streamName;
  const stop = (): void => {
    stopTestPicture(streamName).catch((error: unknown) =>
      setSaid(error instanceof Error ? error.message : String(error)),
    );
  };
  return (
    <li>
      <span class="words">
        <a href={`#/live/${encodeURIComponent(streamName)}`}>{title}</a>{' '}
        <span class="muted">{words.endsByItself(hourOfDay(endsAt))}</span>
      </span>
      <span role="status">{said}</span>
      <button type="button" class="button small" aria-label={`${words.stop}: ${title}`} onClick={stop}>
        {words.stop}
      </button>
    </li>
  );
}
