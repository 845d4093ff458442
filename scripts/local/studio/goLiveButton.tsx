import { useState } from 'preact/hooks';
import { prepare, pushTestPicture } from './goLive';
import { Icon } from './icons';
import { preloadPlayer } from './libraries';
import { go } from './route';
import { session } from './session';
import { useStore } from './store';
import { hourOfDay, text } from './text';

/** One click: a broadcast with the test picture, and its room. */
export function GoLiveButton({ large = false }: { large?: boolean }) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  const ready = useStore(session)?.ffmpeg.found === true;
  const words = text();
  const start = async (): Promise<void> => {
    setBusy(true);
    setProblem('');
    preloadPlayer();
    try {
      const { streamId, pushUrl } = await prepare(`${words.testTitle} ${hourOfDay(Date.now())}`, undefined);
      await pushTestPicture(pushUrl);
      go(`#/live/${streamId}`);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  };
  const click = (): void => {
    // Without ffmpeg there is no test picture, but there are other ways.
    if (ready) void start();
    else go('#/go-live');
  };
  return (
    <>
      <button type="button" class={`button primary ${large ? 'large' : ''}`} onClick={click} disabled={busy}>
        <Icon name="play" /> {busy ? words.starting : words.goLive}
      </button>
      {problem !== '' && (
        <span class="notice bad floating" role="alert">
          {problem}
        </span>
      )}
    </>
  );
}
