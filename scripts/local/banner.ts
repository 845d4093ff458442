import { resolve } from 'node:path';
import { gatewayUrl } from './cloudSettings';
import { reachableHost, type LocalSettings } from './settings';
import { isLoopback } from './studioHost/guard';

/**
 * What `npm start` tells the person before its `ready` line; no secret among it.
 * @param ffmpeg the command in use, undefined when there is none
 */
export function banner(settings: LocalSettings, ffmpeg: string | undefined): string[] {
  const url = gatewayUrl(settings);
  const media =
    ffmpeg === undefined
      ? 'not found: no HLS, no screenshots, recordings as FLV only'
      : `${ffmpeg}: HLS, screenshots, recordings in every format`;
  return [
    'Xiaozhibo on this machine',
    `  studio     ${isLoopback(url) ? `${url}/` : `off at HOST ${settings.HOST}; set it to 0.0.0.0 to have it`}`,
    `  API        ${url}/docs, ${url}/openapi.json`,
    `  v1 app     ${url}/interface.php`,
    `  callback   ${url}/liveCallback`,
    `  RTMP       rtmp://${reachableHost(settings.HOST)}:${settings.RTMP_PORT}/${settings.LIVE_APP_NAME}/`,
    `  data       ${resolve(settings.DATA_DIR)}`,
    `  database   ${databaseName(settings.DATABASE_URL)}`,
    `  ffmpeg     ${media}`,
  ];
}

/** The kind and place of a database, without user and password. */
function databaseName(url: string): string {
  if (url.startsWith('sqlite:')) return `embedded, ${resolve(url.slice('sqlite:'.length))}`;
  const { host, pathname } = new URL(url);
  return `MySQL, ${host}${pathname}`;
}
