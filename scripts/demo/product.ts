import * as v from 'valibot';
import { Mismatch } from './step';

/** The running product, seen from outside. Every answer is checked against a schema of what the caller reads. */
export interface Product {
  url: string;
  /** A native command: POST `path`. @returns `returnData`. @throws Mismatch unless it succeeds and fits */
  ask<Data extends Schema>(
    path: string,
    body: object,
    data: Data,
    token?: string,
  ): Promise<v.InferOutput<Data>>;
  /** POST /interface.php, as an old app does. @returns `returnData`. @throws Mismatch unless it succeeds and fits */
  v1<Data extends Schema>(body: OldRequest, data: Data): Promise<v.InferOutput<Data>>;
  /** POST as an app of any generation. @returns what its envelope holds. @throws Mismatch unless it succeeds and fits */
  send<Data extends Schema>(request: WireRequest, data: Data): Promise<v.InferOutput<Data>>;
}

type Schema = v.GenericSchema;

/** The body of an old app's request. */
export interface OldRequest {
  Action: string;
  [member: string]: string | number;
}

/** A request as it goes over the wire. */
export interface WireRequest {
  /** What a person calls it. */
  what: string;
  path: string;
  headers: Record<string, string>;
  body: string;
  envelope: Envelope;
}

/** In what a generation of the protocol wraps its data. */
export interface Envelope {
  /** The envelope of a success, turned into what it holds. */
  success: v.GenericSchema<unknown, { data: unknown }>;
  /** The same in words. */
  described: string;
  /** What the data is called. */
  member: string;
}

const answerSeconds = 10;
const native: Envelope = {
  success: v.pipe(
    v.object({ returnValue: v.literal(0), returnData: v.unknown() }),
    v.transform(({ returnData }) => ({ data: returnData })),
  ),
  described: 'returnValue 0',
  member: 'returnData',
};

/** @param url where the product answers, without a slash at the end */
export function openProduct(url: string): Product {
  const send: Product['send'] = async ({ what, path, headers, body, envelope }, data) => {
    const response = await fetch(url + path, {
      method: 'POST',
      headers,
      body,
      signal: AbortSignal.timeout(answerSeconds * 1000),
    });
    const text = await response.text();
    const came = `HTTP ${response.status} ${text.slice(0, 400)}`;
    const answer = v.safeParse(envelope.success, parsed(text));
    if (response.status !== 200 || !answer.success)
      throw new Mismatch(`${what}: HTTP 200, ${envelope.described}`, came);
    const found = v.safeParse(data, answer.output.data);
    if (found.success) return found.output;
    const [issue] = found.issues;
    throw new Mismatch(
      `${what}: ${envelope.member}.${v.getDotPath(issue) ?? ''} as described`,
      `${issue.message} in ${came}`,
    );
  };
  const json = (what: string, path: string, body: object, headers: Record<string, string>): WireRequest => ({
    what,
    path,
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
    envelope: native,
  });
  return {
    url,
    send,
    ask(path, body, data, token) {
      const headers: Record<string, string> = token === undefined ? {} : { Authorization: `Bearer ${token}` };
      return send(json(`POST ${path}`, path, body, headers), data);
    },
    v1: (body, data) => send(json(`v1 ${body.Action}`, '/interface.php', body, {}), data),
  };
}

/** Whether the product answers at /healthz. */
export async function isRunning(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(3_000) });
    return response.ok && v.is(v.object({ status: v.literal('ok') }), parsed(await response.text()));
  } catch {
    return false;
  }
}

/**
 * GET with a time limit.
 * @throws Mismatch unless the status is `status`
 */
export async function download(
  url: string,
  status = 200,
  headers: Record<string, string> = {},
  seconds = answerSeconds,
): Promise<{ bytes: Buffer; headers: Headers }> {
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(seconds * 1000) });
  const bytes = Buffer.from(await response.arrayBuffer());
  if (response.status === status) return { bytes, headers: response.headers };
  throw new Mismatch(
    `GET ${url}: HTTP ${status}`,
    `HTTP ${response.status} ${bytes.toString().slice(0, 200)}`,
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
