import { request as httpRequest, type Agent, type IncomingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { TLSSocket } from 'node:tls';

export interface Question {
  method: 'GET' | 'POST' | 'OPTIONS' | 'HEAD';
  url: URL;
  headers?: Record<string, string>;
  body?: string;
  /** Milliseconds for everything, from the name look-up to the last byte. */
  limitMs: number;
  /** Keeps connections, or leads them somewhere else; a connection of its own without one. */
  agent?: Agent | undefined;
}

export interface HttpAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  /** From the call to the last byte. */
  milliseconds: number;
  /** End of the server's certificate, in epoch milliseconds; undefined without TLS. */
  certificateUntil: number | undefined;
}

/** Why there was no answer: `code` is the system's or TLS's word, `late` when the time was up, `large` beyond the bound. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';

  constructor(
    readonly code: string,
    readonly host: string,
  ) {
    super(`${host}: ${code}`);
  }
}

/** Longest answer that is read, in bytes. */
const mostBytes = 4 * 1024 * 1024;

/**
 * One HTTP call. Follows no redirect, and trusts only certificates that Node trusts.
 * @throws NoAnswer when nothing whole came back in time; its message never holds what was sent
 */
export function askHttp({ method, url, headers, body, limitMs, agent }: Question): Promise<HttpAnswer> {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const fail = (code: string) => reject(new NoAnswer(code, url.host));
    const send = url.protocol === 'http:' ? httpRequest : httpsRequest;
    const outgoing = send(url, { method, headers, agent: agent ?? false }, (answer) => {
      // Read now: a connection that is kept loses it.
      const certificateUntil = certificateEnd(answer.socket);
      const parts: Buffer[] = [];
      let size = 0;
      answer.on('data', (part: Buffer) => {
        size += part.length;
        if (size <= mostBytes) parts.push(part);
        else stop('large');
      });
      answer.on('error', (error: NodeJS.ErrnoException) => fail(error.code ?? 'broken'));
      answer.on('end', () => {
        const text = Buffer.concat(parts).toString('utf8');
        const milliseconds = performance.now() - startedAt;
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          text,
          milliseconds,
          certificateUntil,
        });
      });
    });
    const stop = (code: string) => {
      fail(code);
      outgoing.destroy();
    };
    const timer = setTimeout(() => stop('late'), Math.max(1, limitMs));
    outgoing.on('close', () => clearTimeout(timer));
    outgoing.on('error', (error: NodeJS.ErrnoException) => fail(error.code ?? 'broken'));
    outgoing.end(body);
  });
}

function certificateEnd(socket: unknown): number | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  const end = Date.parse(socket.getPeerCertificate().valid_to);
  return Number.isFinite(end) ? end : undefined;
}
