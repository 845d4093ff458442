/** A local cloud on free ports with a receiver for its notices, for tests. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCloud, type Cloud, type CloudSettings } from '../../scripts/local/cloud/cloud';
import { txSecret, txTime } from '../../shared/signing/txSecret';
import { until } from './media';

export const PUSH_KEY = 'examplepushkey';
export const BACKUP_KEY = 'examplebackupkey';
export const CALLBACK_KEY = 'examplecallbackkey';
export const COS_ID = ['AKID', 'localexample'].join('');
export const COS_SECRET = 'examplecossecret';
export const APP_ID = 1250000000;

export type Notice = Record<string, unknown>;

export interface Stand {
  readonly cloud: Cloud;
  readonly dataDir: string;
  readonly publicUrl: string;
  readonly notices: Notice[];
  readonly logLines: string[];
  /** Statuses with which the next notices are answered; 200 when empty. */
  readonly answers: number[];
  /** The first notice that fits, waited for. */
  notice(eventType: number, fits?: (notice: Notice) => boolean): Promise<Notice>;
  /** A push URL with a good signature. */
  pushUrl(streamName: string, options?: { key?: string; expiresIn?: number; record?: string }): string;
  rtmpUrl(path: string): string;
  /** Ends the cloud and its HTTP side; removes the data unless told to keep it. */
  close(options?: { keepData?: boolean }): Promise<void>;
}

/** In: settings that differ from the stand's own. */
export async function standUp(changes: Partial<CloudSettings> = {}): Promise<Stand> {
  const dataDir = changes.dataDir ?? mkdtempSync(join(tmpdir(), 'cloud-'));
  const notices: Notice[] = [];
  const logLines: string[] = [];
  const answers: number[] = [];
  let cloud: Cloud | undefined = undefined;
  const handle = (req: IncomingMessage, res: ServerResponse): boolean => cloud?.handle(req, res) ?? false;
  const server = createServer((req, res) => {
    if (!handle(req, res)) receive(req, res, notices, answers);
  });
  const publicUrl = `http://127.0.0.1:${await listening(server)}`;
  const settings: CloudSettings = {
    rtmpPort: 0,
    host: '127.0.0.1',
    dataDir,
    pushKeys: [PUSH_KEY, BACKUP_KEY],
    appId: APP_ID,
    appName: 'live',
    callbackUrl: `${publicUrl}/liveCallback`,
    callbackKey: CALLBACK_KEY,
    cos: {
      appId: String(APP_ID),
      bucket: 'pictures',
      secretId: COS_ID,
      secretKey: COS_SECRET,
    },
    publicUrl,
    recordFormats: [],
    retryIntervalMs: 100,
    screenshotAfterMs: 600_000,
    ...changes,
  };
  const started = await startCloud({ settings, log: (line) => logLines.push(line) }).catch(
    (error: unknown) => {
      server.close();
      throw error;
    },
  );
  cloud = started;
  const rtmpUrl = (path: string): string => `rtmp://127.0.0.1:${started.rtmpPort}/${path}`;
  return {
    cloud: started,
    dataDir,
    publicUrl,
    notices,
    logLines,
    answers,
    notice: (eventType, fits = () => true) =>
      until(`notice ${eventType}`, () => notices.find((one) => one['event_type'] === eventType && fits(one))),
    pushUrl(streamName, { key = PUSH_KEY, expiresIn = 3600, record } = {}) {
      const time = txTime(Math.floor(Date.now() / 1000) + expiresIn);
      const wanted = record === undefined ? '' : `record=${record}&`;
      const secret = txSecret({ key, streamName, txTime: time });
      return rtmpUrl(`live/${streamName}?${wanted}txSecret=${secret}&txTime=${time}`);
    },
    rtmpUrl,
    async close({ keepData = false } = {}) {
      await started.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      if (!keepData) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** The callback receiver: keeps what arrives, and answers as told. */
export function receive(
  req: IncomingMessage,
  res: ServerResponse,
  notices: Notice[],
  answers: number[],
): void {
  const parts: Buffer[] = [];
  req.on('data', (part: Buffer) => parts.push(part));
  req.on('end', () => {
    const body: unknown =
      req.url === '/liveCallback' ? JSON.parse(Buffer.concat(parts).toString()) : undefined;
    if (typeof body === 'object' && body !== null) notices.push({ ...body });
    res.statusCode = body === undefined ? 404 : (answers.shift() ?? 200);
    res.end('{"code":0}');
  });
}

/** Listens on a free port of this machine. Out: the port. */
export function listening(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (typeof address === 'object' && address !== null) resolve(address.port);
      else reject(new Error('no port'));
    });
  });
}
