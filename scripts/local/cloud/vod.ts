/** Finished recordings and screenshots: `/vod/<appid>/<file id>/<name>` and `/vod/<appid>/shots/<name>`. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { answeredMethod, sendFile, sendText } from './reply';

export interface VodOptions {
  readonly appId: number;
  readonly filesFolder: string;
  readonly shotsFolder: string;
}

const contentTypes: Record<string, string> = {
  '.flv': 'video/x-flv',
  '.mp4': 'video/mp4',
  '.m3u8': 'application/vnd.apple.mpegurl',
  '.ts': 'video/mp2t',
  '.jpg': 'image/jpeg',
};

/** Both parts begin with a letter or digit, so neither can climb out of its folder. */
const PATH = /^\/vod\/(\d{1,20})\/(\d{1,20}|shots)\/([A-Za-z0-9][\w-]*(?:\.[A-Za-z0-9]+))$/;

/** In: the request and its path without the query. */
export async function serveVod(
  req: IncomingMessage,
  res: ServerResponse,
  pathname: string,
  options: VodOptions,
): Promise<void> {
  if (answeredMethod(req, res)) return;
  const [, appId, folder, name] = PATH.exec(pathname) ?? [];
  const contentType = contentTypes[extname(name ?? '')];
  if (appId !== String(options.appId) || !folder || !name || !contentType) {
    return sendText(res, 404, 'no such file');
  }
  const path = folder === 'shots' ? join(options.shotsFolder, name) : join(options.filesFolder, folder, name);
  const sent = await sendFile(req, res, path, {
    'Content-Type': contentType,
    'Cache-Control': 'max-age=3600',
  });
  if (!sent) sendText(res, 404, 'no such file');
}
