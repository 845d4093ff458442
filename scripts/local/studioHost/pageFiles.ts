/** The studio's page as built into dist/studio. */
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';

const contentTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Names of esbuild and our own: letters, digits, `-`, `_`, one folder at most. */
const fileName = /^(?:chunks\/)?[\w-]+\.(?:html|js|css|svg)$/;

/**
 * Sends one file of the page.
 * @param contentSecurityPolicy what the page may load
 * @returns false, with nothing sent, when there is no such file
 */
export async function sendPageFile(
  request: IncomingMessage,
  response: ServerResponse,
  place: { folder: string; name: string; contentSecurityPolicy: string },
): Promise<boolean> {
  const contentType = contentTypes[extname(place.name)];
  if (!fileName.test(place.name) || contentType === undefined) return false;
  const content = await readFile(join(place.folder, place.name)).catch(() => undefined);
  if (content === undefined) return false;
  response.writeHead(200, {
    'Content-Type': contentType,
    'Content-Length': content.length,
    'Cache-Control': 'no-cache',
    'Content-Security-Policy': place.contentSecurityPolicy,
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
  });
  response.end(request.method === 'HEAD' ? undefined : content);
  return true;
}

/**
 * What the page may load: its own files, and pictures and video of the origins given; anything to talk to where the
 * official IM SDK is in use, because it chooses its hosts itself.
 */
export function contentSecurityPolicy(mediaOrigins: readonly string[], imSdk: boolean): string {
  const media = mediaOrigins.join(' ');
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src 'self' blob: data: ${media}`,
    `media-src 'self' blob: ${media}`,
    `connect-src 'self' ${media}${imSdk ? ' https: wss:' : ''}`,
    "worker-src 'self' blob:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
