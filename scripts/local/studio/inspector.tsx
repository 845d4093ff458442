import { useState } from 'preact/hooks';
import { deliveries } from './callbacks';
import { calls, type Call } from './calls';
import { CopyButton } from './copyButton';
import { asCurl, shownHeader } from './curl';
import { Icon } from './icons';
import { Json } from './json';
import { route } from './route';
import type { Delivery } from './shapes';
import { store, useStore } from './store';
import { text, timeOfDay } from './text';

type Tab = 'calls' | 'callbacks';

/** Whether it is shown, and which half; on a wide screen it is open at first. */
export const inspector = store<{ open: boolean; tab: Tab }>({
  open: matchMedia('(min-width: 1100px)').matches,
  tab: 'calls',
});

/** What happens behind the page: its own calls, and the notices that the product is given. */
export function Inspector() {
  const words = text();
  const { open, tab } = useStore(inspector);
  const counts = { calls: useStore(calls).length, callbacks: useStore(deliveries).length };
  if (!open) return null;
  return (
    <aside class="inspector" aria-label={words.inspector}>
      <div class="tabs">
        <div role="tablist" aria-label={words.inspector}>
          {(['calls', 'callbacks'] as const).map((name) => (
            <button
              key={name}
              type="button"
              role="tab"
              id={`tab-${name}`}
              aria-selected={tab === name}
              aria-controls="inspected"
              onClick={() => inspector.set({ open, tab: name })}
            >
              {words[name]} <span class="count">{counts[name]}</span>
            </button>
          ))}
        </div>
        <button
          type="button"
          class="button small plain"
          aria-label={words.close}
          onClick={() => inspector.set({ open: false, tab })}
        >
          <Icon name="close" />
        </button>
      </div>
      <div id="inspected" role="tabpanel" aria-labelledby={`tab-${tab}`}>
        {tab === 'calls' ? <Calls /> : <Callbacks />}
      </div>
    </aside>
  );
}

function Calls() {
  const words = text();
  const all = useStore(calls);
  return (
    <>
      <p class="muted pad">{all.length === 0 ? words.noCalls : words.callsHint}</p>
      {all.map((call) => (
        <CallView key={call.id} call={call} />
      ))}
    </>
  );
}

function CallView({ call }: { call: Call }) {
  const words = text();
  const { pathname, origin } = new URL(call.url);
  const good = call.status >= 200 && call.status < 300;
  return (
    <details class="entry call" data-path={pathname}>
      <summary>
        <span class="line1">
          <span class="method">{call.method}</span>
          <code class="path">{pathname}</code>
          {call.times > 1 && <span class="pill">{words.times(call.times)}</span>}
        </span>
        <span class="line2 muted">
          <span class={`pill ${call.status === 0 ? '' : good ? 'good' : 'bad'}`}>{call.status || '…'}</span>
          <span>{call.milliseconds} ms</span>
          <span>{words.who[call.who]}</span>
          <span class="when">{timeOfDay(call.at)}</span>
        </span>
      </summary>
      <div class="inside">
        <p class="row tight">
          <CopyButton value={() => asCurl(call)} label={words.copyCurl} name={pathname} />
          {call.who === 'machine' && <span class="muted">{words.machine}</span>}
        </p>
        <h3>{words.request}</h3>
        <pre tabIndex={0} role="region" aria-label={words.request}>
          {[
            `${call.method} ${pathname}`,
            `Host: ${origin.replace(/^\w+:\/\//, '')}`,
            ...headerLines(call),
          ].join('\n')}
        </pre>
        <RequestBody call={call} />
        <h3>{words.response}</h3>
        <Json value={masked(call.answer) || String(call.status)} label={words.response} />
      </div>
    </details>
  );
}

/** What lets somebody in, wherever it stands in a body, is shown by its beginning only. */
function masked(body: string): string {
  return body
    .replace(/("(?:token|adminToken|userSig|usersig|q-signature)":"[^"]{6})[^"]+"/g, '$1…"')
    .replace(/(txSecret=\w{6})\w+/g, '$1…');
}

function headerLines(call: Call): string[] {
  return Object.entries(call.headers).map(([name, value]) => `${name}: ${shownHeader(name, value)}`);
}

function RequestBody({ call: { body } }: { call: Call }) {
  const words = text();
  if (body === undefined) return null;
  if (typeof body === 'string') return <Json value={masked(body)} label={words.request} />;
  const { fields, file } = body;
  const shown = { ...fields, file: `${file.name}, ${file.type}, ${file.bytes} bytes` };
  return (
    <>
      <p class="muted">multipart/form-data ({words.form})</p>
      <Json value={masked(JSON.stringify(shown))} label={words.request} />
    </>
  );
}

function Callbacks() {
  const words = text();
  const all = useStore(deliveries);
  const here = useStore(route);
  const [only, setOnly] = useState(false);
  const streamId = here.page === 'live' ? here.id : undefined;
  const shown = only && streamId !== undefined ? all.filter((one) => one.streamId === streamId) : all;
  return (
    <>
      <p class="muted pad">{all.length === 0 ? words.noCallbacks : words.callbacksHint}</p>
      {streamId !== undefined && (
        <label class="toggle pad">
          <input type="checkbox" checked={only} onChange={(event) => setOnly(event.currentTarget.checked)} />{' '}
          {words.thisStream}
        </label>
      )}
      {shown.map((delivery) => (
        <DeliveryView key={`${delivery.at} ${delivery.streamId} ${delivery.eventType}`} delivery={delivery} />
      ))}
    </>
  );
}

function DeliveryView({ delivery }: { delivery: Delivery }) {
  const words = text();
  const { at, eventType, streamId, attempt, result, answer, body, againAt } = delivery;
  const accepted = result === 200;
  const name = eventName(eventType);
  return (
    <details class="entry callback" data-event={eventType}>
      <summary>
        <span class="line1">
          <span class="method">{eventType}</span>
          <strong>{name}</strong>
          {attempt > 1 && <span class="pill warn">{words.attempt(attempt)}</span>}
        </span>
        <span class="line2 muted">
          <span class={`pill ${accepted ? 'good' : 'bad'}`}>{result}</span>
          <code class="path">{streamId}</code>
          <span class="when">{timeOfDay(at)}</span>
        </span>
        {!accepted && (
          <span class="line2">
            {againAt === undefined ? words.givenUp : words.againAt(timeOfDay(againAt))}
          </span>
        )}
      </summary>
      <div class="inside">
        <h3>{words.request}</h3>
        <p class="muted">{words.signed}</p>
        <Json value={masked(JSON.stringify(body))} label={`${name}: ${words.request}`} />
        <h3>{words.response}</h3>
        <Json value={answer || String(result)} label={`${name}: ${words.response}`} />
      </div>
    </details>
  );
}

function eventName(eventType: number): string {
  const { events } = text();
  switch (eventType) {
    case 0:
    case 1:
    case 100:
    case 200:
    case 332:
      return events[eventType];
    default:
      return events.other;
  }
}
