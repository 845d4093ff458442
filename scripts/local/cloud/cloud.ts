/**
 * The local cloud: what stands in for the live service, its recordings and COS on one machine, with real media.
 * `startCloud` opens the RTMP port and gives the handler for the HTTP side.
 */
import { mkdirSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { FFMPEG_HINT, findFfmpeg } from './ffmpeg';
import { openHls } from './hls';
import { idSource } from './ids';
import { startIngest } from './ingest';
import type { LiveStream } from './liveStream';
import type { RecordFormat } from './noticeBodies';
import { openNotices, type Delivery } from './notices';
import { checkPlay, servePlayback, type PlayKey } from './playback';
import { openPushes, type Pushes } from './pushes';
import { openRecordings } from './recording';
import type { StreamRequest } from './rtmp';
import { sendText } from './reply';
import { screenshots } from './screenshots';
import { serveVod } from './vod';

export interface CloudSettings {
  /** RTMP port; 0 lets the system choose. */
  readonly rtmpPort: number;
  readonly host: string;
  /** Everything the local cloud keeps lies below this folder, in `cloud/`. */
  readonly dataDir: string;
  /** Primary key, then a backup if there is one. */
  readonly pushKeys: readonly string[];
  /** Without one, play URLs are not checked. */
  readonly playKey?: string;
  /** Seconds for which a play URL is good from its txTime on; 12 hours unless given. */
  readonly playValiditySeconds?: number;
  /** LIVE_APPID. */
  readonly appId: number;
  readonly appName: string;
  readonly callbackUrl: string;
  readonly callbackKey: string;
  readonly cos: CosSettings;
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
  /** The ffmpeg to use; found by itself unless given. `false`: behave as if there were none. */
  readonly ffmpeg?: string | false;
  /** Milliseconds since 1970; the system's clock unless given. */
  readonly now?: () => number;
}

export interface CosSettings {
  readonly appId: string;
  readonly bucket: string;
  readonly region: string;
  readonly secretId: string;
  readonly secretKey: string;
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
  /** Takes `/<app>/`, `/vod/` and `/cos/`; false leaves the request to the caller, untouched. */
  handle(req: IncomingMessage, res: ServerResponse): boolean;
  liveStreams(): LiveEntry[];
  /** Cuts a push, as the console's or the API's "drop" does. Out: whether it was up. */
  stopStream(streamName: string): boolean;
  /** The latest tries of notices, oldest first. */
  deliveries(): readonly Delivery[];
  /** Cuts every push and gives the notices of that a moment to arrive; what is left waits for the next start. */
  close(): Promise<void>;
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
  const now = settings.now ?? Date.now;
  const newId = idSource(now);
  const folder = (name: string): string => join(settings.dataDir, 'cloud', name);
  mkdirSync(folder('.'), { recursive: true });
  const ffmpeg = settings.ffmpeg === false ? undefined : (settings.ffmpeg ?? findFfmpeg());
  if (ffmpeg === undefined) {
    log(`local cloud: no ffmpeg: no HLS, no screenshots, recordings as FLV only; ${FFMPEG_HINT}`);
  }

  // The port first: when it is taken, nothing else may have begun. Pushes are let in once `pushes` is there.
  let pushes: Pushes | undefined;
  const playKey: PlayKey = {
    keys: settings.playKey ? [settings.playKey] : [],
    validitySeconds: settings.playValiditySeconds ?? 12 * 3600,
  };
  const ingest = await startIngest({
    host: settings.host,
    port: settings.rtmpPort,
    idleSeconds: settings.pushIdleSeconds ?? 30,
    log,
    startPush: (request, userIp, disconnect) =>
      pushes?.start(request, userIp, disconnect) ?? { refused: 'the service is starting' },
    startPlay: (request) => startPlay(settings, playKey, request, pushes, now),
  });

  const notices = openNotices({
    callbackUrl: settings.callbackUrl,
    callbackKey: settings.callbackKey,
    validitySeconds: settings.noticeValiditySeconds ?? 600,
    retryIntervalMs: settings.retryIntervalMs ?? 60_000,
    folder: folder('notices'),
    now,
    newId,
    log,
  });
  const shared = { appId: settings.appId, publicUrl: settings.publicUrl, ffmpeg, notices, now, newId, log };
  const vod = { appId: settings.appId, filesFolder: folder('vod'), shotsFolder: folder('shots') };
  const recordings = openRecordings({
    ...shared,
    jobsFolder: folder('recording'),
    filesFolder: vod.filesFolder,
  });
  const opened = openPushes({
    ...shared,
    appName: settings.appName,
    pushKeys: settings.pushKeys,
    recordFormats: settings.recordFormats,
    stateFile: folder('live.json'),
    recordings,
    takeScreenshots: screenshots({
      ...shared,
      folder: vod.shotsFolder,
      urlPath: `/vod/${settings.appId}/shots`,
      firstAfterMs: settings.screenshotAfterMs ?? 2000,
      intervalMs: settings.screenshotIntervalMs ?? 10_000,
    }),
  });
  pushes = opened;
  const hls = openHls({ ffmpeg, folder: folder('hls'), log });
  const playback = { appName: settings.appName, playKey, now, stream: opened.stream, hls };

  const answer = async (req: IncomingMessage, res: ServerResponse, url: URL): Promise<void> => {
    if (url.pathname.startsWith('/vod/')) return serveVod(req, res, url.pathname, vod);
    return servePlayback(req, res, url, playback);
  };
  return {
    rtmpPort: ingest.port,
    handle: (req, res) => {
      const url =
        URL.canParse(req.url ?? '', settings.publicUrl) && new URL(req.url ?? '', settings.publicUrl);
      if (!url || ![`/${settings.appName}/`, '/vod/'].some((prefix) => url.pathname.startsWith(prefix)))
        return false;
      answer(req, res, url).catch((error: unknown) => {
        log(`local cloud: ${url.pathname}: ${String(error)}`);
        if (res.headersSent) res.destroy();
        else sendText(res, 500, 'the local cloud failed; its log says why');
      });
      return true;
    },
    liveStreams: () =>
      opened.list().map(({ push, viewers, width, height }) => ({
        streamName: push.streamName,
        sequence: push.sequence,
        startedAt: push.startedAt,
        userIp: push.userIp,
        viewers,
        width,
        height,
      })),
    stopStream: (streamName) => opened.stop(streamName),
    deliveries: () => notices.deliveries(),
    async close() {
      const closed = recordings.close();
      opened.close();
      hls.close();
      await Promise.all([ingest.close(), closed]);
      await recordings.close();
      await notices.close(CLOSE_WAIT_MS);
    },
  };
}

function startPlay(
  settings: CloudSettings,
  playKey: PlayKey,
  request: StreamRequest,
  pushes: Pushes | undefined,
  now: () => number,
): LiveStream | { refused: string } {
  const query = new URLSearchParams(request.streamParam);
  const seconds = Math.floor(now() / 1000);
  if (request.appName !== settings.appName)
    return { refused: `the path must be /${settings.appName}/<stream>` };
  // Link-mic players sign with the push key and an end time (xiaozhibo v1, RequestPlayUrlWithSignForLinkMic).
  const pushKey = { keys: settings.pushKeys, validitySeconds: 0 };
  const verdict = checkPlay(playKey, request.streamName, query, seconds);
  if (verdict !== 'ok' && checkPlay(pushKey, request.streamName, query, seconds) !== 'ok') {
    return { refused: `play URL refused: ${verdict}` };
  }
  return pushes?.stream(request.streamName) ?? { refused: 'this stream is not up' };
}
