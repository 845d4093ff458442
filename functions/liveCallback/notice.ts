import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { parseInput } from '../../shared/input';
import type { Notice } from '../../shared/store/notices';

/** Longest notice body that is kept, in characters. */
const keptBody = 16 * 1024;

/** Members of a notice as the cloud writes them: numbers come as numbers or as text, by edition (signing.md 2.4). */
const number = v.pipe(
  v.union([v.number(), v.pipe(v.string(), v.regex(/^\d{1,20}$/))], 'expected a number'),
  v.transform(Number),
);
const id = v.pipe(
  v.union([v.string(), v.number()], 'expected text'),
  v.transform(String),
  v.check((given) => /^\P{Cc}{1,64}$/u.test(given), 'expected 1 to 64 characters'),
);
const streamId = v.pipe(
  v.string('expected text'),
  v.check((given) => /^\P{Cc}{1,191}$/u.test(given), 'expected 1 to 191 characters'),
);
const seconds = v.pipe(
  number,
  v.check((given) => given > 0 && given < 100_000_000_000, 'expected epoch seconds'),
);

const eventType = v.pipe(
  number,
  v.check(
    (given) => Number.isInteger(given) && given >= 0 && given < 1_000_000,
    'expected the number of an event',
  ),
);

const head = v.object({ event_type: eventType });

const pushEvent = v.object({
  stream_id: streamId,
  sequence: v.optional(id),
  event_time: v.optional(seconds),
  push_duration: v.optional(v.pipe(v.union([v.string(), v.number()]), v.transform(Number))),
});

const recordingEvent = v.object({
  stream_id: streamId,
  file_id: v.optional(id),
  video_id: v.optional(id),
  video_url: v.pipe(
    v.string('expected text'),
    v.regex(/^https?:\/\//, 'expected a URL'),
    v.maxLength(1024, 'expected at most 1024 characters'),
  ),
  file_format: v.pipe(
    v.string('expected text'),
    v.toLowerCase(),
    v.maxLength(8, 'expected at most 8 characters'),
  ),
  start_time: seconds,
  end_time: seconds,
  // Nothing depends on it, so whatever it is does not cost the recording.
  file_size: v.fallback(number, 0),
});

const otherEvent = v.object({ stream_id: v.fallback(streamId, '') });

/** What a notice says, in our words. Times are epoch milliseconds; `sequence` is '' where the notice had none. */
export type Event =
  | { kind: 'start'; streamId: string; sequence: string; at: number }
  | { kind: 'cut'; streamId: string; sequence: string; at: number; startedAt: number | undefined }
  | {
      kind: 'recording';
      streamId: string;
      fileId: string;
      format: string;
      url: string;
      bytes: number;
      startedAt: number;
      endedAt: number;
    }
  | { kind: 'other'; streamId: string };

/**
 * Reads the body of a live notice whose signature has been checked (documents 267/38081 and 267/38082).
 * @param raw the body as it came: a `sequence` written as a number has more digits than a JavaScript number holds
 * @param now epoch milliseconds, in place of an event_time that is missing
 * @throws Failure invalidInput naming the member at fault
 */
export function readNotice(
  body: Record<string, unknown>,
  raw: string,
  now: number,
): { notice: Notice; event: Event } {
  const { event_type: eventType } = parseInput(head, body);
  const event = readEvent(eventType, exactSequence(body, raw), now);
  const notice = {
    key: keyOf(eventType, event, body),
    eventType,
    streamId: event.streamId,
    body: withoutSecrets(body),
  };
  return { notice, event };
}

function readEvent(eventType: number, body: Record<string, unknown>, now: number): Event {
  if (eventType === 0 || eventType === 1) {
    const { stream_id, sequence = '', event_time, push_duration } = parseInput(pushEvent, body);
    const at = event_time === undefined ? now : event_time * 1000;
    if (eventType === 1) return { kind: 'start', streamId: stream_id, sequence, at };
    // push_duration is in milliseconds; with it a cut whose start was lost still says when the push began.
    const known = push_duration !== undefined && push_duration >= 0 && push_duration < at;
    return {
      kind: 'cut',
      streamId: stream_id,
      sequence,
      at,
      startedAt: known ? at - push_duration : undefined,
    };
  }
  if (eventType === 100) {
    const recording = parseInput(recordingEvent, body);
    const fileId = recording.file_id ?? recording.video_id;
    return {
      kind: 'recording',
      streamId: recording.stream_id,
      fileId: parseInput(v.object({ file_id: id }), { file_id: fileId }).file_id,
      format: recording.file_format,
      url: recording.video_url,
      bytes: recording.file_size,
      startedAt: recording.start_time * 1000,
      endedAt: recording.end_time * 1000,
    };
  }
  return { kind: 'other', streamId: parseInput(otherEvent, body).stream_id };
}

/** The key is what a repeat of the same notice shares with it: not its `t` and `sign`, which may be made anew. */
function keyOf(eventType: number, event: Event, body: Record<string, unknown>): string {
  switch (event.kind) {
    case 'start':
    case 'cut':
      return event.sequence === ''
        ? `${eventType}:${digest([event.streamId, '', body['event_time'] ?? body['t']])}`
        : `${eventType}:${digest([event.streamId, event.sequence])}`;
    case 'recording':
      return `${eventType}:${digest([event.streamId, event.fileId])}`;
    case 'other': {
      const { t: _t, sign: _sign, ...rest } = body;
      return `${eventType}:${digest(rest)}`;
    }
  }
}

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}

function exactSequence(body: Record<string, unknown>, raw: string): Record<string, unknown> {
  if (typeof body['sequence'] !== 'number') return body;
  const digits = /"sequence"\s*:\s*(\d{1,64})/.exec(raw)?.[1];
  return digits === undefined ? body : { ...body, sequence: digits };
}

function withoutSecrets(body: Record<string, unknown>): string {
  const { sign: _sign, ...rest } = body;
  return JSON.stringify(rest)
    .replace(/txSecret=[0-9A-Fa-f]+/g, 'txSecret=[secret]')
    .slice(0, keptBody);
}
