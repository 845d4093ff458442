import * as v from 'valibot';
import { lists, refreshLists } from './lists';
import { deliveries as deliveriesShape, delivery as deliveryShape, pushEnded, type Delivery } from './shapes';
import { store } from './store';

/** The tries of the live service's notices, the newest first. */
export const deliveries = store<readonly Delivery[]>([]);

/** A test push that ended by itself, and why. */
export const failedPush = store<{ streamName: string; failure: string } | undefined>(undefined);

const kept = 200;

/** Lists change when a notice has been accepted; the slow look is for what no notice tells, such as expired viewers. */
const slowLookMs = 15_000;

const name = 'studio.callbacks';
const events = ['deliveries', 'delivery', 'pushEnded'] as const;
const told = v.object({ event: v.picklist([...events, 'hello']), data: v.string() });
type Told = v.InferOutput<typeof told>;

/**
 * Follows what the local cloud tells the product, from now on. Of the tabs of one browser a single one listens and tells
 * the others: a browser keeps six connections to a host, and each tab needs its own for video and chat.
 */
export function followCallbacks(): void {
  const others = new BroadcastChannel(name);
  let listening = false;
  others.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    const heard = v.safeParse(told, data);
    if (!heard.success) return;
    if (heard.output.event !== 'hello') take(heard.output);
    else if (listening) others.postMessage({ event: 'deliveries', data: allKnown() });
  });
  others.postMessage({ event: 'hello', data: '' });
  // Whoever holds the lock listens; it passes on when that tab is closed.
  void navigator.locks.request(name, () => {
    listening = true;
    const source = new EventSource('/studio/local/events');
    for (const event of events) {
      source.addEventListener(event, ({ data }: MessageEvent<string>) => {
        take({ event, data });
        others.postMessage({ event, data });
      });
    }
    return new Promise(() => undefined);
  });
  void refreshLists();
  setInterval(() => {
    if (!document.hidden) void refreshLists();
  }, slowLookMs);
}

function allKnown(): string {
  return JSON.stringify({ deliveries: [...deliveries.get()].reverse() });
}

function take({ event, data }: Told): void {
  const value: unknown = JSON.parse(data);
  if (event === 'pushEnded') return takePushEnded(value);
  if (event === 'deliveries') {
    const known = v.safeParse(deliveriesShape, value);
    if (known.success) deliveries.set([...known.output.deliveries].reverse());
  } else {
    const one = v.safeParse(deliveryShape, value);
    if (one.success) deliveries.set([one.output, ...deliveries.get()].slice(0, kept));
  }
  void refreshLists();
}

function takePushEnded(value: unknown): void {
  const ended = v.safeParse(pushEnded, value);
  if (!ended.success) return;
  const { streamName, failure } = ended.output;
  if (failure !== undefined) failedPush.set({ streamName, failure });
  lists.set({ ...lists.get(), pushing: lists.get().pushing.filter((one) => one.streamName !== streamName) });
}
