import { Failure } from '../../shared/http/errors';
import type { HttpResponse } from '../../shared/http/response';
import { byPath, serve, type MainHandler, type Route, type ServedRequest } from '../../shared/http/serve';
import type { Log } from '../../shared/log';

/** The texts that are served. They are made when the functions are built, of the commands that are built with them. */
export interface Documentation {
  /** The OpenAPI document, JSON. */
  document: string;
  /** The readable page in each language, HTML. */
  pages: { en: string; zh: string };
  style: string;
  script: string;
}

export interface OpenapiNeeds {
  documentation: () => Documentation;
}

/** Serves the OpenAPI document and the page that is made of it. It knows no setting and no database. */
export function makeOpenapi(log: Log, { documentation }: OpenapiNeeds): MainHandler {
  return serve(
    log,
    byPath({
      '/openapi.json': fixed('application/json', () => documentation().document),
      '/docs/docs.css': fixed('text/css', () => documentation().style),
      '/docs/docs.js': fixed('text/javascript', () => documentation().script),
      '/docs': async (request) => {
        requireGet(request);
        return text('text/html', documentation().pages[languageOf(request)], {
          'Content-Security-Policy': contentSecurityPolicy,
          'Referrer-Policy': 'no-referrer',
          Vary: 'Accept-Language',
        });
      },
    }),
  );
}

/** Nothing but what comes from here; the calls that a reader tries out go where the page came from. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

function fixed(type: string, content: () => string): Route {
  return async (request) => {
    requireGet(request);
    return text(type, content());
  };
}

function text(type: string, body: string, headers: Record<string, string> = {}): HttpResponse {
  return {
    statusCode: 200,
    headers: {
      'Content-Type': `${type}; charset=utf-8`,
      // A new version of the functions is a new version of the page.
      'Cache-Control': 'no-cache',
      'X-Content-Type-Options': 'nosniff',
      'Access-Control-Allow-Origin': '*',
      ...headers,
    },
    body,
    isBase64Encoded: false,
  };
}

/** `?lang=` first, which the page links to, then the browser's first choice of the two. */
function languageOf({ query, headers }: ServedRequest): 'en' | 'zh' {
  const asked = query['lang'] ?? /\b(zh|en)\b/i.exec(headers['accept-language'] ?? '')?.[1];
  return asked?.toLowerCase() === 'zh' ? 'zh' : 'en';
}

function requireGet({ method }: ServedRequest): void {
  if (method !== 'GET' && method !== 'HEAD')
    throw new Failure('invalidInput', `method: expected GET, not ${method.slice(0, 10)}`);
}
