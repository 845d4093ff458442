import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon } from './icons';
import type { Line, RoomChat } from './roomChat';
import { text } from './text';

/** What is said in the room, and a line to say something. */
export function ChatPanel({ chat, there }: { chat: RoomChat; there: boolean }) {
  const words = text();
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const list = end.current;
    if (list !== null) list.scrollTop = list.scrollHeight;
  }, [chat.lines.length]);
  if (!there) return <p class="muted pad">{words.noChat}</p>;
  return (
    <>
      <p class={`chat-state ${chat.state}`} role="status">
        {words.chatStates[chat.state]}
      </p>
      <div class="lines" role="log" aria-label={words.chat} tabIndex={0} ref={end}>
        {chat.lines.map((line) => (
          <ChatLine key={line.id} line={line} />
        ))}
      </div>
      <SayForm chat={chat} />
    </>
  );
}

function ChatLine({ line }: { line: Line }) {
  const words = text();
  const name = line.mine ? words.you : line.nickName || line.userId;
  const said = { 1: line.msg, 2: words.entered, 3: words.left, 4: words.liked, 5: line.msg }[line.userAction];
  const kind = { 1: 'comment', 2: 'event', 3: 'event', 4: 'event', 5: 'danmu' }[line.userAction];
  return (
    <p class={`line ${kind} ${line.mine ? 'mine' : ''}`}>
      <strong>{name}</strong> {said}
    </p>
  );
}

function SayForm({ chat }: { chat: RoomChat }) {
  const words = text();
  const [said, setSaid] = useState('');
  const [danmu, setDanmu] = useState(false);
  const [problem, setProblem] = useState('');
  const submit = (event: Event): void => {
    event.preventDefault();
    const message = said.trim();
    if (message === '') return;
    chat.send(danmu ? 5 : 1, message).then(
      () => {
        setSaid('');
        setProblem('');
      },
      (error: unknown) => setProblem(error instanceof Error ? error.message : String(error)),
    );
  };
  return (
    <form class="say" onSubmit={submit}>
      {problem !== '' && (
        <p class="notice bad" role="alert">
          {problem}
        </p>
      )}
      <input
        value={said}
        maxLength={200}
        placeholder={words.say}
        aria-label={words.say}
        disabled={chat.state !== 'joined'}
        onInput={(event) => setSaid(event.currentTarget.value)}
      />
      <label class="toggle" title={words.danmu}>
        <input type="checkbox" checked={danmu} onChange={(event) => setDanmu(event.currentTarget.checked)} />
        {words.danmuShort}
      </label>
      <button type="submit" class="button primary" aria-label={words.send} disabled={chat.state !== 'joined'}>
        <Icon name="send" />
      </button>
    </form>
  );
}

/** Comments that fly over the picture. */
export function Danmu({ lines }: { lines: readonly Line[] }) {
  const flying = lines.filter(({ userAction }) => userAction === 5).slice(-8);
  return (
    <div class="danmu-layer" aria-hidden="true">
      {flying.map(({ id, msg }) => (
        <span key={id} class={`flying row${id % 5}`}>
          {msg}
        </span>
      ))}
    </div>
  );
}
