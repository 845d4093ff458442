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

/** Follows what the local cloud tells the product, from now on. */
export function followCallbacks(): void {
  const source = new EventSource('/studio/local/events');
  source.addEventListener('deliveries', ({ data }: MessageEvent<string>) => {
    const known = v.safeParse(deliveriesShape, JSON.parse(data));
    if (known.success) deliveries.set([...known.output.deliveries].reverse());
    void refreshLists();
  });
  source.addEventListener('delivery', ({ data }: MessageEvent<string>) => {
    const one = v.safeParse(deliveryShape, JSON.parse(data));
    if (one.success) deliveries.set([one.output, ...deliveries.get()].slice(0, kept));
    void refreshLists();
  });
  source.addEventListener('pushEnded', ({ data }: MessageEvent<string>) => {
    const ended = v.safeParse(pushEnded, JSON.parse(data));
    if (!ended.success) return;
    const { streamName, failure } = ended.output;
    if (failure !== undefined) failedPush.set({ streamName, failure });
    lists.set({ ...lists.get(), pushing: lists.get().pushing.filter((name) => name !== streamName) });
  });
  setInterval(() => {
    if (!document.hidden) void refreshLists();
  }, slowLookMs);
}
