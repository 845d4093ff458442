import { createRequire } from 'node:module';
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { connectEmbedded } from './embeddedClient';

/** What the gateway gives an instance at its start. */
export interface InstanceStart {
  /** The bundle that exports main_handler. */
  file: string;
  functionName: string;
  memoryMb: number;
  timeoutSeconds: number;
  /** The embedded database, when there is one to offer. */
  database: { path: string; port: MessagePort } | undefined;
}

/** One call; `event` is JSON, as on the platform. */
export interface Invocation {
  requestId: string;
  event: string;
}

export type InstanceReport =
  | { kind: 'loaded' }
  | { kind: 'loadFailed'; handlerMissing: boolean; message: string; stack: string }
  | { kind: 'returned'; json: string | undefined }
  | { kind: 'threw'; stack: string };

type MainHandler = (event: unknown, context: object) => unknown;

/**
 * The program of one function instance: a worker thread of the gateway that loads a bundle and then answers one call
 * after another. The gateway watches the clock, and ends the thread when it has to.
 */
function main(start: InstanceStart, gateway: MessagePort): void {
  if (start.database !== undefined) {
    const client = connectEmbedded(start.database.path, start.database.port);
    Object.assign(globalThis, { [Symbol.for('xiaozhibo.embeddedDatabase')]: client });
  }
  process.setSourceMapsEnabled(true);
  const report = (message: InstanceReport): void => gateway.postMessage(message);
  const handler = load(start.file, report);
  if (handler === undefined) return;
  gateway.on('message', (call: Invocation) => {
    void answer(handler, start, call).then(report);
  });
  report({ kind: 'loaded' });
}

function load(file: string, report: (message: InstanceReport) => void): MainHandler | undefined {
  try {
    // The bundle is CommonJS and known only at run time.
    const exported: unknown = createRequire(file)(file);
    if (hasMainHandler(exported)) return exported.main_handler;
    const message = `${file} exports no main_handler`;
    report({ kind: 'loadFailed', handlerMissing: true, message, stack: message });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    report({ kind: 'loadFailed', handlerMissing: false, message, stack: stackOf(error) });
  }
  return undefined;
}

function hasMainHandler(exported: unknown): exported is { main_handler: MainHandler } {
  return (
    typeof exported === 'object' &&
    exported !== null &&
    'main_handler' in exported &&
    typeof exported.main_handler === 'function'
  );
}

async function answer(handler: MainHandler, start: InstanceStart, call: Invocation): Promise<InstanceReport> {
  try {
    const value = await handler(JSON.parse(call.event), makeContext(start, call.requestId));
    return { kind: 'returned', json: JSON.stringify(value) };
  } catch (error) {
    return { kind: 'threw', stack: stackOf(error) };
  }
}

/** The context object of the Node.js runtime, with the fields a dump of the platform shows. */
function makeContext(start: InstanceStart, requestId: string): object {
  const end = performance.now() + start.timeoutSeconds * 1000;
  return {
    callbackWaitsForEmptyEventLoop: true,
    memory_limit_in_mb: start.memoryMb,
    time_limit_in_ms: start.timeoutSeconds * 1000,
    request_id: requestId,
    environment: JSON.stringify({ SCF_NAMESPACE: 'default' }),
    environ: 'SCF_NAMESPACE=default',
    function_version: '$LATEST',
    function_name: start.functionName,
    namespace: 'default',
    tencentcloud_region: 'local',
    tencentcloud_appid: '1250000000',
    tencentcloud_uin: '100000000001',
    getRemainingTimeInMillis: () => Math.max(0, Math.round(end - performance.now())),
  };
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

// Only a worker thread has a parent; a test or the gateway may import this file for its types.
if (parentPort !== null) main(workerData as InstanceStart, parentPort);
