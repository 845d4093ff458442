/**
 * The upload of the 2017 app: COS v4, `POST /files/v2/<appid>/<bucket>/<path>`, a form with `op=upload` and the
 * file in `filecontent`, signed in the Authorization header (document 436/6066). Only what covers need.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { verifyCosV4Sign } from '../../../shared/signing/cosLegacy';
import { decodeKey, fullBucket, type CosOptions } from './cos';
import { cors } from './reply';
import { readForm } from './upload';

/** In: the path as sent, from `/files/v2/` on, without the query. */
export async function serveCosV4(
  req: IncomingMessage,
  res: ServerResponse,
  rawPath: string,
  options: CosOptions & { readonly publicUrl: string },
): Promise<void> {
  if (req.method === 'OPTIONS') {
    res.writeHead(200, cors);
    res.end();
    return;
  }
  const [, appId, bucket, rawKey = ''] = /^\/files\/v2\/([^/]*)\/([^/]*)\/(.+)$/s.exec(rawPath) ?? [];
  const key = decodeKey(rawKey);
  if (req.method !== 'POST' || appId !== options.appId || bucket !== options.bucket || !key) {
    return answer(req, res, 404, -5993, 'no such bucket or object');
  }
  const verdict = verifyCosV4Sign({
    ...options,
    sign: req.headers.authorization,
    path: `/${key}`,
    now: Math.floor(options.now() / 1000),
  });
  if (verdict !== 'ok') return answer(req, res, 401, -97, `signature refused: ${verdict}`);
  const form = await readForm(req, 'filecontent');
  if (form === 'tooLarge') return answer(req, res, 400, -5985, 'the file is too large');
  if (form === 'malformed' || form.fields['op'] !== 'upload') {
    return answer(req, res, 400, -4000, 'expected a form with op=upload and filecontent');
  }
  await options.objects.put(key, form.file.content, imageType(form.file.content) ?? form.file.contentType);
  options.log(`cos: stored ${key} (${form.file.content.length} bytes, v4)`);
  const url = `${options.publicUrl}/cos/${fullBucket(options)}/${key.split('/').map(encodeURIComponent).join('/')}`;
  const path = `/${appId}/${bucket}/${key}`;
  answer(req, res, 200, 0, 'SUCCESS', { access_url: url, source_url: url, url, resource_path: path });
}

/** The old app names no type; a cover is shown in pages, so its type is read from its first bytes. */
function imageType(content: Buffer): string | undefined {
  if (content.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff]))) return 'image/jpeg';
  if (content.subarray(0, 4).toString('latin1') === '\x89PNG') return 'image/png';
  return undefined;
}

function answer(
  req: IncomingMessage,
  res: ServerResponse,
  status: number,
  code: number,
  message: string,
  data: Record<string, string> = {},
): void {
  res.writeHead(status, { ...cors, 'Content-Type': 'application/json' });
  res.end(JSON.stringify({ code, message, data }));
  req.resume();
}
