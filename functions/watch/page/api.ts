/** An answer of the server that says no: its HTTP status and words, 0 when none came. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

const patience = 8_000;

export type Answer = Readonly<Record<string, unknown>>;

/**
 * Calls a command of the backend.
 * @param leaving the page is being closed: the call goes on without it
 * @returns its `returnData`
 * @throws Refused when the answer is no success or does not come in time
 */
export async function ask(path: string, body: object, token?: string, leaving = false): Promise<Answer> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), patience);
  try {
    const response = await fetch(path, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(body),
      signal: abort.signal,
      keepalive: leaving,
    });
    const answer: unknown = await response.json();
    const { returnMsg, returnData } = record(answer);
    if (!response.ok) throw new Refused(response.status, String(returnMsg));
    return record(returnData);
  } catch (error) {
    throw error instanceof Refused ? error : new Refused(0, String(error));
  } finally {
    clearTimeout(timer);
  }
}

export function record(value: unknown): Answer {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function countOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
