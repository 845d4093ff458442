import type { Config } from '../../shared/config';
import type { MediaConfig } from '../../shared/mediaUrl';
import type { Shown } from './shown';

/** Where the IM web SDK (@tencentcloud/chat 3.6) connects to. */
const imHosts = ['im.qcloud.com', 'my-imcloud.com', 'tim.qq.com', 'im.tencent.cn'].flatMap((host) => [
  `https://*.${host}`,
  `wss://*.${host}`,
]);

const weixinScript = 'https://res.wx.qq.com';

export interface PolicyNeeds {
  config: MediaConfig & Pick<Config, 'IM_CHAT_ENDPOINT'>;
  /** Whether the page joins a chat. */
  chat: boolean;
  /** Whether the page loads WeChat's JS-SDK. */
  weixin: boolean;
  /** Whether the page is served by HTTPS, which then goes for everything it loads. */
  secure: boolean;
}

/**
 * The Content-Security-Policy of the page: its own files, the origins of what this very page plays and shows, those of
 * IM where it chats, and WeChat's script in WeChat where it is configured. Nothing inline, nothing that evaluates text.
 */
export function contentSecurityPolicy(
  shown: Shown | undefined,
  { config, chat, weixin, secure }: PolicyNeeds,
): string {
  const played = originsOf(Object.values(shown?.sources ?? {}));
  const pictures = originsOf([shown?.cover ?? '', shown?.headPic ?? '']);
  const chatHosts = config.IM_CHAT_ENDPOINT === '' ? imHosts : originsOf([config.IM_CHAT_ENDPOINT]);
  const directives = {
    'default-src': [`'none'`],
    'script-src': [`'self'`, ...(weixin ? [weixinScript] : [])],
    'style-src': [`'self'`],
    'img-src': [`'self'`, ...unique([...pictures, ...pictureOrigins(config)])],
    'media-src': [`'self'`, 'blob:', ...played],
    'connect-src': [`'self'`, ...unique([...played, ...(chat ? chatHosts : [])])],
    // The IM SDK keeps its clock in a worker that it makes itself.
    'worker-src': [chat && config.IM_CHAT_ENDPOINT === '' ? 'blob:' : `'none'`],
    'base-uri': [`'none'`],
    'form-action': [`'none'`],
    'frame-ancestors': [`'none'`],
    ...(secure ? { 'upgrade-insecure-requests': [] } : {}),
  };
  return Object.entries(directives)
    .map(([name, sources]) => [name, ...sources].join(' '))
    .join('; ');
}

/** Where pictures of people are stored: those of other places are not loaded. */
export function pictureOrigins({ COS_APPID, COS_BUCKET, COS_REGION, MEDIA_HOSTS }: MediaConfig): string[] {
  const bucket = COS_REGION.includes('://')
    ? new URL(COS_REGION).origin
    : `https://${COS_BUCKET}-${COS_APPID}.cos.${COS_REGION}.myqcloud.com`;
  return [bucket, `https://${COS_APPID}.vod2.myqcloud.com`, ...MEDIA_HOSTS.map((host) => `https://${host}`)];
}

function originsOf(urls: readonly string[]): string[] {
  return unique(
    urls.flatMap((url) => {
      const origin = /^https?:\/\/[A-Za-z0-9.:[\]-]+(?=[/?#]|$)/.exec(url)?.[0];
      return origin === undefined ? [] : [origin];
    }),
  );
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}
