/** The pushes that are up: who may push, what begins and ends with a push, and what outlives the process. */
import { existsSync, readFileSync, renameSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { verifyTxSecret } from '../../../shared/signing/txSecret';
import { cutReasons, type AcceptedPush, type CutReason } from './ingest';
import { liveStream, type LiveStream } from './liveStream';
import { pushCut, pushStarted, type PushFacts, type RecordFormat } from './noticeBodies';
import type { Notices } from './notices';
import type { Recordings } from './recording';
import type { StreamRequest } from './rtmp';

export interface PushOptions {
  readonly appId: number;
  readonly appName: string;
  /** Any of them is accepted: primary and backup. */
  readonly pushKeys: readonly string[];
  /** What is recorded when the push URL has no `record`. */
  readonly recordFormats: readonly RecordFormat[];
  /** Where the pushes that are up are kept for the next start. */
  readonly stateFile: string;
  /** Streams that may not be pushed, until when (milliseconds since 1970). */
  readonly forbidden: ReadonlyMap<string, number>;
  readonly notices: Notices;
  readonly recordings: Recordings;
  readonly takeScreenshots: (push: PushFacts, stream: LiveStream) => void;
  readonly now: () => number;
  readonly newId: () => string;
  readonly log: (line: string) => void;
}

export interface Pushes {
  readonly start: (
    request: StreamRequest,
    userIp: string,
    disconnect: () => void,
  ) => AcceptedPush | { refused: string };
  readonly stream: (streamName: string) => LiveStream | undefined;
  /** The pushes that are up, oldest first. */
  readonly list: () => { push: PushFacts; viewers: number; width: number; height: number }[];
  /** Cuts a push, as the live service's DropLiveStream does. Out: whether there was one. */
  readonly stop: (streamName: string) => boolean;
  readonly close: () => void;
}

interface Running {
  readonly push: PushFacts;
  readonly stream: LiveStream;
  readonly cut: (reason: CutReason) => void;
}

const HEARTBEAT_MS = 2000;
const SAFE_NAME = /^[A-Za-z0-9_-]{1,128}$/;

const secretProblems = {
  missing: 'txSecret or txTime is missing',
  malformed: 'txTime is not a hexadecimal time',
  expired: 'txTime has passed',
  wrong: 'txSecret does not fit the stream name and txTime',
} as const;

export function openPushes(options: PushOptions): Pushes {
  const running = new Map<string, Running>();
  cutLeftOver(options);
  // The time of the last beat tells the next start when this process died.
  const heartbeat = setInterval(() => {
    if (running.size > 0) keepGoing(options, () => utimesSync(options.stateFile, new Date(), new Date()));
  }, HEARTBEAT_MS).unref();
  return {
    start(request, userIp, disconnect) {
      const problem = pushProblem(options, request);
      if (problem !== undefined) {
        options.log(`push: ${shown(request)} from ${userIp} refused: ${problem}`);
        return { refused: problem };
      }
      // Document 267/38081 and "Stream Interruption Records", 21/102: the new push replaces the old one.
      running.get(request.streamName)?.cut(cutReasons.replaced);
      return begin(options, running, request, userIp, disconnect);
    },
    stream: (streamName) => running.get(streamName)?.stream,
    list: () =>
      [...running.values()].map(({ push, stream }) => {
        const { width, height } = stream.metadata();
        return { push, viewers: stream.viewerCount(), width, height };
      }),
    stop(streamName) {
      const found = running.get(streamName);
      found?.cut(cutReasons.stopped);
      return found !== undefined;
    },
    close() {
      clearInterval(heartbeat);
      for (const { cut } of [...running.values()]) cut(cutReasons.restarted);
    },
  };
}

/** Out: why this push may not start; undefined when it may. */
function pushProblem(options: PushOptions, request: StreamRequest): string | undefined {
  if (request.appName !== options.appName) return `the path must be /${options.appName}/<stream name>`;
  if (!SAFE_NAME.test(request.streamName)) return 'the stream name has characters that are not allowed';
  const query = new URLSearchParams(request.streamParam);
  const verdict = verifyTxSecret({
    keys: options.pushKeys,
    streamName: request.streamName,
    txSecret: query.get('txSecret') ?? undefined,
    txTime: query.get('txTime') ?? undefined,
    now: Math.floor(options.now() / 1000),
  });
  if (verdict !== 'ok') return secretProblems[verdict];
  const forbidden = (options.forbidden.get(request.streamName) ?? 0) > options.now();
  return forbidden ? 'the stream has been forbidden' : undefined;
}

/** Path for a log line; the client chose it, so it is bounded and cleaned. */
function shown(request: StreamRequest): string {
  return `/${request.appName}/${request.streamName}`.replace(/[^\w/-]/g, '.').slice(0, 100);
}

function begin(
  options: PushOptions,
  running: Map<string, Running>,
  request: StreamRequest,
  userIp: string,
  disconnect: () => void,
): AcceptedPush {
  const push: PushFacts = {
    ...request,
    userIp,
    sequence: options.newId(),
    startedAt: options.now(),
  };
  const stream = liveStream();
  let up = true;
  const end = (reason: CutReason): void => {
    if (!up) return;
    up = false;
    running.delete(push.streamName);
    options.notices.send(pushCut(options.appId, push, reason, options.now(), stream.metadata()));
    saveState(options, running);
    options.log(`push: ${push.streamName} ended: ${reason.message}`);
    stream.end();
  };
  const cut = (reason: CutReason): void => {
    end(reason);
    disconnect();
  };
  running.set(push.streamName, { push, stream, cut });
  saveState(options, running);
  options.notices.send(pushStarted(options.appId, push));
  options.recordings.start(push, stream, wantedFormats(options, request));
  options.takeScreenshots(push, stream);
  options.log(`push: ${push.streamName} from ${userIp} is up`);
  return { stream, end };
}

/** `record=flv|hls` of the push URL, else the configured formats. */
function wantedFormats(options: PushOptions, request: StreamRequest): RecordFormat[] {
  const wanted = new URLSearchParams(request.streamParam).get('record');
  const names = wanted === null ? options.recordFormats : wanted.toLowerCase().split('|');
  const known: readonly RecordFormat[] = ['flv', 'hls', 'mp4'];
  return known.filter((format) => names.includes(format));
}

function saveState(options: PushOptions, running: Map<string, Running>): void {
  const pushes = [...running.values()].map(({ push }) => push);
  keepGoing(options, () => {
    writeFileSync(`${options.stateFile}.new`, JSON.stringify(pushes));
    renameSync(`${options.stateFile}.new`, options.stateFile);
  });
}

/** A full disk or a folder removed under a running stream costs the restart's knowledge, not the stream. */
function keepGoing({ log }: PushOptions, write: () => void): void {
  try {
    write();
  } catch (error) {
    log(`push: the list of pushes cannot be kept: ${String(error)}`);
  }
}

/** Pushes that were up when the process died: their cut was never told. */
function cutLeftOver(options: PushOptions): void {
  const { stateFile } = options;
  if (!existsSync(stateFile)) return;
  const lastBeat = Math.floor(statSync(stateFile).mtimeMs);
  for (const push of readState(stateFile)) {
    const at = Math.max(lastBeat, push.startedAt);
    const size = { width: 0, height: 0 };
    options.notices.send(pushCut(options.appId, push, cutReasons.restarted, at, size));
    options.log(`push: ${push.streamName} was cut by the end of the last process`);
  }
  saveState(options, new Map());
}

function readState(path: string): PushFacts[] {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return Array.isArray(value) ? value.filter(isPush) : [];
  } catch {
    return [];
  }
}

function isPush(value: unknown): value is PushFacts {
  return typeof value === 'object' && value !== null && 'sequence' in value && 'startedAt' in value;
}
