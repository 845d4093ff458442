import * as v from 'valibot';
import { store } from './store';

/** In whose name a call is made; a call to this machine is no part of the product. */
export type Who = 'host' | 'viewer' | 'operator' | 'anyone' | 'machine';

/** One call as it went over the wire. */
export interface Call {
  id: number;
  at: number;
  who: Who;
  method: 'GET' | 'POST';
  url: string;
  headers: Record<string, string>;
  /** JSON text, or the fields of a form with a file. */
  body: string | FormBody | undefined;
  /** 0 while it is under way, or when there was no answer. */
  status: number;
  milliseconds: number;
  answer: string;
  /** How often it has been made; one that is repeated in the background is shown once. */
  times: number;
}

export interface FormBody {
  fields: Record<string, string>;
  file: { name: string; type: string; bytes: number };
}

export interface Request {
  who: Who;
  path: string;
  method?: 'GET' | 'POST';
  body?: object;
  token?: string;
  /** Repeated by the page itself, not something a person did. */
  background?: boolean;
  /** To be sent although the page is being left. */
  farewell?: boolean;
}

/** The product said no, in its own words. */
export class CallFailed extends Error {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

const kept = 150;
const timeLimit = 15_000;
let lastId = 0;

/** The newest first. */
export const calls = store<readonly Call[]>([]);

/**
 * Calls the product, and shows the call.
 * @param data what `returnData` must look like
 * @throws CallFailed with the product's own message, or with what became of the connection
 */
export async function ask<Data extends v.GenericSchema>(
  request: Request,
  data: Data,
): Promise<v.InferOutput<Data>> {
  const envelope = v.object({ returnValue: v.literal(0), returnData: data });
  const answer = await send(request, v.looseObject({}));
  const result = v.safeParse(envelope, answer);
  if (result.success) return result.output.returnData;
  throw new CallFailed(`${request.path}: ${result.issues[0].message}`, 200);
}

/** Asks this machine for something (`/studio/local/...`). @throws CallFailed */
export function askMachine<Data extends v.GenericSchema>(
  request: Omit<Request, 'who'>,
  data: Data,
): Promise<v.InferOutput<Data>> {
  return send({ ...request, who: 'machine', path: `/studio/local${request.path}` }, data);
}

async function send<Data extends v.GenericSchema>(
  request: Request,
  data: Data,
): Promise<v.InferOutput<Data>> {
  const { who, path, token, method = 'POST', background = false, farewell = false } = request;
  const body = method === 'GET' ? undefined : JSON.stringify(request.body ?? {});
  const headers: Record<string, string> = {
    ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
    ...(who === 'machine' ? { 'X-Studio': '1' } : {}),
  };
  const call = begin({ who, method, url: location.origin + path, headers, body }, background);
  const { status, text } = await exchange(call, {
    ...{ method, headers, keepalive: farewell },
    ...(body === undefined ? {} : { body }),
  });
  const value = parsed(text);
  if (status !== 200) throw new CallFailed(messageOf(value) ?? `HTTP ${status}`, status);
  const result = v.safeParse(data, value);
  if (result.success) return result.output;
  throw new CallFailed(`${path}: ${result.issues[0].message}`, status);
}

/**
 * Sends a file by a form, as COS takes it.
 * @throws CallFailed
 */
export async function sendForm(
  who: Who,
  url: string,
  fields: Record<string, string>,
  file: File,
): Promise<void> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', file);
  const body = { fields, file: { name: file.name, type: file.type, bytes: file.size } };
  const call = begin({ who, method: 'POST', url, headers: {}, body }, false);
  const { status, text } = await exchange(call, { method: 'POST', body: form });
  if (status < 200 || status > 299)
    throw new CallFailed(/<Message>([^<]*)/.exec(text)?.[1] ?? `HTTP ${status}`, status);
}

type Beginning = Pick<Call, 'who' | 'method' | 'url' | 'headers' | 'body'>;

function begin(beginning: Beginning, background: boolean): Call {
  const same = (call: Call): boolean =>
    call.who === beginning.who && call.url === beginning.url && call.body === beginning.body;
  const before = background ? calls.get().find(same) : undefined;
  const times = (before?.times ?? 0) + 1;
  const id = before?.id ?? (lastId += 1);
  const call: Call = { ...beginning, id, at: Date.now(), status: 0, milliseconds: 0, answer: '', times };
  if (before === undefined) calls.set([call, ...calls.get()].slice(0, kept));
  return before === undefined ? call : { ...call, status: before.status, answer: before.answer };
}

async function exchange(call: Call, init: RequestInit): Promise<{ status: number; text: string }> {
  const from = performance.now();
  const settle = (status: number, answer: string): void => {
    const settled = { ...call, status, answer, milliseconds: Math.round(performance.now() - from) };
    calls.set(calls.get().map((one) => (one.id === call.id ? settled : one)));
  };
  try {
    const response = await fetch(call.url, { ...init, signal: AbortSignal.timeout(timeLimit) });
    const text = await response.text();
    settle(response.status, text);
    return { status: response.status, text };
  } catch (error) {
    settle(0, error instanceof Error ? error.message : String(error));
    throw new CallFailed(error instanceof Error ? error.message : String(error), 0);
  }
}

function messageOf(value: unknown): string | undefined {
  const said = v.safeParse(
    v.union([v.object({ returnMsg: v.string() }), v.object({ error: v.string() })]),
    value,
  );
  if (!said.success) return undefined;
  return 'returnMsg' in said.output ? said.output.returnMsg : said.output.error;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
