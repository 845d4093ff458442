/**
 * The local cloud: what stands in for the live service, its recordings and COS on one machine, with real media.
 * `startCloud` opens the RTMP port and gives the handler for the HTTP side.
 */
import { mkdirSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { openChatService, type ChatService } from './chat';
import { serveCos, type CosAccount } from './cos';
import { cosObjects } from './cosObjects';
import { serveCosV4 } from './cosV4';
import { FFMPEG_HINT, findFfmpeg } from './ffmpeg';
import { openHls, type Hls } from './hls';
import { openImApi, type ImApi, type ImApiOptions } from './imApi';
import { idSource } from './ids';
import { startIngest } from './ingest';
import type { LocalMix, StreamsUp } from './liveActions';
import { openLiveApi, type LiveApi } from './liveApi';
import type { LiveStream } from './liveStream';
import type { RecordFormat } from './noticeBodies';
import { openNotices, type Delivery, type Notices } from './notices';
import { checkPlay, servePlayback, type PlayKey } from './playback';
import { openPushes, type Pushes } from './pushes';
import { openRecordings, type Recordings } from './recording';
import { sendText } from './reply';
import type { StreamRequest } from './rtmp';
import { newestPictures, screenshots } from './screenshots';
import { serveWechat } from './wechatApi';
import { serveVod } from './vod';

export interface CloudSettings {
  /** RTMP port; 0 lets the system choose. */
  readonly rtmpPort: number;
  readonly host: string;
  /** Everything the local cloud keeps lies below this folder, in `cloud/`. */
  readonly dataDir: string;
  /** Primary key, then a backup if there is one. */
  readonly pushKeys: readonly string[];
  /** Without one (or empty), play URLs are not checked. */
  readonly playKey?: string;
  /** Seconds for which a play URL is good from its txTime on; 12 hours unless given. */
  readonly playValiditySeconds?: number;
  /** LIVE_APPID. */
  readonly appId: number;
  readonly appName: string;
  readonly callbackUrl: string;
  readonly callbackKey: string;
  readonly cos: CosAccount;
  /** Who may call the live API; nobody unless given. */
  readonly api?: ApiAccount;
  /** The IM application, whose REST API is then at `/cloud/im`; none unless given. */
  readonly im?: Omit<ImApiOptions, 'now'>;
  /** Address of the gateway that mounts `handle`, such as http://127.0.0.1:9000. */
  readonly publicUrl: string;
  /** What is recorded when a push URL has no `record`. */
  readonly recordFormats: readonly RecordFormat[];
  /** Milliseconds between tries of a notice; one minute unless given. */
  readonly retryIntervalMs?: number;
  /** How far t of a notice lies ahead; 600 unless given. */
  readonly noticeValiditySeconds?: number;
  /** Milliseconds from the start of a push to its first screenshot, and between two; 2 s and 10 s unless given. */
  readonly screenshotAfterMs?: number;
  readonly screenshotIntervalMs?: number;
  /** A push that is silent for so long is cut; 30 unless given. */
  readonly pushIdleSeconds?: number;
  /** The official account whose share page is tried out; without it `/cgi-bin/` is not answered. */
  readonly wechat?: { readonly appId: string; readonly secret: string };
  /** The ffmpeg to use; found by itself unless given. `false`: behave as if there were none. */
  readonly ffmpeg?: string | false;
  /** Milliseconds since 1970; the system's clock unless given. */
  readonly now?: () => number;
}

export interface ApiAccount {
  readonly secretId: string;
  readonly secretKey: string;
  /** Host of the push domain, without a port. */
  readonly pushDomain: string;
}

export interface LiveEntry {
  readonly streamName: string;
  readonly sequence: string;
  readonly startedAt: number;
  readonly userIp: string;
  readonly viewers: number;
  readonly width: number;
  readonly height: number;
}

export interface Cloud {
  /** The port that is open for RTMP. */
  readonly rtmpPort: number;
  /**
   * Takes `/<app>/`, `/vod/`, `/cos/`, `/files/v2/` and calls of the live API at `/`; false leaves the request to the
   * caller, untouched.
   */
  readonly handle: (req: IncomingMessage, res: ServerResponse) => boolean;
  /** The pushes that are up, oldest first. */
  readonly liveStreams: () => LiveEntry[];
  /** Cuts a push, as the console's or the API's "drop" does. Out: whether it was up. */
  readonly stopStream: (streamName: string) => boolean;
  /** The mixes of link-mic that run, by session id. The local cloud keeps count of them and mixes no pictures. */
  readonly mixes: () => ReadonlyMap<string, LocalMix>;
  /** What IM was told; undefined without an application. */
  readonly im: () => ImApi | undefined;
  /** The latest tries of notices, oldest first. */
  readonly deliveries: () => readonly Delivery[];
  /** Tells of each try of a notice once it is over. Out: ends that. */
  readonly onDelivery: (listener: (delivery: Delivery) => void) => () => void;
  /** The address of the newest screenshot of each stream, also of those that are over. */
  readonly pictures: () => Promise<Record<string, string>>;
  /** Cuts every push and gives the notices of that a moment to arrive; what is left waits for the next start. */
  readonly close: () => Promise<void>;
}

interface Parts {
  readonly notices: Notices;
  readonly recordings: Recordings;
  readonly pushes: Pushes;
  readonly hls: Hls;
  readonly api: LiveApi | undefined;
  readonly im: ImApi | undefined;
  readonly chat: ChatService | undefined;
  readonly pictures: Cloud['pictures'];
  readonly handle: Cloud['handle'];
}

const CLOSE_WAIT_MS = 2000;

/** Throws an Error that names RTMP_PORT when that port cannot be had. */
export async function startCloud({
  settings,
  log,
}: {
  settings: CloudSettings;
  log: (line: string) => void;
}): Promise<Cloud> {
  // The port first: when it is taken, nothing else may have begun. Pushes are let in once the parts are there.
  let parts: Parts | undefined = undefined;
  const pushes = (): Pushes | undefined => parts?.pushes;
  const playKey = playKeyOf(settings);
  const ingest = await startIngest({
    host: settings.host,
    port: settings.rtmpPort,
    idleSeconds: settings.pushIdleSeconds ?? 30,
    log,
    startPush: (...push) => pushes()?.start(...push) ?? { refused: 'the service is starting' },
    startPlay: (request) => startPlay(settings, playKey, request, pushes()),
  });
  const opened = openParts(settings, playKey, log);
  parts = opened;
  return {
    rtmpPort: ingest.port,
    handle: opened.handle,
    liveStreams: () =>
      opened.pushes.list().map(({ push: { streamName, sequence, startedAt, userIp }, ...state }) => ({
        streamName,
        sequence,
        startedAt,
        userIp,
        ...state,
      })),
    stopStream: (streamName) => opened.pushes.stop(streamName),
    mixes: () => opened.api?.mixes ?? new Map<string, LocalMix>(),
    im: () => opened.im,
    deliveries: () => opened.notices.deliveries(),
    onDelivery: (listener) => opened.notices.onDelivery(listener),
    pictures: opened.pictures,
    async close() {
      opened.recordings.stop();
      opened.pushes.close();
      opened.hls.close();
      opened.chat?.close();
      await ingest.close();
      await opened.recordings.settled();
      await opened.notices.close(CLOSE_WAIT_MS);
    },
  };
}

function openParts(settings: CloudSettings, playKey: PlayKey, log: (line: string) => void): Parts {
  const { appId, appName, publicUrl, pushKeys, recordFormats, wechat } = settings;
  const folder = (name: string): string => join(settings.dataDir, 'cloud', name);
  const [filesFolder, shotsFolder] = [folder('vod'), folder('shots')];
  mkdirSync(filesFolder, { recursive: true });
  const now = settings.now ?? Date.now;
  const newId = idSource(now);
  const ffmpeg = settings.ffmpeg === false ? undefined : (settings.ffmpeg ?? findFfmpeg());
  if (ffmpeg === undefined) {
    log(`local cloud: no ffmpeg: no HLS, no screenshots, recordings as FLV only; ${FFMPEG_HINT}`);
  }

  const common = { appId, publicUrl, ffmpeg, now, newId, log };
  const notices = openNotices({
    ...common,
    callbackUrl: settings.callbackUrl,
    callbackKey: settings.callbackKey,
    validitySeconds: settings.noticeValiditySeconds ?? 600,
    retryIntervalMs: settings.retryIntervalMs ?? 60_000,
    folder: folder('notices'),
  });
  const recordings = openRecordings({ ...common, notices, jobsFolder: folder('recording'), filesFolder });
  const shotsPath = `/vod/${appId}/shots`;
  const takeScreenshots = screenshots({
    ...common,
    notices,
    folder: shotsFolder,
    urlPath: shotsPath,
    firstAfterMs: settings.screenshotAfterMs ?? 2000,
    intervalMs: settings.screenshotIntervalMs ?? 10_000,
  });
  const stateFile = folder('live.json');
  const forbidden = new Map<string, number>();
  const pushes = openPushes({
    ...common,
    ...{ appName, pushKeys, recordFormats, stateFile, notices, recordings, takeScreenshots, forbidden },
  });
  const hls = openHls({ ffmpeg, folder: folder('hls'), log });

  const vod = { appId, filesFolder, shotsFolder };
  const playback = { appName, playKey, now, stream: pushes.stream, hls };
  const cos = { ...settings.cos, objects: cosObjects(folder('cos')), now, newId, log, publicUrl };
  const api =
    settings.api && openLiveApi({ ...settings.api, appName, now, forbidden, streams: streamsUp(pushes) });
  const im = settings.im && openImApi({ ...settings.im, now });
  const chat = settings.im && openChatService({ ...settings.im, now });
  const handle = router(log, api, {
    [`/${appName}/`]: (req, res, path, query) => servePlayback(req, res, path, query, playback),
    '/vod/': (req, res, path) => serveVod(req, res, path, vod),
    '/cos/': (req, res, path, query) => serveCos(req, res, path, query, cos),
    '/files/v2/': (req, res, path) => serveCosV4(req, res, path, cos),
    // Before the REST API, below whose path it lies.
    ...(chat && { '/cloud/im/chat/': (req, res, path, query) => chat.serve(req, res, path, query) }),
    ...(im && { '/cloud/im/': (req, res, path, query) => im.serve(req, res, path, query) }),
    ...(wechat && { '/cgi-bin/': (req, res, path, query) => serveWechat(req, res, path, query, wechat) }),
  });
  const pictures = async (): Promise<Record<string, string>> => {
    const newest = await newestPictures(shotsFolder);
    return Object.fromEntries(
      [...newest].map(([stream, name]) => [stream, `${publicUrl}${shotsPath}/${name}`]),
    );
  };
  return { notices, recordings, pushes, hls, api, im, chat, pictures, handle };
}

/** The pushes as the live API sees them. */
function streamsUp(pushes: Pushes): StreamsUp {
  return {
    list: () => pushes.list().map(({ push: { streamName, startedAt } }) => ({ streamName, startedAt })),
    stop: (streamName) => pushes.stop(streamName),
  };
}

type Route = (
  req: IncomingMessage,
  res: ServerResponse,
  path: string,
  query: URLSearchParams,
) => Promise<void>;

/** Paths are taken as sent: a parser that resolves `..` would change an object's key before it is judged. */
function router(
  log: (line: string) => void,
  api: LiveApi | undefined,
  routes: Record<string, Route>,
): Cloud['handle'] {
  return (req, res) => {
    const [path = '', query] = (req.url ?? '').split(/\?(.*)/s);
    const route: Route | undefined = api?.takes(req)
      ? () => api.serve(req, res)
      : Object.entries(routes).find(([prefix]) => path.startsWith(prefix))?.[1];
    if (!route) return false;
    route(req, res, path, new URLSearchParams(query)).catch((error: unknown) => {
      log(`local cloud: ${req.method} failed: ${error instanceof Error ? error.message : 'unknown'}`);
      if (res.headersSent) res.destroy();
      else sendText(res, 500, 'the local cloud failed; its log says why');
    });
    return true;
  };
}

function playKeyOf(settings: CloudSettings): PlayKey {
  return {
    keys: settings.playKey ? [settings.playKey] : [],
    validitySeconds: settings.playValiditySeconds ?? 12 * 3600,
    linkMicKeys: settings.pushKeys,
  };
}

function startPlay(
  settings: CloudSettings,
  playKey: PlayKey,
  request: StreamRequest,
  pushes: Pushes | undefined,
): LiveStream | { refused: string } {
  const query = new URLSearchParams(request.streamParam);
  const seconds = Math.floor((settings.now ?? Date.now)() / 1000);
  if (request.appName !== settings.appName) {
    return { refused: `the path must be /${settings.appName}/<stream name>` };
  }
  const verdict = checkPlay(playKey, request.streamName, query, seconds);
  if (verdict !== 'ok') return { refused: `play URL refused: ${verdict}` };
  return pushes?.stream(request.streamName) ?? { refused: 'this stream is not up' };
}
