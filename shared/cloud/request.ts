import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

/** Largest answer that is read unless another bound is given, in bytes. */
const usualAnswerBytes = 2 * 1024 * 1024;

/**
 * Another service did not answer usably. Its message names the service's host and never what was sent. `code` is the
 * system's word for what the connection died of (`ECONNREFUSED`), or `late` when the time was up; none for an answer that
 * cannot be used.
 */
export class CloudUnavailable extends Error {
  override readonly name = 'CloudUnavailable';

  constructor(
    message: string,
    readonly code?: string,
  ) {
    super(message);
  }
}

/**
 * One HTTP call to another service, without following redirects. `node:https` and not fetch: it loads in half the time.
 * @param call.timeout milliseconds for everything, from the name look-up to the last byte
 * @param call.maxBytes longest answer that is read; 2 MB
 * @throws CloudUnavailable when nothing usable came back in time
 */
export function requestText(call: {
  method: 'GET' | 'POST';
  url: URL;
  headers?: Record<string, string>;
  body?: string;
  timeout: number;
  maxBytes?: number;
}): Promise<{ status: number; text: string }> {
  const { method, url, headers, body, timeout, maxBytes = usualAnswerBytes } = call;
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => reject(unavailable(url, error));
    const send = url.protocol === 'http:' ? httpRequest : httpsRequest;
    // A connection kept from the last invocation may have died while the instance was frozen: no agent.
    const outgoing = send(url, { method, headers, agent: false }, (answer) => {
      const chunks: Buffer[] = [];
      let size = 0;
      answer.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > maxBytes) outgoing.destroy(new CloudUnavailable(`${url.host}: the answer is too large`));
        else chunks.push(chunk);
      });
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
      );
      answer.on('error', fail);
    });
    const timer = setTimeout(
      () =>
        outgoing.destroy(
          new CloudUnavailable(`${url.host}: no answer within ${Math.ceil(timeout)} ms`, 'late'),
        ),
      Math.max(1, timeout),
    );
    outgoing.on('close', () => clearTimeout(timer));
    outgoing.on('error', fail);
    outgoing.end(body);
  });
}

function unavailable(url: URL, error: NodeJS.ErrnoException): CloudUnavailable {
  return error instanceof CloudUnavailable
    ? error
    : new CloudUnavailable(`${url.host}: ${error.message}`, error.code);
}

/** As {@link requestText}, for an answer that is a JSON object. */
export async function requestJson(call: Parameters<typeof requestText>[0]): Promise<Record<string, unknown>> {
  const { text } = await requestText(call);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new CloudUnavailable(`${call.url.host}: the answer is no JSON object`);
  }
  return { ...value };
}
