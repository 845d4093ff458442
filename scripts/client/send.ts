import { ApiError } from './apiError';
import type { CallOptions, ClientOptions, FetchAnswer } from './publicTypes';

const patience = 10_000;

/**
 * Makes one call.
 * @param names the code of each returnValue
 * @param token goes along as the bearer
 * @returns `returnData` of the answer
 * @throws ApiError
 */
export async function send(
  options: ClientOptions,
  names: Record<string, string>,
  command: string,
  input: unknown,
  token: string | undefined,
  { signal, timeoutMs = options.timeoutMs ?? patience }: CallOptions = {},
): Promise<unknown> {
  const stop = new AbortController();
  const call = options.fetch ?? globalThis.fetch;
  const work = async () => {
    const answer = await call(`${options.baseUrl.replace(/\/+$/, '')}/${command}`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(input ?? {}),
      // The backend never redirects; a password or a refresh token must not go wherever somebody else points.
      redirect: 'error',
      signal: stop.signal,
    });
    return { answer, text: await answer.text() };
  };
  try {
    const { answer, text } = await unlessStopped(work, command, timeoutMs, signal);
    return readAnswer(answer, text, names);
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw new ApiError(`${command}: ${error instanceof Error ? error.message : String(error)}`, {
      code: 'network',
    });
  } finally {
    stop.abort();
  }
}

/** Some implementations of fetch do not end when they are aborted, so nobody waits for them. */
function unlessStopped<T>(
  work: () => Promise<T>,
  command: string,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const aborted = () => reject(new ApiError(`${command}: aborted`, { code: 'aborted' }));
    if (signal?.aborted === true) return aborted();
    const late = () => reject(new ApiError(`${command}: no answer in ${timeoutMs} ms`, { code: 'timeout' }));
    const timer = setTimeout(late, timeoutMs);
    signal?.addEventListener('abort', aborted);
    const over = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', aborted);
    };
    work().then(resolve, reject).finally(over);
  });
}

function readAnswer(answer: FetchAnswer, text: string, names: Record<string, string>): unknown {
  const { status } = answer;
  const { returnValue, returnMsg, returnData, requestId } = membersOf(text);
  if (status === 200 && returnValue === 0) return returnData;
  const code = names[String(returnValue)];
  if (typeof returnValue !== 'number' || code === undefined) {
    const message = `expected an answer of the backend, not HTTP ${status}: ${text.slice(0, 100)}`;
    throw new ApiError(message, { code: 'badAnswer', status });
  }
  const message = String(returnMsg);
  const retryAfter = Number(answer.headers.get('Retry-After') ?? NaN);
  throw new ApiError(message, {
    code,
    status,
    returnValue,
    field: /^([\w.]+): /.exec(message)?.[1],
    requestId: typeof requestId === 'string' ? requestId : undefined,
    retryAfter: Number.isFinite(retryAfter) ? retryAfter : undefined,
  });
}

function membersOf(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
