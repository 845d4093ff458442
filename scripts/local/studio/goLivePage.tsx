import { useEffect, useState } from 'preact/hooks';
import { CopyButton } from './copyButton';
import { ffmpegCommand, prepare, pushTestPicture, splitPushUrl, type Prepared } from './goLive';
import { Icon } from './icons';
import { go } from './route';
import { session } from './session';
import { useStore } from './store';
import { hourOfDay, text, timeOfDay } from './text';

/** Prepares a broadcast: title and cover, then the test picture or an address for something else. */
export function GoLivePage() {
  const words = text();
  const ffmpeg = useStore(session)?.ffmpeg;
  const [title, setTitle] = useState(`${words.testTitle} ${hourOfDay(Date.now())}`);
  const [cover, setCover] = useState<File>();
  const [prepared, setPrepared] = useState<Prepared>();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  const begin = (after: (prepared: Prepared) => Promise<void>) => (): void => {
    setBusy(true);
    setProblem('');
    prepare(title.trim() || words.testTitle, cover)
      .then(after)
      .catch((error: unknown) => setProblem(error instanceof Error ? error.message : String(error)))
      .finally(() => setBusy(false));
  };
  return (
    <div class="narrow">
      <h1>{words.goTitle}</h1>
      <p class="muted">{words.goIntro}</p>
      <form class="panel form" onSubmit={(event) => event.preventDefault()}>
        <label for="title">{words.title}</label>
        <input
          id="title"
          value={title}
          maxLength={100}
          onInput={(event) => setTitle(event.currentTarget.value)}
        />
        <CoverField cover={cover} onChoose={setCover} />
        <p class="row">
          {ffmpeg?.found === true && (
            <button
              type="button"
              class="button primary large"
              disabled={busy}
              onClick={begin(async ({ streamId, pushUrl }) => {
                await pushTestPicture(pushUrl);
                go(`#/live/${streamId}`);
              })}
            >
              <Icon name="play" /> {busy ? words.starting : words.goLive}
            </button>
          )}
          <button
            type="button"
            class="button large"
            disabled={busy}
            onClick={begin(async (done) => setPrepared(done))}
          >
            {words.getAddress}
          </button>
        </p>
        {ffmpeg?.found === false && (
          <p class="notice">
            {words.noFfmpeg} {ffmpeg.hint}
          </p>
        )}
        {problem !== '' && (
          <p class="notice bad" role="alert">
            {problem}
          </p>
        )}
      </form>
      {prepared !== undefined && <Address prepared={prepared} />}
    </div>
  );
}

function CoverField({
  cover,
  onChoose,
}: {
  cover: File | undefined;
  onChoose: (file: File | undefined) => void;
}) {
  const words = text();
  const [preview, setPreview] = useState('');
  useEffect(() => {
    if (cover === undefined) return undefined;
    const url = URL.createObjectURL(cover);
    setPreview(url);
    return () => URL.revokeObjectURL(url);
  }, [cover]);
  return (
    <>
      <label for="cover">{words.cover}</label>
      <div class="cover-field">
        <span class="picture">
          {preview === '' ? (
            <span class="placeholder" aria-hidden="true" />
          ) : (
            <img class="cover" src={preview} alt="" />
          )}
        </span>
        <span>
          <input
            id="cover"
            type="file"
            accept="image/jpeg,image/png,image/webp"
            aria-describedby="cover-hint"
            onChange={(event) => onChoose(event.currentTarget.files?.[0])}
          />
          <span class="muted" id="cover-hint">
            {words.coverHint}
          </span>
        </span>
      </div>
    </>
  );
}

function Address({ prepared }: { prepared: Prepared }) {
  const words = text();
  const { server, key } = splitPushUrl(prepared.pushUrl);
  const command = ffmpegCommand(prepared.pushUrl);
  return (
    <section class="panel form address">
      <h2>{words.withObs}</h2>
      <Copied name={words.server} value={server} />
      <Copied name={words.streamKey} value={key} />
      <h2>{words.withFfmpeg}</h2>
      <pre tabIndex={0}>{command}</pre>
      <p class="row">
        <CopyButton value={command} name={words.withFfmpeg} />
        <a class="button small" href={`#/live/${prepared.streamId}`}>
          {words.openRoom}
        </a>
      </p>
      <p class="muted">{words.addressGood(timeOfDay(prepared.expiresAt * 1000))}</p>
    </section>
  );
}

function Copied({ name, value }: { name: string; value: string }) {
  return (
    <p class="copied">
      <span>{name}</span>
      <code>{value}</code>
      <CopyButton value={value} name={name} />
    </p>
  );
}
