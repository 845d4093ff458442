import * as v from 'valibot';
import { parametersOf, readAnswer, type Place } from './actual';
import type { Hands } from './apply';

const text = v.optional(v.nullable(v.string()), '');
const logsAnswer = v.object({
  Data: v.optional(
    v.nullable(
      v.array(
        v.object({
          RequestId: text,
          StartTime: text,
          RetCode: v.optional(v.nullable(v.number()), 0),
          Duration: v.optional(v.nullable(v.number()), 0),
          Log: text,
        }),
      ),
    ),
    [],
  ),
});

const dayMs = 24 * 3_600_000;

export interface LogsOptions {
  /** `30s`, `10m`, `2h`, or a time such as `2026-11-23T08:00:00Z`; at most a day ago. */
  startTime?: string | undefined;
  /** Only lines with this text. */
  filter?: string | undefined;
}

/**
 * Prints what a function wrote, the oldest first. What it returned stays out: that has signed URLs in it.
 * @throws Error when the time is malformed, CloudCallError
 */
export async function logs(
  place: Place,
  hands: Hands,
  say: (line: string) => void,
  { startTime = '10m', filter }: LogsOptions,
): Promise<void> {
  const now = hands.now();
  const parameters = {
    ...parametersOf(place),
    StartTime: chinaTime(readStart(startTime, now)),
    EndTime: chinaTime(now),
    Order: 'desc',
    OrderBy: 'start_time',
    Offset: 0,
    Limit: 100,
  };
  const answer = await hands.cloud.call(place.name, 'GetFunctionLogs', parameters, { repeatable: true });
  const calls = (readAnswer(logsAnswer, answer, place.name, 'GetFunctionLogs').Data ?? []).reverse();
  for (const { StartTime, RequestId, RetCode, Duration, Log } of calls) {
    const lines = (Log ?? '').split('\n').filter((line) => line.trim() !== '' && !/\bRetMsg:/.test(line));
    const shown = filter === undefined ? lines : lines.filter((line) => line.includes(filter));
    if (filter !== undefined && shown.length === 0) continue;
    say(
      `${StartTime ?? ''} ${RequestId ?? ''} ${RetCode === 0 ? 'ok' : `failed (${RetCode ?? '?'})`} ${Duration ?? 0} ms`,
    );
    for (const line of shown) say(`  ${line}`);
  }
  if (calls.length > 0) return;
  say(
    `no call of ${place.remoteName} since ${startTime}. When its logs go to a topic of your own, search there: ` +
      'SCF console, the function, log query (that needs CLS, which keeps them; this call only knows the last ones)',
  );
}

function readStart(given: string, now: number): number {
  const [, amount, unit] = /^(\d{1,4})([smh])$/.exec(given) ?? [];
  const at =
    amount === undefined
      ? Date.parse(given)
      : now - Number(amount) * (unit === 'h' ? 3_600_000 : unit === 'm' ? 60_000 : 1_000);
  if (!Number.isFinite(at) || at > now || now - at > dayMs)
    throw new Error(
      '--startTime is malformed: expected 30s, 10m, 2h or a time of the last 24 hours such as 2026-11-23T08:00:00Z',
    );
  return at;
}

/** The API reads and writes times of China: `2026-11-23 16:00:00`. */
function chinaTime(epochMs: number): string {
  return new Date(epochMs + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
}
