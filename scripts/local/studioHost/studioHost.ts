/**
 * The studio on this machine: its page at `/` and `/studio/`, and below `/studio/local/` what a page cannot do by itself:
 * tokens for any user, the operator's token, pushing the test picture, and the live service's notices as they are sent.
 * Only for a browser on this machine (guard.ts).
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { clock } from '../../../shared/clock';
import { fullBucket } from '../cloud/cos';
import type { Cloud } from '../cloud/cloud';
import { sendText } from '../cloud/reply';
import { gatewayUrl } from '../cloudSettings';
import type { LocalSettings } from '../settings';
import { openStudioEvents } from './events';
import { isLocal, isLoopback, isStudioPage } from './guard';
import { answerMachineCall, openMachineCalls } from './machineCalls';
import { contentSecurityPolicy, sendPageFile } from './pageFiles';
import { testPushes } from './testPushes';

export interface StudioHostOptions {
  settings: LocalSettings;
  /** What npm start was given, to tell settings from local defaults. */
  environment: Record<string, string | undefined>;
  ffmpeg: string | undefined;
  /** The folder of the built page. */
  page: string;
  cloud: Pick<Cloud, 'deliveries' | 'onDelivery' | 'pictures'>;
  log(line: string): void;
}

export interface StudioHost {
  /** Takes what lies below `/studio`, and `/` from a browser; false leaves a request to others. */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
  close(): Promise<void>;
}

export function openStudioHost(options: StudioHostOptions): StudioHost {
  const { settings, cloud } = options;
  // As a browser writes it: without port 80.
  const url = new URL(gatewayUrl(settings)).origin;
  const events = openStudioEvents(cloud);
  const pushDomain = settings.LIVE_PUSH_DOMAIN || `${settings.LIVE_BIZID}.livepush.myqcloud.com`;
  const pushes = testPushes(options.ffmpeg, pushDomain, events.pushEnded, clock);
  const machineCalls = openMachineCalls({ ...options, url, pushes });
  const policy = contentSecurityPolicy(mediaOrigins(settings), settings.IM_CHAT_ENDPOINT === '');

  const serve = async (request: IncomingMessage, response: ServerResponse, path: string): Promise<void> => {
    if (!isLocal(request, url)) return sendText(response, 403, studioPlace(settings));
    if (path.startsWith('/studio/local/')) {
      const stream = path === '/studio/local/events';
      if (!isStudioPage(request, url, !stream)) return sendText(response, 403, 'only for the studio itself');
      if (stream) return events.open(response);
      return answerMachineCall(machineCalls, request, response, path.slice('/studio/local'.length));
    }
    // One address for the page, so that everything it calls has its own origin.
    if (request.headers.host !== new URL(url).host) {
      response.writeHead(302, { Location: `${url}/`, 'Cache-Control': 'no-store' });
      response.end();
      return;
    }
    const name = path === '/' || /^\/studio\/?$/.test(path) ? 'index.html' : path.slice('/studio/'.length);
    const place = { folder: options.page, name, contentSecurityPolicy: policy };
    if (!(await sendPageFile(request, response, place)))
      sendText(response, 404, 'no such file of the studio');
  };

  return {
    handle(request, response) {
      const path = (request.url ?? '/').split('?')[0] ?? '/';
      const ours = path === '/' ? asksForPage(request) : path === '/studio' || path.startsWith('/studio/');
      if (!ours) return false;
      serve(request, response, path).catch((error: unknown) => {
        options.log(`studio: ${error instanceof Error ? error.message : String(error)}`);
        if (response.headersSent) response.destroy();
        else sendText(response, 500, 'the studio failed; the output of npm start says why');
      });
      return true;
    },
    async close() {
      events.close();
      await pushes.close();
    },
  };
}

/** A browser that goes to an address. Others at `/` are no readers of the page: an app, a script, a check of health. */
function asksForPage({ method, headers }: IncomingMessage): boolean {
  return (method === 'GET' || method === 'HEAD') && /\btext\/html\b/.test(headers.accept ?? '');
}

/** Where the studio is, or why it is nowhere: one line for a person. */
export function studioPlace(settings: LocalSettings): string {
  const url = gatewayUrl(settings);
  return isLoopback(url)
    ? `the studio is for a browser on this machine, at ${url}/`
    : `the studio is off, because HOST is ${settings.HOST}: set HOST to 0.0.0.0, and it is at http://127.0.0.1:${settings.PORT}/ on this machine`;
}

/** Where pictures and video come from, when not from this gateway. */
function mediaOrigins(settings: LocalSettings): string[] {
  const bucket = fullBucket({ bucket: settings.COS_BUCKET, appId: settings.COS_APPID });
  const cos = settings.COS_REGION.includes('://')
    ? settings.COS_REGION
    : `https://${bucket}.cos.${settings.COS_REGION}.myqcloud.com`;
  const play = settings.LIVE_PLAY_DOMAIN || `${settings.LIVE_BIZID}.liveplay.myqcloud.com`;
  const places = [
    cos,
    ...play.split(',').map((place) => (place.includes('://') ? place : `https://${place}`)),
  ];
  const origins = places
    .filter((place) => /^https?:/.test(place) && URL.canParse(place))
    .map((place) => new URL(place).origin);
  return [...new Set(origins)].filter((origin) => origin !== new URL(gatewayUrl(settings)).origin);
}
