/** Reads what a client uploads: a plain body, or a multipart form with one file. Never more than the limit. */
import { Busboy } from '@fastify/busboy';
import type { IncomingMessage } from 'node:http';

export const MAX_UPLOAD_BYTES = 10 * 1024 * 1024;

export interface UploadForm {
  readonly fields: Readonly<Record<string, string>>;
  readonly file: { readonly content: Buffer; readonly contentType: string };
}

/** Out: the body, or 'tooLarge' as soon as that is known (the rest is left unread). Rejects when it breaks off. */
export async function readBody(req: IncomingMessage): Promise<Buffer | 'tooLarge'> {
  if (Number(req.headers['content-length'] ?? 0) > MAX_UPLOAD_BYTES) return 'tooLarge';
  const parts: Buffer[] = [];
  let bytes = 0;
  return new Promise((resolve, reject) => {
    req.on('data', (part: Buffer) => {
      bytes += part.length;
      if (bytes > MAX_UPLOAD_BYTES) {
        req.pause();
        resolve('tooLarge');
      } else {
        parts.push(part);
      }
    });
    req.on('end', () => resolve(Buffer.concat(parts)));
    req.on('close', () => reject(new Error('the client went away')));
    req.on('error', reject);
  });
}

/**
 * In: the request and the name of its file field. Out: fields and file; 'tooLarge'; or 'malformed': no form, no
 * file or two, a field twice, more or longer fields than an upload needs. Rejects when it breaks off.
 */
export async function readForm(
  req: IncomingMessage,
  fileField: string,
): Promise<UploadForm | 'tooLarge' | 'malformed'> {
  const contentType = req.headers['content-type'] ?? '';
  if (!/^multipart\/form-data\b/i.test(contentType)) return 'malformed';
  const body = await readBody(req);
  if (body === 'tooLarge') return body;
  return new Promise((resolve) => {
    const fields = new Map<string, string>();
    let file: UploadForm['file'] | undefined;
    let sound = true;
    const broken = (): void => {
      sound = false;
    };
    const form = openForm(contentType, fileField);
    if (!form) return resolve('malformed');
    form.on('field', (name, value, nameCut, valueCut) => {
      if (nameCut || valueCut || fields.has(name)) broken();
      fields.set(name, value);
    });
    form.on('file', (_name, stream, _fileName, _encoding, type) => {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('error', () => resolve('malformed'));
      stream.on('end', () => {
        file = { content: Buffer.concat(parts), contentType: type };
      });
    });
    for (const limit of ['partsLimit', 'filesLimit', 'fieldsLimit'] as const) form.on(limit, broken);
    form.on('error', () => resolve('malformed'));
    form.on('finish', () =>
      resolve(sound && file ? { fields: Object.fromEntries(fields), file } : 'malformed'),
    );
    form.end(body);
  });
}

function openForm(contentType: string, fileField: string): InstanceType<typeof Busboy> | undefined {
  try {
    return new Busboy({
      headers: { 'content-type': contentType },
      isPartAFile: (name) => name === fileField,
      limits: { files: 1, fields: 50, fieldSize: 32 * 1024, fieldNameSize: 200, parts: 60, headerPairs: 20 },
    });
  } catch {
    // No boundary.
    return undefined;
  }
}
