import * as v from 'valibot';
import { parametersOf, readAnswer, type Place } from './actual';
import type { Cloud } from './cloud';

/** What became of one call of a function. */
export interface Invocation {
  /** Whether the function came to its end. */
  succeeded: boolean;
  /** What it returned, as JSON. */
  returned: string;
  /** Why it failed, and its stack. */
  error: string;
  log: string;
  requestId: string;
  durationMs: number;
}

const text = v.optional(v.nullable(v.string()), '');
const invokeAnswer = v.object({
  Result: v.object({
    RetMsg: text,
    ErrMsg: text,
    Log: text,
    FunctionRequestId: text,
    Duration: v.optional(v.nullable(v.number()), 0),
    InvokeResult: v.optional(v.nullable(v.number()), 0),
  }),
});

/** A synchronous call ends after 300 s (SDK, InvokeRequest). */
const limitMs = 310_000;

/**
 * Calls a function and waits for its end.
 * @param event JSON
 * @param qualifier a version's number or an alias
 * @throws CloudCallError when the platform did not call it; a function that fails does not throw
 */
export async function invokeFunction(
  cloud: Cloud,
  place: Place,
  event: string,
  qualifier: string,
): Promise<Invocation> {
  const parameters = {
    ...parametersOf(place),
    Qualifier: qualifier,
    InvocationType: 'RequestResponse',
    LogType: 'Tail',
    ClientContext: event,
  };
  const answer = await cloud.call(place.name, 'Invoke', parameters, { limitMs });
  const { Result } = readAnswer(invokeAnswer, answer, place.name, 'Invoke');
  const error = Result.ErrMsg ?? '';
  return {
    succeeded: error === '' && (Result.InvokeResult ?? 0) === 0,
    returned: Result.RetMsg ?? '',
    error,
    log: Result.Log ?? '',
    requestId: Result.FunctionRequestId ?? '',
    durationMs: Result.Duration ?? 0,
  };
}
