import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

/** Largest answer that is read, in bytes. */
const maxAnswerBytes = 2 * 1024 * 1024;

/** Another service did not answer usably. Its message names the service's host and never what was sent. */
export class CloudUnavailable extends Error {
  override readonly name = 'CloudUnavailable';
}

/**
 * One HTTP call to another service, without following redirects. `node:https` and not fetch: it loads in half the time.
 * @param timeout milliseconds for everything, from the name look-up to the last byte
 * @throws CloudUnavailable when nothing usable came back in time
 */
export function requestText(call: {
  method: 'GET' | 'POST';
  url: URL;
  headers?: Record<string, string>;
  body?: string;
  timeout: number;
}): Promise<{ status: number; text: string }> {
  const { method, url, headers, body, timeout } = call;
  return new Promise((resolve, reject) => {
    const fail = (reason: string) => reject(new CloudUnavailable(`${url.host}: ${reason}`));
    const send = url.protocol === 'http:' ? httpRequest : httpsRequest;
    const outgoing = send(url, { method, headers, agent: false }, (answer) => {
      const chunks: Buffer[] = [];
      let size = 0;
      answer.on('data', (chunk: Buffer) => {
        size += chunk.length;
        chunks.push(chunk);
        if (size > maxAnswerBytes) outgoing.destroy(new Error('the answer is too large'));
      });
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
      );
      answer.on('error', (error) => fail(error.message));
    });
    const timer = setTimeout(() => outgoing.destroy(new Error(`no answer within ${timeout} ms`)), timeout);
    outgoing.on('close', () => clearTimeout(timer));
    outgoing.on('error', (error) => fail(error.message));
    outgoing.end(body);
  });
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
