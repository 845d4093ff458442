import { threadId } from 'node:worker_threads';

let calls = 0;

/** Fails in the way its query names. */
export async function main_handler(event: { queryString: Record<string, string> }): Promise<object> {
  calls += 1;
  switch (event.queryString['how']) {
    case 'throw':
      throw new Error('thrown on purpose');
    case 'reject':
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what is rejected need not be an Error
      return Promise.reject('rejected on purpose');
    case 'throwLater':
      setImmediate(() => {
        throw new Error('thrown later on purpose');
      });
      return new Promise(() => undefined);
    case 'hang':
      return new Promise(() => undefined);
    case 'spin':
      for (;;);
    case 'exit':
      return process.exit(3);
    case 'eat': {
      const eaten: unknown[] = [];
      for (;;) eaten.push(new Array(100_000).fill(eaten.length));
    }
    case 'cycle': {
      const cycle: Record<string, unknown> = {};
      cycle['self'] = cycle;
      return cycle;
    }
    default:
      return { statusCode: 200, headers: {}, body: JSON.stringify({ threadId, calls }) };
  }
}
