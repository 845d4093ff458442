/** Answers of the local cloud's HTTP side: text, files with Range, and the CORS headers that players need. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';

export const cors = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Allow-Methods': 'GET, HEAD, PUT, POST, DELETE, OPTIONS',
  'Access-Control-Allow-Headers': '*',
  'Access-Control-Expose-Headers': 'ETag, Content-Length, Content-Range, Accept-Ranges',
  'Access-Control-Max-Age': '600',
} as const;

export function sendText(res: ServerResponse, status: number, text: string): void {
  res.writeHead(status, {
    ...cors,
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-store',
  });
  res.end(res.req.method === 'HEAD' ? undefined : `${text}\n`);
}

/** Answers OPTIONS, and refuses every method that only reads cannot have. Out: whether it answered. */
export function answeredMethod(req: IncomingMessage, res: ServerResponse): boolean {
  if (req.method === 'GET' || req.method === 'HEAD') return false;
  if (req.method === 'OPTIONS') {
    res.writeHead(204, cors);
    res.end();
  } else {
    sendText(res, 405, 'only GET, HEAD and OPTIONS');
  }
  return true;
}

/**
 * Sends a file, or the part that `Range: bytes=a-b` asks for (206; 416 when it lies outside; several ranges get
 * the whole file, as RFC 9110 14.2 allows). Out: false, with nothing sent, when there is no such file.
 */
export async function sendFile(
  req: IncomingMessage,
  res: ServerResponse,
  path: string,
  headers: Record<string, string>,
): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) return false;
  const range = readRange(req.headers.range, found.size);
  const common = { ...cors, ...headers, 'Accept-Ranges': 'bytes', 'X-Content-Type-Options': 'nosniff' };
  if (range === 'outside') {
    res.writeHead(416, { ...common, 'Content-Range': `bytes */${found.size}` });
    res.end();
    return true;
  }
  const { first, last } = range ?? { first: 0, last: found.size - 1 };
  res.writeHead(range ? 206 : 200, {
    ...common,
    'Content-Length': last - first + 1,
    'Last-Modified': found.mtime.toUTCString(),
    ...(range ? { 'Content-Range': `bytes ${first}-${last}/${found.size}` } : {}),
  });
  if (req.method === 'HEAD' || found.size === 0) res.end();
  else pour(path, first, last, res);
  return true;
}

function pour(path: string, first: number, last: number, res: ServerResponse): void {
  const file = createReadStream(path, { start: first, end: last });
  file.on('error', () => res.destroy());
  res.on('close', () => file.destroy());
  file.pipe(res);
}

function readRange(
  header: string | undefined,
  size: number,
): { first: number; last: number } | 'outside' | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return undefined;
  const [from, to] = [match[1] ?? '', match[2] ?? ''];
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  return first > last || first >= size ? 'outside' : { first, last };
}
