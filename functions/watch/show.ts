import type { Config } from '../../shared/config';
import { Failure } from '../../shared/http/errors';
import type { HttpResponse } from '../../shared/http/response';
import type { Route, ServedRequest } from '../../shared/http/serve';
import type { Database } from '../../shared/store/database';
import { noticeDocument, roomDocument } from './document';
import { chooseLanguage } from './language';
import { readLink } from './link';
import type { PageData } from './page/pageData';
import { texts, type Language } from './page/text';
import { pageFile, type PageFiles } from './pageFiles';
import { contentSecurityPolicy, pictureOrigins } from './policy';
import { findShown, type Shown, type ShownConfig } from './shown';

export interface ShowNeeds {
  config: ShownConfig & Pick<Config, 'IM_CHAT_ENDPOINT' | 'PUBLIC_URL' | 'WATCH_GUESTS' | 'WECHAT_APPID'>;
  database: Database;
  pageFiles: PageFiles;
}

/**
 * GET of the share page and of its files: HTML for `/watch/<streamId>` and `/watch?userid&type&fileid`, 404 with a page
 * that says so where there is nothing. A page is never kept by a cache: a live that is over must not look alive.
 */
export function showPage(needs: ShowNeeds): Route {
  return async (request) => {
    if (request.method !== 'GET' && request.method !== 'HEAD')
      throw new Failure('invalidInput', `method: expected GET, not ${request.method.slice(0, 10)}`);
    const file = /\/watch\/assets\/([^/]+)$/.exec(request.path)?.[1];
    if (file !== undefined) return pageFile(needs.pageFiles, file) ?? notFound(request, needs);
    const link = readLink(request.path, request.query);
    const shown =
      link === undefined ? undefined : await findShown(needs.database, link, needs.config, request.now);
    return shown === undefined ? notFound(request, needs) : room(shown, request, needs);
  };
}

/** A failure of the page, in both languages: whoever asked, what was thrown says nothing of their language. */
export function failedPage(
  failure: Failure,
  { config, pageFiles }: Pick<ShowNeeds, 'config' | 'pageFiles'>,
): HttpResponse {
  const body = noticeDocument(
    undefined,
    (text) => (failure.status < 500 ? text.notFound : text.unavailable),
    pageFiles,
  );
  const retry: Record<string, string> = failure.status === 503 ? { 'Retry-After': '5' } : {};
  const policy = contentSecurityPolicy(undefined, { config, chat: false, weixin: false, secure: false });
  return document(failure.status, body, { ...retry, 'Content-Security-Policy': policy });
}

function room(shown: Shown, request: ServedRequest, { config, pageFiles }: ShowNeeds): HttpResponse {
  const site = siteOf(request, config.PUBLIC_URL);
  const weixin = config.WECHAT_APPID !== '' && /MicroMessenger/i.test(request.headers['user-agent'] ?? '');
  const language = languageOf(request);
  const guests = config.WATCH_GUESTS === 'on';
  const chat = guests && shown.groupId !== '' && shown.state !== 'ended';
  const data: PageData = {
    language,
    state: shown.state,
    room: shown.room,
    sources: shown.sources,
    viewers: shown.viewers,
    likes: shown.likes,
    guests,
    pictures: pictureOrigins(config),
    ...(chat ? { chat: { groupId: shown.groupId, endpoint: config.IM_CHAT_ENDPOINT } } : {}),
    ...(weixin ? { weixin: weixinCard(shown, language, site) } : {}),
  };
  const secure = site.startsWith('https:');
  // Phones of Apple play HLS by themselves.
  const preloadPlayer =
    shown.state === 'live' && !/iPhone|iPod|iPad/.test(request.headers['user-agent'] ?? '');
  const body = roomDocument({ shown, data, files: pageFiles, site, preloadPlayer });
  return document(200, body, {
    'Content-Security-Policy': contentSecurityPolicy(shown, { config, chat, weixin, secure }),
  });
}

function notFound(request: ServedRequest, { config, pageFiles }: ShowNeeds): HttpResponse {
  const body = noticeDocument(languageOf(request), ({ notFound: said }) => said, pageFiles);
  const policy = contentSecurityPolicy(undefined, { config, chat: false, weixin: false, secure: false });
  return document(404, body, { 'Content-Security-Policy': policy });
}

function document(statusCode: number, body: string, headers: Record<string, string>): HttpResponse {
  return {
    statusCode,
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Cache-Control': 'no-store',
      Vary: 'Accept-Language, User-Agent',
      'X-Content-Type-Options': 'nosniff',
      'X-Frame-Options': 'DENY',
      // A play domain may ask for the site; nobody needs to know who is watched.
      'Referrer-Policy': 'strict-origin-when-cross-origin',
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
      ...headers,
    },
    body,
    isBase64Encoded: false,
  };
}

function weixinCard(shown: Shown, language: Language, site: string): PageData['weixin'] & object {
  const text = texts[language];
  return {
    title: shown.title === '' ? text.untitled : shown.title,
    description: shown.description === '' ? text.about[shown.state](shown.host) : shown.description,
    link: `${site}${shown.link}`,
    picture: shown.cover,
  };
}

function languageOf({ query, headers }: ServedRequest): Language {
  return chooseLanguage(query['lang'], headers['accept-language']);
}

/**
 * PUBLIC_URL, else the host that was asked for, by HTTPS as function URLs and custom domains are. Who sends another Host
 * names it to nobody else: no cache keeps the page.
 */
function siteOf({ headers }: ServedRequest, publicUrl: string): string {
  if (publicUrl !== '') return publicUrl;
  const host = headers['host'] ?? '';
  return /^[A-Za-z0-9.-]{1,253}(:\d{1,5})?$/.test(host) ? `https://${host}` : '';
}
