/** Who may use the studio, its page and its calls: a page of this very gateway, in a browser on this machine. */
import type { IncomingMessage } from 'node:http';

/** What is looked at of a request. */
interface Asked {
  readonly headers: IncomingMessage['headers'];
  readonly socket: Pick<IncomingMessage['socket'], 'remoteAddress'>;
}

const loopbackNames = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * Whether the gateway is at a loopback address. Only there does a browser give a page all that the studio uses (a secure
 * context, which W3C Secure Contexts 3.1 grants to plain http at loopback addresses alone).
 * @param url the gateway's, such as http://127.0.0.1:9000
 */
export function isLoopback(url: string): boolean {
  return /^(127\.[\d.]+|localhost|\[::1\])$/.test(new URL(url).hostname);
}

/**
 * Whether a request comes from this machine and names this machine. The name is what keeps out a foreign page whose
 * domain has been pointed here (DNS rebinding).
 * @param url the gateway's
 */
export function isLocal(request: Asked, url: string): boolean {
  const address = request.socket.remoteAddress ?? '';
  if (!/^(::ffff:)?127\.|^::1$/.test(address)) return false;
  const { host, port } = new URL(url);
  // A browser leaves out port 80, and so does URL.
  const names = loopbackNames.map((name) => new URL(`http://${name}:${port}`).host);
  return [host, ...names].some((name) => request.headers.host === name);
}

/**
 * Whether a call was made by the studio's own page. A foreign page can send neither this header without
 * being asked for permission first, nor hide its origin.
 * @param origin the gateway's, such as http://127.0.0.1:9000
 * @param headed false for an event stream, to which a browser adds no header
 */
export function isStudioPage(request: Pick<Asked, 'headers'>, origin: string, headed: boolean): boolean {
  const { origin: claimed, 'sec-fetch-site': site, 'x-studio': header } = request.headers;
  if (claimed !== undefined && claimed !== origin) return false;
  if (site !== undefined && site !== 'same-origin') return false;
  return !headed || header === '1';
}
