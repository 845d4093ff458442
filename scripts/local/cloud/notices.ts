/**
 * Sends notices to the callback URL and repeats what was not answered.
 * Rule (document 267/38080): POST, JSON; no answer in 20 s or a status other than 200 means a repeat, up to 12
 * times one minute apart, screenshots up to 5 times two minutes apart. t and sign are made anew for each try.
 * A notice lies in a file of its own until it is answered or given up, so that a killed process loses none.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { join } from 'node:path';
import { callbackSign } from '../../../shared/signing/callbackSign';
import type { NoticeBody } from './noticeBodies';

export interface NoticeOptions {
  readonly callbackUrl: string;
  readonly callbackKey: string;
  /** How long t lies ahead of the time of sending, seconds. */
  readonly validitySeconds: number;
  readonly retryIntervalMs: number;
  /** Where unanswered notices are kept. */
  readonly folder: string;
  readonly now: () => number;
  readonly newId: () => string;
  readonly log: (line: string) => void;
}

/** One try, for display. */
export interface Delivery {
  readonly at: number;
  readonly eventType: number;
  readonly streamId: string;
  readonly attempt: number;
  /** The HTTP status, or why there was none. */
  readonly result: number | string;
  /** What the receiver said, its beginning. */
  readonly answer: string;
  /** What was sent; of the signature, which is still good for a while, only the beginning. */
  readonly body: Readonly<Record<string, string | number>>;
  /** When it is tried again; undefined when it is done with, or given up. */
  readonly againAt: number | undefined;
}

export interface Notices {
  /** Takes a notice over: it is on disk when this returns, and its first try is under way. */
  send(body: NoticeBody): void;
  /** The latest tries, oldest first. */
  deliveries(): readonly Delivery[];
  /** Tells of each try once it is over. Out: ends that. */
  onDelivery(listener: (delivery: Delivery) => void): () => void;
  /** Waits for the tries under way, at most `waitMs`, and stops. What is unanswered is sent at the next start. */
  close(waitMs: number): Promise<void>;
}

const ANSWER_SECONDS = 20;
const KEPT_DELIVERIES = 200;
const KEPT_ANSWER = 500;
const SHOWN_OF_SIGN = 6;

interface Pending {
  readonly file: string;
  readonly body: NoticeBody;
  attempt: number;
}

interface Queue extends NoticeOptions {
  readonly timers: Set<NodeJS.Timeout>;
  readonly underWay: Set<Promise<void>>;
  readonly deliveries: Delivery[];
  readonly listeners: Set<(delivery: Delivery) => void>;
  /** Whether the callback URL has ever answered this process. */
  answered: boolean;
  closed: boolean;
}

/** Opens the queue and takes up the notices that an earlier process left. */
export function openNotices(options: NoticeOptions): Notices {
  mkdirSync(options.folder, { recursive: true });
  const queue: Queue = {
    ...options,
    timers: new Set(),
    underWay: new Set(),
    deliveries: [],
    listeners: new Set(),
    answered: false,
    closed: false,
  };
  for (const pending of leftOver(queue)) attempt(queue, pending);
  return {
    send(body) {
      const pending = { file: join(options.folder, `${options.newId()}.json`), body, attempt: 0 };
      try {
        writeFileSync(pending.file, JSON.stringify(body));
      } catch (error) {
        options.log(`notices: cannot be kept for a restart: ${String(error)}`);
      }
      attempt(queue, pending);
    },
    deliveries: () => queue.deliveries,
    onDelivery(listener) {
      queue.listeners.add(listener);
      return () => queue.listeners.delete(listener);
    },
    async close(waitMs) {
      queue.closed = true;
      for (const timer of queue.timers) clearTimeout(timer);
      let stopWaiting: NodeJS.Timeout | undefined;
      const limit = new Promise<void>((resolve) => {
        stopWaiting = setTimeout(resolve, waitMs);
      });
      await Promise.race([Promise.allSettled([...queue.underWay]), limit]);
      clearTimeout(stopWaiting);
    },
  };
}

function leftOver(queue: Queue): Pending[] {
  const names = readdirSync(queue.folder).filter((name) => name.endsWith('.json'));
  return names.sort().flatMap((name) => {
    const file = join(queue.folder, name);
    try {
      const body: unknown = JSON.parse(readFileSync(file, 'utf8'));
      if (isNoticeBody(body)) return [{ file, body, attempt: 0 }];
    } catch {
      // A file cut short by the death of the process: falls through to its removal.
    }
    rmSync(file, { force: true });
    return [];
  });
}

function isNoticeBody(value: unknown): value is NoticeBody {
  return typeof value === 'object' && value !== null && 'event_type' in value;
}

function attempt(queue: Queue, pending: Pending): void {
  if (queue.closed) return;
  pending.attempt += 1;
  const t = Math.floor(queue.now() / 1000) + queue.validitySeconds;
  const sent = { ...pending.body, t, sign: callbackSign({ key: queue.callbackKey, t }) };
  const work = post(queue, sent)
    .catch((error: unknown) => ({ result: error instanceof Error ? error.message : 'failed', answer: '' }))
    .then((outcome) => settle(queue, pending, sent, outcome));
  queue.underWay.add(work);
  void work.finally(() => queue.underWay.delete(work));
}

interface Outcome {
  readonly result: number | string;
  readonly answer: string;
}

function settle(
  queue: Queue,
  pending: Pending,
  sent: Record<string, string | number> & { sign: string },
  { result, answer }: Outcome,
): void {
  const streamId = String(pending.body['stream_id'] ?? '');
  const eventType = pending.body.event_type;
  queue.answered ||= typeof result === 'number';
  const { repeats, interval } = retryRule(queue, eventType);
  const again = result !== 200 && pending.attempt <= repeats;
  tell(queue, {
    at: queue.now(),
    eventType,
    streamId,
    attempt: pending.attempt,
    result,
    answer,
    body: { ...sent, sign: `${sent.sign.slice(0, SHOWN_OF_SIGN)}...` },
    againAt: again ? queue.now() + interval : undefined,
  });
  const what = `notice ${eventType} of ${streamId}`;
  if (result === 200) return drop(pending);
  if (!again) {
    queue.log(`notices: ${what} given up after ${pending.attempt} tries (${result})`);
    return drop(pending);
  }
  if (queue.closed) return;
  queue.log(`notices: ${what} not accepted (${result}), again in ${interval / 1000} s`);
  const timer = setTimeout(() => {
    queue.timers.delete(timer);
    attempt(queue, pending);
  }, interval);
  timer.unref();
  queue.timers.add(timer);
}

function tell(queue: Queue, delivery: Delivery): void {
  queue.deliveries.push(delivery);
  if (queue.deliveries.length > KEPT_DELIVERIES) queue.deliveries.shift();
  for (const listener of queue.listeners) listener(delivery);
}

function drop(pending: Pending): void {
  rmSync(pending.file, { force: true });
}

function retryRule(queue: Queue, eventType: number): { repeats: number; interval: number } {
  const rule =
    eventType === 200
      ? { repeats: 5, interval: 2 * queue.retryIntervalMs }
      : { repeats: 12, interval: queue.retryIntervalMs };
  // Notices left by an earlier process are tried while the receiver may still be starting.
  return queue.answered ? rule : { ...rule, interval: Math.min(rule.interval, 1000) };
}

/** Out: the HTTP status and the answer. Rejects when there is no answer in time. */
function post(queue: Queue, body: Readonly<Record<string, string | number>>): Promise<Outcome> {
  const text = JSON.stringify(body);
  const request = queue.callbackUrl.startsWith('https:') ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const outgoing = request(
      queue.callbackUrl,
      {
        method: 'POST',
        agent: false,
        headers: { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) },
        signal: AbortSignal.timeout(ANSWER_SECONDS * 1000),
      },
      (response) => {
        let answer = '';
        response.on('data', (part: Buffer) => {
          if (answer.length < KEPT_ANSWER) answer = (answer + part.toString()).slice(0, KEPT_ANSWER);
        });
        response.on('error', reject);
        response.on('end', () => resolve({ result: response.statusCode ?? 0, answer }));
      },
    );
    outgoing.on('error', reject);
    outgoing.end(text);
  });
}
