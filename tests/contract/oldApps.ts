import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord } from '../../shared/http/request';
import type { Database } from '../../shared/store/database';
import type { Backend } from '../backend';
import { caseOf, wireRequest, type WireRequest } from './clientCases';
import { readAnswer, type RawAnswer, type Reading } from './clientReader';

/** The product as old apps and the cloud see it. */
export interface Server {
  send(request: WireRequest): Promise<RawAnswer>;
  /** A notice of the cloud, signed by the implementation. */
  notify(notice: Record<string, unknown>): Promise<{ status: number }>;
}

/** The functions of a backend, without HTTP in between. */
export function inProcess(backend: Pick<Backend, 'ask' | 'notify'>): Server {
  return {
    async send({ method, headers, body }) {
      const { status, headers: sent, text } = await backend.ask('app', { method, headers, body });
      return { status, headers: sent, body: text };
    },
    notify: (notice) => backend.notify(notice),
  };
}

/** An answer that its client could read. */
export interface AppAnswer {
  returnValue: unknown;
  /** returnData; {} where the action has none. */
  data: Record<string, unknown>;
  values: Reading['values'];
}

export type App = (caseId: string, members?: Record<string, unknown>) => Promise<AppAnswer>;

/**
 * One phone: sends the request of a conformance case, with other members where given, and reads the answer as that
 * client does.
 * @param address where the phone is; limits are counted per address
 * @throws Error with everything at which the client would have failed
 */
export function oldApp(server: Server, address: string): App {
  return async (caseId, members = {}) => {
    const clientCase = caseOf(caseId);
    const sent = { ...clientCase.request, ...members };
    const request = wireRequest(clientCase, sent);
    const answer = await server.send({
      ...request,
      headers: { ...request.headers, 'x-scf-remote-addr': address },
    });
    const { faults, ok, values } = readAnswer(clientCase, answer, sent);
    if (faults.length > 0 || !ok)
      throw new Error(`${caseId} ${ok ? '' : 'is no success'}: ${answer.body}\n${faults.join('\n')}`);
    return { ...parts(answer.body), values };
  };
}

export function parts(text: string): Omit<AppAnswer, 'values'> {
  const body: unknown = JSON.parse(text);
  if (!isRecord(body)) throw new Error(`no envelope: ${text}`);
  return { returnValue: body['returnValue'], data: isRecord(body['returnData']) ? body['returnData'] : {} };
}

/** An address of its own for each number up to 65535. */
export function addressOf(number: number): string {
  return `198.18.${(number >> 8) & 255}.${number & 255}`;
}

/** The stream id as the apps cut it out of a push URL (protocol.md 4.1). */
export function streamIdIn(pushUrl: unknown): string {
  const id = /\/live\/([^?.]*)/.exec(String(pushUrl).toLowerCase())?.[1];
  if (id === undefined || id === '') throw new Error(`no stream id in ${String(pushUrl)}`);
  return id;
}

let pushes = 0;

/** What the cloud says when a push begins or is cut; `at` in epoch seconds. One sequence is one push. */
export function pushNotice(
  event: 'start' | 'cut',
  streamId: string,
  at: number,
  sequence = `${7_300_000_000_000_000_000n + BigInt((pushes += 1))}`,
): Record<string, unknown> & { sequence: string } {
  return {
    event_type: event === 'start' ? 1 : 0,
    stream_id: streamId,
    channel_id: streamId,
    sequence,
    event_time: at,
    appname: 'live',
  };
}

/** What the cloud says when a recording file is there; times in epoch seconds. */
export function recordingNotice(
  streamId: string,
  file: { fileId: string; format: 'flv' | 'hls' | 'mp4'; startedAt: number; endedAt: number },
): Record<string, unknown> {
  const { fileId, format, startedAt, endedAt } = file;
  const name = format === 'hls' ? 'f0.m3u8' : `f0.${format}`;
  return {
    event_type: 100,
    stream_id: streamId,
    channel_id: streamId,
    file_id: fileId,
    video_id: fileId,
    file_format: format,
    video_url: `http://200000.vod.example.com/${fileId}/${name}`,
    start_time: startedAt,
    end_time: endedAt,
    duration: endedAt - startedAt,
    file_size: 9_749_353,
  };
}

const schema = join(__dirname, '..', '..', 'schema');

/** Empties every table that schema/ makes. */
export async function emptyTables(database: Database): Promise<void> {
  const tables = readdirSync(schema).flatMap((file) =>
    [...readFileSync(join(schema, file), 'utf8').matchAll(/CREATE TABLE IF NOT EXISTS (\w+)/g)].flatMap(
      ([, name]) => (name === undefined ? [] : [name]),
    ),
  );
  for (const table of tables) await database.run(`DELETE FROM ${table}`);
}

/** A mocked clock that only the test moves. */
export interface TestClock {
  /** Epoch seconds. */
  now(): number;
  pass(seconds: number): void;
  restore(): void;
}

export function stopClock(epochSeconds: number): TestClock {
  let milliseconds = epochSeconds * 1000;
  const spy = jest.spyOn(Date, 'now').mockImplementation(() => milliseconds);
  return {
    now: () => Math.floor(milliseconds / 1000),
    pass: (seconds) => void (milliseconds += seconds * 1000),
    restore: () => spy.mockRestore(),
  };
}
